using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Values;

/// <summary>Operators as textbooks define them, in double precision, one element at a time: what defective goldens should be.</summary>
internal static class DoubleModel
{
    public static float[] Compute(Node node, Tensor[] inputs)
    {
        double[] result = node.Kind switch
        {
            OperatorKind.Convolution3d => Convolution(node, inputs[0], inputs[1], isDepthwise: false),
            OperatorKind.ConvolutionDepthwise => Convolution(node, inputs[0], inputs[1], isDepthwise: true),
            OperatorKind.MaxPooling or OperatorKind.AveragePooling => Pooling(node, inputs[0]),
            OperatorKind.InnerProduct => InnerProduct(inputs[0], inputs[1]),
            OperatorKind.BatchNorm => BatchNorm(inputs),
            OperatorKind.Softmax => Softmax(inputs[0]),
            _ => throw new NotSupportedException($"no model of {node.Kind}"),
        };
        return Array.ConvertAll(result, x => (float)Activate(node.Activation, x));
    }

    private static double[] Convolution(Node node, Tensor input, Tensor kernels, bool isDepthwise)
    {
        var parameters = (ConvolutionParameters)node.Parameters!;
        var x = new Images(input);
        var w = new Images(kernels);
        var result = new Images(node.Outputs[0].Shape);
        (int top, int left) = parameters.Padding == Padding.Same ? (w.Rows / 2, w.Columns / 2) : (0, 0);
        result.Fill((n, k, row, column) =>
        {
            double sum = 0;
            for (int c = isDepthwise ? k : 0; c < (isDepthwise ? k + 1 : x.Channels); c++)
            {
                for (int r = 0; r < w.Rows; r++)
                {
                    for (int s = 0; s < w.Columns; s++)
                    {
                        int y = row * parameters.RowStride - top + r, z = column * parameters.ColumnStride - left + s;
                        if (y >= 0 && y < x.Rows && z >= 0 && z < x.Columns) sum += x[n, c, y, z] * w[isDepthwise ? 0 : k, c, r, s];
                    }
                }
            }

            return sum;
        });
        return result.Values;
    }

    private static double[] Pooling(Node node, Tensor input)
    {
        var parameters = (PoolParameters)node.Parameters!;
        var x = new Images(input);
        var result = new Images(node.Outputs[0].Shape);
        result.Fill((n, c, row, column) =>
        {
            var window = new List<double>();
            for (int r = 0; r < parameters.Rows; r++)
            {
                for (int s = 0; s < parameters.Columns; s++) window.Add(x[n, c, row * parameters.RowStride + r, column * parameters.ColumnStride + s]);
            }

            return node.Kind == OperatorKind.MaxPooling ? window.Max() : window.Average();
        });
        return result.Values;
    }

    private static double[] InnerProduct(Tensor input, Tensor weights)
    {
        float[] x = input.ToSingles(), w = weights.ToSingles();
        bool isTransposed = weights.Shape.Layout == DataLayout.CN;
        int activations = input.Shape[1], neurons = weights.Shape[isTransposed ? 1 : 0];
        double[] result = new double[input.Shape[0] * neurons];
        for (int i = 0; i < result.Length; i++)
        {
            (int row, int neuron) = Math.DivRem(i, neurons);
            for (int k = 0; k < activations; k++) result[i] += (double)x[row * activations + k] * w[isTransposed ? k * neurons + neuron : neuron * activations + k];
        }

        return result;
    }

    private static double[] BatchNorm(Tensor[] inputs)
    {
        float[][] p = [.. inputs.Skip(1).Select(t => t.ToSingles())];
        if (inputs[0].Shape.Rank == 2)
        {
            int channels = inputs[0].Shape[1];
            return [.. inputs[0].ToSingles().Select((x, i) => Normalize(x, p, i % channels))];
        }

        var x = new Images(inputs[0]);
        var result = new Images(inputs[0].Shape);
        result.Fill((n, c, row, column) => Normalize(x[n, c, row, column], p, c));
        return result.Values;
    }

    private static double Normalize(double x, float[][] p, int c) => (x - p[0][c]) * p[1][c] * p[2][c] + p[3][c];

    private static double[] Softmax(Tensor input)
    {
        int length = input.Shape[-1];
        return [.. input.ToSingles().Chunk(length).SelectMany(row =>
        {
            double sum = row.Sum(x => Math.Exp(x));
            return row.Select(x => Math.Exp(x) / sum);
        })];
    }

    private static double Activate(Activation? activation, double x) => activation?.Kind switch
    {
        null => x,
        OperatorKind.ReLU => Math.Max(0, x),
        OperatorKind.LReLU => x < 0 ? activation.Slope * x : x,
        OperatorKind.ELU => x < 0 ? activation.Alpha * (Math.Exp(x) - 1) : x,
        OperatorKind.SELU => activation.Lambda * (x < 0 ? activation.Alpha * (Math.Exp(x) - 1) : x),
        OperatorKind.Tanh => Math.Tanh(x),
        OperatorKind.HardTanh => Math.Clamp(x, activation.Minimum, activation.Maximum),
        _ => 1 / (1 + Math.Exp(-x)),
    };

    /// <summary>A 4-D tensor seen as (image, channel, row, column), whatever its layout.</summary>
    private sealed class Images(TensorShape shape)
    {
        private readonly bool _isChannelLast = shape.Layout == DataLayout.NHWC;

        public Images(Tensor tensor)
            : this(tensor.Shape) => Values = Array.ConvertAll(tensor.ToSingles(), x => (double)x);

        public double[] Values { get; } = new double[shape.Size];

        public int Channels => shape[_isChannelLast ? 3 : 1];

        public int Rows => shape[_isChannelLast ? 1 : 2];

        public int Columns => shape[_isChannelLast ? 2 : 3];

        public double this[int n, int c, int row, int column] => Values[Index(n, c, row, column)];

        public void Fill(Func<int, int, int, int, double> value)
        {
            for (int n = 0; n < shape[0]; n++)
            {
                for (int c = 0; c < Channels; c++)
                {
                    for (int row = 0; row < Rows; row++)
                    {
                        for (int column = 0; column < Columns; column++) Values[Index(n, c, row, column)] = value(n, c, row, column);
                    }
                }
            }
        }

        private int Index(int n, int c, int row, int column) => _isChannelLast
            ? ((n * Rows + row) * Columns + column) * Channels + c
            : ((n * Channels + c) * Rows + row) * Columns + column;
    }
}
