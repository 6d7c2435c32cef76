using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>One iteration (or unrolled group) of a labelled loop, from boundary branch to boundary branch.</summary>
internal sealed class LoopIteration(int start, int end, LabelEntry label)
{
    public int Start { get; set; } = start;

    /// <summary>Where the iteration began before pipelining moved <see cref="Start"/>; orders the tree.</summary>
    public int TreeStart { get; } = start;

    public int End { get; } = end;

    public LabelEntry Label { get; } = label;

    public LoopIteration? Parent { get; set; }

    /// <summary>Children in ascending start.</summary>
    public List<LoopIteration> Children { get; } = [];

    public bool IsPipelined { get; set; }

    public bool IsSampled { get; set; }

    public float Factor { get; set; } = 1;
}

/// <summary>Iterations of all labelled loops, nested by containment.</summary>
internal sealed class LoopTree
{
    private int[] samplingLines = [];

    public LoopIteration Root { get; } = new(-1, int.MaxValue, new LabelEntry("", "", 0));

    public List<LoopIteration> Sampled { get; } = [];

    public static LoopTree Build(PassContext context)
    {
        var tree = new LoopTree();
        tree.FindSamplingLines(context);
        var byPlace = new Dictionary<long, List<LoopBound>>();
        for (int i = 0; i + 1 < context.Bounds.Count; i++)
        {
            LoopBound bound = context.Bounds[i];
            if (!context.Graph.IsConnected(bound.Node)) continue;
            ref StaticInstruction branch = ref context.Static(bound.Node);
            long place = Place(branch.Function, branch.Line);
            if (!byPlace.TryGetValue(place, out List<LoopBound>? list)) byPlace.Add(place, list = []);
            list.Add(bound);
        }
        foreach (LabelEntry entry in context.Trace.Program.Labels.Entries)
        {
            int function = context.Trace.Program.Names.Find(entry.Function);
            if (function >= 0 && byPlace.TryGetValue(Place(function, entry.Line), out List<LoopBound>? bounds)) tree.AddLoop(context, entry, bounds);
        }
        return tree;
    }

    private static long Place(int function, int line) => ((long)function << 32) | (uint)line;

    private void AddLoop(PassContext context, LabelEntry entry, List<LoopBound> bounds)
    {
        int start = -1, depth = 0;
        foreach (LoopBound bound in bounds)
        {
            if (start < 0)
            {
                if (bound.TargetDepth <= context.Static(bound.Node).LoopDepth) continue;
                start = bound.Node;
                depth = bound.TargetDepth;
            }
            else if (bound.TargetDepth <= depth)
            {
                var iteration = new LoopIteration(start, bound.Node, entry);
                Sample(context, iteration);
                Insert(Root, iteration);
                start = bound.TargetDepth == depth ? bound.Node : -1;
            }
        }
    }

    private void Sample(PassContext context, LoopIteration iteration)
    {
        for (int i = 0; i < samplingLines.Length; i++)
        {
            SamplingFactor factor = context.Trace.SamplingFactors[i];
            ref StaticInstruction start = ref context.Static(iteration.Start);
            if (samplingLines[i] != start.Line || factor.Function != start.Function || factor.Invocation != context.Trace.InvocationOf(iteration.Start)) continue;
            iteration.IsSampled = true;
            iteration.Factor = factor.Factor;
            Sampled.Add(iteration);
            return;
        }
    }

    private void FindSamplingLines(PassContext context)
    {
        samplingLines = new int[context.Trace.SamplingFactors.Count];
        for (int i = 0; i < samplingLines.Length; i++) samplingLines[i] = LineOf(context, context.Trace.SamplingFactors[i]);
    }

    private static int LineOf(PassContext context, SamplingFactor factor)
    {
        string function = context.Trace.Program.Names.Text(factor.Function);
        foreach (LabelEntry entry in context.Trace.Program.Labels.Entries)
        {
            if (entry.Label == factor.Label && entry.Function == function) return entry.Line;
        }
        return int.MinValue;
    }

    private static void Insert(LoopIteration parent, LoopIteration added)
    {
        while (true)
        {
            List<LoopIteration> children = parent.Children;
            int first = LowerBound(children, added.TreeStart);
            int last = first;
            while (last < children.Count && children[last].TreeStart >= added.TreeStart && children[last].End <= added.End) last++;
            if (last > first)
            {
                for (int i = first; i < last; i++)
                {
                    children[i].Parent = added;
                    added.Children.Add(children[i]);
                }
                children.RemoveRange(first, last - first);
                children.Insert(first, added);
                added.Parent = parent;
                return;
            }
            LoopIteration? container = null;
            if (first < children.Count && Contains(children[first], added)) container = children[first];
            else if (first > 0 && Contains(children[first - 1], added)) container = children[first - 1];
            if (container is null)
            {
                children.Insert(first, added);
                added.Parent = parent;
                return;
            }
            parent = container;
        }
    }

    private static bool Contains(LoopIteration outer, LoopIteration inner) =>
        outer.TreeStart <= inner.TreeStart && outer.End >= inner.End;

    /// <summary>The first child that starts at or after a node.</summary>
    private static int LowerBound(List<LoopIteration> children, int start)
    {
        int low = 0, high = children.Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (children[middle].TreeStart < start) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
