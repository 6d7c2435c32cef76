using Smaug.Accelerators.Smv.Traced;
using Smaug.Accelerators.Tracing;
using Smaug.Core;

namespace Smaug.Cli;

/// <summary>Runs the SMV kernel that words describe.</summary>
internal static class KernelTraces
{
    /// <summary>Names of the kernels, for help and messages.</summary>
    public const string Kernels = "conv, mm, maxpool, avgpool, bnnhwc, bnnchw, bnfc, eltadd, eltmul, less, lessequal, greater, greaterequal, softmax, " +
        "relu, leakyrelu, elu, selu, tanh, hardtanh, sigmoid";

    /// <summary>Runs a kernel on a fixed pattern of data.</summary>
    /// <exception cref="ConfigurationException">The kernel is unknown, or a word is missing or out of its range.</exception>
    public static SmvKernelRun Run(string kernel, KernelWords w, KernelTracerOptions? options = null) => kernel switch
    {
        "conv" => SmvTracedKernels.Convolution(Sampled(Convolution(w), w), options: options),
        "mm" => SmvTracedKernels.MatrixMultiply(Sampled(MatrixMultiply(w), w), options: options),
        "maxpool" or "avgpool" => SmvTracedKernels.Pooling(Sampled(Pooling(w, kernel == "avgpool"), w), options: options),
        "bnnhwc" => SmvTracedKernels.BatchNorm(Sampled(BatchNorm(w, SmvBatchNormKind.ConvolutionNhwc), w), options: options),
        "bnnchw" => SmvTracedKernels.BatchNorm(BatchNorm(w, SmvBatchNormKind.ConvolutionNchw), options: options),
        "bnfc" => SmvTracedKernels.BatchNorm(BatchNorm(w, SmvBatchNormKind.FullyConnected), options: options),
        "softmax" => SmvTracedKernels.Softmax(w["N", 1], w["D"], options: options),
        "eltadd" => SmvTracedKernels.Elementwise(SmvElementwiseKind.Add, w["elements"], options: options),
        "eltmul" => SmvTracedKernels.Elementwise(SmvElementwiseKind.Multiply, w["elements"], options: options),
        _ when Enum.TryParse(kernel, ignoreCase: true, out SmvElementwiseKind kind) => SmvTracedKernels.Elementwise(kind, w["elements"], options: options),
        _ when Enum.TryParse(kernel, ignoreCase: true, out SmvTracedActivation activation) =>
            SmvTracedKernels.Activation(activation, w["elements"], options: options),
        _ => throw new ConfigurationException($"The kernel '{kernel}' is unknown; known: {Kernels}."),
    };

    private static T Sampled<T>(T shape, KernelWords w)
        where T : SmvTracedShape => (T)((SmvTracedShape)shape with { SamplingLevel = w["level", 0], SamplingIterations = w["samples", 1] });

    private static SmvTracedActivation Activation(KernelWords w) => (SmvTracedActivation)w["act", 0];

    private static SmvConvolutionShape Convolution(KernelWords w) => new()
    {
        Rows = w["H"],
        Columns = w["W"],
        Channels = w["C"],
        Kernels = w["K"],
        KernelRows = w["R"],
        KernelColumns = w["S"],
        PadTop = w["pad_top", w["pad", 0]],
        PadBottom = w["pad_bottom", w["pad", 0]],
        PadLeft = w["pad_left", w["pad", 0]],
        PadRight = w["pad_right", w["pad", 0]],
        Stride = w["stride", 1],
        Activation = Activation(w),
        Accumulate = w.Is("accumulate", false),
        InputMapStart = w["ifmap_start", 0],
        KernelStart = w["kern_start", 0],
        WeightKernels = w["weights_K", 0],
        WeightChannels = w["weights_C", 0],
        ReadInputs = w.Is("read_inputs", true),
        ReadWeights = w.Is("read_weights", true),
        SendResults = w.Is("send_results", true),
    };

    private static SmvMatrixMultiplyShape MatrixMultiply(KernelWords w) => new()
    {
        Batch = w["M"],
        Activations = w["K"],
        Neurons = w["N"],
        InputWidth = w["a_width", 0],
        ResultWidth = w["results_width", 0],
        InputStart = w["a_start", 0],
        ResultStart = w["result_start", 0],
        Activation = Activation(w),
        Accumulate = w.Is("accumulate", false),
        ReadInputs = w.Is("read_inputs", true),
        SendResults = w.Is("send_results", true),
    };

    private static SmvPoolingShape Pooling(KernelWords w, bool average)
    {
        int rows = w["pool_rows", w["pool", 0]];
        return new SmvPoolingShape
        {
            IsAverage = average,
            Rows = w["H"],
            Columns = w["W"],
            Channels = w["C"],
            PoolRows = rows == 0 ? w["pool"] : rows,
            PoolColumns = w["pool_cols", rows],
            Stride = w["stride", rows],
            ResultChannels = w["results_C", 0],
            OutputMapStart = w["ofmap_start", 0],
        };
    }

    private static SmvBatchNormShape BatchNorm(KernelWords w, SmvBatchNormKind kind)
    {
        bool isMatrix = kind == SmvBatchNormKind.FullyConnected;
        return new SmvBatchNormShape
        {
            Kind = kind,
            Batch = w["N", 1],
            Rows = isMatrix ? 1 : w["H"],
            Columns = isMatrix ? 1 : w["W"],
            Channels = w["C"],
            Activation = Activation(w),
        };
    }
}
