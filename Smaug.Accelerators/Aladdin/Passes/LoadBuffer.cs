using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>A second load of one address within a region takes the value of the first.</summary>
internal static class LoadBuffer
{
    [MethodImpl(HotLoop.Compiled)]
    public static void Run(PassContext context)
    {
        if (!context.Directives.AnyUnrolling && context.Bounds.Count <= 2) return;
        var map = new AddressMap();
        int start = 0;
        foreach (LoopBound bound in context.Bounds)
        {
            map.Clear();
            for (int n = start; n < bound.Node; n++) Visit(context, n, map);
            start = bound.Node;
        }
        if (context.Editor.Any) context.Dirty = true;
        context.Editor.ApplyAdditionsFirst();
        LeafCleaning.Run(context);
    }

    [MethodImpl(HotLoop.Compiled)]
    private static void Visit(PassContext context, int node, AddressMap map)
    {
        TraceOpcode opcode = context.Opcodes[node];
        if (opcode is not (TraceOpcode.Load or TraceOpcode.Store)) return;
        DependenceGraph graph = context.Graph;
        if (!graph.IsConnected(node)) return;
        int access = context.Trace.Access[node];
        ulong address = (ulong)context.Trace.Accesses.Address.Items[access];
        // The reference keeps addresses in 32 bits and does not look at sizes.
        ulong key = context.Corrected ? (address << 8) ^ (uint)context.Trace.Accesses.Bytes.Items[access] : (uint)address;
        if (opcode == TraceOpcode.Store)
        {
            Forget(context, access, address, key, map);
            return;
        }
        int first = map.Get(key);
        if (first < 0)
        {
            map.Set(key, node);
            return;
        }
        context.Opcodes[node] = TraceOpcode.Move;
        for (int k = graph.OutStart[node]; k < graph.OutStart[node + 1]; k++)
            context.Editor.Add(first, graph.OutTo[k], graph.Label[graph.OutEdge[k]]);
        context.Editor.Isolate(node);
    }

    private static void Forget(PassContext context, int access, ulong address, ulong key, AddressMap map)
    {
        if (!context.Corrected)
        {
            if (map.Get(key) >= 0) map.Set(key, -1);
            return;
        }
        // Any load that overlaps the stored bytes is stale: word-sized accesses up to a vector are looked for.
        int bytes = Math.Max(1, context.Trace.Accesses.Bytes.Items[access]);
        ReadOnlySpan<int> sizes = [1, 2, 4, 8, 16, 32, 64, 128];
        foreach (int size in sizes)
        {
            for (ulong b = address - (ulong)(size - 1); b != address + (ulong)bytes; b++)
            {
                ulong other = (b << 8) ^ (uint)size;
                if (map.Get(other) >= 0) map.Set(other, -1);
            }
        }
    }
}
