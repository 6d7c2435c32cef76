using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>A load that reads what a store of its region wrote takes the value directly.</summary>
internal static class StoreBuffer
{
    [MethodImpl(HotLoop.Compiled)]
    public static void Run(PassContext context)
    {
        if (context.Bounds.Count <= 2) return;
        DependenceGraph graph = context.Graph;
        var isolated = new bool[graph.NodeCount];
        int start = 0;
        foreach (LoopBound bound in context.Bounds)
        {
            for (int n = start; n < bound.Node; n++)
            {
                if (context.Opcodes[n] == TraceOpcode.Store && graph.IsConnected(n)) Forward(context, n, bound.Node, isolated);
            }
            start = bound.Node;
        }
        if (context.Editor.Any) context.Dirty = true;
        // A value that itself came from a forwarded load is lost with that load.
        context.Editor.ApplyAdditionsFirst(isolated);
        LeafCleaning.Run(context);
    }

    [MethodImpl(HotLoop.Compiled)]
    private static void Forward(PassContext context, int store, int regionEnd, bool[] isolated)
    {
        DependenceGraph graph = context.Graph;
        int value = -1;
        for (int k = graph.OutStart[store]; k < graph.OutStart[store + 1]; k++)
        {
            int load = graph.OutTo[k];
            if (load >= regionEnd || context.Opcodes[load] != TraceOpcode.Load) continue;
            if (value < 0)
            {
                value = ValueOf(graph, store);
                if (value < 0) return;
            }
            if (context.Corrected && !SameBytes(context, store, load)) continue;
            isolated[load] = true;
            context.Editor.Isolate(load);
            for (int j = graph.OutStart[load]; j < graph.OutStart[load + 1]; j++)
                context.Editor.Add(value, graph.OutTo[j], graph.Label[graph.OutEdge[j]]);
        }
    }

    [MethodImpl(HotLoop.Compiled)]
    private static int ValueOf(DependenceGraph graph, int store)
    {
        for (int e = graph.InStart[store]; e < graph.InStart[store + 1]; e++)
        {
            if (graph.Label[e] == 1) return graph.InFrom[e];
        }
        return -1;
    }

    private static bool SameBytes(PassContext context, int store, int load)
    {
        int a = context.Trace.Access[store], b = context.Trace.Access[load];
        return context.Trace.Accesses.Address.Items[a] == context.Trace.Accesses.Address.Items[b]
            && context.Trace.Accesses.Bytes.Items[a] == context.Trace.Accesses.Bytes.Items[b];
    }
}
