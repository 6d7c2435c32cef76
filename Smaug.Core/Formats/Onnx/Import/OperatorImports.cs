using System.Collections.Frozen;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <summary>Represents ONNX's operators by Smaug's. Every method gives the node's first output, whose sizes are known.</summary>
internal sealed partial class OperatorImports
{
    // Groups, products of a batch, runs of indices: each becomes an operator.
    private const int MaximumPieces = 1 << 14;

    private readonly ModelBuilder _model;
    private readonly TensorForms _forms;
    private readonly ICollection<string> _notes;
    private readonly FusedActivations _fused = new();
    private readonly FrozenDictionary<string, Func<OnnxNode, ImportedTensor>> _arithmetic;
    private readonly FrozenDictionary<string, Func<OnnxNode, ImportedTensor>> _movements;

    public OperatorImports(ModelBuilder model, TensorForms forms, ICollection<string> notes)
    {
        _model = model;
        _forms = forms;
        _notes = notes;
        _arithmetic = Layers().Concat(ElementwiseOperators()).Concat(Reductions()).ToFrozenDictionary(StringComparer.Ordinal);
        _movements = Movements().ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Adds what computes a node to the network.</summary>
    /// <exception cref="UnsupportedOperatorException">There is nothing that does.</exception>
    /// <exception cref="ModelException">Smaug's operators do not fit together.</exception>
    public void Run(OnnxNode node)
    {
        if (node.Operator == "Split")
        {
            Split(node);
            return;
        }

        if (_arithmetic.TryGetValue(node.Operator, out Func<OnnxNode, ImportedTensor>? import)) RequireFloats(node);
        else if (!_movements.TryGetValue(node.Operator, out import)) throw new UnsupportedOperatorException("Smaug has no such operator");
        if (Array.FindIndex(node.Outputs, 1, Math.Max(0, node.Outputs.Length - 1), o => o is not null && (o.Readers.Count > 0 || o.IsOutput)) is var extra and > 0)
        {
            throw new UnsupportedOperatorException($"its output {extra} is used; only the first one can be given");
        }

        int[] dims = TensorForms.Known(node.Output);
        ImportedTensor result = import(node);
        _forms.Set(node.Output, result.Dimensions.AsSpan().SequenceEqual(dims) ? result : _forms.Reshape(result, dims, node.Name));
    }

    private static void RequireFloats(OnnxNode node)
    {
        foreach (OnnxValue? input in node.Inputs)
        {
            if (input is null || input.Constant is not null || input.Type.IsFloat()) continue;
            throw new UnsupportedOperatorException($"'{input.Name}' holds {input.Type}; Smaug computes with floating-point numbers");
        }
    }

    private static void RequireFew(long pieces, string what)
    {
        if (pieces > MaximumPieces) throw new UnsupportedOperatorException($"it has {pieces} {what}, each an operator of its own; at most {MaximumPieces} would fit");
    }

    /// <summary>A name for a helper operator of a node.</summary>
    private static string Part(OnnxNode node, string part) => $"{TensorForms.NodeName(node.Name)}:{part}";

    private static string NameOf(OnnxNode node) => TensorForms.NodeName(node.Name);

    /// <summary>A constant's only value.</summary>
    private static float? Scalar(OnnxValue? value) => value?.Constant is { Count: 1 } constant ? constant.Singles()[0] : null;

    /// <summary>A tensor times a number.</summary>
    private ImportedTensor Scale(ImportedTensor tensor, float factor, string name) =>
        factor == 1 ? tensor : tensor with { Tensor = _model.Multiply(tensor.Tensor, Single(tensor, factor, $"{name}/factor"), name) };

    /// <summary>A tensor plus a number.</summary>
    private ImportedTensor Shift(ImportedTensor tensor, float summand, string name) =>
        summand == 0 ? tensor : tensor with { Tensor = _model.Add(tensor.Tensor, Single(tensor, summand, $"{name}/summand"), name) };

    private ImportedTensor Activate(ImportedTensor tensor, Activation activation, string name) =>
        tensor with { Tensor = _model.Activate(tensor.Tensor, activation, name) };

    private ModelTensor Single(ImportedTensor like, float value, string name)
    {
        int[] ones = Dims.Expand([], like.Tensor.Shape.Rank);
        return _forms.Uniform(ones, like.Tensor.Shape.Layout, value, name);
    }

    /// <summary>One row of numbers that operators take for each channel.</summary>
    private ModelTensor Channels(OnnxValue value, int channels, Func<float, float>? change = null)
    {
        if (value.Constant is { } constant)
        {
            if (constant.Count != channels) throw new UnsupportedOperatorException($"'{value.Name}' has {constant.Count} elements; {channels} would fit");
            OnnxConstant row = (change is null ? constant : constant.Map(change)).Reshape([1, channels]);
            return _forms.Constant(value.Name, row, DataLayout.NC).Tensor;
        }

        if (change is not null) throw new UnsupportedOperatorException($"'{value.Name}' is computed while the model runs; it must be a constant");
        return _forms.Reshape(_forms.Get(value), [1, channels], value.Name).Tensor;
    }

    /// <summary>Images from tensors with one spatial dimension: a row of pixels.</summary>
    private ImportedTensor AsImages(OnnxValue value, string name)
    {
        ImportedTensor tensor = _forms.Get(value);
        return tensor.Rank switch
        {
            4 => tensor,
            3 => _forms.Reshape(tensor, [tensor.Dimensions[0], tensor.Dimensions[1], 1, tensor.Dimensions[2]], name),
            _ => throw new UnsupportedOperatorException($"its input is {tensor}; one or two spatial dimensions would fit"),
        };
    }

    /// <summary>Tells in ONNX's order what images are in a layout of their own.</summary>
    private static ImportedTensor Images(ModelTensor tensor) => new(tensor, tensor.Shape.Layout == DataLayout.NHWC
        ? [tensor.Shape[0], tensor.Shape[3], tensor.Shape[1], tensor.Shape[2]]
        : tensor.Shape.Dimensions.ToArray());
}
