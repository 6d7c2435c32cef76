using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Engine;

namespace Smaug.Tests.SmvEngine;

/// <summary>Random variants of the SMV engine's datapath, the same for the same seed.</summary>
internal static class SmvDatapaths
{
    private static readonly string[] s_blocks = ["inputs", "weights", "results", "a", "b", "inputs0", "inputs1"];

    /// <summary>Clock, ports, partitions, word size, kind of partitioning, unrolling and pipelining drawn at random.</summary>
    public static IEnumerable<DatapathConfiguration> Random(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++) yield return One(random);
    }

    public static string Text(DatapathConfiguration d)
    {
        DatapathArray array = d.Arrays.First(a => a.Name == "inputs");
        int column = d.Unrolling[new LoopLabel("smv_conv3d_nhwc_vec_fxp", "conv3d_col")], add = d.Unrolling[new LoopLabel("smv_eltwise_add_nc_vec_fxp", "eltwise_add_loop")];
        return $"{d.CycleTimeNanoseconds} ns, {d.ScratchpadPorts} ports, {array.Partitioning} {array.Factor} x {array.WordBytes} bytes, columns by {column}, vectors by {add}, {(d.Pipelined.Count > 0 ? "" : "not ")}pipelined";
    }

    private static DatapathConfiguration One(Random r)
    {
        (int factor, int word) = (Pick(r, 4, 8, 16), Pick(r, 4, 4, 16, 32));
        bool isBlock = r.Next(4) == 0;
        DatapathConfiguration published = SmvDatapath.Published;
        DatapathConfiguration d = published with
        {
            CycleTimeNanoseconds = Pick(r, 1, 1, 2, 3, 4, 5, 6, 10),
            ScratchpadPorts = Pick(r, 1, 1, 2, 4),
            Arrays = [.. published.Arrays.Select(a => !s_blocks.Contains(a.Name) ? a : isBlock ? DatapathArray.Block(a.Name, a.Bytes, word, factor) : DatapathArray.Cyclic(a.Name, a.Bytes, word, factor))],
        };
        if (r.Next(3) == 0) d = d with { Pipelined = new HashSet<LoopLabel>() };
        return d.WithUnrolling("smv_conv3d_nhwc_vec_fxp", "conv3d_col", Pick(r, 1, 1, 2, 3)).WithUnrolling("smv_eltwise_add_nc_vec_fxp", "eltwise_add_loop", Pick(r, 8, 8, 4, 1))
            .WithUnrolling("smv_maxpooling_nhwc_vec_fxp", "maxpool_chan_grp", Pick(r, 4, 4, 1, 2)).WithUnrolling("relu_vec", "relu_loop", Pick(r, 8, 8, 2));
    }

    private static int Pick(Random r, params ReadOnlySpan<int> choices) => choices[r.Next(choices.Length)];
}
