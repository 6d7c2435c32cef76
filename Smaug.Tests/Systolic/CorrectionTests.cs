using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Buffers;

namespace Smaug.Tests.Systolic;

/// <summary>Corrections of partial sums, of a shared interface and of stalled lines.</summary>
internal sealed class CorrectionTests
{
    private static readonly SystolicConfiguration s_array = new()
    {
        Rows = 8,
        Columns = 8,
        IfmapKilobytes = 1,
        FilterKilobytes = 1,
        OfmapKilobytes = 1,
        Mode = BandwidthMode.Fixed,
        Bandwidths = [4],
        IfmapBanking = new() { WordsPerCycle = 4, Banks = 1 },
        FilterBanking = new() { WordsPerCycle = 4, Banks = 1 },
    };

    [TestCase(Dataflow.WeightStationary, BandwidthMode.Estimate)]
    [TestCase(Dataflow.WeightStationary, BandwidthMode.Fixed)]
    [TestCase(Dataflow.InputStationary, BandwidthMode.Fixed)]
    public void Sums_that_fit_their_scratchpad_are_written_once(Dataflow dataflow, BandwidthMode mode)
    {
        LayerResult Run(int size, Corrections corrections) => SystolicArray.Simulate(
            SystolicLayer.MatrixProduct("product", size, size, 90),
            s_array with { Dataflow = dataflow, Mode = mode, Corrections = corrections | Corrections.WritePadding });

        // 90 positions are 12 row folds; a column fold has 8 · 40 sums, or 8 · 200, more than 1,024 words.
        Assert.That(Run(40, Corrections.None).OfmapDram.Words, Is.EqualTo(12 * 40 * 40));
        Assert.That(Run(40, Corrections.PartialSums).OfmapDram.Words, Is.EqualTo(40 * 40));
        Assert.That(Run(40, Corrections.PartialSums).OfmapSram.Words, Is.EqualTo(12 * 40 * 40), "the array still adds in every row fold");
        Assert.That(Run(200, Corrections.PartialSums), Is.EqualTo(Run(200, Corrections.None)));
    }

    [TestCase(Dataflow.OutputStationary)]
    [TestCase(Dataflow.WeightStationary)]
    public void One_bandwidth_is_shared_by_the_three_operands(Dataflow dataflow)
    {
        var layer = SystolicLayer.MatrixProduct("product", 60, 50, 40);
        LayerResult Run(SystolicConfiguration array) => SystolicArray.Simulate(layer, array with { Dataflow = dataflow });
        long Rows(LayerResult result) => (result.IfmapDram.Words + result.FilterDram.Words + result.OfmapDram.Words) / 4;
        LayerResult apart = Run(s_array), shared = Run(s_array with { Corrections = Corrections.SharedBandwidth });
        Assert.That(Rows(apart), Is.GreaterThan(apart.TotalCyclesWithPrefetch + 1), "the case must need more than one interface");
        Assert.That(Rows(shared), Is.LessThanOrEqualTo(shared.TotalCyclesWithPrefetch + 1));
        Assert.That(shared.StallCycles, Is.GreaterThan(apart.StallCycles));
        Assert.That(Run(s_array with { Bandwidths = [4, 4, 4], Corrections = Corrections.SharedBandwidth }), Is.EqualTo(apart));
    }

    [Test]
    public void Rows_of_a_shared_interface_take_the_first_free_cycle()
    {
        var shared = new SharedInterface();
        IRowPort ifmap = shared.Port(Operand.Ifmap, 1), filter = shared.Port(Operand.Filter, 2), ofmap = shared.Port(Operand.Ofmap, 1);
        Assert.That(ifmap.Send(5, []), Is.EqualTo(6), "a read comes in the cycle after its request");
        Assert.That(ofmap.Send(5, []), Is.EqualTo(5), "a write goes in its own");
        Assert.That(filter.Send(5, []), Is.EqualTo(8), "two cycles from 7 on");
        Assert.That(ifmap.Send(0, []), Is.EqualTo(1), "an earlier cycle is still free");
        Assert.That(filter.Send(2, []), Is.EqualTo(4));
        Assert.That(ofmap.Send(3, []), Is.EqualTo(9), "3 to 8 are taken, cycle 2 has passed");
        Assert.That(ofmap.Send(2, []), Is.EqualTo(2));
    }

    [TestCase(Dataflow.OutputStationary)]
    [TestCase(Dataflow.WeightStationary)]
    public void Outputs_wait_for_the_operands_of_their_line(Dataflow dataflow)
    {
        var layer = SystolicLayer.MatrixProduct("product", 60, 50, 40);
        LayerResult Run(Corrections corrections) => SystolicArray.Simulate(layer, s_array with { Dataflow = dataflow, Corrections = corrections });
        (long rows, long columns, long time) = layer.Extents(dataflow);
        long lines = (rows + 7) / 8 * ((columns + 7) / 8) * (dataflow == Dataflow.OutputStationary ? time + 14 : time + 22);
        LayerResult before = Run(Corrections.None), after = Run(Corrections.LineStall);
        Assert.That(before.StallCycles, Is.GreaterThan(0));
        Assert.That(after.TotalCycles, Is.EqualTo(lines - 1 + after.StallCycles), "every stall counts, the last one too");
        Assert.That(after.TotalCycles, Is.GreaterThanOrEqualTo(before.TotalCycles));
    }
}
