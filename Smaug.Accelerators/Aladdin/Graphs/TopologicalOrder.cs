using System.Runtime.CompilerServices;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Graphs;

/// <summary>Orders of all nodes for a graph that has edges from higher to lower numbers.</summary>
internal static class TopologicalOrder
{
    /// <summary>An order in which every edge runs backward; does not need the outgoing side.</summary>
    /// <exception cref="SimulationException">Nodes wait for each other.</exception>
    [MethodImpl(HotLoop.Compiled)]
    public static int[] Backward(DependenceGraph graph)
    {
        var order = new int[graph.NodeCount];
        var open = new int[graph.NodeCount];
        graph.CountOutgoing(open);
        int tail = 0;
        for (int n = graph.NodeCount - 1; n >= 0; n--)
        {
            if (open[n] == 0) order[tail++] = n;
        }
        for (int head = 0; head < tail; head++)
        {
            int n = order[head];
            for (int e = graph.InStart[n]; e < graph.InStart[n + 1]; e++)
            {
                if (--open[graph.InFrom[e]] == 0) order[tail++] = graph.InFrom[e];
            }
        }
        if (tail != graph.NodeCount) throw Unreachable(graph, open);
        return order;
    }

    /// <summary>The nodes that never become free of dependences: those of a cycle and all that follow one.</summary>
    private static SimulationException Unreachable(DependenceGraph graph, int[] waiting)
    {
        graph.RefreshOutgoing();
        var free = new Queue<int>();
        for (int n = 0; n < graph.NodeCount; n++)
        {
            waiting[n] = graph.InDegree(n);
            if (waiting[n] == 0) free.Enqueue(n);
        }
        while (free.TryDequeue(out int n))
        {
            for (int k = graph.OutStart[n]; k < graph.OutStart[n + 1]; k++)
            {
                if (--waiting[graph.OutTo[k]] == 0) free.Enqueue(graph.OutTo[k]);
            }
        }
        return new SimulationException($"{waiting.Count(w => w > 0)} nodes are unreachable: from node {Array.FindIndex(waiting, w => w > 0)} on they wait for each other, " +
            "or for one that does; the trace contradicts itself.");
    }
}
