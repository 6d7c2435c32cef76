using System.Collections.Immutable;
using Smaug.Core.Graphs;

namespace Smaug.Core.Formats.Onnx;

/// <summary>A network made from an ONNX model.</summary>
/// <param name="Graph">The network.</param>
/// <param name="Outputs">For each output of the model the operator that gives it, and which of its outputs.</param>
/// <param name="Notes">What the network does otherwise than the model, one line each: for example dilated windows that became larger ones.</param>
public sealed record OnnxImport(Graph Graph, ImmutableArray<NodeInput> Outputs, ImmutableArray<string> Notes);
