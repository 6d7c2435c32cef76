using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Lets iterations overlap: the first operation of an iteration, not its boundary branch, holds the rest.</summary>
internal static class LoopPipelining
{
    /// <summary>The loops that the configuration names.</summary>
    public static void RunPerLoop(PassContext context)
    {
        if (context.Bounds.Count <= 2 || !context.Directives.AnyPipelined || context.Configuration.GlobalPipelining) return;
        Descend(context, context.Loops.Root);
        Finish(context);
    }

    /// <summary>Every pair of neighbouring boundaries of one loop.</summary>
    public static void RunGlobal(PassContext context)
    {
        if (!context.Configuration.GlobalPipelining || !context.Directives.AnyUnrolling || context.Bounds.Count <= 2) return;
        int scan = 0;
        LoopBound previous = default;
        int previousFirst = -1;
        for (int i = 1; i + 1 < context.Bounds.Count; i++)
        {
            LoopBound bound = context.Bounds[i];
            int first = FirstOperation(context, scan, bound.Node);
            if (first < 0) first = bound.Node;
            scan = bound.Node;
            if (i > 1 && Follows(context, previous.Node, previousFirst, bound.Node, first)) Overlap(context, previous.Node, previousFirst, first);
            previous = bound;
            previousFirst = first;
        }
        Finish(context);
    }

    private static void Finish(PassContext context)
    {
        if (context.Editor.Any) context.Dirty = true;
        context.Editor.ApplyAdditionsFirst();
        LeafCleaning.Run(context);
    }

    private static bool Follows(PassContext context, int previous, int previousFirst, int bound, int first) =>
        context.Directives.Factor(context.Trace.Statics[bound]) != LoopDirectives.None
        && context.Static(bound).Line == context.Static(previous).Line
        && context.Static(bound).Function == context.Static(previous).Function
        && context.Static(first).Line == context.Static(previousFirst).Line;

    private static void Descend(PassContext context, LoopIteration parent)
    {
        if (parent.Children.Count == 0) return;
        var groups = new Dictionary<LabelEntry, List<LoopIteration>>();
        foreach (LoopIteration child in parent.Children)
        {
            Descend(context, child);
            if (!context.Directives.IsPipelined(child.Label)) continue;
            child.IsPipelined = true;
            if (!groups.TryGetValue(child.Label, out List<LoopIteration>? group)) groups.Add(child.Label, group = []);
            group.Add(child);
        }
        foreach (List<LoopIteration> group in groups.Values) Pipeline(context, group);
    }

    private static void Pipeline(PassContext context, List<LoopIteration> iterations)
    {
        int previousBranch = -1, previousFirst = -1;
        foreach (LoopIteration iteration in iterations)
        {
            int first = FirstOperation(context, iteration.Start + 1, iteration.End);
            if (first < 0) continue;
            iteration.Start = first;
            if (previousBranch >= 0) Overlap(context, previousBranch, previousFirst, first);
            previousBranch = iteration.End;
            previousFirst = first;
        }
    }

    [MethodImpl(HotLoop.Compiled)]
    private static int FirstOperation(PassContext context, int from, int limit)
    {
        for (int n = from; n < limit; n++)
        {
            if (context.Graph.IsConnected(n) && !context.IsBranch(n)) return n;
        }
        return -1;
    }

    [MethodImpl(HotLoop.Compiled)]
    private static void Overlap(PassContext context, int previousBranch, int previousFirst, int first)
    {
        DependenceGraph graph = context.Graph;
        context.Editor.Add(previousFirst, first, EdgeLabel.Control);
        for (int e = graph.InStart[first]; e < graph.InStart[first + 1]; e++)
        {
            if (context.IsBranch(graph.InFrom[e])) continue;
            // The pair exists when additions are applied, so the control edge that replaces this one is lost, as in the reference.
            context.Editor.Remove(e);
            context.Editor.Add(graph.InFrom[e], first, EdgeLabel.Control);
        }
        for (int k = graph.OutStart[previousBranch]; k < graph.OutStart[previousBranch + 1]; k++)
        {
            int edge = graph.OutEdge[k];
            int child = graph.OutTo[k];
            if (graph.Label[edge] != EdgeLabel.Control) continue;
            if (child >= first) context.Editor.Add(first, child, 1);
            if (context.Opcodes[child] != TraceOpcode.Call) context.Editor.Remove(edge);
        }
    }
}
