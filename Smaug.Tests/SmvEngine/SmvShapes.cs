using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Graphs;

namespace Smaug.Tests.SmvEngine;

/// <summary>Random kernels of the SMV engine, the same for the same seed, small enough to be simulated.</summary>
internal static class SmvShapes
{
    private static readonly OperatorKind?[] s_fused = [null, null, null, OperatorKind.ReLU, OperatorKind.Tanh];

    public static IEnumerable<(string Name, SmvKernel Kernel)> Random(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            yield return (i % 10) switch
            {
                < 4 => ("conv", Convolution(random)),
                < 6 => ("mm", Product(random)),
                6 => ("maxpool", Pooling(random, average: false)),
                7 => ("avgpool", Pooling(random, average: true)),
                8 => ("batch norm", BatchNorm(random)),
                _ => Elementwise(random),
            };
        }
    }

    private static SmvConvolutionKernel Convolution(Random r)
    {
        (int rows, int columns) = (r.Next(3, 10), r.Next(3, 12));
        (int kernelRows, int kernelColumns) = (r.Next(1, 4), r.Next(1, 4));
        int channels = 8 * r.Next(1, 7), kernels = r.Next(1, 25), stride = r.Next(1, 3);
        int halo = r.Next(0, 2);
        (int top, int left) = (halo * (kernelRows / 2), halo * (kernelColumns / 2));
        return new SmvConvolutionKernel
        {
            InputRows = rows,
            InputColumns = columns,
            InputChannels = channels,
            TopHalo = top,
            LeftHalo = left,
            RowStride = stride,
            WeightKernels = kernels,
            WeightChannels = channels,
            KernelRows = kernelRows,
            KernelColumns = kernelColumns,
            Kernels = kernels,
            OutputRows = (rows + 2 * top - kernelRows) / stride + 1,
            OutputColumns = (columns + 2 * left - kernelColumns) / stride + 1,
            OutputChannels = kernels,
            ReadInputs = r.Next(4) > 0,
            ReadWeights = r.Next(4) > 0,
            SendResults = r.Next(4) > 0,
            Activation = s_fused[r.Next(s_fused.Length)],
        };
    }

    private static SmvMatrixMultiplyKernel Product(Random r)
    {
        (int depth, int columns) = (r.Next(8, 400), r.Next(1, 40));
        return new SmvMatrixMultiplyKernel
        {
            Rows = r.Next(1, 4),
            Depth = depth,
            Columns = columns,
            InputWidth = depth,
            OutputWidth = columns,
            ReadInputs = r.Next(4) > 0,
            SendResults = r.Next(4) > 0,
            Activation = s_fused[r.Next(s_fused.Length)],
        };
    }

    private static SmvPoolingKernel Pooling(Random r, bool average)
    {
        (int rows, int columns, int stride) = (r.Next(1, 5), r.Next(1, 5), r.Next(1, 4));
        (int outputRows, int outputColumns) = (r.Next(1, 6), r.Next(1, 6));
        int channels = 8 * r.Next(1, 10);
        return new SmvPoolingKernel
        {
            Average = average,
            InputRows = (outputRows - 1) * stride + rows,
            InputColumns = (outputColumns - 1) * stride + columns,
            Channels = channels,
            PoolRows = rows,
            PoolColumns = columns,
            OutputRows = outputRows,
            OutputColumns = outputColumns,
            OutputChannels = channels,
        };
    }

    private static SmvBatchNormKernel BatchNorm(Random r)
    {
        bool isMatrix = r.Next(2) == 0;
        int channels = 8 * r.Next(1, 20);
        return new SmvBatchNormKernel
        {
            IsMatrix = isMatrix,
            Batch = r.Next(1, 3),
            Rows = isMatrix ? 1 : r.Next(1, 6),
            Columns = isMatrix ? 1 : r.Next(1, 6),
            Channels = channels,
            WeightChannels = channels,
            Activation = s_fused[r.Next(s_fused.Length)],
        };
    }

    private static (string Name, SmvKernel Kernel) Elementwise(Random r)
    {
        int elements = 8 * r.Next(1, 500);
        return r.Next(7) switch
        {
            0 => ("add", new SmvElementwiseKernel(SmvElementwise.Add, elements)),
            1 => ("multiply", new SmvElementwiseKernel(SmvElementwise.Multiply, elements)),
            2 => ("compare", new SmvElementwiseKernel(SmvElementwise.Compare, elements)),
            3 => ("softmax", new SmvSoftmaxKernel(r.Next(1, 5), 8 * r.Next(1, 20))),
            4 => ("relu", new SmvActivationKernel(OperatorKind.ReLU, elements)),
            5 => ("sigmoid", new SmvActivationKernel(OperatorKind.Sigmoid, elements)),
            _ => ("copy", new SmvActivationKernel(null, elements)),
        };
    }
}
