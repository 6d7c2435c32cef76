using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>
/// Removes operations whose results nobody needs; runs at the end of most passes. It works on incoming edges alone, so
/// that the outgoing side is made once, afterwards.
/// </summary>
internal static class LeafCleaning
{
    /// <summary>Count of a node that is removed, and of one that has no edges.</summary>
    private const int Removed = -1, Unconnected = int.MinValue;

    [MethodImpl(HotLoop.Compiled)]
    public static void Run(PassContext context)
    {
        DependenceGraph graph = context.Graph;
        if (context.Dirty)
        {
            context.Dirty = false;
            int[] needed = context.Scratch();
            graph.CountOutgoing(needed);
            for (int n = 0; n < needed.Length; n++)
            {
                if (needed[n] == 0 && graph.InDegree(n) == 0) needed[n] = Unconnected;
            }
            if (Walk(context, needed)) graph.RemoveEdgesOf(needed);
        }
        graph.RefreshOutgoing();
    }

    /// <summary>Consumers before their producers; true when anything is removed.</summary>
    [MethodImpl(HotLoop.Compiled)]
    private static bool Walk(PassContext context, int[] needed)
    {
        bool any = false;
        if (context.Graph.HasBackwardEdges)
        {
            foreach (int n in TopologicalOrder.Backward(context.Graph)) any |= Visit(context, n, needed);
        }
        else
        {
            for (int n = needed.Length - 1; n >= 0; n--) any |= Visit(context, n, needed);
        }
        return any;
    }

    /// <summary>
    /// <paramref name="needed"/> counts the edges to consumers that stay; branches that a node holds by a control edge do not count.
    /// </summary>
    [MethodImpl(HotLoop.Compiled)]
    private static bool Visit(PassContext context, int node, int[] needed)
    {
        DependenceGraph graph = context.Graph;
        int begin = graph.InStart[node], end = graph.InStart[node + 1];
        if (needed[node] == 0 && IsPrunable(context, node))
        {
            for (int e = begin; e < end; e++) needed[graph.InFrom[e]]--;
            needed[node] = Removed;
            return true;
        }
        if (context.IsBranch(node))
        {
            for (int e = begin; e < end; e++)
            {
                if (graph.Label[e] == EdgeLabel.Control) needed[graph.InFrom[e]]--;
            }
        }
        return false;
    }

    private static bool IsPrunable(PassContext context, int node) =>
        context.Opcodes[node] is not (TraceOpcode.SilentStore or TraceOpcode.Store or TraceOpcode.Ret)
        && !context.IsBranch(node) && !context.IsDmaOperation(node);
}
