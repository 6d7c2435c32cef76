using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <content>Activations, arithmetic and comparisons, element by element.</content>
internal sealed partial class OperatorImports
{
    private IEnumerable<KeyValuePair<string, Func<OnnxNode, ImportedTensor>>> ElementwiseOperators()
    {
        foreach (string name in (string[])["Relu", "Sigmoid", "Tanh", "LeakyRelu", "Elu", "Selu", "Clip"]) yield return new(name, Activation);
        yield return new("PRelu", PRelu);
        yield return new("HardSigmoid", n => HardSigmoid(n, n.Float("alpha", 0.2f), n.Float("beta", 0.5f)));
        yield return new("HardSwish", n => Multiply(_forms.Get(n.Input()), HardSigmoid(n, 1f / 6, 0.5f), n));
        yield return new("Celu", Celu);
        yield return new("Add", n => Combine(n, n.Input(), n.Input(1), _model.Add));
        yield return new("Mul", n => Combine(n, n.Input(), n.Input(1), _model.Multiply));
        yield return new("Sub", n => Combine(n, n.Input(), Negated(n, n.Input(1)), _model.Add));
        yield return new("Div", Divide);
        yield return new("Sum", n => Sum(n));
        yield return new("Mean", n => Scale(Sum(n), 1f / n.Inputs.Length, Part(n, "mean")));
        yield return new("Neg", n => Scale(_forms.Get(n.Input()), -1, NameOf(n)));
        yield return new("Abs", n => Absolute(_forms.Get(n.Input()), n));
        yield return new("Pow", Power);
        yield return new("Max", n => Bound(n, isMaximum: true));
        yield return new("Min", n => Bound(n, isMaximum: false));
        yield return new("Less", n => Combine(n, n.Input(), n.Input(1), _model.Less));
        yield return new("LessOrEqual", n => Combine(n, n.Input(), n.Input(1), _model.LessEqual));
        yield return new("Greater", n => Combine(n, n.Input(), n.Input(1), _model.Greater));
        yield return new("GreaterOrEqual", n => Combine(n, n.Input(), n.Input(1), _model.GreaterEqual));
    }

    private ImportedTensor Activation(OnnxNode node)
    {
        ImportedTensor input = _forms.Get(node.Input());
        if (_fused.Contains(node)) return input;
        Activation activation = FusedActivations.Of(node) ?? throw new UnsupportedOperatorException("its bounds are computed while the model runs; they must be constants");
        return Activate(input, activation, NameOf(node));
    }

    /// <summary>An operator on two tensors that are broadcast to each other.</summary>
    private ImportedTensor Combine(OnnxNode node, OnnxValue a, OnnxValue b, Func<ModelTensor, ModelTensor, string, ModelTensor> combine)
    {
        int[] first = TensorForms.Known(a), second = AlignedByAttribute(node, first, TensorForms.Known(b));
        int rank = Math.Max(first.Length, second.Length);
        bool channelsLast = rank == 4 && ((a.Constant is null && _forms.Get(a).IsChannelsLast) || (b.Constant is null && _forms.Get(b).IsChannelsLast));
        DataLayout layout = channelsLast ? DataLayout.NHWC : ImportedTensor.LayoutOf(rank);
        ImportedTensor left = _forms.InForm(a, rank, layout);
        ImportedTensor right = second.Length == b.Dimensions!.Length ? _forms.InForm(b, rank, layout) : _forms.InForm(Reshaped(b, second), rank, layout);
        int[] dims = Dims.Broadcast(first, second) ?? throw new UnsupportedOperatorException($"its inputs are {Dims.Text(first)} and {Dims.Text(second)}; they cannot be broadcast to each other");
        return new ImportedTensor(combine(left.Tensor, right.Tensor, NameOf(node)), dims);
    }

    /// <summary>Before version 7 an attribute says at which axis of the first input the second one begins.</summary>
    private static int[] AlignedByAttribute(OnnxNode node, int[] first, int[] second)
    {
        if (node.Opset >= 7 || node.Int("broadcast", 0) == 0 || !node.Has("axis")) return second;
        int behind = first.Length - node.Axis(node.Int("axis", 0), first.Length) - second.Length;
        return behind <= 0 ? second : [.. second, .. Dims.Expand([], behind)];
    }

    private OnnxValue Reshaped(OnnxValue value, int[] dims)
    {
        var reshaped = new OnnxValue(value.Name) { Type = value.Type, Dimensions = dims };
        if (value.Constant is { } constant) reshaped.Set(constant.Reshape(dims));
        else _forms.Set(reshaped, _forms.Reshape(_forms.Get(value), dims, value.Name));
        return reshaped;
    }

    private OnnxValue Negated(OnnxNode node, OnnxValue value)
    {
        var negated = new OnnxValue(value.Name) { Type = value.Type, Dimensions = value.Dimensions };
        if (value.Constant is { } constant) negated.Set(constant.Map(v => -v));
        else _forms.Set(negated, Scale(_forms.Get(value), -1, Part(node, "negate")));
        return negated;
    }

    private ImportedTensor Divide(OnnxNode node)
    {
        OnnxValue divisor = node.Input(1);
        if (divisor.Constant is not { } constant) throw new UnsupportedOperatorException($"its divisor '{divisor.Name}' is computed while the model runs; Smaug multiplies by the reciprocal of a constant");
        var reciprocal = new OnnxValue(divisor.Name);
        reciprocal.Set(constant.Map(v => 1 / v));
        return Combine(node, node.Input(), reciprocal, _model.Multiply);
    }

    private ImportedTensor Sum(OnnxNode node)
    {
        OnnxValue sum = node.Input();
        for (int i = 1; i < node.Inputs.Length; i++)
        {
            ImportedTensor tensor = Combine(node, sum, node.Input(i), _model.Add);
            sum = new OnnxValue(sum.Name) { Type = sum.Type, Dimensions = tensor.Dimensions };
            _forms.Set(sum, tensor);
        }

        return _forms.Get(sum);
    }

    private ImportedTensor Multiply(ImportedTensor a, ImportedTensor b, OnnxNode node) => a with { Tensor = _model.Multiply(a.Tensor, b.Tensor, NameOf(node)) };

    /// <summary>min(x, 0), negated.</summary>
    private ImportedTensor NegativePart(ImportedTensor tensor, OnnxNode node) =>
        Activate(Scale(tensor, -1, Part(node, "negate")), Activations.ReLU, Part(node, "negative"));

    private ImportedTensor Absolute(ImportedTensor tensor, OnnxNode node)
    {
        ImportedTensor positive = Activate(tensor, Activations.ReLU, Part(node, "positive"));
        return tensor with { Tensor = _model.Add(positive.Tensor, NegativePart(tensor, node).Tensor, NameOf(node)) };
    }

    /// <summary>max(x, 0) - slope · (-min(x, 0)).</summary>
    private ImportedTensor PRelu(OnnxNode node)
    {
        ImportedTensor input = _forms.Get(node.Input());
        if (Scalar(node.Input(1)) is { } slope) return Activate(input, Activations.LReLU(slope), NameOf(node));

        // Before version 7 a row of slopes belongs to the channels.
        OnnxValue slopes = node.Input(1);
        int[] dims = TensorForms.Known(slopes);
        if (node.Opset < 7 && dims.Length == 1 && input.Rank > 2) slopes = Reshaped(slopes, [dims[0], .. Dims.Expand([], input.Rank - 2)]);
        var negative = new OnnxValue(node.Input().Name) { Type = node.Input().Type, Dimensions = input.Dimensions };
        _forms.Set(negative, NegativePart(input, node));
        ImportedTensor scaled = Combine(node, negative, Negated(node, slopes), _model.Multiply);
        ImportedTensor positive = Activate(input, Activations.ReLU, Part(node, "positive"));
        return input with { Tensor = _model.Add(positive.Tensor, scaled.Tensor, NameOf(node)) };
    }

    private ImportedTensor HardSigmoid(OnnxNode node, float alpha, float beta)
    {
        ImportedTensor line = Shift(Scale(_forms.Get(node.Input()), alpha, Part(node, "alpha")), beta, Part(node, "beta"));
        return Activate(line, Activations.HardTanh(0, 1), Part(node, "clamp"));
    }

    /// <summary>alpha · ELU(x / alpha).</summary>
    private ImportedTensor Celu(OnnxNode node)
    {
        float alpha = node.Float("alpha", 1);
        ImportedTensor input = Scale(_forms.Get(node.Input()), 1 / alpha, Part(node, "inverse"));
        return Scale(Activate(input, Activations.ELU(1), NameOf(node)), alpha, Part(node, "alpha"));
    }

    private ImportedTensor Power(OnnxNode node)
    {
        ImportedTensor input = _forms.Get(node.Input());
        if (Scalar(node.Input(1)) is not (1 or 2 or 3) || Scalar(node.Input(1)) is not { } exponent) throw new UnsupportedOperatorException("its exponent is not one of the constants 1, 2 and 3");
        ImportedTensor result = input;
        for (int i = 1; i < exponent; i++) result = Multiply(result, input, node);
        return result;
    }

    /// <summary>The larger or smaller of a tensor and a number.</summary>
    private ImportedTensor Bound(OnnxNode node, bool isMaximum)
    {
        if (node.Inputs.Length == 1) return _forms.Get(node.Input());
        (OnnxValue tensor, float? number) = Scalar(node.Input(1)) is { } second ? (node.Input(), second) : (node.Input(1), Scalar(node.Input()));
        if (node.Inputs.Length != 2 || number is not { } bound) throw new UnsupportedOperatorException("it compares two tensors; a tensor and one constant number would fit");
        return Activate(_forms.Get(tensor), isMaximum ? Activations.HardTanh(bound, float.MaxValue) : Activations.HardTanh(float.MinValue, bound), NameOf(node));
    }
}
