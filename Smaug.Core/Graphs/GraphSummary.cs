using System.Globalization;

namespace Smaug.Core.Graphs;

/// <summary>Prints a graph as a table: operator, output shapes and parameters, in topological order.</summary>
public static class GraphSummary
{
    private const int NameWidth = 40;
    private const int ShapeWidth = 25;
    private const int ParametersWidth = 15;
    private const int LineWidth = 92;

    /// <summary>Writes the table. Lines end with <c>\n</c>.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="topology">The graph.</param>
    /// <param name="compatibility">Counts parameters as the original SMAUG does, see <see cref="NodeMetrics.Parameters(Node, bool)"/>.</param>
    public static void Write(TextWriter writer, GraphTopology topology, bool compatibility = false)
    {
        string line = new('_', LineWidth);
        writer.Write($"{line}\n");
        WriteRow(writer, "Layer (type)", "Output shape", "Parameters");
        writer.Write($"{line}\n");
        foreach (int index in topology.Order)
        {
            Node node = topology.Graph.Nodes[index];
            WriteRow(writer, node.ToString(), node.Outputs[0].Shape.ToString(), NodeMetrics.Parameters(node, compatibility).ToString(CultureInfo.InvariantCulture));
            for (int i = 1; i < node.Outputs.Length; i++) WriteRow(writer, "", node.Outputs[i].Shape.ToString(), "");
            writer.Write($"{line}\n");
        }
    }

    /// <summary>The table as <see cref="Write"/> writes it.</summary>
    /// <exception cref="ModelException">The graph has a cycle or an unknown parent.</exception>
    public static string ToText(Graph graph, bool compatibility = false)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        Write(writer, new GraphTopology(graph), compatibility);
        return writer.ToString();
    }

    private static void WriteRow(TextWriter writer, string name, string shape, string parameters)
    {
        int free = Math.Max(0, ParametersWidth - parameters.Length);
        string centred = new string(' ', (free + 1) / 2) + parameters + new string(' ', free / 2);
        writer.Write($"{name.PadRight(NameWidth)} {shape.PadRight(ShapeWidth)} {centred}\n");
    }
}
