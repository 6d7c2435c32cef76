using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>The kinds of core, and several of them.</summary>
public class CpuModelTests
{
    private static readonly HostTask s_copy = new(HostTaskKind.TileGather, "a", "b", 25088, 2, 16);

    private static RunReport Run(Func<CpuConfiguration, CpuConfiguration> change, MemoryFidelity fidelity = MemoryFidelity.Analytical)
    {
        Graph network = ModelZoo.Create("tutorial", Backends.Smv);
        return new SocBuilder().Configure(c => c with { Cpu = change(c.Cpu) }).WithMemory(fidelity).Build().Run(network).Report;
    }

    [Test]
    public void In_order_core_takes_a_cycle_per_instruction_and_one_per_data_access_and_hides_nothing()
    {
        CpuWork work = new InOrderCpuModel().Work(s_copy, 32);
        Assert.That(work.Cycles, Is.EqualTo(922_576 * 1.33).Within(0.1).Percent);
        Assert.That(new InOrderCpuModel().Work(s_copy with { RunElements = 832 }, 32).HidesReadMisses, Is.False);
    }

    [Test]
    public void Instant_core_takes_no_time_or_its_instructions_and_touches_no_cache()
    {
        CpuWork free = new InstantCpuModel().Work(s_copy, 32), atomic = new InstantCpuModel { CyclesPerInstruction = 1 }.Work(s_copy, 32);
        Assert.Multiple(() =>
        {
            Assert.That((free.Cycles, free.ReadBytes, free.WriteBytes), Is.EqualTo((0d, 0L, 0L)));
            Assert.That(atomic.Cycles, Is.EqualTo(922_576).Within(0.1).Percent);
            Assert.That(free.Instructions, Is.EqualTo(atomic.Instructions));
        });
    }

    [Test]
    public void Instructions_of_the_framework_do_not_depend_on_the_core()
    {
        ICpuModel[] models = [new OutOfOrderCpuModel(), new InOrderCpuModel(), new InstantCpuModel()];
        foreach (CpuOverhead overhead in Enum.GetValues<CpuOverhead>())
            Assert.That(models.Select(m => m.Instructions(overhead)).Distinct().Count(), Is.EqualTo(1), overhead.ToString());
    }

    [TestCase(MemoryFidelity.Analytical)]
    [TestCase(MemoryFidelity.Transaction)]
    public void Simpler_cores_are_slower_and_an_instant_one_leaves_the_time_of_the_accelerators(MemoryFidelity fidelity)
    {
        RunReport wide = Run(c => c, fidelity), scalar = Run(c => c with { Model = CpuModelKind.InOrder }, fidelity), instant = Run(c => c with { Model = CpuModelKind.Instant }, fidelity);
        Assert.Multiple(() =>
        {
            Assert.That(scalar.Time.Total.Microseconds, Is.GreaterThan(1.5 * wide.Time.Total.Microseconds));
            Assert.That(instant.Time.Total.Microseconds, Is.LessThan(0.5 * wide.Time.Total.Microseconds));
            Assert.That(instant.AcceleratorBusyShare, Is.GreaterThan(0.99));
        });
    }

    [Test]
    public void Software_costs_count_for_every_kind_of_core()
    {
        RunReport slow = Run(c => c with { Model = CpuModelKind.InOrder, Costs = c.Costs with { InstructionsPerRun = 2000 } });
        Assert.That(slow.Time.TensorPreparation, Is.GreaterThan(Run(c => c with { Model = CpuModelKind.InOrder }).Time.TensorPreparation * 2));
    }

    [Test]
    public void Two_workers_pay_dispatch_wake_and_join()
    {
        RunReport with = Run(c => c with { Threads = 2 }), without = Run(c => c with { Threads = 2, ThreadPool = new ThreadPoolConfiguration { DispatchCycles = 0, WakeCycles = 0, JoinCycles = 0 } });

        // Tiles are filled once and gathered once with two workers: 2 x 600 + 800 + 500 cycles each at 1 GHz.
        Assert.That((with.Time.TensorPreparation - without.Time.TensorPreparation).Microseconds, Is.EqualTo(2.5).Within(0.05));
    }

    [Test]
    public void More_threads_than_tiles_change_nothing() =>
        Assert.That(Run(c => c with { Threads = 8 }).Time.Total, Is.EqualTo(Run(c => c with { Threads = 2 }).Time.Total));

    [Test]
    public void Cores_without_work_change_nothing() =>
        Assert.That(Run(c => c with { Cores = 4 }).Time.Total, Is.EqualTo(Run(c => c).Time.Total));

    [TestCase(2, 2, "Cpu.Cores = 2: must be at least 3")]
    [TestCase(66, 1, "Cpu.Cores = 66: must be 0 to 65")]
    public void Too_few_or_too_many_cores_are_refused(int cores, int threads, string message) =>
        Assert.That(() => Run(c => c with { Cores = cores, Threads = threads }), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(message));

    [Test]
    public void Negative_costs_are_refused()
    {
        Assert.That(() => Run(c => c with { InOrder = new InOrderCpuModel { CyclesPerDataAccess = -1 } }), Throws.TypeOf<ConfigurationException>().With.Message.Contains("InOrderCpuModel.CyclesPerDataAccess = -1"));
        Assert.That(() => Run(c => c with { Instant = new InstantCpuModel { CyclesPerInstruction = double.NaN } }), Throws.TypeOf<ConfigurationException>().With.Message.Contains("CyclesPerInstruction"));
        Assert.That(() => Run(c => c with { ThreadPool = new ThreadPoolConfiguration { JoinCycles = -1 } }), Throws.TypeOf<ConfigurationException>().With.Message.Contains("Cpu.ThreadPool.JoinCycles"));
    }
}
