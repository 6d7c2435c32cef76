using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.LoopNests.Scheduled;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.LoopNests;

/// <summary>
/// The SMV engine's time from the structure of its loops: cycles are the sum over the regions between loop boundaries,
/// energy and leakage come from operation counts and Aladdin's tables. In the published configuration (8 processing elements
/// of 32 multipliers, scratchpads in 8 partitions with one port, 1 ns) the regions' cycles are written down, and a time takes
/// nanoseconds and allocates nothing. For any other datapath they come from schedules of one or two iterations of each loop,
/// made once. <c>docs/engine-models.md</c> gives the terms, <c>docs/validation.md</c> the errors against simulated kernels.
/// </summary>
public sealed partial class SmvLoopNestModel : ISmvEngineModel
{
    private const int VectorSize = 8;

    /// <summary>Entry of a transfer in kernels that compute the size from dimensions; and between two transfers.</summary>
    private const int LoadEntry = 4;

    private readonly ScheduledEngine? _scheduled;

    /// <summary>Creates a model.</summary>
    /// <param name="datapath">The engine's arrays, loops and clock; null for <see cref="SmvDatapath.Published"/>.</param>
    /// <exception cref="ConfigurationException">The datapath is not valid, or no kernel has a closed form on it.</exception>
    public SmvLoopNestModel(DatapathConfiguration? datapath = null) =>
        _scheduled = datapath is null || SmvDatapath.IsPublished(datapath) ? null : new ScheduledEngine(datapath);

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">
    /// On a datapath that is not the published one: sampling is on, or the kernel has no closed form; the message names loop
    /// and directive. <see cref="SmvAladdinModel"/> takes such a datapath.
    /// </exception>
    public SmvKernelTiming Time(SmvKernel kernel, Sampling sampling) => _scheduled is { } scheduled ? scheduled.Time(kernel, sampling) : kernel switch
    {
        SmvConvolutionKernel k => Convolution(k, sampling),
        SmvMatrixMultiplyKernel k => MatrixMultiply(k, sampling),
        SmvPoolingKernel k => Pooling(k, sampling),
        SmvBatchNormKernel k => BatchNorm(k, sampling),
        SmvElementwiseKernel k => Elementwise(k),
        SmvActivationKernel k => Activation(k),
        SmvSoftmaxKernel k => Softmax(k),
        _ => throw new SimulationException($"the SMV engine model knows no kernel {kernel.GetType().Name}"),
    };

    private static SmvKernelTiming Convolution(SmvConvolutionKernel k, Sampling sampling)
    {
        const int storeEntry = 2;
        var loops = new ConvolutionLoops(k, sampling);
        (long run, double upsampled) = loops.Cycles();
        long inputs = (long)k.Batch * k.InputRows * k.InputColumns * RoundUp(k.InputChannels);
        long window = (long)k.KernelRows * k.KernelColumns;
        long weights = k.WeightKernels * window * RoundUp(k.WeightChannels);
        long pixels = (long)k.Batch * k.OutputRows * k.OutputColumns;
        long outputs = pixels * RoundUp(k.OutputChannels);
        long transferred = Moved(k.ReadInputs, inputs) + Moved(k.ReadWeights, weights) + Moved(k.SendResults, outputs);
        long iterations = loops.Iterations, inner = iterations * pixels;
        long channelBlocks = LoopCycles.DivideUp(loops.Groups, 4), elements = pixels * window * k.Kernels * channelBlocks;
        long kernelBlocks = LoopCycles.DivideUp(k.Kernels, VectorSize);
        long reads = pixels * window * kernelBlocks * loops.Groups + window * k.Kernels * loops.Groups + inner - kernelBlocks * pixels + transferred;
        long writes = inner + transferred;
        long activated = k.SendResults && k.Activation is not null ? outputs / VectorSize : 0;
        double registers = SmvPower.ConvolutionRegisters(Math.Min(k.Kernels, VectorSize), Math.Min(loops.Groups, 4), k.OutputColumns);
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? LoadEntry + HostTransferLoops.Load(inputs, isProduct: true) : 0,
            WeightConversionCycles = k.ReadWeights ? LoadEntry + HostTransferLoops.Load(weights, isProduct: true) : 0,
            ComputeCycles = ConvolutionLoops.Entry + k.Batch * (run - ConvolutionLoops.Entry + upsampled) + Fused(k, outputs),
            UpsampledCycles = k.Batch * upsampled,
            StoreConversionCycles = k.SendResults ? storeEntry + HostTransferLoops.Store(outputs, isProduct: true) : 0,
            Activity = new SmvActivity(pixels * window * loops.Groups * VectorSize * k.Kernels, inner, reads + activated, writes + activated),
            DynamicPicojoules = SmvPower.Convolution(elements, inner, iterations, transferred)
                + SmvPower.Accesses(reads + activated, writes + activated) + activated * SmvPower.Activation(k.Activation),
            LeakageMilliwatts = SmvPower.Leakage(
                3 + Math.Min(k.Kernels, VectorSize) * (5 - Math.Min(loops.Groups, 4)), 13 * Math.Min(k.Kernels, VectorSize) + 32, 0,
                Math.Max(registers, k.SendResults ? outputs / VectorSize : 0)),
        };
    }

    private static SmvKernelTiming MatrixMultiply(SmvMatrixMultiplyKernel k, Sampling sampling)
    {
        const int storeEntry = 5;
        var loops = new MatrixMultiplyLoops(k, sampling);
        (long run, double upsampled) = loops.Cycles();
        long inputs = k.Rows * RoundUp(k.InputWidth), weights = k.Columns * RoundUp(k.Depth), outputs = k.Rows * RoundUp(k.OutputWidth);
        long transferred = Moved(k.ReadInputs, inputs) + Moved(true, weights) + Moved(k.SendResults, outputs);
        long blocks = k.Rows * LoopCycles.DivideUp(k.Columns, VectorSize);
        long products = k.Rows * k.Columns * loops.Groups;
        long activated = k.SendResults && k.Activation is not null ? outputs / VectorSize : 0;
        long reads = products + blocks * loops.Groups + transferred + activated, writes = blocks + transferred + activated;
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? LoadEntry + HostTransferLoops.Load(inputs, isProduct: true) : 0,
            WeightConversionCycles = k.ReadWeights ? LoadEntry + HostTransferLoops.Load(weights, isProduct: true) : 0,
            ComputeCycles = MatrixMultiplyLoops.Entry + run + upsampled + Fused(k, outputs),
            UpsampledCycles = upsampled,
            StoreConversionCycles = k.SendResults ? storeEntry + HostTransferLoops.Store(outputs, isProduct: true) : 0,
            Activity = new SmvActivity(products * VectorSize, loops.Iterations, reads, writes),
            DynamicPicojoules = SmvPower.MatrixMultiply(loops.Iterations, blocks, transferred)
                + SmvPower.Accesses(reads, writes) + activated * SmvPower.Activation(k.Activation),
            LeakageMilliwatts = SmvPower.Leakage(9, 134, 0, 50 + (k.SendResults ? outputs / VectorSize : 0)),
        };
    }

    private static SmvKernelTiming Pooling(SmvPoolingKernel k, Sampling sampling)
    {
        const int storeEntry = 5;
        var loops = new PoolingLoops(k, sampling);
        (long run, double upsampled) = loops.Cycles();
        long inputs = (long)k.Batch * k.InputRows * k.InputColumns * RoundUp(k.Channels);
        long pixels = (long)k.Batch * k.OutputRows * k.OutputColumns, outputs = pixels * RoundUp(k.OutputChannels);
        long results = k.Batch * loops.Results, window = results * k.PoolRows * k.PoolColumns;
        long transferred = Moved(k.ReadInputs, inputs) + Moved(k.SendResults, outputs);
        long reads = window + transferred, writes = results + transferred;
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? LoadEntry + HostTransferLoops.Load(inputs, isProduct: true) : 0,
            ComputeCycles = PoolingLoops.Entry + k.Batch * (run + upsampled),
            UpsampledCycles = k.Batch * upsampled,
            StoreConversionCycles = k.SendResults ? storeEntry + HostTransferLoops.Store(outputs, isProduct: true) : 0,
            Activity = new SmvActivity(0, window, reads, writes),
            DynamicPicojoules = SmvPower.Pooling(k.Average, pixels, results, window, transferred) + SmvPower.Accesses(reads, writes),
            LeakageMilliwatts = SmvPower.Leakage(7, 37, 0, 13 + (k.SendResults ? outputs / VectorSize : 0)),
        };
    }

    private static SmvKernelTiming BatchNorm(SmvBatchNormKernel k, Sampling sampling)
    {
        if (k.IsChannelFirst && sampling.Level != SamplingLevel.None)
            throw new ConfigurationException("the closed forms of the SMV engine have no sampling for the batch normalisation of NCHW tiles: switch sampling off, or take the aladdin model (SmvAladdinModel)");
        var loops = new BatchNormLoops(k, sampling);
        (long run, double upsampled) = loops.Cycles();
        long groups = LoopCycles.DivideUp(k.Channels, VectorSize);
        long lanes = k.IsChannelFirst ? VectorSize : 1;
        long elements = loops.Results * VectorSize, weights = 4L * RoundUp(k.WeightChannels);
        long transferred = Moved(k.ReadInputs, elements) + Moved(k.ReadWeights, weights) + Moved(k.SendResults, elements);
        long activated = k.SendResults && k.Activation is not null ? loops.Results : 0;
        long parameters = 4 * (k.IsMatrix ? loops.Results : k.Batch * groups * lanes);
        long reads = loops.Results + parameters + transferred + activated, writes = loops.Results + transferred + activated;
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? LoadEntry + HostTransferLoops.Load(elements, isProduct: true) : 0,
            WeightConversionCycles = k.ReadWeights ? LoadEntry + HostTransferLoops.Load(weights, isProduct: true) : 0,
            ComputeCycles = BatchNormLoops.Entry + run + upsampled + Fused(k, elements),
            UpsampledCycles = upsampled,
            StoreConversionCycles = k.SendResults ? BatchNormLoops.Entry + HostTransferLoops.Store(elements, isProduct: true) : 0,
            Activity = new SmvActivity(2 * elements, loops.Results, reads, writes),
            DynamicPicojoules = SmvPower.BatchNorm(k.IsMatrix, loops.Results, (long)k.Batch * k.Rows * groups, k.Batch * groups)
                + SmvPower.Accesses(reads, writes) + activated * SmvPower.Activation(k.Activation),
            LeakageMilliwatts = SmvPower.Leakage(k.IsMatrix ? 4 : 5, 30, 0, 10 + (k.SendResults ? loops.Results : 0)),
        };
    }

    private static long Fused(SmvKernel kernel, long elements) => kernel.SendResults ? ActivationLoops.Fused(kernel.Activation, elements, kernel is SmvMatrixMultiplyKernel) : 0;

    private static long Moved(bool moves, long elements) => moves ? HostTransferLoops.Vectors(elements) : 0;

    private static long RoundUp(int channels) => LoopCycles.DivideUp(channels, VectorSize) * VectorSize;
}
