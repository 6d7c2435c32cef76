using Smaug.Accelerators.Systems;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Core;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>As many cores as the memory system joins run, and one more is refused before anything runs.</summary>
public class MemoryRoomTests
{
    private static SocBuilder Threads(int threads, Func<SocBuilder, SocBuilder> memory, int accelerators = 1) => memory(new SocBuilder().WithThreads(threads).WithAccelerators(accelerators));

    private static SocBuilder Classic(SocBuilder soc, bool hasL1, bool hasL2) => soc.WithClassicMemory(new ClassicMemoryConfiguration { HasL1 = hasL1, HasL2 = hasL2 });

    private static SocBuilder Banks(SocBuilder soc, int banks) =>
        soc.WithMemory(MemoryFidelity.Transaction).Configure(c => c with { Memory = c.Memory with { Caches = c.Memory.Caches with { LastLevelBanks = banks } } });

    private static IEnumerable<TestCaseData> Systems()
    {
        static TestCaseData Case(string name, int threads, int accelerators, Func<SocBuilder, SocBuilder> memory) => new TestCaseData(threads, accelerators, memory).SetArgDisplayNames(name);

        yield return Case("transaction", 57, 1, b => b.WithMemory(MemoryFidelity.Transaction));
        yield return Case("message", 57, 1, b => b.WithMemory(MemoryFidelity.Message));
        yield return Case("8 accelerators", 43, 8, b => b.WithMemory(MemoryFidelity.Transaction));
        yield return Case("device array", 56, 1, b => b.WithMemory(MemoryFidelity.Transaction).WithSystolicArray(OutputStationaryOptions.Example8x8));
        yield return Case("component", 56, 1, b => b.WithMemory(MemoryFidelity.Transaction).WithComponent("camera", async camera => await camera.Port.ReadAsync(0, 64)));
        yield return Case("16 banks", 42, 1, b => Banks(b, 16));
        yield return Case("classic", 29, 1, b => Classic(b, hasL1: true, hasL2: true));
        yield return Case("classic, 8 accelerators", 22, 8, b => Classic(b, hasL1: true, hasL2: true));
        yield return Case("classic without L1", 29, 1, b => Classic(b, hasL1: false, hasL2: true));
        yield return Case("classic without L2", 28, 1, b => Classic(b, hasL1: true, hasL2: false));
        yield return Case("analytical", 64, 8, b => b);
    }

    [TestCaseSource(nameof(Systems))]
    public void The_largest_number_of_threads_runs(int threads, int accelerators, Func<SocBuilder, SocBuilder> memory) =>
        Assert.That(() => Threads(threads, memory, accelerators).Build().Run(ModelZoo.Create("minerva", Backends.Smv)), Throws.Nothing);

    [TestCaseSource(nameof(Systems))]
    public void One_more_is_refused_by_its_name_with_the_largest_number(int threads, int accelerators, Func<SocBuilder, SocBuilder> memory) =>
        Assert.That(() => Threads(threads + 1, memory, accelerators).Build(), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith($"Cpu.Threads = {threads + 1}").And.Message.Contains(threads == 64 ? "1 to 64" : $"(--num-threads): must be at most {threads} with Memory.Fidelity = "));

    [Test]
    public void Idle_cores_count_too() => Assert.That(() => new SocBuilder().WithClassicMemory().Configure(c => c with { Cpu = c.Cpu with { Cores = 40 } }).Build(),
        Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("Cpu.Cores = 40 (--num-cpus): must be at most 30 with Memory.Fidelity = Classic and 1 accelerator(s)"));

    [Test]
    public void Components_that_leave_no_room_are_named()
    {
        SocBuilder soc = new SocBuilder().WithMemory(MemoryFidelity.Transaction);
        for (int i = 0; i < 58; i++) soc.WithComponent($"camera {i}", _ => Task.CompletedTask);
        Assert.That(soc.Build, Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("1 accelerator(s) and 58 component(s): too many for the directory memory system"));
    }

    [Test]
    public void A_memory_system_of_ones_own_has_room_of_its_own() =>
        Assert.That(() => new SocBuilder().WithThreads(64).WithMemory(MemoryFidelity.Transaction).WithHierarchy(_ => null!).Build(), Throws.Nothing);

    [Test]
    public void JSON_and_sweeps_are_checked_before_anything_runs()
    {
        Assert.That(() => SocConfigurationJson.Read("""{ "cpu": { "threads": 60 }, "memory": { "fidelity": "Message" } }"""), Throws.TypeOf<ConfigurationException>().With.Message.Contains("must be at most 57"));
        var sweep = new Smaug.Sweeps.SweepSpecification().With("num_threads", "8", "40").With("memory", "Classic");
        Assert.That(() => Smaug.Sweeps.SocSweep.Run(sweep, ModelZoo.Create("minerva", Backends.Smv)), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("point 1 of the sweep: Cpu.Threads = 40"));
    }

    [Test]
    public void Command_refuses_before_it_prints()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:minerva", "--no-values", "--memory", "transaction", "--num-threads", "64");
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Error, Does.Contain("Cpu.Threads = 64 (--num-threads): must be at most 57"));
    }
}
