using Smaug.Accelerators.Custom;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>Parts that a user gave an SoC and that do what cannot be: each is one error that names the part and what is wrong, never a wrong number or a hang.</summary>
public class HostilePartsTests
{
    private static readonly Graph s_network = ModelZoo.Create("tutorial", Backends.Smv);
    private static readonly MemoryFidelity[] s_fidelities = Enum.GetValues<MemoryFidelity>();

    private static void Run(SocBuilder soc) => soc.Build().Run(s_network);

    private static IEnumerable<TestCaseData> Nulls()
    {
        static TestCaseData Case(string name, Action<SocBuilder> give) => new TestCaseData(give).SetArgDisplayNames(name);
        yield return Case("change", b => b.Configure(null!));
        yield return Case("memory", b => b.WithMemory(null!));
        yield return Case("hierarchy", b => b.WithHierarchy(null!));
        yield return Case("accelerator", b => b.WithAccelerator(null!));
        yield return Case("CPU", b => b.WithCpu(null!));
        yield return Case("engine", b => b.WithEngine(null!));
        yield return Case("energy", b => b.WithEnergy(null!));
        yield return Case("DRAM", b => b.WithDram(null!));
        yield return Case("component", b => b.WithComponent("c", null!));
        yield return Case("frame source", b => b.WithFrameSource("c", null!));
        yield return Case("network", b => b.Build().Run((Graph)null!));
        yield return Case("plan", b => b.Build().Run((ExecutionPlan)null!));
    }

    [TestCaseSource(nameof(Nulls))]
    public void Null_is_refused_where_it_is_given(Action<SocBuilder> give) => Assert.That(() => give(new SocBuilder()), Throws.ArgumentNullException);

    [Test]
    public void Factories_that_make_nothing_are_named()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => Run(new SocBuilder().WithMemory((_, _) => null!)), Throws.TypeOf<SimulationException>().With.Message.Contains("the factory given to WithMemory made no memory system"));
            Assert.That(() => Run(new SocBuilder().WithAccelerator(_ => null!)), Throws.TypeOf<SimulationException>().With.Message.Contains("accelerator 0: the factory given to WithAccelerator made none"));
            Assert.That(() => Run(new SocBuilder().Configure(_ => null!)), Throws.TypeOf<ConfigurationException>().With.Message.Contains("Configure gave no configuration"));
            Assert.That(() => Run(new SocBuilder().WithAccelerator(_ => new Engine((_, _) => null!))), Throws.TypeOf<SimulationException>().With.Message.Contains("Engine.RunAsync gave null instead of a task for 'conv'"));
        });
    }

    private static IEnumerable<TestCaseData> Results()
    {
        yield return new TestCaseData(new KernelResult("k", 0, 0, new Energy(double.NaN)), "Energy = NaN pJ: must be 0 or more and finite").SetArgDisplayNames("energy");
        yield return new TestCaseData(new KernelResult("k", 0, 0, new Energy(-1)), "Energy = -1 pJ").SetArgDisplayNames("negative energy");
        yield return new TestCaseData(new KernelResult("k", 0, 0, Energy.Zero) { Leakage = new Energy(double.PositiveInfinity) }, "Leakage = Infinity pJ").SetArgDisplayNames("leakage");
        yield return new TestCaseData(new KernelResult("k", 0, -1, Energy.Zero), "UpsampledCycles = -1").SetArgDisplayNames("cycles");
        yield return new TestCaseData(new KernelResult("k", -1, 0, Energy.Zero), "MultiplyAccumulates = -1").SetArgDisplayNames("operations");
    }

    [TestCaseSource(nameof(Results))]
    public void Results_of_kernels_that_cannot_be_are_one_error(KernelResult result, string message) =>
        Assert.That(() => Run(new SocBuilder().WithAccelerator(_ => new Engine((_, _) => Task.FromResult(result)))),
            Throws.TypeOf<SimulationException>().With.Message.Contains($"Engine ran kernel 'k' of 'conv': {message}"));

    [Test]
    public void Negative_cycles_of_an_accelerator_are_one_error() =>
        Assert.That(() => Run(new SocBuilder().WithAccelerator(context => new Engine(async (_, _) =>
        {
            await context.ComputeAsync(-5);
            return default;
        }))), Throws.TypeOf<SimulationException>().With.Message.Contains("accelerator 0 computes for -5 cycles: must be 0 or more"));

    private static IEnumerable<TestCaseData> Work()
    {
        CpuWork work = new(100, 100, 64, 64, HidesReadMisses: true);
        static TestCaseData Case(string name, CpuWork work, string message) => new TestCaseData(work, message).SetArgDisplayNames(name);
        yield return Case("cycles", work with { Cycles = double.NaN }, "Cycles = NaN: must be 0 or more and finite");
        yield return Case("negative cycles", work with { Cycles = -1 }, "Cycles = -1");
        yield return Case("instructions", work with { Instructions = double.PositiveInfinity }, "Instructions = Infinity");
        yield return Case("bytes read", work with { ReadBytes = -100 }, "ReadBytes = -100: must be 0 or more");
        yield return Case("bytes written", work with { WriteBytes = -100 }, "WriteBytes = -100: must be 0 or more");
        yield return Case("lines ahead", work with { LinesAhead = 17 }, "LinesAhead = 17: must be 1 to 16");
        yield return Case("misses", work with { MissCycles = -1 }, "MissCycles = -1");
        yield return Case("hidden", work with { HiddenCycles = double.NaN }, "HiddenCycles = NaN");
    }

    [TestCaseSource(nameof(Work))]
    public void Work_of_a_CPU_model_that_cannot_be_is_one_error(CpuWork work, string message)
    {
        foreach (MemoryFidelity fidelity in s_fidelities)
        {
            Assert.That(() => Run(new SocBuilder().WithMemory(fidelity).WithCpu(new Core(10, work))),
                Throws.TypeOf<SimulationException>().With.Message.Contains($"CPU model Core, TileGather: Work.{message}"), $"{fidelity}");
        }
    }

    [TestCase(double.NaN)]
    [TestCase(double.NegativeInfinity)]
    [TestCase(-1)]
    public void Software_of_a_CPU_model_that_cannot_be_is_one_error(double cycles) =>
        Assert.That(() => Run(new SocBuilder().WithCpu(new Core(cycles, default))), Throws.TypeOf<SimulationException>().With.Message.Contains("CPU model Core, NetworkStart: Cycles = "));

    [Test]
    public void More_cold_lines_than_can_be_read_are_refused()
    {
        foreach (CpuModelKind kind in Enum.GetValues<CpuModelKind>())
        {
            Assert.That(() => new SocBuilder().WithCpu(kind).Configure(c => c with { Cpu = c.Cpu with { Costs = c.Cpu.Costs with { ColdCode = new() { LaunchLines = 1e18 } } } }).Build(),
                Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Cpu.Costs.ColdCode.LaunchLines = 1E+18: must be at most 1,000,000"));
        }

        Assert.That(() => new SocBuilder().Configure(c => c with { Cpu = c.Cpu with { Costs = c.Cpu.Costs with { ColdCode = null! } } }).Build(),
            Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Cpu.Costs.ColdCode is null: leave it out for its defaults"));
    }

    [TestCase(-64L)]
    [TestCase(long.MinValue)]
    [TestCase(long.MaxValue - 3)]
    public void Addresses_that_do_not_exist_are_one_error_at_every_fidelity(long address)
    {
        foreach (MemoryFidelity fidelity in s_fidelities)
        {
            Assert.That(() => Run(new SocBuilder().WithMemory(fidelity).WithComponent("camera", async c => await c.Port.WriteAsync(address, 64))),
                Throws.TypeOf<SimulationException>().With.Message.Contains($"0x{address:x}: there are no such addresses"), $"{fidelity}");
        }
    }

    [Test]
    public void The_largest_transfer_of_a_component_ends_at_every_fidelity()
    {
        foreach (MemoryFidelity fidelity in s_fidelities) Run(new SocBuilder().WithMemory(fidelity).WithComponent("camera", async c => await c.Port.WriteAsync(64, int.MaxValue)));
    }

    [Test]
    public void A_buffer_of_negative_size_is_one_error() =>
        Assert.That(() => Run(new SocBuilder().WithComponent("camera", async c => await c.Port.WriteAsync(c.Address("frame", -1), 64))),
            Throws.TypeOf<SimulationException>().With.Message.Contains("component 'camera': buffer 'frame' of -1 bytes: must be 0 or more"));

    [Test]
    public void A_component_that_lets_no_time_pass_is_named_instead_of_hanging() =>
        Assert.That(() => Run(new SocBuilder().WithComponent("camera", async c =>
        {
            await c.Simulator.Delay(5.Nanoseconds());
            while (true) await c.Simulator.Delay(SimTime.Zero);
        })), Throws.TypeOf<SimulationException>().With.Message.Contains("livelock at 5 ns: time stands still after 33,554,432 events").And.Message.Contains("process 'camera' waits for time to pass"));

    [Test]
    public void Agents_that_wait_for_each_other_are_all_named_components_too()
    {
        Signal? results = null, frame = null;
        SocBuilder soc = new SocBuilder()
            .WithComponent("camera", async c =>
            {
                (results, frame) = (new Signal(c.Simulator, "the engine's results"), new Signal(c.Simulator, "a free line buffer"));
                await frame.WaitAsync();
                results.Pulse();
            })
            .WithAccelerator(_ => new Engine(async (_, _) =>
            {
                await results!.WaitAsync();
                frame!.Pulse();
                return default;
            }));
        Assert.That(() => Run(soc), Throws.TypeOf<SimulationException>().With.Message.StartsWith("deadlock at ")
            .And.Message.Contains("process 'network' waits for signal 'accelerator 0 is idle'; process 'accelerator 0' waits for signal 'the engine's results'; background process 'camera' waits for signal 'a free line buffer'"));
    }

    private sealed class Engine(Func<OperatorPlan, KernelLaunch, Task<KernelResult>> run) : IAccelerator
    {
        public Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch) => run(plan, launch);
    }

    private sealed class Core(double cycles, CpuWork work) : ICpuModel
    {
        public CpuWork Work(in HostTask task, int lineBytes) => work;

        public double Cycles(CpuOverhead overhead) => cycles;
    }
}
