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
    public static ImmutableArray<int> Of(Graph graph)
    {
        ImmutableArray<Node> nodes = graph.Nodes;
        var children = new List<int>[nodes.Length];
        int[] pending = new int[nodes.Length];
        for (int i = 0; i < nodes.Length; i++) children[i] = [];
        for (int i = 0; i < nodes.Length; i++)
        {
            pending[i] = nodes[i].Parents.Length;
            foreach (NodeInput parent in nodes[i].Parents) children[Parent(graph, nodes[i], parent)].Add(i);
        }

        ImmutableArray<int>.Builder order = ImmutableArray.CreateBuilder<int>(nodes.Length);
        for (int i = 0; i < nodes.Length; i++)
        {
            if (pending[i] == 0) order.Add(i);
        }

        order.Sort((a, b) => string.CompareOrdinal(nodes[a].Name, nodes[b].Name));
        for (int next = 0; next < order.Count; next++)
        {
            foreach (int child in children[order[next]])
            {
                if (--pending[child] == 0) order.Add(child);
            }
        }

        if (order.Count < nodes.Length) throw Cycle(graph, pending);
        return order.MoveToImmutable();
    }

    private static int Parent(Graph graph, Node node, NodeInput parent)
    {
        int index = graph.IndexOf(parent.Node);
        if (index < 0) throw new ModelException($"graph '{graph.Name}': node '{node.Name}' reads from '{parent.Node}', which is not in the graph");
        if (parent.Output < 0 || parent.Output >= graph.Nodes[index].Outputs.Length)
        {
            throw new ModelException($"graph '{graph.Name}': node '{node.Name}' reads output {parent.Output} of '{parent.Node}', which has {graph.Nodes[index].Outputs.Length}");
        }

        return index;
    }

    // Going back along unfinished parents from any unfinished node must meet a node twice; the nodes between are a cycle.
    private static ModelException Cycle(Graph graph, int[] pending)
    {
        int start = Array.FindIndex(pending, p => p > 0);
        var path = new List<int>();
        for (int node = start; ;)
        {
            int seen = path.IndexOf(node);
            if (seen >= 0)
            {
                path.RemoveRange(0, seen);
                path.Reverse();
                IEnumerable<string> names = path.Take(6).Select(i => $"'{graph.Nodes[i].Name}'");
                string more = path.Count > 6 ? $" and {path.Count - 6} more" : "";
                return new ModelException($"graph '{graph.Name}': the nodes {string.Join(" -> ", names)}{more} form a cycle; a network must be acyclic");
            }

            path.Add(node);
            node = graph.Nodes[node].Parents.Select(p => graph.IndexOf(p.Node)).First(p => pending[p] > 0);
        }
    }
}
