using System.Collections.Immutable;

namespace Smaug.Core.Formats.Onnx.Reading;

/// <summary>The graph of a model file: nodes with producers before consumers, only those that lead to an output.</summary>
/// <param name="Name">Name of the graph, or of the file where it has none.</param>
/// <param name="Source">Name of the file in errors.</param>
/// <param name="Opset">Version of ONNX's operator set.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Inputs">Tensors given from outside.</param>
/// <param name="Outputs">Results.</param>
internal sealed record OnnxNetwork(
    string Name, string Source, long Opset, ImmutableArray<OnnxNode> Nodes, ImmutableArray<OnnxValue> Inputs, ImmutableArray<OnnxValue> Outputs);
