using System.Collections.Immutable;
using Smaug.Core.Graphs;

namespace Smaug.Core.Execution;

/// <summary>
/// The order in which a network's operators run. Operators without inputs come first, by ordinal name; every other one
/// joins the queue when the last of its inputs is there. The order depends on the graph alone, not on values: dead
/// operators have their turn too.
/// </summary>
public static class OperatorOrder
{
    /// <summary>Indices in <see cref="Graph.Nodes"/> in the order of execution.</summary>
    /// <exception cref="ModelException">An input names a node that is not there, or the graph has a cycle.</exception>
    public static ImmutableArray<int> Of(Graph graph) => Of(new GraphTopology(graph));

    /// <summary>Indices in <see cref="Graph.Nodes"/> in the order of execution.</summary>
    public static ImmutableArray<int> Of(GraphTopology topology)
    {
        ImmutableArray<Node> nodes = topology.Graph.Nodes;
        ImmutableArray<int>.Builder order = ImmutableArray.CreateBuilder<int>(nodes.Length);
        int[] pending = new int[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            pending[i] = topology.InDegree(i);
            if (pending[i] == 0) order.Add(i);
        }

        order.Sort((a, b) => string.CompareOrdinal(nodes[a].Name, nodes[b].Name));
        for (int next = 0; next < order.Count; next++)
        {
            foreach (ChildEdge edge in topology.Children(order[next]))
            {
                if (--pending[edge.Child] == 0) order.Add(edge.Child);
            }
        }

        return order.MoveToImmutable();
    }
}
