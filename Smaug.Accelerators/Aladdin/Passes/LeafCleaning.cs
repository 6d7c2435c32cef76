using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Removes operations whose results nobody needs; runs at the end of most passes.</summary>
internal static class LeafCleaning
{
    public static void Run(PassContext context)
    {
        if (!context.Dirty) return;
        context.Dirty = false;
        DependenceGraph graph = context.Graph;
        int[] marked = context.Scratch();
        if (graph.HasBackwardEdges)
        {
            int[] order = TopologicalOrder.Of(graph);
            for (int i = order.Length - 1; i >= 0; i--) Visit(context, order[i], marked);
        }
        else
        {
            for (int n = graph.NodeCount - 1; n >= 0; n--) Visit(context, n, marked);
        }
        context.Editor.ApplyRemovalsFirst();
    }

    private static void Visit(PassContext context, int node, int[] marked)
    {
        DependenceGraph graph = context.Graph;
        int begin = graph.InStart[node], end = graph.InStart[node + 1];
        int outDegree = graph.OutDegree(node);
        if (begin == end && outDegree == 0) return;
        if (marked[node] == outDegree && IsPrunable(context, node))
        {
            for (int e = begin; e < end; e++) marked[graph.InFrom[e]]++;
            context.Editor.Isolate(node);
        }
        else if (context.IsBranch(node))
        {
            for (int e = begin; e < end; e++)
            {
                if (graph.Label[e] == EdgeLabel.Control) marked[graph.InFrom[e]]++;
            }
        }
    }

    private static bool IsPrunable(PassContext context, int node) =>
        context.Opcodes[node] is not (TraceOpcode.SilentStore or TraceOpcode.Store or TraceOpcode.Ret)
        && !context.IsBranch(node) && !context.IsDmaOperation(node);
}
