using Smaug.Core.Execution;

namespace Smaug.Tests.Soc;

public class OutOfOrderCpuModelTests
{
    private static readonly OutOfOrderCpuModel s_model = new();

    private static CpuWork Work(HostTaskKind kind, long elements, long run, long operations = 0) =>
        s_model.Work(new HostTask(kind, "a", "b", elements, 2, run, operations), 32);

    [Test]
    public void Untiling_in_runs_of_16_elements_takes_the_measured_instructions() =>
        Assert.That(Work(HostTaskKind.TileGather, 25088, 16).Instructions, Is.EqualTo(922_576).Within(0.1).Percent);

    [Test]
    public void Flattening_takes_the_measured_instructions() =>
        Assert.That(Work(HostTaskKind.Reorder, 6272, 6272).Instructions, Is.EqualTo(267_927).Within(0.1).Percent);

    [Test]
    public void Copy_in_long_runs_hides_read_misses_and_copy_in_short_runs_does_not()
    {
        Assert.That(Work(HostTaskKind.TileScatter, 23296, 832).HidesReadMisses, Is.True);
        Assert.That(Work(HostTaskKind.TileScatter, 25088, 16).HidesReadMisses, Is.False);
    }

    [Test]
    public void Computation_takes_its_operations() => Assert.That(Work(HostTaskKind.Compute, 10, 10, 5000).Cycles, Is.EqualTo(5000));

    [Test]
    public void Every_kind_of_overhead_has_a_cost()
    {
        foreach (CpuOverhead overhead in Enum.GetValues<CpuOverhead>())
            Assert.That(s_model.Cycles(overhead) + s_model.ColdReads(overhead).ReadBytes, Is.GreaterThan(0), overhead.ToString());
    }

    [Test]
    public void Unknown_overhead_is_refused() =>
        Assert.That(() => s_model.Cycles((CpuOverhead)99), Throws.TypeOf<ArgumentOutOfRangeException>());

    // The tutorial's first preparation, of a convolution, and its last one: 121 and 15 lines.
    [TestCase(5546, CpuOverhead.PreparationStart, CpuOverhead.FirstPreparation, CpuOverhead.FirstConvolutionPreparation)]
    [TestCase(1312, CpuOverhead.PreparationStart)]

    // Networks that begin with an inner product.
    [TestCase(2938, CpuOverhead.PreparationStart, CpuOverhead.FirstPreparation)]
    [TestCase(302, CpuOverhead.FinalizationStart, CpuOverhead.FirstFinalization)]

    // Two bodies of the tutorial, up to the first and from the last of their invocations.
    [TestCase(18935 + 2929, CpuOverhead.BodyStart, CpuOverhead.FirstBody, CpuOverhead.FirstConvolution, CpuOverhead.Launch, CpuOverhead.BodyEnd)]
    [TestCase(13247 + 1650, CpuOverhead.BodyStart, CpuOverhead.FirstInnerProduct, CpuOverhead.Launch, CpuOverhead.BodyEnd)]

    // Four launches without a wait.
    [TestCase(5356, CpuOverhead.Launch, CpuOverhead.Launch, CpuOverhead.Launch, CpuOverhead.Launch)]
    public void Pieces_of_software_take_the_measured_nanoseconds(double measured, params CpuOverhead[] pieces)
    {
        double ours = pieces.Sum(p => s_model.Cycles(p) + s_model.ColdReads(p).ReadBytes / 32d * 72);
        TestContext.Out.WriteLine($"{ours:0} ns, measured {measured} ns");
        Assert.That(ours, Is.EqualTo(measured).Within(15).Percent);
    }

    [Test]
    public void Cold_line_takes_40_of_the_72_nanoseconds_of_a_miss() =>
        Assert.That(s_model.ColdCode.StallsPerLine * 72, Is.EqualTo((5546d - 1312) / (121 - 15)).Within(1).Percent);

    [Test]
    public void Cold_lines_cost_by_their_number_and_stalls()
    {
        OutOfOrderCpuModel model = s_model with { ColdCode = new ColdCode { LaunchLines = 20, StallsPerLine = 0.5 } };
        Assert.That(model.ColdReads(CpuOverhead.Launch).ReadBytes, Is.EqualTo(20 * 32 / 2));
        Assert.That(model.Cycles(CpuOverhead.Launch), Is.EqualTo(s_model.Cycles(CpuOverhead.Launch)));
        Assert.That(model.ColdReads(CpuOverhead.BodyEnd).ReadBytes, Is.Zero);
    }
}
