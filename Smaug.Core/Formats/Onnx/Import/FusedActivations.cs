using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;

namespace Smaug.Core.Formats.Onnx.Import;

/// <summary>Activation functions of ONNX, and which of them run within the layer before them.</summary>
internal sealed class FusedActivations
{
    private readonly HashSet<OnnxNode> _fused = [];

    /// <summary>Whether a node was fused into the layer before it.</summary>
    public bool Contains(OnnxNode node) => _fused.Contains(node);

    /// <summary>The activation behind a layer, when nothing else reads the layer's output; it counts as done from then on.</summary>
    public Activation? Take(OnnxNode layer)
    {
        if (layer.Output is not { IsOutput: false, Readers.Count: 1 } output) return null;
        OnnxNode reader = output.Readers[0];
        if (Of(reader) is not { } activation) return null;
        _fused.Add(reader);
        return activation;
    }

    /// <summary>The activation that a node is; null when it is none.</summary>
    public static Activation? Of(OnnxNode node) => node.Operator switch
    {
        "Relu" => Activations.ReLU,
        "Sigmoid" => Activations.Sigmoid,
        "Tanh" => Activations.Tanh,
        "LeakyRelu" => Activations.LReLU(node.Float("alpha", 0.01f)),
        "Elu" => Activations.ELU(node.Float("alpha", 1)),
        "Selu" => Activations.SELU(node.Float("alpha", 1.67326319f), node.Float("gamma", 1.05070102f)),
        "Clip" => Clip(node),
        _ => null,
    };

    private static Activation? Clip(OnnxNode node)
    {
        if (node.Optional(1) is { Constant: not { Count: 1 } } || node.Optional(2) is { Constant: not { Count: 1 } }) return null;
        float minimum = node.Float("min", node.Optional(1)?.Constant?.Singles()[0] ?? float.MinValue);
        float maximum = node.Float("max", node.Optional(2)?.Constant?.Singles()[0] ?? float.MaxValue);
        return minimum == 0 && maximum == float.MaxValue ? Activations.ReLU : Activations.HardTanh(minimum, maximum);
    }
}
