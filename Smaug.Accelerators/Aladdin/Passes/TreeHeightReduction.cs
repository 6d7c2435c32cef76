using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Rebuilds chains of associative operations as balanced trees.</summary>
internal sealed class TreeHeightReduction
{
    private readonly PassContext context;
    private readonly DependenceGraph graph;
    private readonly bool[] used;
    private readonly int[] region;
    private readonly List<int> chain = [];
    private readonly List<int> nodes = [];
    private readonly List<int> removals = [];
    private readonly List<int> leaves = [];

    /// <summary>Rank plus 1 of every leaf of the chain at hand, 0 of all other nodes.</summary>
    private readonly int[] rank;

    /// <summary>Ascending rank, ties by node: one number holds both.</summary>
    private readonly PriorityQueue<int, long> queue = new();

    private TreeHeightReduction(PassContext context)
    {
        this.context = context;
        graph = context.Graph;
        used = new bool[graph.NodeCount];
        region = context.Scratch();
        rank = new int[graph.NodeCount];
        int cursor = 0;
        for (int n = 0; n < region.Length; n++)
        {
            while (context.Bounds[cursor].Node < n) cursor++;
            region[n] = cursor;
        }
    }

    [MethodImpl(HotLoop.Compiled)]
    public static void Run(PassContext context)
    {
        if (context.Bounds.Count <= 2) return;
        var pass = new TreeHeightReduction(context);
        for (int n = pass.graph.NodeCount - 1; n >= 0; n--)
        {
            if (!pass.used[n] && pass.IsAssociative(n) && pass.graph.IsConnected(n)) pass.Reduce(n);
        }
        if (context.Editor.Any) context.Dirty = true;
        context.Editor.ApplyRemovalsFirst();
        LeafCleaning.Run(context);
    }

    [MethodImpl(HotLoop.Compiled)]
    private bool IsAssociative(int node)
    {
        // Subtraction is not associative; the reference takes it for one.
        if (context.Corrected && context.Opcodes[node] is (TraceOpcode.Sub or TraceOpcode.FSub)) return false;
        return context.Is(node, OpcodeClass.Associative);
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Reduce(int root)
    {
        foreach (int leaf in leaves) rank[leaf] = 0;
        leaves.Clear();
        chain.Clear();
        nodes.Clear();
        removals.Clear();
        chain.Add(root);
        int far = graph.NodeCount;
        for (int i = 0; i < chain.Count; i++)
        {
            int c = chain[i];
            used[c] = true;
            if (DataInDegree(c) != 2)
            {
                Rank(c, far);
                continue;
            }
            nodes.Add(c);
            for (int e = graph.InStart[c]; e < graph.InStart[c + 1]; e++)
            {
                if (graph.Label[e] == EdgeLabel.Control) continue;
                removals.Add(e);
                Parent(graph.InFrom[e], region[root], far);
            }
        }
        if (nodes.Count < 3) return;
        if (context.Corrected && leaves.Count != nodes.Count + 1) return;
        foreach (int e in removals) context.Editor.Remove(e);
        queue.Clear();
        foreach (int leaf in leaves) queue.Enqueue(leaf, Priority(rank[leaf] - 1, leaf));
        for (int i = nodes.Count - 1; i >= 0 && queue.Count >= 2; i--)
        {
            queue.TryDequeue(out int a, out long first);
            queue.TryDequeue(out int b, out long second);
            context.Editor.Add(a, nodes[i], 1);
            context.Editor.Add(b, nodes[i], 1);
            queue.Enqueue(nodes[i], Priority((int)(Math.Max(first, second) >> 32) + 1, nodes[i]));
        }
    }

    private static long Priority(int rank, int node) => ((long)rank << 32) | (uint)node;

    /// <summary>Of several ranks of one leaf the last counts.</summary>
    private void Rank(int leaf, int value)
    {
        if (rank[leaf] == 0) leaves.Add(leaf);
        rank[leaf] = value + 1;
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Parent(int parent, int rootRegion, int far)
    {
        if (region[parent] != rootRegion)
        {
            Rank(parent, far);
            return;
        }
        used[parent] = true;
        if (IsAssociative(parent) && DataOutDegree(parent) == 1) chain.Add(parent);
        else Rank(parent, 0);
    }

    [MethodImpl(HotLoop.Compiled)]
    private int DataInDegree(int node)
    {
        int count = 0;
        for (int e = graph.InStart[node]; e < graph.InStart[node + 1]; e++)
        {
            if (graph.Label[e] != EdgeLabel.Control) count++;
        }
        return count;
    }

    [MethodImpl(HotLoop.Compiled)]
    private int DataOutDegree(int node)
    {
        int count = 0;
        for (int k = graph.OutStart[node]; k < graph.OutStart[node + 1]; k++)
        {
            if (graph.Label[graph.OutEdge[k]] != EdgeLabel.Control) count++;
        }
        return count;
    }
}
