using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Formats.Onnx.Analysis;
using Smaug.Core.Formats.Onnx.Import;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Modeling;

namespace Smaug.Core.Formats.Onnx;

/// <summary>
/// A model in ONNX's terms, with all shapes known. Immutable. Values of weights are read when they are asked for, so a model
/// can be looked at and timed without its weights in memory.
/// </summary>
public sealed class OnnxModel
{
    private readonly OnnxNetwork _network;

    internal OnnxModel(OnnxNetwork network)
    {
        _network = network;
        foreach (OnnxNode node in network.Nodes)
        {
            ShapeRules.Apply(node);
            ConstantFolding.Apply(node);
        }

        Inputs = [.. network.Inputs.Select(v => v.Info)];
        Outputs = [.. network.Outputs.Select(v => v.Info)];
    }

    /// <summary>Name of the graph, or of the file where it has none.</summary>
    public string Name => _network.Name;

    /// <summary>Version of ONNX's operator set that the model uses.</summary>
    public long Opset => _network.Opset;

    /// <summary>Tensors that must be given; initializers and fixed inputs are none.</summary>
    public ImmutableArray<OnnxTensorInfo> Inputs { get; }

    /// <summary>Results.</summary>
    public ImmutableArray<OnnxTensorInfo> Outputs { get; }

    /// <summary>
    /// The convolutions and matrix products, in order. Only shapes are needed, so models with operators that Smaug cannot run
    /// have layers too.
    /// </summary>
    /// <exception cref="InputFormatException">The shape of a layer cannot be known.</exception>
    public ImmutableArray<OnnxLayer> FindLayers() => LayerFinder.Find(_network);

    /// <summary>Names of nodes with multiply-accumulates that <see cref="FindLayers"/> does not give: recurrent layers, transposed convolutions, sub-graphs.</summary>
    public ImmutableArray<string> OtherMatrixWork => [.. _network.Nodes.Where(LayerFinder.IsOtherMatrixWork).Select(n => n.ToString())];

    /// <summary>Builds the network of Smaug's operators that computes the same.</summary>
    /// <param name="backend">What the network must know of the backend it will run on; all floating-point tensors take its type.</param>
    /// <param name="options">Memory policy, and the seed of inputs that are not given; null for the defaults.</param>
    /// <returns>
    /// The network. Its inputs have their names and the dimensions of <see cref="Inputs"/>; they hold seeded values until others
    /// are given with <see cref="Graphs.Graph.WithValues"/>.
    /// </returns>
    /// <exception cref="ModelException">Some operators cannot be represented; the message lists each with the reason.</exception>
    public OnnxImport Import(BackendTraits backend, ModelOptions? options = null) => new GraphImporter(_network, backend, options).Import();
}
