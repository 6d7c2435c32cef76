using Smaug.Core.Formats.Onnx.Analysis;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <content>Pooling, and the borders of windows.</content>
internal sealed partial class OperatorImports
{
    // One for each pixel of a pooling with a border.
    private const int MaximumFactors = 1 << 26;

    private ImportedTensor MaxPool(OnnxNode node)
    {
        ImportedTensor input = AsImages(node.Input(), node.Name);
        WindowGeometry windows = PoolWindows(node);
        float border = SignAnalysis.IsNonNegative(node.Input()) ? 0 : _model.Backend.DataType == DataType.Float16 ? (float)Half.MinValue : float.MinValue;
        ImportedTensor padded = Surround(input, Sides(windows), border, NameOf(node));
        return Images(_model.MaxPool(padded.Tensor, (windows.Kernel[0], windows.Kernel[1]), (windows.Strides[0], windows.Strides[1]), NameOf(node)));
    }

    private ImportedTensor AveragePool(OnnxNode node)
    {
        ImportedTensor input = AsImages(node.Input(), node.Name);
        WindowGeometry windows = PoolWindows(node);
        ImportedTensor padded = Surround(input, Sides(windows), 0, NameOf(node));
        ImportedTensor result = Images(_model.AveragePool(padded.Tensor, (windows.Kernel[0], windows.Kernel[1]), (windows.Strides[0], windows.Strides[1]), NameOf(node)));
        if (Array.TrueForAll(Sides(windows), s => s == 0)) return result;
        if (Dims.Count(windows.Output) > MaximumFactors) throw new UnsupportedOperatorException($"its border needs {Dims.Count(windows.Output)} factors; at most {MaximumFactors} would fit");
        OnnxConstant factors = BorderFactors(windows, node.Int("count_include_pad", 0) != 0);
        if (Array.TrueForAll(factors.Singles(), f => f == 1)) return result;

        // The mean at the border is one of fewer elements than the window has.
        ModelTensor correction = _forms.Constant(Part(node, "border_factors"), factors, result.Tensor.Shape.Layout).Tensor;
        return result with { Tensor = _model.Multiply(result.Tensor, correction, Part(node, "border")) };
    }

    private ImportedTensor GlobalPool(OnnxNode node, bool isMaximum)
    {
        int[] dims = TensorForms.Known(node.Input());
        ImportedTensor input = _forms.Get(node.Input());
        if (dims.Length != 4) input = _forms.Reshape(input, [dims[0], dims[1], 1, node.Narrow(Dims.Count(dims.AsSpan(2..)), "pixels")], node.Name);
        (int Rows, int Columns) window = (input.Dimensions[2], input.Dimensions[3]);
        ModelTensor result = isMaximum
            ? _model.MaxPool(input.Tensor, window, (1, 1), NameOf(node))
            : _model.AveragePool(input.Tensor, window, (1, 1), NameOf(node));
        return _forms.Reshape(Images(result), node.Output.Dimensions!, node.Name);
    }

    private static WindowGeometry PoolWindows(OnnxNode node)
    {
        WindowGeometry windows = OverImages(WindowGeometry.Of(node, TensorForms.Known(node.Input()), null));
        if (windows.IsDilated) throw new UnsupportedOperatorException("its window is dilated; Smaug's pooling windows have no gaps");
        return windows;
    }

    /// <summary>The windows over rows and columns; those over one dimension have one row.</summary>
    private static WindowGeometry OverImages(WindowGeometry windows)
    {
        static int[] Two(int[] values, int first) => values.Length == 2 ? values : [first, values[0]];
        if (windows.Rank > 2) throw new UnsupportedOperatorException($"it has {windows.Rank} spatial dimensions; one or two would fit");
        return new WindowGeometry(
            Two(windows.Kernel, 1), Two(windows.Strides, 1), Two(windows.Dilations, 1), Two(windows.Begin, 0), Two(windows.End, 0), Two(windows.Input, 1), Two(windows.Output, 1));
    }

    /// <summary>What lies around the input of a pooling: begins of all dimensions in ONNX's order, then ends.</summary>
    private static int[] Sides(WindowGeometry windows) =>
        [0, 0, windows.Begin[0], windows.Begin[1], 0, 0, Math.Max(0, windows.NeededEnd(0)), Math.Max(0, windows.NeededEnd(1))];

    /// <summary>The input of a convolution with as much border as needed, and the rule for the rest of it.</summary>
    private (ImportedTensor Padded, Padding Rule) Pad(OnnxNode node, ImportedTensor input, WindowGeometry windows)
    {
        bool IsRule(Padding padding, int axis) =>
            windows.Begin[axis] == (padding == Padding.Same ? windows.Extent(axis) / 2 : 0)
            && (padding == Padding.Valid || windows.Extent(axis) % 2 == 1)
            && ShapeInference.Windows(windows.Input[axis], windows.Extent(axis), windows.Strides[axis], padding) == windows.Output[axis];
        if (IsRule(Padding.Valid, 0) && IsRule(Padding.Valid, 1)) return (input, Padding.Valid);
        if (IsRule(Padding.Same, 0) && IsRule(Padding.Same, 1)) return (input, Padding.Same);
        return (Surround(input, Sides(windows), 0, NameOf(node)), Padding.Valid);
    }

    /// <summary>A tensor with a border of one value around it.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="sides">Begins of all dimensions in ONNX's order, then ends.</param>
    /// <param name="value">The value.</param>
    /// <param name="name">Name of the node that needs it.</param>
    private ImportedTensor Surround(ImportedTensor tensor, int[] sides, float value, string name)
    {
        int rank = tensor.Rank;
        if (Array.TrueForAll(sides, s => s == 0)) return tensor;
        if (Array.Exists(sides, s => s < 0)) throw new UnsupportedOperatorException("it cuts elements off by negative pads; Slice does");
        int[] dims = [.. tensor.Dimensions.Select((d, i) => checked(d + sides[i] + sides[i + rank]))];
        ModelTensor current = tensor.Tensor;
        if (value == 0)
        {
            var sizes = new int[2 * rank];
            for (int axis = 0; axis < rank; axis++) (sizes[2 * tensor.Axis(axis)], sizes[2 * tensor.Axis(axis) + 1]) = (sides[axis], sides[axis + rank]);
            return new ImportedTensor(_model.Pad(current, sizes, $"{name}:pad"), dims);
        }

        for (int axis = 0; axis < rank; axis++)
        {
            int at = tensor.Axis(axis);
            ModelTensor?[] parts = [Side(current, at, sides[axis], value, name), current, Side(current, at, sides[axis + rank], value, name)];
            ModelTensor[] joined = [.. parts.OfType<ModelTensor>()];
            if (joined.Length > 1) current = _model.Concat(joined, at, $"{name}:pad");
        }

        return new ImportedTensor(current, dims);
    }

    private ModelTensor? Side(ModelTensor like, int axis, int size, float value, string name)
    {
        if (size == 0) return null;
        int[] dims = like.Shape.Dimensions.ToArray();
        dims[axis] = size;
        return _forms.Uniform(dims, like.Shape.Layout, value, $"{name}/border");
    }

    /// <summary>Elements of the window over elements that count, for every window.</summary>
    private static OnnxConstant BorderFactors(WindowGeometry windows, bool includePads)
    {
        float[] Factors(int axis)
        {
            int from = includePads ? -windows.Begin[axis] : 0;
            int to = windows.Input[axis] + (includePads ? windows.End[axis] : 0);
            return [.. Enumerable.Range(0, windows.Output[axis]).Select(i =>
            {
                int start = i * windows.Strides[axis] - windows.Begin[axis];
                return windows.Kernel[axis] / (float)Math.Max(1, Math.Min(start + windows.Kernel[axis], to) - Math.Max(start, from));
            })];
        }

        (float[] rows, float[] columns) = (Factors(0), Factors(1));
        return new OnnxConstant(ElementType.Float, [1, 1, rows.Length, columns.Length], () => (float[])[.. rows.SelectMany(r => columns.Select(c => r * c))]);
    }
}
