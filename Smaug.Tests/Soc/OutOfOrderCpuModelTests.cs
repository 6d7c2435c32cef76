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
        foreach (CpuOverhead overhead in Enum.GetValues<CpuOverhead>()) Assert.That(s_model.Cycles(overhead), Is.GreaterThan(0), overhead.ToString());
    }
}
