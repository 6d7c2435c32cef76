using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>An operator as matrix products: the rows of the left matrix are windows, gathered on demand.</summary>
internal sealed class Im2Col
{
    private readonly float[] _input;
    private readonly ImageShape _shape;
    private readonly ImageShape _window;
    private readonly int _outputColumns;
    private readonly int _rowStride;
    private readonly int _columnStride;
    private readonly int _top;
    private readonly int _left;
    private readonly int _groupChannels;

    /// <param name="node">The operator.</param>
    /// <param name="input">Its input in NCHW, or (batch, activations).</param>
    public Im2Col(Node node, float[] input)
    {
        _input = input;
        if (node.Kind == OperatorKind.InnerProduct)
        {
            TensorShape output = node.Outputs[0].Shape;
            (Images, Filters) = (output[0], output[1]);
            _shape = new ImageShape(Images, 1, 1, node.Inputs[0].Shape[1]);
            _window = new ImageShape(Filters, 1, 1, _shape.Channels);
            (_outputColumns, _rowStride, _columnStride, Pixels) = (1, 1, 1, 1);
        }
        else
        {
            var parameters = (ConvolutionParameters)node.Parameters!;
            _shape = ImageShape.Of(node.Inputs[0].Shape);
            _window = ImageShape.Of(node.Inputs[1].Shape);
            ImageShape output = ImageShape.Of(node.Outputs[0].Shape);
            Images = _shape.Images;
            Pixels = output.Rows * output.Columns;
            _outputColumns = output.Columns;
            (_rowStride, _columnStride) = (parameters.RowStride, parameters.ColumnStride);
            if (parameters.Padding == Padding.Same) (_top, _left) = (_window.Rows / 2, _window.Columns / 2);
            if (node.Kind == OperatorKind.ConvolutionDepthwise) Groups = _shape.Channels;
            Filters = output.Channels / Groups;
        }

        _groupChannels = Groups == 1 ? _window.Channels : 1;
        Depth = _window.Rows * _window.Columns * _groupChannels;
    }

    public int Images { get; }

    /// <summary>Output pixels of an image.</summary>
    public int Pixels { get; }

    /// <summary>Filters per group.</summary>
    public int Filters { get; }

    /// <summary>Independent parts of the channels: 1, or the channels of a depthwise convolution.</summary>
    public int Groups { get; } = 1;

    /// <summary>Words of a window.</summary>
    public int Depth { get; }

    /// <summary>A window in the order row, column, channel; zeros outside the input.</summary>
    public void Gather(int image, int pixel, int group, Span<float> window)
    {
        int firstRow = pixel / _outputColumns * _rowStride - _top;
        int firstColumn = pixel % _outputColumns * _columnStride - _left;
        int plane = _shape.Rows * _shape.Columns;
        int channelStart = (image * _shape.Channels + group * (Groups == 1 ? 0 : 1)) * plane;
        int k = 0;
        for (int r = 0; r < _window.Rows; r++)
        {
            for (int c = 0; c < _window.Columns; c++)
            {
                (int row, int column) = (firstRow + r, firstColumn + c);
                bool inside = (uint)row < (uint)_shape.Rows && (uint)column < (uint)_shape.Columns;
                int at = channelStart + row * _shape.Columns + column;
                for (int channel = 0; channel < _groupChannels; channel++, at += plane) window[k++] = inside ? _input[at] : 0;
            }
        }
    }

    /// <summary>The right matrices, one per group: Depth × Filters.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="kernels">Weights in NCHW, or as they are for inner products.</param>
    /// <param name="shape">Shape of the weights, for their layout.</param>
    public float[][] Weights(Node node, float[] kernels, TensorShape shape)
    {
        var matrices = new float[Groups][];
        bool transposed = node.Kind == OperatorKind.InnerProduct && shape.Layout == DataLayout.CN;
        int plane = _window.Rows * _window.Columns;
        for (int group = 0; group < Groups; group++)
        {
            float[] matrix = matrices[group] = transposed ? kernels : new float[Depth * Filters];
            for (int n = 0; n < Filters && !transposed; n++)
            {
                int kernel = Groups == 1 ? n * _groupChannels * plane : group * plane;
                for (int position = 0; position < plane; position++)
                {
                    for (int channel = 0; channel < _groupChannels; channel++)
                        matrix[(position * _groupChannels + channel) * Filters + n] = kernels[kernel + channel * plane + position];
                }
            }
        }

        return matrices;
    }
}
