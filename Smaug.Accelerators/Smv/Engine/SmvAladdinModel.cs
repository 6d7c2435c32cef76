using System.Collections.Concurrent;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Accelerators.Tracing;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.Engine;

/// <summary>
/// The SMV engine's time by simulation: each kernel is traced on the launch's shapes and scheduled cycle by cycle by the
/// trace-driven model. Kernels with equal arguments are simulated once. Their time does not depend on data, apart from ELU
/// and SELU, for which a fixed pattern stands. Memory grows with the kernel, about 200 bytes per instruction: sample large
/// tiles. May be shared between SoCs and threads.
/// </summary>
public sealed class SmvAladdinModel : ISmvEngineModel
{
    private const long BytesPerInstruction = 200;

    private readonly ConcurrentDictionary<(SmvKernel Kernel, Sampling Sampling), Lazy<SmvKernelTiming>> _known = new();
    private readonly SmvLoopNestModel _formula = new();
    private readonly DatapathConfiguration _datapath;
    private readonly bool _reuses;
    private long _tracedInstructions;

    /// <summary>Creates a model.</summary>
    /// <param name="datapath">The engine's arrays, loops and clock; null for <see cref="SmvDatapath.Published"/>.</param>
    /// <param name="reuse">Whether kernels with equal arguments are simulated once; the times do not depend on it.</param>
    /// <exception cref="ConfigurationException">The datapath is not valid.</exception>
    public SmvAladdinModel(DatapathConfiguration? datapath = null, bool reuse = true)
    {
        _datapath = datapath ?? SmvDatapath.Published;
        _datapath.Validate();
        _reuses = reuse;
    }

    /// <summary>
    /// Instructions that a kernel may have; a larger one is an error that names it. Default: what fits half the memory that
    /// the process may use, 200 bytes each.
    /// </summary>
    public int MaximumInstructions { get; init; } =
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (2 * BytesPerInstruction), 1, int.MaxValue);

    /// <summary>Told each kernel before it is simulated.</summary>
    public IProgress<SmvKernel>? Progress { get; init; }

    /// <summary>Stops a simulation under way.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Kernels that have been simulated and are kept.</summary>
    public int Simulated => _known.Count;

    /// <summary>Dynamic instructions of all kernels that have been traced and simulated.</summary>
    public long TracedInstructions => Interlocked.Read(ref _tracedInstructions);

    /// <inheritdoc/>
    /// <exception cref="SimulationException">A tile does not fit the scratchpads of 64 KiB.</exception>
    public SmvKernelTiming Time(SmvKernel kernel, Sampling sampling) => _reuses
        ? _known.GetOrAdd((kernel, sampling), static (key, model) => new Lazy<SmvKernelTiming>(() => model.Simulate(key.Kernel, key.Sampling)), this).Value
        : Simulate(kernel, sampling);

    /// <summary>Simulates a kernel on its own, its transfers without delay.</summary>
    /// <param name="kernel">The kernel and its arguments; of several images the first.</param>
    /// <param name="sampling">Which loops are sampled.</param>
    /// <exception cref="SimulationException">A tile does not fit the scratchpads of 64 KiB.</exception>
    public AladdinResult Run(SmvKernel kernel, Sampling sampling)
    {
        Progress?.Report(kernel);
        Cancellation.ThrowIfCancellationRequested();
        using var accelerator = AladdinAccelerator.Consume(Traced(kernel, sampling), _datapath);
        Datapath datapath = accelerator.Begin(cancellation: Cancellation) ?? throw new SimulationException("a traced kernel holds no invocation");
        AladdinAccelerator.Run(datapath, Cancellation);
        AladdinResult result = accelerator.Finish(datapath);
        Interlocked.Add(ref _tracedInstructions, result.Graph.Nodes);
        return result;
    }

    private KernelTrace Traced(SmvKernel kernel, Sampling sampling)
    {
        var options = new KernelTracerOptions { MaximumNodes = MaximumInstructions };
        try
        {
            return Trace(kernel, sampling, options);
        }
        catch (InstructionLimitException e)
        {
            throw new SimulationException($"A kernel is too large to be simulated whole: {kernel}. It has more than {MaximumInstructions} instructions (MaximumInstructions). " +
                "Sample it (--sample-level very_high), use smaller tiles, or use the formula as engine model.", e);
        }
    }

    /// <summary>
    /// The conversions' share is that of the loop nests, which meet the schedules there; what is left is computation. The
    /// kernels compute one image: further ones of a tile take the same again.
    /// </summary>
    private SmvKernelTiming Simulate(SmvKernel kernel, Sampling sampling)
    {
        long images = Images(kernel);
        SmvKernel single = images == 1 ? kernel : FirstImage(kernel);
        AladdinResult result = Run(single, sampling);
        SmvKernelTiming first = _formula.Time(single, sampling), all = images == 1 ? first : _formula.Time(kernel, sampling);
        double compute = Math.Max(0, result.Cycles - (first.TotalCycles - first.ComputeCycles));
        double time = result.Cycles * result.CycleTimeNanoseconds;
        return all with
        {
            ComputeCycles = images * compute,
            UpsampledCycles = images * result.UpsampledCycles,
            DynamicPicojoules = images * (result.Power.UnitDynamic + result.Power.MemoryDynamic) * time,
            LeakageMilliwatts = result.Power.UnitLeakage + result.Power.MemoryLeakage,
        };
    }

    private static long Images(SmvKernel kernel) => kernel switch
    {
        SmvConvolutionKernel k => k.Batch,
        SmvPoolingKernel k => k.Batch,
        _ => 1,
    };

    private static SmvKernel FirstImage(SmvKernel kernel) => kernel switch
    {
        SmvConvolutionKernel k => k with { Batch = 1 },
        SmvPoolingKernel k => k with { Batch = 1 },
        _ => kernel,
    };

    private static KernelTrace Trace(SmvKernel kernel, Sampling sampling, KernelTracerOptions options) => kernel switch
    {
        SmvConvolutionKernel k => SmvTracedKernels.Convolution(Sampled(Shape(k), sampling), options: options).Trace,
        SmvMatrixMultiplyKernel k => SmvTracedKernels.MatrixMultiply(Sampled(Shape(k), sampling), options: options).Trace,
        SmvPoolingKernel k => SmvTracedKernels.Pooling(Sampled(Shape(k), sampling), options: options).Trace,
        SmvBatchNormKernel k => SmvTracedKernels.BatchNorm(Sampled(Shape(k), sampling), options: options).Trace,
        SmvElementwiseKernel k => SmvTracedKernels.Elementwise(Kind(k.Operation), k.Elements, options: options).Trace,
        SmvActivationKernel k => SmvTracedKernels.Activation(Function(k.Function), k.Elements, options: options).Trace,
        SmvSoftmaxKernel k => SmvTracedKernels.Softmax(k.Rows, (k.Width + 7) / 8 * 8, options: options).Trace,
        _ => throw new SimulationException($"the SMV engine model knows no kernel {kernel.GetType().Name}"),
    };

    private static T Sampled<T>(T shape, Sampling sampling)
        where T : SmvTracedShape => (T)((SmvTracedShape)shape with { SamplingLevel = (int)sampling.Level, SamplingIterations = sampling.Iterations });

    private static SmvConvolutionShape Shape(SmvConvolutionKernel k) => new()
    {
        Rows = k.InputRows,
        Columns = k.InputColumns,
        Channels = k.InputChannels,
        Kernels = k.OutputChannels,
        KernelRows = k.KernelRows,
        KernelColumns = k.KernelColumns,
        PadTop = k.TopHalo,
        PadBottom = FarHalo(k.OutputRows, k.RowStride, k.KernelRows, k.InputRows + k.TopHalo),
        PadLeft = k.LeftHalo,
        PadRight = FarHalo(k.OutputColumns, k.RowStride, k.KernelColumns, k.InputColumns + k.LeftHalo),
        Stride = k.RowStride,
        Activation = Function(k.Activation),
        KernelStart = k.WeightKernels - k.Kernels,
        WeightKernels = k.WeightKernels,
        WeightChannels = k.WeightChannels,
        ReadInputs = k.ReadInputs,
        ReadWeights = k.ReadWeights,
        SendResults = k.SendResults,
    };

    /// <summary>Padding behind the last element that the last window reads.</summary>
    private static int FarHalo(int outputs, int stride, int window, int extent) => Math.Max(0, (outputs - 1) * stride + window - extent);

    private static SmvMatrixMultiplyShape Shape(SmvMatrixMultiplyKernel k) => new()
    {
        Batch = k.Rows,
        Activations = k.Depth,
        Neurons = k.Columns,
        InputWidth = k.InputWidth,
        ResultWidth = k.OutputWidth,
        Activation = Function(k.Activation),
        ReadInputs = k.ReadInputs,
        SendResults = k.SendResults,
    };

    private static SmvPoolingShape Shape(SmvPoolingKernel k) => new()
    {
        IsAverage = k.Average,
        Rows = k.InputRows,
        Columns = k.InputColumns,
        Channels = k.Channels,
        PoolRows = k.PoolRows,
        PoolColumns = k.PoolColumns,
        Stride = Stride(k),
        ResultChannels = k.OutputChannels,
        OutputMapStart = k.SendResults ? k.OutputChannels - k.Channels : 0,
    };

    /// <summary>The stride that gives the output rows; any gives a single one.</summary>
    private static int Stride(SmvPoolingKernel k) =>
        k.OutputRows > 1 ? (k.InputRows - k.PoolRows) / (k.OutputRows - 1)
        : k.OutputColumns > 1 ? (k.InputColumns - k.PoolColumns) / (k.OutputColumns - 1)
        : Math.Max(k.InputRows, k.InputColumns);

    private static SmvBatchNormShape Shape(SmvBatchNormKernel k) => new()
    {
        Kind = k.IsMatrix ? SmvBatchNormKind.FullyConnected : k.IsChannelFirst ? SmvBatchNormKind.ConvolutionNchw : SmvBatchNormKind.ConvolutionNhwc,
        Batch = k.Batch,
        Rows = k.Rows,
        Columns = k.Columns,
        Channels = k.Channels,
        Activation = Function(k.Activation),
    };

    private static SmvElementwiseKind Kind(SmvElementwise operation) => operation switch
    {
        SmvElementwise.Add => SmvElementwiseKind.Add,
        SmvElementwise.Multiply => SmvElementwiseKind.Multiply,
        _ => SmvElementwiseKind.Less,
    };

    private static SmvTracedActivation Function(OperatorKind? function) => function switch
    {
        null => SmvTracedActivation.None,
        OperatorKind.ReLU => SmvTracedActivation.Relu,
        OperatorKind.LReLU => SmvTracedActivation.LeakyRelu,
        OperatorKind.ELU => SmvTracedActivation.Elu,
        OperatorKind.SELU => SmvTracedActivation.Selu,
        OperatorKind.Tanh => SmvTracedActivation.Tanh,
        OperatorKind.HardTanh => SmvTracedActivation.HardTanh,
        OperatorKind.Sigmoid => SmvTracedActivation.Sigmoid,
        _ => throw new SimulationException($"the SMV engine has no activation kernel {function}"),
    };
}
