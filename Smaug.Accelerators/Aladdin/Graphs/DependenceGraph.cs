using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Smaug.Accelerators.Aladdin.Graphs;

/// <summary>
/// A directed graph with at most one edge per ordered pair, in compressed form both ways. Edges are numbered in the
/// order (to, from); the outgoing side lists (from, to) and points back at the edge numbers. Changes are made to the
/// incoming side; the outgoing one is stale until <see cref="RefreshOutgoing"/>.
/// </summary>
internal sealed class DependenceGraph
{
    private readonly int[] outStart;
    private int[] outTo = [];
    private int[] outEdge = [];
    private bool outgoingIsStale = true;

    /// <summary>Takes the arrays over: they are changed in place.</summary>
    public DependenceGraph(int nodeCount, int[] inStart, int[] inFrom, byte[] label)
    {
        NodeCount = nodeCount;
        InStart = inStart;
        InFrom = inFrom;
        Label = label;
        outStart = new int[nodeCount + 1];
        RefreshOutgoing();
    }

    public int NodeCount { get; }

    public int EdgeCount => InStart[NodeCount];

    public int[] InStart { get; }

    public int[] InFrom { get; private set; }

    /// <summary>Label by edge number.</summary>
    public byte[] Label { get; private set; }

    public int[] OutStart
    {
        get
        {
            Debug.Assert(!outgoingIsStale, "the outgoing side was not refreshed after a change");
            return outStart;
        }
    }

    public int[] OutTo => outTo;

    /// <summary>Edge number of each outgoing entry.</summary>
    public int[] OutEdge => outEdge;

    /// <summary>Some edge runs, or ran, from a higher to a lower node.</summary>
    public bool HasBackwardEdges { get; private set; }

    public bool IsConnected(int node) => InStart[node] != InStart[node + 1] || OutStart[node] != OutStart[node + 1];

    public int InDegree(int node) => InStart[node + 1] - InStart[node];

    public int OutDegree(int node) => OutStart[node + 1] - OutStart[node];

    public bool HasEdge(int from, int to) => FindEdge(from, to) >= 0;

    /// <summary>The edge number of a pair, or -1.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public int FindEdge(int from, int to)
    {
        int index = Array.BinarySearch(InFrom, InStart[to], InStart[to + 1] - InStart[to], from);
        return index < 0 ? -1 : index;
    }

    public int ConnectedNodes()
    {
        int count = 0;
        for (int n = 0; n < NodeCount; n++)
        {
            if (IsConnected(n)) count++;
        }
        return count;
    }

    /// <summary>The reference's fingerprint: sum over edges of ((from*1000003 + to)*257 + label), modulo 4294967291.</summary>
    public uint Hash()
    {
        ulong sum = 0;
        for (int to = 0; to < NodeCount; to++)
        {
            for (int e = InStart[to]; e < InStart[to + 1]; e++)
                sum += unchecked((((ulong)InFrom[e] * 1000003UL) + (ulong)to) * 257UL) + Label[e];
        }
        return (uint)(sum % 4294967291UL);
    }

    /// <summary>
    /// Drops the marked edges and merges sorted, distinct new ones (ascending by to, then from; none exists yet).
    /// </summary>
    public void Apply(EdgeMarks removed, ReadOnlySpan<ulong> added, ReadOnlySpan<byte> addedLabels)
    {
        outgoingIsStale |= removed.Any || added.Length > 0;
        if (removed.Any) Compact(removed);
        if (added.Length > 0) Merge(added, addedLabels);
        removed.Clear();
    }

    /// <summary>Drops all edges of the nodes whose count is negative.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public void RemoveEdgesOf(int[] count)
    {
        outgoingIsStale = true;
        int write = 0;
        int read = 0;
        for (int to = 0; to < NodeCount; to++)
        {
            int end = InStart[to + 1];
            InStart[to] = write;
            if (count[to] < 0) read = end;
            for (; read < end; read++)
            {
                if (count[InFrom[read]] < 0) continue;
                InFrom[write] = InFrom[read];
                Label[write++] = Label[read];
            }
        }
        InStart[NodeCount] = write;
    }

    /// <summary>Adds the number of outgoing edges of every node; does not need the outgoing side.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public void CountOutgoing(int[] counts)
    {
        int[] inFrom = InFrom;
        int edges = EdgeCount;
        for (int e = 0; e < edges; e++) counts[inFrom[e]]++;
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Compact(EdgeMarks removed)
    {
        int write = 0;
        int read = 0;
        for (int to = 0; to < NodeCount; to++)
        {
            int end = InStart[to + 1];
            InStart[to] = write;
            for (; read < end; read++)
            {
                if (removed[read]) continue;
                InFrom[write] = InFrom[read];
                Label[write++] = Label[read];
            }
        }
        InStart[NodeCount] = write;
    }

    /// <summary>Backward merge in place.</summary>
    [MethodImpl(HotLoop.Compiled)]
    private void Merge(ReadOnlySpan<ulong> added, ReadOnlySpan<byte> addedLabels)
    {
        int count = EdgeCount;
        int total = count + added.Length;
        if (total > InFrom.Length)
        {
            int capacity = (int)Math.Min(Array.MaxLength, total + ((long)total / 8));
            int[] from = InFrom;
            Array.Resize(ref from, capacity);
            InFrom = from;
            byte[] label = Label;
            Array.Resize(ref label, capacity);
            Label = label;
        }
        foreach (ulong key in added) HasBackwardEdges |= (int)(uint)key > (int)(key >> 32);
        int write = total;
        int read = count;
        int next = added.Length - 1;
        for (int to = NodeCount - 1; to >= 0; to--)
        {
            int end = write;
            int begin = InStart[to];
            while (true)
            {
                bool hasNew = next >= 0 && (int)(added[next] >> 32) == to;
                bool hasOld = read > begin;
                if (!hasNew && !hasOld) break;
                if (hasNew && (!hasOld || (int)(uint)added[next] > InFrom[read - 1]))
                {
                    InFrom[--write] = (int)(uint)added[next];
                    Label[write] = addedLabels[next--];
                }
                else
                {
                    InFrom[--write] = InFrom[--read];
                    Label[write] = Label[read];
                }
            }
            InStart[to + 1] = end;
            // Everything below is in place already.
            if (next < 0)
            {
                break;
            }
        }
    }

    /// <summary>Makes the outgoing side agree with the incoming one again.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public void RefreshOutgoing()
    {
        if (!outgoingIsStale) return;
        outgoingIsStale = false;
        int edges = EdgeCount;
        if (outTo.Length < edges)
        {
            outTo = [];
            outEdge = [];
            outTo = new int[InFrom.Length];
            outEdge = new int[InFrom.Length];
        }
        int[] start = outStart, targets = outTo, numbers = outEdge;
        int[] inFrom = InFrom, inStart = InStart;
        start.AsSpan().Clear();
        CountOutgoing(start);
        int sum = 0;
        for (int n = 0; n <= NodeCount; n++)
        {
            sum += start[n];
            start[n] = sum;
        }
        // Filled from the back: every start, at first the end of its list, counts down to its place.
        int last = edges - 1;
        for (int to = NodeCount - 1; to >= 0; to--)
        {
            int first = inStart[to];
            for (; last >= first; last--)
            {
                int slot = --start[inFrom[last]];
                targets[slot] = to;
                numbers[slot] = last;
            }
        }
    }
}
