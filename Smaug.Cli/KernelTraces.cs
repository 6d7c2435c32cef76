using Smaug.Accelerators.Smv.Traced;
using Smaug.Accelerators.Tracing;
using Smaug.Core;

namespace Smaug.Cli;

/// <summary>Runs the SMV kernel that words describe.</summary>
internal static class KernelTraces
{
    /// <summary>Names of the kernels, for help and messages.</summary>
    public const string Kernels = "conv, mm, maxpool, avgpool, bnnhwc, bnnchw, bnfc, eltadd, eltmul, less, lessequal, greater, greaterequal, softmax, " +
        "relu, leakyrelu, elu, selu, tanh, hardtanh, sigmoid, none";

    /// <summary>Takes the words of a kernel; calling the result runs it on a fixed pattern of data.</summary>
    /// <exception cref="ConfigurationException">The kernel is unknown, or a word is missing or out of its range.</exception>
    public static Func<KernelTracerOptions?, SmvKernelRun> Prepare(string kernel, KernelWords w)
    {
        switch (kernel)
        {
            case "conv":
                SmvConvolutionShape convolution = Sampled(Convolution(w), w);
                return options => SmvTracedKernels.Convolution(convolution, options: options);
            case "mm":
                SmvMatrixMultiplyShape product = Sampled(MatrixMultiply(w), w);
                return options => SmvTracedKernels.MatrixMultiply(product, options: options);
            case "maxpool" or "avgpool":
                SmvPoolingShape pooling = Sampled(Pooling(w, kernel == "avgpool"), w);
                return options => SmvTracedKernels.Pooling(pooling, options: options);
            case "bnnhwc":
                SmvBatchNormShape channelsLast = Sampled(BatchNorm(w, SmvBatchNormKind.ConvolutionNhwc), w);
                return options => SmvTracedKernels.BatchNorm(channelsLast, options: options);
            case "bnnchw" or "bnfc":
                SmvBatchNormShape norm = BatchNorm(w, kernel == "bnfc" ? SmvBatchNormKind.FullyConnected : SmvBatchNormKind.ConvolutionNchw);
                return options => SmvTracedKernels.BatchNorm(norm, options: options);
            case "softmax":
                (int inputs, int width) = (w["N", 1], w["D"]);
                return options => SmvTracedKernels.Softmax(inputs, width, options: options);
            default:
                return Vector(kernel, w);
        }
    }

    /// <summary>A kernel over a number of elements.</summary>
    private static Func<KernelTracerOptions?, SmvKernelRun> Vector(string kernel, KernelWords w)
    {
        string name = kernel switch { "eltadd" => nameof(SmvElementwiseKind.Add), "eltmul" => nameof(SmvElementwiseKind.Multiply), _ => kernel };
        if (Kernels.Split(", ").Contains(kernel))
        {
            if (Enum.TryParse(name, ignoreCase: true, out SmvElementwiseKind kind))
            {
                int pairs = w["elements"];
                return options => SmvTracedKernels.Elementwise(kind, pairs, options: options);
            }

            if (Enum.TryParse(name, ignoreCase: true, out SmvTracedActivation activation))
            {
                int elements = w["elements"];
                return options => SmvTracedKernels.Activation(activation, elements, options: options);
            }
        }

        throw new ConfigurationException($"The kernel '{kernel}' is unknown; known: {Kernels}.");
    }

    private static T Sampled<T>(T shape, KernelWords w)
        where T : SmvTracedShape => (T)((SmvTracedShape)shape with { SamplingLevel = w["level", 0], SamplingIterations = w["samples", 1] });

    private static SmvTracedActivation Activation(KernelWords w)
    {
        var activation = (SmvTracedActivation)w["act", 0];
        return Enum.IsDefined(activation) ? activation
            : throw new ConfigurationException($"act={(int)activation} is no activation; there are {string.Join(", ", Enum.GetValues<SmvTracedActivation>().Select(a => $"{(int)a} {a}"))}.");
    }

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
