using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Takes phis and conversions out of the paths between producers and consumers: hardware has neither.</summary>
internal static class PhiConvertRemoval
{
    [MethodImpl(HotLoop.Compiled)]
    public static void Run(PassContext context)
    {
        DependenceGraph graph = context.Graph;
        for (int n = graph.NodeCount - 1; n >= 0; n--)
        {
            bool phi = context.Is(n, OpcodeClass.Phi);
            if (!phi && !context.Is(n, OpcodeClass.Convert)) continue;
            for (int k = graph.OutStart[n]; k < graph.OutStart[n + 1]; k++) context.Editor.Remove(graph.OutEdge[k]);
            if (graph.OutDegree(n) == 0 || graph.InDegree(n) == 0) continue;
            if (graph.InDegree(n) != 1)
            {
                throw new SimulationException($"Node {n} ({context.Opcodes[n]}) has {graph.InDegree(n)} producers; a phi or conversion has exactly one. " +
                    "The trace contradicts itself.");
            }
            Bypass(context, n, phi ? OpcodeClass.Phi : OpcodeClass.Phi | OpcodeClass.Convert);
        }
        context.Editor.ApplyRemovalsFirst();
        context.Dirty = true;
        LeafCleaning.Run(context);
    }

    [MethodImpl(HotLoop.Compiled)]
    private static void Bypass(PassContext context, int node, OpcodeClass skipped)
    {
        DependenceGraph graph = context.Graph;
        int link = graph.InStart[node];
        int ancestor = graph.InFrom[link];
        while (context.Is(ancestor, skipped) && graph.InDegree(ancestor) > 0)
        {
            context.Editor.Remove(link);
            link = graph.InStart[ancestor];
            ancestor = graph.InFrom[link];
        }
        context.Editor.Remove(link);
        if (context.Is(ancestor, skipped)) return;
        for (int k = graph.OutStart[node]; k < graph.OutStart[node + 1]; k++)
            context.Editor.Add(ancestor, graph.OutTo[k], graph.Label[graph.OutEdge[k]]);
    }
}
