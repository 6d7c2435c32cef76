using System.Text;
using Smaug.Core.Formats.Protos;
using Smaug.Core.Formats.Text;
using Smaug.Core.Graphs;

namespace Smaug.Core.Formats;

/// <summary>
/// SMAUG's model files: a topology in protobuf text format (<c>NAME_topo.pbtxt</c>) and, beside it, parameters in protobuf
/// binary (<c>NAME_params.pb</c>).
/// </summary>
public static class ModelFile
{
    private const long MaximumTopologyBytes = 256 << 20;

    /// <summary>Reads and validates a model.</summary>
    /// <param name="topologyPath">The topology file.</param>
    /// <param name="parametersPath">The parameter file; null for a graph without values, as time-only runs need it.</param>
    /// <exception cref="InputFormatException">A file is not there, truncated or garbled; the message starts with the place.</exception>
    /// <exception cref="ModelException">The operators do not fit together, or a parameter is missing or of another size.</exception>
    public static Graph Read(string topologyPath, string? parametersPath = null)
    {
        if (!File.Exists(topologyPath)) throw new InputFormatException(topologyPath, 0, 0, "network topology file not found");
        long bytes = new FileInfo(topologyPath).Length;
        if (bytes > MaximumTopologyBytes) throw new InputFormatException(topologyPath, 0, 0, $"the file has {bytes} bytes; a topology has at most {MaximumTopologyBytes} (parameters go into a file of their own)");
        Graph graph = ReadText(File.ReadAllText(topologyPath), topologyPath);
        if (parametersPath is null) return graph;
        var parameters = new ParameterFile(parametersPath);
        RequireParameters(graph, parameters, parametersPath);
        return graph.WithParameters(graph.Parameters is { } inline ? new CombinedParameterSource(parameters, inline) : parameters);
    }

    /// <summary>A graph with the values of a parameter file in place of its own.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="parametersPath">The parameter file.</param>
    /// <exception cref="InputFormatException">The file is not there, truncated or garbled.</exception>
    /// <exception cref="ModelException">A parameter is missing.</exception>
    public static Graph WithParameters(Graph graph, string parametersPath)
    {
        var parameters = new ParameterFile(parametersPath);
        RequireParameters(graph.WithParameters(null), parameters, parametersPath);
        return graph.WithParameters(parameters);
    }

    /// <summary>Reads and validates a topology from a text.</summary>
    /// <param name="text">The topology in protobuf text format.</param>
    /// <param name="source">Name of the text in errors, usually a file name.</param>
    /// <exception cref="InputFormatException">The text is not a topology.</exception>
    /// <exception cref="ModelException">The operators do not fit together.</exception>
    public static Graph ReadText(string text, string source = "")
    {
        var proto = new GraphProto();
        var positions = TextFormatReader.Read(text, source, proto);
        Graph graph = new GraphProtoReader(source, positions).Read(proto);
        try
        {
            GraphValidator.Validate(graph);
        }
        catch (ModelException exception) when (source.Length > 0)
        {
            throw new ModelException($"{source}: {exception.Message}", exception);
        }

        return graph;
    }

    /// <summary>Writes a model.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="topologyPath">The topology file to create or replace.</param>
    /// <param name="parametersPath">The parameter file to create or replace; null to write the topology alone.</param>
    /// <exception cref="ModelException">Parameters are wanted, but a Data node has no values.</exception>
    public static void Write(Graph graph, string topologyPath, string? parametersPath = null)
    {
        AtomicFile.Write(topologyPath, stream => stream.Write(Encoding.UTF8.GetBytes(ToText(graph))));
        if (parametersPath is not null) AtomicFile.Write(parametersPath, stream => ParameterFile.Write(graph, stream));
    }

    /// <summary>The topology of a model as protobuf text format.</summary>
    public static string ToText(Graph graph) => TextFormatWriter.Write(GraphProtoWriter.ToProto(graph));

    private static void RequireParameters(Graph graph, ParameterFile parameters, string path)
    {
        var names = parameters.Names.ToHashSet(StringComparer.Ordinal);
        foreach (Node node in graph.Nodes)
        {
            if (node.Kind != OperatorKind.Data || names.Contains(node.Inputs[0].Name)) continue;
            if (graph.Parameters?.Find(node.Inputs[0]) is not null) continue;
            if (names.Count == 0) throw new ModelException($"{path}: the file holds no parameters; give the file that was written with the topology");
            throw new ModelException($"{path}: there are no values for tensor '{node.Inputs[0].Name}' {node.Inputs[0].Shape} of {node}; the file has {names.Count} tensors ({string.Join(", ", parameters.Names.Take(5))}{(names.Count > 5 ? ", ..." : "")})");
        }
    }
}
