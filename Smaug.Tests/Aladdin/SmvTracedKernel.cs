using Smaug.Accelerators.Smv.Traced;

namespace Smaug.Tests.Aladdin;

/// <summary>Runs the traced C# kernel that a row of the SMV table describes.</summary>
internal static class SmvTracedKernel
{
    public static SmvKernelRun Run(string kernel, Dictionary<string, int> p)
    {
        int Get(string name, int missing = 0) => p.GetValueOrDefault(name, missing);
        return kernel switch
        {
            "conv" => SmvTracedKernels.Convolution(new SmvConvolutionShape
            {
                Rows = p["H"],
                Columns = p["W"],
                Channels = p["C"],
                Kernels = p["K"],
                KernelRows = p["R"],
                KernelColumns = p["S"],
                PadTop = p["pad_top"],
                PadBottom = p["pad_bottom"],
                PadLeft = p["pad_left"],
                PadRight = p["pad_right"],
                Stride = p["stride"],
                Activation = (SmvTracedActivation)p["act"],
                Accumulate = p["accumulate"] != 0,
                InputMapStart = p["ifmap_start"],
                KernelStart = p["kern_start"],
                WeightKernels = p["weights_K"],
                WeightChannels = p["weights_C"],
                ReadInputs = p["read_inputs"] != 0,
                ReadWeights = p["read_weights"] != 0,
                SendResults = p["send_results"] != 0,
                SamplingLevel = p["sampling_level"],
                SamplingIterations = p["sampling_num"],
            }),
            "mm" => SmvTracedKernels.MatrixMultiply(new SmvMatrixMultiplyShape
            {
                Batch = p["M"],
                Activations = p["K"],
                Neurons = p["N"],
                Activation = (SmvTracedActivation)p["act"],
                Accumulate = p["accumulate"] != 0,
                InputStart = p["a_start"],
                ResultStart = p["result_start"],
                InputWidth = p["a_width"],
                ResultWidth = p["results_width"],
                ReadInputs = p["read_inputs"] != 0,
                SendResults = p["send_results"] != 0,
                SamplingLevel = p["sampling_level"],
                SamplingIterations = p["sampling_num"],
            }),
            "maxpool" or "avgpool" => SmvTracedKernels.Pooling(new SmvPoolingShape
            {
                IsAverage = kernel == "avgpool",
                Rows = p["H"],
                Columns = p["W"],
                Channels = p["C"],
                PoolRows = p["pool_rows"],
                PoolColumns = p["pool_cols"],
                Stride = p["stride"],
                ResultChannels = p["results_C"],
                OutputMapStart = p["ofmap_start"],
                SamplingLevel = p["sampling_level"],
                SamplingIterations = p["sampling_num"],
            }),
            "bnnhwc" or "bnnchw" => SmvTracedKernels.BatchNorm(new SmvBatchNormShape
            {
                Kind = kernel == "bnnhwc" ? SmvBatchNormKind.ConvolutionNhwc : SmvBatchNormKind.ConvolutionNchw,
                Batch = p["N"],
                Rows = p["H"],
                Columns = p["W"],
                Channels = p["C"],
                Activation = (SmvTracedActivation)p["act"],
                SamplingLevel = Get("sampling_level"),
                SamplingIterations = Get("sampling_num", 1),
            }),
            "bnfc" => SmvTracedKernels.BatchNorm(new SmvBatchNormShape
            {
                Kind = SmvBatchNormKind.FullyConnected,
                Batch = p["N"],
                Channels = p["acts"],
                Activation = (SmvTracedActivation)p["act"],
            }),
            "act" => SmvTracedKernels.Activation((SmvTracedActivation)p["act"], p["elems"]),
            "eltadd" => SmvTracedKernels.Elementwise(SmvElementwiseKind.Add, p["elems"]),
            "eltmul" => SmvTracedKernels.Elementwise(SmvElementwiseKind.Multiply, p["elems"]),
            "less" => SmvTracedKernels.Elementwise(SmvElementwiseKind.Less, p["elems"]),
            "greater" => SmvTracedKernels.Elementwise(SmvElementwiseKind.Greater, p["elems"]),
            "softmax" => SmvTracedKernels.Softmax(p["N"], p["D"]),
            _ => throw new ArgumentException($"The SMV table has an unknown kernel {kernel}.", nameof(kernel)),
        };
    }
}
