using System.Globalization;
using System.Text;

namespace Smaug.Core.Graphs;

/// <summary>Writes a graph in Graphviz's dot language: a vertex per node, numbered in file order, and an edge per input.</summary>
public static class GraphDot
{
    /// <summary>The graph as dot text.</summary>
    /// <exception cref="ModelException">The graph has a cycle or an unknown parent.</exception>
    public static string ToText(Graph graph)
    {
        var topology = new GraphTopology(graph);
        var text = new StringBuilder("digraph G {\n");
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            string label = graph.Nodes[i].Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{i}[label=\"{label}\"];\n");
        }

        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            foreach (ChildEdge edge in topology.Children(i)) text.Append(CultureInfo.InvariantCulture, $"{i}->{edge.Child} ;\n");
        }

        return text.Append("}\n").ToString();
    }
}
