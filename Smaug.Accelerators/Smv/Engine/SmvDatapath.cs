using Smaug.Accelerators.Aladdin;

namespace Smaug.Accelerators.Smv.Engine;

/// <summary>The datapath of the SMV engine in its published configuration: arrays, unrolled and pipelined loops, 1 ns.</summary>
public static class SmvDatapath
{
    private const int ScratchpadBytes = 65536, WordBytes = 4, Partitions = 8;

    /// <summary>
    /// The published configuration: seven scratchpads of 64 KiB in 8 partitions with one port, small arrays in registers. One
    /// register array is added, <c>params</c>, which stand-alone activation functions read.
    /// </summary>
    public static DatapathConfiguration Published { get; } = new()
    {
        CycleTimeNanoseconds = 1,
        ScratchpadPorts = 1,
        Arrays =
        [
            .. new[] { "inputs", "weights", "results", "a", "b", "inputs0", "inputs1" }
                .Select(n => DatapathArray.Cyclic(n, ScratchpadBytes, WordBytes, Partitions)),
            .. Registers(16, "inputs_dims", "weights_dims", "inputs_halo_pad"),
            .. Registers(8, "results_dims", "a_dims", "b_dims", "sampling"),
            .. Registers(20, "act_params", "params"),
            .. Registers(1024, "kernel_reg", "smv_conv_product_reg"),
            .. Registers(32, "results_buffer", "accum_reg", "partial_sums_inner", "curr_results", "mean_vec", "recip_sqrt_var_vec", "gamma_vec", "beta_vec"),
            .. Registers(128, "act_reg", "a_reg", "b_reg", "product_reg"),
            .. Registers(256, "accum_vec_reg"),
        ],
        Unrolling = Loops().ToDictionary(l => l.Label, l => l.Factor),
        Pipelined = Loops().Where(l => l.IsPipelined).Select(l => l.Label).ToHashSet(),
    };

    /// <summary>Whether a datapath is the published one, apart from arrays of other names.</summary>
    internal static bool IsPublished(DatapathConfiguration datapath)
    {
        if (ReferenceEquals(datapath, Published)) return true;
        if (datapath.CycleTimeNanoseconds != Published.CycleTimeNanoseconds || datapath.ScratchpadPorts != Published.ScratchpadPorts) return false;
        if (datapath.ReadyMode || datapath.GlobalPipelining || !datapath.Pipelined.SetEquals(Published.Pipelined)) return false;
        if (datapath.Unrolling.Count != Published.Unrolling.Count) return false;
        foreach ((LoopLabel loop, int factor) in Published.Unrolling)
        {
            if (datapath.Unrolling.GetValueOrDefault(loop, -1) != factor) return false;
        }

        // Of several entries of a name the last one counts. The array 'params' was added to those that are published.
        return Published.Arrays.All(a => a.Name == "params" || datapath.Arrays.LastOrDefault(b => b.Name == a.Name) == a);
    }

    private static IEnumerable<DatapathArray> Registers(long bytes, params string[] names) => names.Select(n => DatapathArray.Complete(n, bytes, WordBytes));

    /// <summary>Factor 0 unrolls a loop completely.</summary>
    private static IEnumerable<(LoopLabel Label, int Factor, bool IsPipelined)> Loops()
    {
        (string Function, string Loops)[] functions =
        [
            ("smv_conv3d_nhwc_vec_fxp", "ofmap_block_iteration:1 k_col:1 k_row:1 pe_iteration:1 load_kern_pe:0 load_kern_mu:0 conv3d_col:1p conv3d_row:1 "
                + "load_act_mu:0 pe_groups:0 mu_groups:0 reduction_1:0 reduction_2:0"),
            ("smv_matrix_multiply_transpose_nc_vec_fxp", "a_act:1p b_col:1p b_row:1p a_reg_load:0 pe_insts:0 b_reg_load:0 core_mul:0 reduce_1:0 reduce_2:0 copy_psums:0"),
            ("smv_maxpooling_nhwc_vec_fxp", "maxpool_input_row:1 maxpool_input_col:1 maxpool_chan_grp:4 maxpool_pool_row:1p maxpool_pool_col:1p maxpool_compare:0"),
            ("smv_avgpooling_nhwc_vec_fxp", "avgpool_input_row:1 avgpool_input_col:1 avgpool_chan_grp:4 avgpool_pool_row:1p avgpool_pool_col:1p"),
            ("smv_batch_norm_post_conv_nchw_vec_fxp", "bn_batch:1 bn_chan:1 bn_chan_vec:1 bn_row:1 bn_col:8p"),
            ("smv_batch_norm_post_conv_nhwc_vec_fxp", "bn_batch:1 bn_chan:8 bn_row:1 bn_col:1"),
            ("smv_batch_norm_post_fc_nc_vec_fxp", "bn_batch:1 bn_input:1p"),
            ("smv_eltwise_add_nc_vec_fxp", "eltwise_add_loop:8"),
            ("relu_vec", "relu_loop:8"), ("lrelu_vec", "lrelu_loop:8"), ("elu_vec", "elu_loop:8"), ("elu_vec_unit", "elu_unit_loop:0"),
            ("selu_vec", "selu_loop:8"), ("selu_vec_unit", "selu_unit_loop:0"), ("sigmoid_vec", "sigmoid_loop:8"),
            ("sigmoid_vec_unit", "sigmoid_unit_loop:0"), ("tanh_vec", "tanh_loop:8"), ("hard_tanh_vec", "hard_tanh_loop:8"),
            ("hard_tanh_vec_unit", "hard_tanh_unit_loop:0"),
            ("host_load_fp16", "host_fp16_to_fp32:1p vector_fp16_to_fp32:8p"), ("host_store_fp16", "host_fp32_to_fp16:1p vector_fp32_to_fp16:8p"),
        ];
        foreach ((string function, string loops) in functions)
        {
            foreach (string loop in loops.Split(' '))
            {
                string[] parts = loop.Split(':');
                yield return (new LoopLabel(function, parts[0]), parts[1][0] - '0', parts[1].EndsWith('p'));
            }
        }
    }
}
