using System.Globalization;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>
/// Which datapaths the closed forms hold for: every loop of the nests must stay a barrier, and loops that are merged into
/// straight-line code must stay merged. Innermost loops may be unrolled by any factor, and any loop may lose its pipelining.
/// </summary>
internal sealed class ScheduledLimits
{
    private const int LargestUnroll = 64;
    private const string Remedy = "the aladdin model takes it (SmvAladdinModel, --engine-model aladdin)";

    /// <summary>Loops whose unroll factor may differ; whether they may be pipelined although the published ones are not.</summary>
    private static readonly Dictionary<LoopLabel, bool> s_free = new()
    {
        [new("smv_conv3d_nhwc_vec_fxp", "conv3d_col")] = true,
        [new("smv_maxpooling_nhwc_vec_fxp", "maxpool_chan_grp")] = false,
        [new("smv_avgpooling_nhwc_vec_fxp", "avgpool_chan_grp")] = false,
        [new("smv_batch_norm_post_conv_nhwc_vec_fxp", "bn_chan")] = false,
        [new("smv_eltwise_add_nc_vec_fxp", "eltwise_add_loop")] = true,
        [new("smv_eltwise_mul_nc_vec_fxp", "eltwise_mul_loop")] = true,
        [new("smv_less_nc_vec_fxp", "less_loop")] = true,
        [new("relu_vec", "relu_loop")] = true,
        [new("lrelu_vec", "lrelu_loop")] = true,
        [new("elu_vec", "elu_loop")] = true,
        [new("selu_vec", "selu_loop")] = true,
        [new("sigmoid_vec", "sigmoid_loop")] = true,
        [new("tanh_vec", "tanh_loop")] = true,
        [new("hard_tanh_vec", "hard_tanh_loop")] = true,
        [new("host_load_fp16", "vector_fp16_to_fp32")] = true,
        [new("host_store_fp16", "vector_fp32_to_fp16")] = true,
    };

    private readonly DatapathConfiguration _datapath;
    private readonly Dictionary<string, string> _outside = new(StringComparer.Ordinal);

    /// <summary>Checks what concerns all kernels.</summary>
    /// <exception cref="ConfigurationException">The closed forms hold for no kernel on this datapath.</exception>
    public ScheduledLimits(DatapathConfiguration datapath)
    {
        datapath.Validate();
        _datapath = datapath;
        if (datapath.ReadyMode) throw Outside("ready mode on");
        if (datapath.GlobalPipelining) throw Outside("global pipelining on");
        foreach (DatapathArray array in datapath.Arrays)
        {
            if (array.Memory is not (ArrayMemory.Scratchpad or ArrayMemory.Register)) throw Outside($"array {array.Name} in {array.Memory}");
        }

        Note();
    }

    /// <summary>Checks the loops of a kernel.</summary>
    /// <exception cref="ConfigurationException">The closed forms do not hold for the kernel on this datapath; the message names loop and directive.</exception>
    public void Check(SmvKernel kernel)
    {
        if (kernel is SmvBatchNormKernel { IsChannelFirst: true }) throw Outside("the batch normalisation of NCHW tiles on a changed datapath");
        if (kernel is SmvMatrixMultiplyKernel product) CheckBlocks(product);
        Check(Function(kernel));
        Check("host_load_fp16");
        Check("host_store_fp16");
        OperatorKind? activation = (kernel as SmvActivationKernel)?.Function ?? kernel.Activation;
        if (activation is null) return;
        Check(ActivationLoop(activation).Function);
        Check(ActivationLoop(activation).Function + "_unit");
    }

    /// <summary>In contiguous blocks the weights of some neurons may have ports of their own, depending on where they lie.</summary>
    private void CheckBlocks(SmvMatrixMultiplyKernel k)
    {
        const int vector = 8, elementBytes = 4;
        DatapathArray? weights = _datapath.Arrays.LastOrDefault(a => a.Name == "b");
        if (weights is not { Memory: ArrayMemory.Scratchpad, Partitioning: ArrayPartitioning.Block }) return;
        long bytes = (long)k.Columns * ((k.Depth + vector - 1) / vector) * vector * elementBytes;
        if (bytes > weights.Bytes / weights.Factor) throw Outside(string.Create(CultureInfo.InvariantCulture, $"the matrix product of {bytes} bytes of weights in contiguous partitions of {weights.Bytes / weights.Factor} bytes"));
    }

    /// <summary>Unroll factor of a loop; 1 without a directive.</summary>
    public int Unroll(LoopLabel loop) => _datapath.Unrolling.GetValueOrDefault(loop, 1);

    /// <summary>The loop that an activation goes over its vectors with.</summary>
    public static LoopLabel ActivationLoop(OperatorKind? activation)
    {
        string name = activation switch
        {
            OperatorKind.LReLU => "lrelu",
            OperatorKind.ELU => "elu",
            OperatorKind.SELU => "selu",
            OperatorKind.Tanh => "tanh",
            OperatorKind.HardTanh => "hard_tanh",
            OperatorKind.Sigmoid => "sigmoid",
            _ => "relu",
        };
        return new LoopLabel(name + "_vec", name + "_loop");
    }

    /// <summary>The loop of an element-wise kernel.</summary>
    public static LoopLabel ElementwiseLoop(SmvElementwise operation) => operation switch
    {
        SmvElementwise.Add => new("smv_eltwise_add_nc_vec_fxp", "eltwise_add_loop"),
        SmvElementwise.Multiply => new("smv_eltwise_mul_nc_vec_fxp", "eltwise_mul_loop"),
        _ => new("smv_less_nc_vec_fxp", "less_loop"),
    };

    private static string Function(SmvKernel kernel) => kernel switch
    {
        SmvConvolutionKernel => "smv_conv3d_nhwc_vec_fxp",
        SmvMatrixMultiplyKernel => "smv_matrix_multiply_transpose_nc_vec_fxp",
        SmvPoolingKernel { Average: true } => "smv_avgpooling_nhwc_vec_fxp",
        SmvPoolingKernel => "smv_maxpooling_nhwc_vec_fxp",
        SmvBatchNormKernel { IsMatrix: true } => "smv_batch_norm_post_fc_nc_vec_fxp",
        SmvBatchNormKernel => "smv_batch_norm_post_conv_nhwc_vec_fxp",
        SmvElementwiseKernel k => ElementwiseLoop(k.Operation).Function,
        SmvActivationKernel k => ActivationLoop(k.Function).Function,
        _ => "smv_softmax_nc_vec_fxp",
    };

    private void Check(string function)
    {
        if (_outside.TryGetValue(function, out string? what)) throw Outside(what);
    }

    /// <summary>Finds directives that change the structure of a nest.</summary>
    private void Note()
    {
        DatapathConfiguration published = SmvDatapath.Published;
        foreach (LoopLabel loop in _datapath.Unrolling.Keys.Union(published.Unrolling.Keys))
        {
            int factor = Unroll(loop), own = published.Unrolling.GetValueOrDefault(loop, 1);
            if (factor == own || (s_free.ContainsKey(loop) && factor is >= 1 and <= LargestUnroll)) continue;
            string allowed = s_free.ContainsKey(loop) ? $"1 to {LargestUnroll}" : own == 0 ? "0, flattened" : own.ToString(CultureInfo.InvariantCulture);
            _outside.TryAdd(loop.Function, $"loop {loop.Function}/{loop.Label} unrolled by {factor} (allowed: {allowed})");
        }

        foreach (LoopLabel loop in _datapath.Pipelined)
        {
            if (published.Pipelined.Contains(loop) || s_free.GetValueOrDefault(loop)) continue;
            _outside.TryAdd(loop.Function, $"loop {loop.Function}/{loop.Label} pipelined around other loops");
        }
    }

    private static ConfigurationException Outside(string what) => new($"the closed forms of the SMV engine do not cover {what}: {Remedy}");
}
