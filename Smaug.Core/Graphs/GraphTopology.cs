using System.Collections.Immutable;

namespace Smaug.Core.Graphs;

/// <summary>One edge of a graph, seen from the producing node.</summary>
/// <param name="Output">Index of the producing node's output.</param>
/// <param name="Child">Index in <see cref="Graph.Nodes"/> of the consuming node.</param>
/// <param name="Input">Index of the consuming node's input.</param>
public readonly record struct ChildEdge(int Output, int Child, int Input);

/// <summary>
/// The edges of a graph from producers to consumers, and the order in which operators can run. A node that feeds two
/// inputs of another has two edges to it.
/// </summary>
public sealed class GraphTopology
{
    private readonly ImmutableArray<ChildEdge>[] _children;

    /// <summary>Follows the edges of a graph.</summary>
    /// <exception cref="ModelException">A parent does not exist, or the graph has a cycle.</exception>
    public GraphTopology(Graph graph)
    {
        Graph = graph;
        _children = ReadEdges(graph);
        Order = Sort();
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>
    /// Indices of all nodes, producers before consumers: the reverse of the order in which a depth-first search over the
    /// nodes in file order, following edges in the order of the file, leaves them.
    /// </summary>
    public ImmutableArray<int> Order { get; }

    /// <summary>Edges out of a node, in the file order of the consumers and their inputs.</summary>
    /// <param name="node">Index in <see cref="Graph.Nodes"/>.</param>
    public ImmutableArray<ChildEdge> Children(int node) => _children[node];

    /// <summary>Edges into a node.</summary>
    /// <param name="node">Index in <see cref="Graph.Nodes"/>.</param>
    public int InDegree(int node) => Graph.Nodes[node].Parents.Length;

    private static ImmutableArray<ChildEdge>[] ReadEdges(Graph graph)
    {
        var children = new ImmutableArray<ChildEdge>.Builder?[graph.Nodes.Length];
        for (int child = 0; child < graph.Nodes.Length; child++)
        {
            Node node = graph.Nodes[child];
            for (int input = 0; input < node.Parents.Length; input++)
            {
                int parent = graph.IndexOf(node.Parents[input].Node);
                if (parent < 0) throw new ModelException($"{node}: input {input} comes from '{node.Parents[input].Node}', but the graph has no node of that name");
                (children[parent] ??= ImmutableArray.CreateBuilder<ChildEdge>()).Add(new ChildEdge(node.Parents[input].Output, child, input));
            }
        }

        return Array.ConvertAll(children, c => c?.ToImmutable() ?? []);
    }

    private ImmutableArray<int> Sort()
    {
        int count = Graph.Nodes.Length;
        var order = new int[count];
        int free = count;
        var next = new int[count];
        var open = new bool[count];
        var stack = new Stack<int>();
        for (int root = 0; root < count; root++)
        {
            if (next[root] != 0 || open[root]) continue;
            stack.Push(root);
            open[root] = true;
            while (stack.TryPeek(out int node))
            {
                if (next[node] == _children[node].Length)
                {
                    // One past the last edge marks the node as finished, also where it has no edges.
                    next[node]++;
                    open[node] = false;
                    stack.Pop();
                    order[--free] = node;
                    continue;
                }

                int child = _children[node][next[node]++].Child;
                if (open[child]) throw Cycle(stack, child);
                if (next[child] == 0)
                {
                    stack.Push(child);
                    open[child] = true;
                }
            }
        }

        return [.. order];
    }

    private ModelException Cycle(Stack<int> stack, int start)
    {
        var names = new List<string> { Graph.Nodes[start].Name };
        foreach (int node in stack)
        {
            names.Add(Graph.Nodes[node].Name);
            if (node == start || names.Count == 12) break;
        }

        names.Reverse();
        return new ModelException($"{Graph.Nodes[start]}: the graph has a cycle: {string.Join(" -> ", names)}; operators must not depend on their own outputs");
    }
}
