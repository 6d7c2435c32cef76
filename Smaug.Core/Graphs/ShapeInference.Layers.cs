using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <content>Convolution, pooling, inner product, normalisation and element-wise operators.</content>
public static partial class ShapeInference
{
    /// <summary>
    /// Windows that fit along one dimension: (size - window + p) / stride + 1, with p = window - 1 for same padding.
    /// </summary>
    /// <returns>The number of windows, or 0 when not even one fits.</returns>
    public static int Windows(int size, int window, int stride, Padding padding)
    {
        long free = (long)size - window + (padding == Padding.Same ? window - 1L : 0);
        return free < 0 ? 0 : (int)(free / stride) + 1;
    }

    private static TensorShape Convolution(Node node)
    {
        TensorSpec[] inputs = RequireInputs(node, 2);
        RequireSameType(node);
        TensorShape input = inputs[0].Shape;
        TensorShape filter = inputs[1].Shape;
        var parameters = RequireParameters<ConvolutionParameters>(node);
        RequireLayout(node, "input", input, DataLayout.NCHW | DataLayout.NHWC);
        RequireLayout(node, "filter", filter, input.Layout);
        (int rowAxis, int columnAxis, int channelAxis) = Axes(input.Layout);
        bool depthwise = node.Kind == OperatorKind.ConvolutionDepthwise;
        int first = depthwise ? 1 : filter[0];
        if (filter[channelAxis] != input[channelAxis] || filter[0] != first)
        {
            TensorShape fitting = filter.With(channelAxis, input[channelAxis]).With(0, first);
            throw new ModelException($"{node}: input is {Text(input)}, filter is {Text(filter)}; a filter {Text(fitting)} would fit");
        }

        if (parameters.Padding is not (Padding.Same or Padding.Valid)) throw new ModelException($"{node}: padding is {parameters.Padding}; Same or Valid would fit");
        RequireStrides(node, parameters.RowStride, parameters.ColumnStride);
        (int rows, int columns) = RequireWindows(
            node, input, (filter[rowAxis], filter[columnAxis]), (parameters.RowStride, parameters.ColumnStride), parameters.Padding);
        return input.With(rowAxis, rows).With(columnAxis, columns).With(channelAxis, depthwise ? input[channelAxis] : filter[0]);
    }

    private static TensorShape Pooling(Node node)
    {
        TensorShape input = RequireInputs(node, 1)[0].Shape;
        var parameters = RequireParameters<PoolParameters>(node);
        RequireLayout(node, "input", input, DataLayout.NCHW | DataLayout.NHWC);
        if (parameters.Rows < 1 || parameters.Columns < 1) throw new ModelException($"{node}: the window is {parameters.Rows} x {parameters.Columns}; both must be at least 1");
        RequireStrides(node, parameters.RowStride, parameters.ColumnStride);
        (int rowAxis, int columnAxis, _) = Axes(input.Layout);
        (int rows, int columns) = RequireWindows(
            node, input, (parameters.Rows, parameters.Columns), (parameters.RowStride, parameters.ColumnStride), Padding.Valid);
        return input.With(rowAxis, rows).With(columnAxis, columns);
    }

    private static TensorShape InnerProduct(Node node)
    {
        TensorSpec[] inputs = RequireInputs(node, 2);
        RequireSameType(node);
        TensorShape input = inputs[0].Shape;
        TensorShape weights = inputs[1].Shape;
        RequireLayout(node, "input", input, DataLayout.NC);
        RequireLayout(node, "weights", weights, DataLayout.NC | DataLayout.CN);
        int activations = weights.Layout == DataLayout.NC ? 1 : 0;
        if (weights[activations] != input[1])
        {
            throw new ModelException($"{node}: input is {Text(input)}, weights are {Text(weights)}; weights {Text(weights.With(activations, input[1]))} would fit");
        }

        return input.With(1, weights[1 - activations]);
    }

    private static TensorShape BatchNorm(Node node)
    {
        TensorSpec[] inputs = RequireInputs(node, 5);
        RequireSameType(node);
        TensorShape input = inputs[0].Shape;
        RequireLayout(node, "input", input, DataLayout.NCHW | DataLayout.NHWC | DataLayout.NC);
        int channels = input.Layout == DataLayout.NHWC ? input[3] : input[1];
        string[] names = ["mean", "variance", "gamma", "beta"];
        for (int i = 0; i < 4; i++)
        {
            TensorShape shape = inputs[i + 1].Shape;
            if (shape.Layout != DataLayout.NC || shape.Rank != 2 || shape[0] != 1 || shape[1] != channels)
            {
                throw new ModelException($"{node}: input is {Text(input)}, {names[i]} is {Text(shape)}; (1, {channels}) NC would fit");
            }
        }

        return input;
    }

    private static TensorShape Softmax(Node node)
    {
        TensorShape input = RequireInputs(node, 1)[0].Shape;
        RequireLayout(node, "input", input, DataLayout.NC);
        return input;
    }

    private static TensorShape Elementwise(Node node)
    {
        TensorSpec[] inputs = RequireInputs(node, 2);
        RequireSameType(node);
        if (!inputs[0].Shape.Equals(inputs[1].Shape))
        {
            throw new ModelException($"{node}: its inputs are {Text(inputs)}; both must be equal (repeat the smaller one)");
        }

        return inputs[0].Shape;
    }

    private static (int Row, int Column, int Channel) Axes(DataLayout layout) => layout == DataLayout.NHWC ? (1, 2, 3) : (2, 3, 1);

    private static void RequireStrides(Node node, int rows, int columns)
    {
        if (rows < 1 || columns < 1) throw new ModelException($"{node}: strides are {rows} and {columns}; both must be at least 1");
    }

    private static (int Rows, int Columns) RequireWindows(Node node, TensorShape input, (int Rows, int Columns) window, (int Rows, int Columns) stride, Padding padding)
    {
        (int rowAxis, int columnAxis, _) = Axes(input.Layout);
        int rows = Windows(input[rowAxis], window.Rows, stride.Rows, padding);
        int columns = Windows(input[columnAxis], window.Columns, stride.Columns, padding);
        if (rows == 0 || columns == 0)
        {
            throw new ModelException($"{node}: input is {Text(input)}, the window is {window.Rows} x {window.Columns}; a window of at most {input[rowAxis]} x {input[columnAxis]} would fit");
        }

        return (rows, columns);
    }
}
