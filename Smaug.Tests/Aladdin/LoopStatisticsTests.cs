using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.Traced;

namespace Smaug.Tests.Aladdin;

/// <summary>What is reported by loop, by function and by cycle belongs together.</summary>
[TestFixture]
internal sealed class LoopStatisticsTests
{
    private static readonly AladdinResult Result = AladdinSimulator.Run(
        SmvTracedKernels.Elementwise(SmvElementwiseKind.Add, 256).Trace, SmvDatapath.Published, new AladdinOptions { RecordActivity = true }).Single();

    [Test]
    public void A_loop_counts_its_unrolled_groups()
    {
        // 256 elements are 32 vectors, unrolled by 8.
        LoopStatistics loop = Result.Loops.Single(l => l.Label == "eltwise_add_loop");
        Assert.That((loop.Function, loop.Iterations, loop.IsPipelined, loop.SamplingFactor), Is.EqualTo(("smv_eltwise_add_nc_vec_fxp", 4, false, 1f)));
        Assert.That(loop.TotalCycles, Is.InRange(4 * loop.ShortestCycles, 4 * loop.LongestCycles));
        Assert.That(loop.InitiationInterval, Is.InRange(loop.ShortestCycles, loop.LongestCycles), "iterations that follow each other take their time apart");
    }

    [Test]
    public void Functions_share_out_the_scheduled_nodes_and_the_cycles()
    {
        Assert.That(Result.Functions.Select(f => f.Function), Is.SupersetOf(new[] { "smv_eltwise_add_nc_vec_fxp", "host_load_fp16", "host_store_fp16" }));
        Assert.That(Result.Functions.Sum(f => f.Nodes), Is.EqualTo(Result.Graph.ConnectedNodes));
        Assert.That(Result.Functions.Max(f => f.LastCycle), Is.EqualTo(Result.Cycles - 1));
        FunctionStatistics add = Result.Functions[0];
        // Two loads and a store of 32 vectors each.
        Assert.That((add.Loads, add.Stores), Is.EqualTo((64, 32)));
    }

    [Test]
    public void Activity_adds_up_to_the_scratchpads_counters()
    {
        ActivityTrace activity = Result.Activity!;
        ScratchpadUse results = Result.Scratchpads.Single(s => s.Array == "results");
        long words = 0;
        foreach (int count in activity["results-write"]) words += count;
        // Vectors of 8 words; a half vector of the conversion is 4 words. The counters count accesses.
        Assert.That(words, Is.InRange(4 * results.Writes, 8 * results.Writes));
    }
}
