using System.Collections.Concurrent;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>
/// The closed forms for any datapath: what a region takes comes from schedules of kernels of one or two iterations, trip
/// counts multiply it. No constant is fitted. A new kind of launch costs some small schedules, a known one a look-up.
/// </summary>
internal sealed class ScheduledEngine
{
    private const int Vector = 8;

    private readonly ConcurrentDictionary<SmvKernel, SmvKernelTiming> _times = new();
    private readonly ScheduledLimits _limits;
    private readonly ScheduledTransfers _transfers;
    private readonly ScheduledConvolution _convolution;
    private readonly ScheduledProduct _product;
    private readonly ScheduledPooling _pooling;
    private readonly ScheduledBatchNorm _batchNorm;
    private readonly ScheduledVectors _vectors;
    private readonly SmvLoopNestModel _counts = new();
    private readonly double _cycleTime;

    public ScheduledEngine(DatapathConfiguration datapath)
    {
        _limits = new ScheduledLimits(datapath);
        var schedules = new RegionSchedules(datapath);
        _transfers = new ScheduledTransfers(schedules);
        _convolution = new ScheduledConvolution(schedules, Unroll("smv_conv3d_nhwc_vec_fxp", "conv3d_col"));
        _product = new ScheduledProduct(schedules, _transfers);
        _pooling = new ScheduledPooling(schedules, _transfers, average =>
            average ? Unroll("smv_avgpooling_nhwc_vec_fxp", "avgpool_chan_grp") : Unroll("smv_maxpooling_nhwc_vec_fxp", "maxpool_chan_grp"));
        _batchNorm = new ScheduledBatchNorm(schedules, _transfers, Unroll("smv_batch_norm_post_conv_nhwc_vec_fxp", "bn_chan"));
        _vectors = new ScheduledVectors(schedules, _transfers);
        _cycleTime = datapath.CycleTimeNanoseconds;
    }

    /// <summary>Times a kernel without sampling.</summary>
    /// <exception cref="ConfigurationException">Sampling is on, or the closed forms do not hold for the kernel on this datapath.</exception>
    public SmvKernelTiming Time(SmvKernel kernel, Sampling sampling)
    {
        if (sampling.Level != SamplingLevel.None)
            throw new ConfigurationException("the closed forms of the SMV engine cover sampling on the published datapath only: switch sampling off, or take the aladdin model (SmvAladdinModel, --engine-model aladdin)");
        return _times.GetOrAdd(kernel, static (k, self) => self.Time(k), this);
    }

    private SmvKernelTiming Time(SmvKernel kernel)
    {
        _limits.Check(kernel);
        return kernel switch
        {
            SmvConvolutionKernel k => Convolution(k),
            SmvMatrixMultiplyKernel k => MatrixMultiply(k),
            SmvPoolingKernel k => Pooling(k),
            SmvBatchNormKernel k => BatchNorm(k),
            SmvElementwiseKernel k => Whole(k, _vectors.Whole(k), loads: 2, k.Operation == SmvElementwise.Compare ? 0 : 1, k.Elements),
            SmvActivationKernel k => Whole(k, _vectors.Whole(k), loads: 1, stores: 1, k.Elements),
            SmvSoftmaxKernel k => Whole(k, _vectors.Whole(k), loads: 1, stores: 1, k.Rows * LoopCycles.DivideUp(k.Width, Vector) * Vector),
            _ => throw new SimulationException($"the SMV engine model knows no kernel {kernel.GetType().Name}"),
        };
    }

    private SmvKernelTiming Convolution(SmvConvolutionKernel k)
    {
        long inputs = (long)k.Batch * k.InputRows * k.InputColumns * RoundUp(k.InputChannels);
        long weights = (long)k.WeightKernels * k.KernelRows * k.KernelColumns * RoundUp(k.WeightChannels);
        long outputs = (long)k.Batch * k.OutputRows * k.OutputColumns * RoundUp(k.OutputChannels);
        return Timing(k, _convolution.Compute(k), _convolution.Widest(k), k.ReadInputs ? inputs : 0, k.ReadWeights ? weights : 0, outputs);
    }

    private SmvKernelTiming MatrixMultiply(SmvMatrixMultiplyKernel k) => Timing(
        k, _product.Compute(k), _product.Widest(k), k.ReadInputs ? k.Rows * RoundUp(k.InputWidth) : 0, k.Columns * RoundUp(k.Depth), k.Rows * RoundUp(k.OutputWidth));

    private SmvKernelTiming Pooling(SmvPoolingKernel k) => Timing(
        k, _pooling.Compute(k), _pooling.Widest(k), k.ReadInputs ? (long)k.Batch * k.InputRows * k.InputColumns * RoundUp(k.Channels) : 0, 0,
        (long)k.Batch * k.OutputRows * k.OutputColumns * RoundUp(k.OutputChannels));

    private SmvKernelTiming BatchNorm(SmvBatchNormKernel k)
    {
        long elements = (long)k.Batch * k.Rows * k.Columns * RoundUp(k.Channels);
        return Timing(k, _batchNorm.Compute(k), _batchNorm.Widest(k), k.ReadInputs ? elements : 0, k.ReadWeights ? 4 * RoundUp(k.WeightChannels) : 0, elements);
    }

    /// <summary>A kernel whose loops were scheduled apart from its transfers.</summary>
    private SmvKernelTiming Timing(SmvKernel k, RegionCost compute, Schedule widest, long inputs, long weights, long outputs)
    {
        RegionCost input = inputs > 0 ? _transfers.Load(inputs) : default, weight = weights > 0 ? _transfers.Load(weights) : default, store = default;
        UnitCounts? activation = null;
        if (k.SendResults)
        {
            int unroll = Math.Max(1, _limits.Unroll(ScheduledLimits.ActivationLoop(k.Activation)));
            store = _transfers.Store(outputs);
            compute += _transfers.Activation(k, outputs, unroll);
            activation = _transfers.ActivationUnits(k, unroll);
        }

        return Timing(k, compute, input, weight, store, Leakage(widest, activation, k.SendResults ? outputs : 0));
    }

    /// <summary>A kernel that was scheduled with its transfers: their part is that of the same transfers in other kernels, or all.</summary>
    private SmvKernelTiming Whole(SmvKernel k, RegionCost all, int loads, int stores, long elements)
    {
        RegionCost input = loads * _transfers.Load(elements), store = stores * _transfers.Store(elements);
        double share = Math.Min(1, all.Cycles / (input + store).Cycles);
        (input, store) = (share * input, share * store);
        return Timing(k, all - input - store, input, default, store, Leakage(_vectors.Widest(k), null, stores * elements));
    }

    private SmvKernelTiming Timing(SmvKernel k, RegionCost compute, RegionCost input, RegionCost weight, RegionCost store, double leakage) => new()
    {
        InputConversionCycles = input.Cycles,
        WeightConversionCycles = weight.Cycles,
        ComputeCycles = Math.Max(0, compute.Cycles),
        StoreConversionCycles = store.Cycles,
        Activity = _counts.Time(k, Sampling.Off).Activity,
        DynamicPicojoules = Math.Max(0, (compute + input + weight + store).Picojoules),
        LeakageMilliwatts = leakage,
    };

    /// <summary>Stored vectors wait in registers, one each, of which the small schedule has fewer.</summary>
    private double Leakage(Schedule widest, UnitCounts? activation, long stored) => widest.LeakageWith(activation, LoopCycles.DivideUp(stored, Vector), _cycleTime);

    private int Unroll(string function, string label) => Math.Max(1, _limits.Unroll(new LoopLabel(function, label)));

    private static long RoundUp(int channels) => LoopCycles.DivideUp(channels, Vector) * Vector;
}
