using Smaug.Accelerators.Smv.Engine;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;

namespace Smaug.Tests.SmvEngine;

/// <summary>
/// The mark that the shipped model has to beat: regressions for the cycles of the SMV kernels in their published configuration: 8 processing elements with 32
/// multipliers each, scratchpads in 8 partitions with one port, 1 ns. The coefficients were fitted to cycle-accurate
/// simulations of the kernels (451 tile shapes); the error is 0.8 % on average and at most 5.6 % for convolutions, 0.9 %
/// and 3.3 % for matrix products, below 2 % for pooling, and the element-wise kernels are exact.
/// </summary>
internal sealed class SmvRegressionModel : ISmvEngineModel
{
    private const int VectorSize = 8;
    private const int MacVectors = 4;
    private const int PageVectors = 256;

    public SmvKernelTiming Time(SmvKernel kernel, Sampling sampling) => kernel switch
    {
        SmvConvolutionKernel k => Convolution(k, sampling),
        SmvMatrixMultiplyKernel k => MatrixMultiply(k),
        SmvPoolingKernel k => k.Average ? AveragePooling(k) : MaxPooling(k),
        SmvBatchNormKernel k => k.IsMatrix ? MatrixBatchNorm(k) : BatchNorm(k),
        SmvElementwiseKernel k => Elementwise(k),
        SmvActivationKernel k => Unary(k),
        SmvSoftmaxKernel k => Softmax(k),
        _ => throw new SimulationException($"the SMV engine model knows no kernel {kernel.GetType().Name}"),
    };

    /// <summary>
    /// Cycles of a fused activation, which reads and writes the result scratchpad in place, per 64 elements: 8 reads and 8
    /// writes share one port per partition, and the loop adds one. The transcendental functions add what they add to the
    /// stand-alone kernel.
    /// </summary>
    private static double FusedActivation(OperatorKind? activation, long elements)
    {
        double cycles = activation switch
        {
            null => 0,
            OperatorKind.ReLU or OperatorKind.HardTanh => 17,
            OperatorKind.LReLU => 19,
            OperatorKind.ELU or OperatorKind.SELU => 44,
            OperatorKind.Sigmoid => 49,
            OperatorKind.Tanh => 52,
            _ => throw new SimulationException($"the SMV engine has no fused activation {activation}"),
        };
        return cycles * DivideUp(elements, 64);
    }

    private static SmvKernelTiming Convolution(SmvConvolutionKernel k, Sampling sampling)
    {
        long groups = DivideUp(k.WeightChannels, VectorSize);
        long channelBlocks = DivideUp(groups, MacVectors);
        long kernelBlocks = DivideUp(k.Kernels, VectorSize);
        long window = (long)k.KernelRows * k.KernelColumns;
        long iterations = kernelBlocks * window * channelBlocks;
        long pixels = (long)k.OutputRows * k.OutputColumns;
        double iteration = 12.67 * k.OutputRows + 3.957 * pixels;
        double loops = 3.53 * iterations + 3.83 * kernelBlocks + 3.31 * kernelBlocks * k.KernelRows
            + 1.76 * kernelBlocks * window + 1.084 * window * k.Kernels * groups;
        long run = sampling.Run(kernelBlocks, SamplingLevel.Low) * sampling.Run(k.KernelRows, SamplingLevel.Medium)
            * sampling.Run(k.KernelColumns, SamplingLevel.Medium) * sampling.Run(channelBlocks, SamplingLevel.High);
        long inputVectors = Vectors((long)k.Batch * k.InputRows * k.InputColumns * RoundUp(k.InputChannels));
        long weightVectors = Vectors(k.WeightKernels * window * RoundUp(k.WeightChannels));
        long outputElements = k.Batch * pixels * RoundUp(k.OutputChannels);
        long outputVectors = Vectors(outputElements);
        double activation = k.SendResults ? FusedActivation(k.Activation, outputElements) : 0;
        long inner = k.Batch * iterations * pixels;
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? 12.2 + 1.597 * inputVectors + 10 * ExtraPages(inputVectors) : 0,
            WeightConversionCycles = k.ReadWeights ? 13.3 + 1.507 * weightVectors + 10 * ExtraPages(weightVectors) : 0,
            ComputeCycles = 10.9 + k.Batch * (loops + iterations * iteration) + activation,
            UpsampledCycles = k.Batch * (iterations - run) * iteration,
            StoreConversionCycles = k.SendResults ? 10.6 + 1.522 * outputVectors + 10 * ExtraPages(outputVectors) : 0,
            Activity = new SmvActivity(
                k.Batch * pixels * window * groups * VectorSize * k.Kernels,
                inner,
                inner * (1 + Math.Min(groups, MacVectors)) + window * k.Kernels * groups + (k.SendResults ? outputVectors : 0),
                inner + (k.ReadInputs ? inputVectors : 0) + (k.ReadWeights ? weightVectors : 0)),
        };
    }

    private static SmvKernelTiming MatrixMultiply(SmvMatrixMultiplyKernel k)
    {
        long depthVectors = DivideUp(k.Depth, VectorSize);
        long columnBlocks = DivideUp(k.Columns, VectorSize);
        long depthBlocks = DivideUp(depthVectors, MacVectors);
        long inputVectors = Vectors(k.Rows * RoundUp(k.InputWidth));
        long weightVectors = Vectors(k.Columns * RoundUp(k.Depth));
        long outputVectors = Vectors(k.Rows * RoundUp(k.OutputWidth));
        double weightReads = 0.957 * k.Rows * k.Columns * depthVectors;
        double loops = 1.82 * k.Rows + 11.7 * k.Rows * columnBlocks + 0.66 * k.Rows * columnBlocks * depthBlocks;
        long inner = k.Rows * columnBlocks * depthBlocks;
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? Math.Max(0, -1.5 + 2.38 * inputVectors + 23 * ExtraPages(inputVectors)) : 0,
            WeightConversionCycles = k.ReadWeights ? 1.43 * weightVectors + 23 * ExtraPages(weightVectors) : 0,
            ComputeCycles = 34.2 + loops + weightReads
                + (k.SendResults ? FusedActivation(k.Activation, k.Rows * RoundUp(k.OutputWidth)) : 0),
            StoreConversionCycles = k.SendResults ? 18.6 + 0.24 * outputVectors : 0,
            Activity = new SmvActivity(
                k.Rows * k.Columns * depthVectors * VectorSize,
                inner,
                k.Rows * k.Columns * depthVectors + inner * MacVectors + (k.SendResults ? outputVectors : 0),
                k.Rows * columnBlocks + (k.ReadInputs ? inputVectors : 0) + (k.ReadWeights ? weightVectors : 0)),
        };
    }

    private static SmvKernelTiming MaxPooling(SmvPoolingKernel k)
    {
        (long groups, long pixels) = (DivideUp(k.Channels, VectorSize), (long)k.Batch * k.OutputRows * k.OutputColumns);
        long unrolled = DivideUp(groups, 4);
        long window = (long)k.PoolRows * k.PoolColumns;
        double compute = 19.0 + 4.35 * k.Batch * k.OutputRows + pixels * (2.82 + 5.08 * unrolled
            + groups * (3.06 + 0.05 * k.PoolRows + 1.00 * window));
        return Pooling(k, compute, inputVector: 1.503, inputPage: 2.6, sendStart: 14.6, outputVector: 1.31, pixels * groups, window);
    }

    private static SmvKernelTiming AveragePooling(SmvPoolingKernel k)
    {
        (long groups, long pixels) = (DivideUp(k.Channels, VectorSize), (long)k.Batch * k.OutputRows * k.OutputColumns);
        long unrolled = DivideUp(groups, 4);
        long window = (long)k.PoolRows * k.PoolColumns;
        double compute = 18.4 + 4.05 * k.Batch * k.OutputRows + pixels * (3.03 + 3.06 * unrolled
            + groups * (6.17 - 0.64 * k.PoolRows + 1.30 * window));
        return Pooling(k, compute, inputVector: 1.548, inputPage: 40, sendStart: 15.3, outputVector: 1.21, pixels * groups, window);
    }

    private static SmvKernelTiming Pooling(
        SmvPoolingKernel k, double compute, double inputVector, double inputPage, double sendStart, double outputVector, long results, long window)
    {
        long inputVectors = Vectors((long)k.Batch * k.InputRows * k.InputColumns * RoundUp(k.Channels));
        long outputVectors = Vectors((long)k.Batch * k.OutputRows * k.OutputColumns * RoundUp(k.OutputChannels));
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? inputVector * inputVectors + inputPage * ExtraPages(inputVectors) : 0,
            ComputeCycles = compute,
            StoreConversionCycles = k.SendResults ? sendStart + outputVector * outputVectors : 0,
            Activity = new SmvActivity(0, results * window, results * window + (k.SendResults ? outputVectors : 0), results + (k.ReadInputs ? inputVectors : 0)),
        };
    }

    private static SmvKernelTiming BatchNorm(SmvBatchNormKernel k)
    {
        long groups = DivideUp(k.Channels, VectorSize);
        long weightVectors = Vectors(4L * RoundUp(k.WeightChannels));
        long vectors = Vectors((long)k.Batch * k.Rows * k.Columns * RoundUp(k.Channels));
        long results = k.Batch * groups * k.Rows * k.Columns;

        // The fit has one term for loop and transfers; 1.5 cycles per vector of it are the conversions, as in the other kernels.
        double total = 48.7 + 9.44 * k.Batch * groups + 2.69 * k.Batch * groups * k.Rows + 9.09 * results;
        double conversion = Math.Min(1.5 * vectors, total / 3);
        double fused = k.SendResults ? FusedActivation(k.Activation, results * VectorSize) : 0;
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? conversion + 10 * ExtraPages(vectors) : 0,
            WeightConversionCycles = k.ReadWeights ? 0.55 * weightVectors : 0,
            ComputeCycles = total - 2 * conversion + fused,
            StoreConversionCycles = k.SendResults ? conversion + 10 * ExtraPages(vectors) : 0,
            Activity = new SmvActivity(2 * results * VectorSize, results, results * 2 + 4 * groups, results * 2),
        };
    }

    private static SmvKernelTiming MatrixBatchNorm(SmvBatchNormKernel k)
    {
        long vectors = Vectors(k.Batch * RoundUp(k.Channels));
        long weightVectors = Vectors(4L * RoundUp(k.WeightChannels));
        long results = k.Batch * DivideUp(k.Channels, VectorSize);

        // As above; the fit's negative term for the inputs belongs to the loop that overlaps with their conversion.
        double total = 46 - 0.9 * vectors + 7 * k.Batch + 7.88 * results;
        double conversion = Math.Min(1.5 * vectors, Math.Max(0, total / 3));
        double fused = k.SendResults ? FusedActivation(k.Activation, results * VectorSize) : 0;
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? conversion : 0,
            WeightConversionCycles = k.ReadWeights ? 1.49 * weightVectors : 0,
            ComputeCycles = total - 2 * conversion + fused,
            StoreConversionCycles = k.SendResults ? conversion : 0,
            Activity = new SmvActivity(2 * results * VectorSize, results, results * 5, results * 2),
        };
    }

    private static SmvKernelTiming Elementwise(SmvElementwiseKernel k)
    {
        long words = DivideUp(k.Elements, VectorSize);
        long vectors = Vectors(k.Elements);
        long pages = ExtraPages(vectors);
        double load = 2 * (1.5 * vectors + 5 * pages);
        double store = 1.5 * vectors + 5 * pages;
        double remainder = vectors % 4 == 2 ? 2 : 0;
        (double compute, store) = k.Operation switch
        {
            SmvElementwise.Add => (33 + words + 3 * DivideUp(words, 8) + remainder, store),
            SmvElementwise.Multiply => (33.0 + vectors + (k.Elements < 64 ? 1 : 0), store),
            _ => (21 + words + remainder, 0),
        };
        return new SmvKernelTiming
        {
            InputConversionCycles = load,
            ComputeCycles = compute,
            StoreConversionCycles = store,
            Activity = new SmvActivity(k.Operation == SmvElementwise.Multiply ? words * VectorSize : 0, words, 3 * words, 3 * words),
        };
    }

    private static SmvKernelTiming Unary(SmvActivationKernel k)
    {
        long vectors = Vectors(k.Elements);
        double conversion = 1.5 * vectors + 5 * ExtraPages(vectors);
        double perBlock = k.Function switch
        {
            null => 0,
            OperatorKind.ReLU or OperatorKind.HardTanh => 9,
            OperatorKind.LReLU => 11,
            OperatorKind.ELU or OperatorKind.SELU => 36,
            OperatorKind.Sigmoid => 41,
            OperatorKind.Tanh => 44,
            _ => throw new SimulationException($"the SMV engine has no activation kernel {k.Function}"),
        };
        long words = DivideUp(k.Elements, VectorSize);
        return new SmvKernelTiming
        {
            InputConversionCycles = conversion,
            ComputeCycles = (k.Function is null ? 21 + (vectors % 4 == 2 ? 1 : 0) : 23) + perBlock * DivideUp(k.Elements, 64),
            StoreConversionCycles = conversion,
            Activity = new SmvActivity(0, words, 2 * words, 2 * words),
        };
    }

    private static SmvKernelTiming Softmax(SmvSoftmaxKernel k)
    {
        long elements = k.Rows * RoundUp(k.Width);
        double conversion = 1.5 * Vectors(elements);
        return new SmvKernelTiming
        {
            InputConversionCycles = conversion,
            ComputeCycles = 22 + (1.625 - 0.375) * elements,
            StoreConversionCycles = conversion,
            Activity = new SmvActivity(elements, elements / VectorSize, 4 * elements / VectorSize, 3 * elements / VectorSize),
        };
    }

    /// <summary>Vectors of 8 halves that a transfer of some elements moves: whole 32-byte lines, two vectors each.</summary>
    private static long Vectors(long elements) => Math.Max(1, DivideUp(2 * elements, 32)) * 2;

    private static long ExtraPages(long vectors) => DivideUp(vectors, PageVectors) - 1;

    private static long RoundUp(int channels) => DivideUp(channels, VectorSize) * VectorSize;

    private static long DivideUp(long value, long divisor) => (value + divisor - 1) / divisor;
}
