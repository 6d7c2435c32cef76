using System.Globalization;
using Smaug.Core.Formats.Onnx.Analysis;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <content>Convolution, normalisation, softmax.</content>
internal sealed partial class OperatorImports
{
    private IEnumerable<KeyValuePair<string, Func<OnnxNode, ImportedTensor>>> Layers()
    {
        yield return new("Conv", Convolution);
        yield return new("MaxPool", MaxPool);
        yield return new("AveragePool", AveragePool);
        yield return new("GlobalMaxPool", n => GlobalPool(n, isMaximum: true));
        yield return new("GlobalAveragePool", n => GlobalPool(n, isMaximum: false));
        yield return new("MatMul", MatMul);
        yield return new("Gemm", Gemm);
        yield return new("BatchNormalization", BatchNormalization);
        yield return new("Softmax", Softmax);
    }

    private ImportedTensor Convolution(OnnxNode node)
    {
        ImportedTensor input = AsImages(node.Input(), node.Name);
        WindowGeometry windows = OverImages(ShapeRules.Windows(node) ?? throw new UnsupportedOperatorException("the shapes of its input and weights depend on values that are computed while the model runs"));
        (ImportedTensor padded, Padding padding) = Pad(node, input, windows);
        (int Rows, int Columns) stride = (windows.Strides[0], windows.Strides[1]);
        OnnxConstant? constant = Kernels(node, windows);
        int[] dims = [.. node.Input(1).Dimensions![..2], windows.Extent(0), windows.Extent(1)];
        int groups = (int)node.Int("group", 1);
        if (groups != input.Dimensions[1] || dims[0] != groups) RequireFew(groups, "groups");
        bool depthwise = groups > 1 && groups == input.Dimensions[1] && dims[0] == groups;
        Activation? activation = node.Optional(2) is null && (groups == 1 || depthwise) ? _fused.Take(node) : null;
        ModelTensor result = depthwise
            ? _model.DepthwiseConvolution(padded.Tensor, Kernel(node, constant, [1, dims[0], dims[2], dims[3]]), stride, padding, activation, name: NameOf(node))
            : groups == 1
            ? _model.Convolution(padded.Tensor, Kernel(node, constant, dims), stride, padding, activation, name: NameOf(node))
            : GroupedConvolution(node, padded, [.. Filters(node, constant, dims, groups)], stride, padding);
        if (node.Optional(2) is { } bias)
        {
            ImportedTensor summand = _forms.InForm(ChannelColumn(bias), 4, result.Shape.Layout);
            result = _model.Add(result, summand.Tensor, Part(node, "bias"));
        }

        return Images(result);
    }

    /// <summary>The kernels of a convolution as images, with the gaps of a dilation filled by zeros; null when they are no constants.</summary>
    private OnnxConstant? Kernels(OnnxNode node, WindowGeometry windows)
    {
        OnnxValue value = node.Input(1);
        OnnxConstant? constant = value.Constant?.Reshape([.. value.Dimensions![..2], windows.Kernel[0], windows.Kernel[1]]);
        if (!windows.IsDilated) return constant;
        _notes.Add($"{node}: dilated windows of {windows.Kernel[0]} x {windows.Kernel[1]} became windows of {windows.Extent(0)} x {windows.Extent(1)} with zeros between the weights; products with these zeros take time and energy");
        return constant is null
            ? throw new UnsupportedOperatorException("its window is dilated and its weights are computed while the model runs; they must be constants")
            : Spread(constant, windows);
    }

    private ModelTensor Kernel(OnnxNode node, OnnxConstant? constant, int[] dims) => constant is null
        ? _forms.Reshape(_forms.Get(node.Input(1)), dims, node.Input(1).Name).Tensor
        : _forms.Constant(node.Input(1).Name, constant.Reshape(dims), _model.Backend.ActivationLayout).Tensor;

    /// <summary>The kernels of each group.</summary>
    private IEnumerable<ModelTensor> Filters(OnnxNode node, OnnxConstant? constant, int[] dims, int groups)
    {
        int each = dims[0] / groups;
        if (constant is null) return _model.Split(Kernel(node, null, dims), groups, 0, Part(node, "split_weights"));
        return Enumerable.Range(0, groups).Select(g => Kernel(node, constant.Slice(0, g * each, each), [each, .. dims[1..]]));
    }

    private static OnnxConstant Spread(OnnxConstant kernels, WindowGeometry windows)
    {
        int[] dims = [.. kernels.Dimensions[..2], windows.Extent(0), windows.Extent(1)];
        return new OnnxConstant(kernels.Type, dims, () =>
        {
            float[] from = kernels.Singles();
            var to = new float[Dims.Count(dims)];
            int[] strides = Dims.Strides(dims);
            int[] places = Dims.Walk(kernels.Dimensions, [strides[0], strides[1], strides[2] * windows.Dilations[0], strides[3] * windows.Dilations[1]]);
            for (int i = 0; i < from.Length; i++) to[places[i]] = from[i];
            return to;
        });
    }

    /// <summary>One convolution per group, on slices of the channels.</summary>
    private ModelTensor GroupedConvolution(OnnxNode node, ImportedTensor input, ModelTensor[] filters, (int Rows, int Columns) stride, Padding padding)
    {
        ModelTensor x = ToBackendLayout(input.Tensor);
        int channelAxis = x.Shape.Layout == DataLayout.NHWC ? 3 : 1;
        IReadOnlyList<ModelTensor> inputs = _model.Split(x, filters.Length, channelAxis, Part(node, "split"));
        var results = new ModelTensor[filters.Length];
        for (int g = 0; g < results.Length; g++)
        {
            results[g] = _model.Convolution(inputs[g], filters[g], stride, padding, name: Part(node, string.Create(CultureInfo.InvariantCulture, $"group{g}")));
        }

        return _model.Concat(results, channelAxis, Part(node, "concat"));
    }

    private ModelTensor ToBackendLayout(ModelTensor tensor) =>
        tensor.Shape.Layout == _model.Backend.ActivationLayout ? tensor : _model.Reorder(tensor, _model.Backend.ActivationLayout);

    /// <summary>A value per channel as a column of one pixel, for adding to images.</summary>
    private OnnxValue ChannelColumn(OnnxValue bias)
    {
        var column = new OnnxValue(bias.Name) { Type = bias.Type };
        int[] dims = [TensorForms.Known(bias)[0], 1, 1];
        if (bias.Constant is { } constant) column.Set(constant.Reshape(dims));
        else _forms.Set(column, _forms.Reshape(_forms.Get(bias), dims, bias.Name));
        return column;
    }

    private ImportedTensor BatchNormalization(OnnxNode node)
    {
        if (node.Int("training_mode", 0) != 0) throw new UnsupportedOperatorException("it trains; Smaug runs models with stored statistics");
        if (node.Int("spatial", 1) == 0) throw new UnsupportedOperatorException("it has statistics for each pixel; statistics for each channel would fit");
        ImportedTensor input = _forms.Get(node.Input());
        int[] dims = input.Dimensions;
        if (dims.Length < 2) throw new UnsupportedOperatorException($"its input is {input}; images, channels and more dimensions would fit");
        if (dims.Length is not (2 or 4)) input = _forms.Reshape(input, [dims[0], dims[1], 1, node.Narrow(Dims.Count(dims.AsSpan(2..)), "pixels")], node.Name);
        float epsilon = node.Float("epsilon", 1e-5f);
        int channels = dims[1];
        ModelTensor result = _model.BatchNorm(
            input.Tensor, Channels(node.Input(3), channels), Channels(node.Input(4), channels, v => 1 / MathF.Sqrt(v + epsilon)),
            Channels(node.Input(1), channels), Channels(node.Input(2), channels), _fused.Take(node), NameOf(node));
        ImportedTensor images = result.Shape.Rank == 4 ? Images(result) : new ImportedTensor(result, dims);
        return dims.Length is 2 or 4 ? images : _forms.Reshape(images, dims, node.Name);
    }

    private ImportedTensor Softmax(OnnxNode node)
    {
        ImportedTensor input = _forms.Ordered(node.Input());
        int rank = Math.Max(input.Rank, 1);

        // Before version 13 everything from the axis on is one row.
        bool oneAxis = node.Opset >= 13;
        int axis = node.Axis(node.Int("axis", oneAxis ? -1 : 1), rank);
        int[] order = [.. Enumerable.Range(0, rank).Where(a => a != axis), axis];
        bool turned = oneAxis && axis != rank - 1;
        ImportedTensor rows = turned ? _forms.Transpose(input, order, node.Name) : input;
        int length = oneAxis ? rows.Dimensions[^1] : node.Narrow(Dims.Count(input.Dimensions.AsSpan(axis..)), "row");
        int[] dims = rows.Dimensions;
        ImportedTensor flat = _forms.Reshape(rows, [node.Narrow(Dims.Count(dims) / length, "rows"), length], node.Name);
        ImportedTensor result = _forms.Reshape(flat with { Tensor = _model.Softmax(flat.Tensor, NameOf(node)) }, dims, node.Name);
        return turned ? _forms.Transpose(result, [.. Enumerable.Range(0, rank).Select(a => Array.IndexOf(order, a))], node.Name) : result;
    }
}
