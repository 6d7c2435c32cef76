using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Graphs;

/// <summary>Collects the changes of one pass and applies them in the order the pass prescribes.</summary>
internal sealed class GraphEditor(DependenceGraph graph)
{
    /// <summary>Up to so many edges are sorted by insertion.</summary>
    private const int InsertionLimit = 64;

    private readonly EdgeMarks removed = new();
    private GrowArray<ulong> added = new(0);
    private GrowArray<byte> labels = new(0);
    private ulong[] sortedKeys = [];
    private byte[] sortedLabels = [];
    private int[] bucketStart = [];

    public DependenceGraph Graph { get; } = graph;

    /// <summary>Changes are waiting.</summary>
    public bool Any => removed.Any || added.Count > 0;

    /// <summary>Queues an edge; it is dropped when it would be a loop to itself or the pair exists then.</summary>
    public void Add(int from, int to, byte label)
    {
        if (from == to) return;
        added.Add(((ulong)(uint)to << 32) | (uint)from);
        labels.Add(label);
    }

    public void Reserve(int additions)
    {
        added.Reserve(additions);
        labels.Reserve(additions);
    }

    public void Remove(int edge) => removed.Mark(edge);

    public bool IsRemoved(int edge) => removed[edge];

    /// <summary>Removes all present edges of a node.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public void Isolate(int node)
    {
        for (int e = Graph.InStart[node]; e < Graph.InStart[node + 1]; e++) removed.Mark(e);
        for (int k = Graph.OutStart[node]; k < Graph.OutStart[node + 1]; k++) removed.Mark(Graph.OutEdge[k]);
    }

    /// <summary>Applies the removals, then the additions: a removed pair may come back.</summary>
    public void ApplyRemovalsFirst() => Apply(removalsFirst: true, isolated: null);

    /// <summary>Applies the additions, then the removals: an addition of a present pair is lost, also when that is removed.</summary>
    public void ApplyAdditionsFirst(bool[]? isolated = null) => Apply(removalsFirst: false, isolated);

    [MethodImpl(HotLoop.Compiled)]
    private void Apply(bool removalsFirst, bool[]? isolated)
    {
        if (!Any) return;
        int count = Sort();
        added = new(0);
        labels = new(0);
        int kept = 0;
        ulong previous = ulong.MaxValue;
        for (int i = 0; i < count; i++)
        {
            ulong key = sortedKeys[i];
            if (key == previous) continue;
            previous = key;
            int from = (int)(uint)key, to = (int)(key >> 32);
            if (isolated is not null && (isolated[from] || isolated[to])) continue;
            int edge = Graph.FindEdge(from, to);
            if (edge >= 0 && !(removalsFirst && removed[edge])) continue;
            sortedKeys[kept] = key;
            sortedLabels[kept++] = sortedLabels[i];
        }
        Graph.Apply(removed, sortedKeys.AsSpan(0, kept), sortedLabels.AsSpan(0, kept));
        sortedKeys = [];
        sortedLabels = [];
    }

    /// <summary>Stable sort by (to, from): counting by consumer, then insertion within one consumer.</summary>
    [MethodImpl(HotLoop.Compiled)]
    private int Sort()
    {
        int count = added.Count;
        if (count == 0) return 0;
        sortedKeys = new ulong[count];
        sortedLabels = new byte[count];
        if (count <= InsertionLimit)
        {
            added.Span.CopyTo(sortedKeys);
            labels.Span.CopyTo(sortedLabels);
            StableInsertion(0, count);
            return count;
        }
        bucketStart = new int[Graph.NodeCount + 1];
        for (int i = 0; i < count; i++) bucketStart[(int)(added.Items[i] >> 32) + 1]++;
        for (int n = 0; n < Graph.NodeCount; n++) bucketStart[n + 1] += bucketStart[n];
        for (int i = 0; i < count; i++)
        {
            int slot = bucketStart[(int)(added.Items[i] >> 32)]++;
            sortedKeys[slot] = added.Items[i];
            sortedLabels[slot] = labels.Items[i];
        }
        int begin = 0;
        for (int n = 0; n < Graph.NodeCount; n++)
        {
            // After the scatter every bucket start has moved to its end.
            int end = bucketStart[n];
            if (end - begin > 1) StableInsertion(begin, end);
            begin = end;
        }
        bucketStart = [];
        return count;
    }

    [MethodImpl(HotLoop.Compiled)]
    private void StableInsertion(int begin, int end)
    {
        int disorder = 0;
        for (int i = begin + 1; i < end; i++)
        {
            if (sortedKeys[i] < sortedKeys[i - 1]) disorder++;
        }
        if (disorder == 0) return;
        if (end - begin > InsertionLimit)
        {
            StableSort(begin, end);
            return;
        }
        for (int i = begin + 1; i < end; i++)
        {
            ulong key = sortedKeys[i];
            byte label = sortedLabels[i];
            int j = i - 1;
            for (; j >= begin && sortedKeys[j] > key; j--)
            {
                sortedKeys[j + 1] = sortedKeys[j];
                sortedLabels[j + 1] = sortedLabels[j];
            }
            sortedKeys[j + 1] = key;
            sortedLabels[j + 1] = label;
        }
    }

    /// <summary>Sorts the many edges of one consumer.</summary>
    private void StableSort(int begin, int end)
    {
        // The producer in the upper half and the place in the lower make the keys distinct, and any sort stable.
        int count = end - begin;
        var keys = new ulong[count];
        for (int i = 0; i < count; i++) keys[i] = (sortedKeys[begin + i] << 32) | (uint)i;
        Array.Sort(keys);
        byte[] old = sortedLabels.AsSpan(begin, count).ToArray();
        ulong consumer = sortedKeys[begin] >> 32 << 32;
        for (int i = 0; i < count; i++)
        {
            sortedKeys[begin + i] = consumer | (keys[i] >> 32);
            sortedLabels[begin + i] = old[(int)(uint)keys[i]];
        }
    }
}
