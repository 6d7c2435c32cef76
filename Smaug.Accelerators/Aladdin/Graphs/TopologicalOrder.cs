using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Graphs;

/// <summary>An order of all nodes in which every edge runs forward.</summary>
internal static class TopologicalOrder
{
    public static int[] Of(DependenceGraph graph)
    {
        var order = new int[graph.NodeCount];
        var waiting = new int[graph.NodeCount];
        int tail = 0;
        for (int n = 0; n < graph.NodeCount; n++)
        {
            waiting[n] = graph.InDegree(n);
            if (waiting[n] == 0) order[tail++] = n;
        }
        for (int head = 0; head < tail; head++)
        {
            int n = order[head];
            for (int k = graph.OutStart[n]; k < graph.OutStart[n + 1]; k++)
            {
                if (--waiting[graph.OutTo[k]] == 0) order[tail++] = graph.OutTo[k];
            }
        }
        if (tail != graph.NodeCount)
        {
            throw new SimulationException($"{graph.NodeCount - tail} nodes are unreachable: from node {Array.FindIndex(waiting, w => w > 0)} on they wait for each other, " +
                "or for one that does; the trace contradicts itself.");
        }
        return order;
    }
}
