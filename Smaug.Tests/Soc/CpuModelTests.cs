using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
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
    public void In_order_core_waits_for_every_cold_line_and_an_instant_one_for_none()
    {
        Assert.Multiple(() =>
        {
            Assert.That(new InOrderCpuModel().ColdReads(CpuOverhead.FirstReorder).ReadBytes, Is.EqualTo(100 * 32));
            Assert.That(((ICpuModel)new InstantCpuModel()).ColdReads(CpuOverhead.FirstReorder).ReadBytes, Is.Zero);
        });
    }

    [Test]
    public void Cold_code_takes_memory_time_whatever_the_clock()
    {
        SimTime Preparation(double gigahertz, double lines)
        {
            var cold = new ColdCode { FirstPreparationLines = lines };
            return Run(c => c with { Frequency = Frequency.FromGigahertz(gigahertz), Costs = c.Costs with { ColdCode = cold } }).Time.TensorPreparation;
        }

        // 1,000 lines, 0.55 misses of 72 ns each.
        Assert.That((Preparation(1, 1000) - Preparation(1, 0)).Nanoseconds, Is.EqualTo(39_600).Within(1));
        Assert.That((Preparation(2, 1000) - Preparation(2, 0)).Nanoseconds, Is.EqualTo(39_600).Within(1));
    }

    [TestCase(MemoryFidelity.Transaction)]
    [TestCase(MemoryFidelity.Message)]
    public void Cold_code_is_read_from_memory_line_by_line(MemoryFidelity fidelity)
    {
        // More than the region that cold lines come from, so that it is read twice. A line takes a burst of 64 bytes.
        RunReport With(double lines) => Run(c => c with { Costs = c.Costs with { ColdCode = new ColdCode { FirstPreparationLines = lines, StallsPerLine = 1 } } }, fidelity);
        RunReport without = With(0), with = With(200_000);
        Assert.Multiple(() =>
        {
            Assert.That(with.Traffic.MemoryReadBytes - without.Traffic.MemoryReadBytes, Is.EqualTo(200_000 * 64).Within(1).Percent);
            Assert.That((with.Time.TensorPreparation - without.Time.TensorPreparation).Nanoseconds / 200_000, Is.EqualTo(75).Within(10));
        });
    }

    [Test]
    public void First_times_cost_once_in_a_stream_of_frames()
    {
        static SimTime[] Frames(ColdCode cold)
        {
            SocBuilder builder = new SocBuilder().Configure(c => c with { Cpu = c.Cpu with { Costs = c.Cpu.Costs with { ColdCode = cold } } });
            RunReport report = builder.Build().Run(ModelZoo.Create("tutorial", Backends.Smv), new RunOptions { Frames = 2 }).Report;
            return [.. report.Frames.Select(f => f.Done - f.Started)];
        }

        var launches = new ColdCode
        {
            FirstPreparationLines = 0,
            FirstConvolutionPreparationLines = 0,
            FirstFinalizationLines = 0,
            FirstBodyLines = 0,
            FirstConvolutionLines = 0,
            FirstPoolingLines = 0,
            FirstInnerProductLines = 0,
            FirstOfKindLines = 0,
            FirstReorderLines = 0,
            FirstUseLines = 0,
        };
        SimTime[] with = Frames(new ColdCode()), without = Frames(launches);

        // 46 + 60 + 4 + 103 + 337 + 120 + 220 + 100 lines of 0.55 misses of 72 ns.
        Assert.That((with[0] - without[0]).Microseconds, Is.EqualTo(990 * 0.0396).Within(0.1));
        Assert.That(with[1], Is.EqualTo(without[1]));
    }

    [Test]
    public void Launches_take_longer_while_other_accelerators_load_memory()
    {
        static double[] Gaps(MemoryFidelity fidelity)
        {
            Graph network = ModelZoo.Create("minerva", Backends.Smv);
            RunReport report = new SocBuilder().WithAccelerators(4).WithMemory(fidelity).Build().Run(network).Report;
            InvocationReport[] second = [.. report.Invocations.Where(i => i.Operator == "mat_mul_1")];
            return [.. second.Zip(second.Skip(1), (a, b) => (b.Activated - a.Activated).Nanoseconds)];
        }

        // 1.49, 1.55 and 1.73 us were measured, with one accelerator 1.41 on average.
        Assert.That(Gaps(MemoryFidelity.Analytical), Is.All.EqualTo(1415).Within(5));
        double[] loaded = Gaps(MemoryFidelity.Transaction);
        TestContext.Out.WriteLine(string.Join(", ", loaded));
        Assert.That(loaded.Average(), Is.EqualTo(1589).Within(10).Percent);
    }

    [Test]
    public void Each_accelerator_of_the_pool_costs_at_the_begin_of_a_body()
    {
        static double FirstLaunch(int accelerators, string name)
        {
            RunReport report = new SocBuilder().WithAccelerators(accelerators).Build().Run(ModelZoo.Create("minerva", Backends.Smv)).Report;
            OperatorReport body = report.Operators.Single(o => o.Name == name);
            return (report.Invocations.First(i => i.Operator == name).Activated - body.Start - body.Scheduling - body.CpuPreparation).Microseconds;
        }

        // Measured: 3.80 us more in the first body, 0.39 before and 0.08 after the invocations of the second, in 0.85 us of work.
        Assert.That(FirstLaunch(4, "mat_mul") - FirstLaunch(1, "mat_mul"), Is.EqualTo(3.80).Within(10).Percent);
        Assert.That(FirstLaunch(4, "mat_mul_1") - FirstLaunch(1, "mat_mul_1"), Is.EqualTo(3 * 0.44).Within(0.001));
        Assert.That(FirstLaunch(2, "mat_mul_1") - FirstLaunch(1, "mat_mul_1"), Is.EqualTo(0.44).Within(0.001));
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
        Assert.That(() => Run(c => c with { InOrder = new InOrderCpuModel { CyclesPerDataAccess = -1 } }), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Cpu.InOrder.CyclesPerDataAccess = -1: must be 0 or more"));
        Assert.That(() => Run(c => c with { Instant = new InstantCpuModel { CyclesPerInstruction = double.NaN } }), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Cpu.Instant.CyclesPerInstruction = NaN: must be 0 or more"));
        Assert.That(() => Run(c => c with { Costs = c.Costs with { ColdCode = new ColdCode { LaunchLines = -1 } } }), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Cpu.Costs.ColdCode.LaunchLines = -1: must be 0 or more"));
        Assert.That(() => Run(c => c with { Costs = c.Costs with { OperationsPerCycle = 0 } }), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Cpu.Costs.OperationsPerCycle = 0: must be above 0"));
        Assert.That(() => Run(c => c with { InOrder = c.InOrder with { Software = c.Costs with { LaunchCycles = -1 } } }), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Cpu.InOrder.Software.LaunchCycles = -1: must be 0 or more"));
        Assert.That(() => Run(c => c with { ThreadPool = new ThreadPoolConfiguration { JoinCycles = -1 } }), Throws.TypeOf<ConfigurationException>().With.Message.Contains("Cpu.ThreadPool.JoinCycles"));
    }

    private static RunReport Limited(Func<OutOfOrderCpuModel, OutOfOrderCpuModel> change, MemoryFidelity fidelity) => Run(c => c with { Costs = change(c.Costs) }, fidelity);

    [TestCase(MemoryFidelity.Analytical)]
    [TestCase(MemoryFidelity.Transaction)]
    [TestCase(MemoryFidelity.Message)]
    public void Smaller_cores_take_longer(MemoryFidelity fidelity)
    {
        SimTime whole = Limited(c => c, fidelity).Time.Total;
        SimTime Time(Func<OutOfOrderCpuModel, OutOfOrderCpuModel> change) => Limited(change, fidelity).Time.Total;
        Assert.Multiple(() =>
        {
            Assert.That(Time(c => c with { Width = 4 }), Is.EqualTo(whole), "no work has more than 3.9 instructions per cycle");
            Assert.That(Time(c => c with { Width = 2 }), Is.GreaterThan(whole));
            Assert.That(Time(c => c with { Width = 1 }), Is.GreaterThan(Time(c => c with { Width = 2 })));
            Assert.That(Time(c => c with { Width = 16 }), Is.EqualTo(whole));
        });
    }

    [Test]
    public void Limits_at_their_defaults_change_no_byte_of_a_report([Values] MemoryFidelity fidelity)
    {
        static string Json(RunReport report)
        {
            using var stream = new MemoryStream();
            RunReportJson.Write(report, stream);
            return System.Text.Encoding.UTF8.GetString(stream.ToArray());
        }

        string whole = Json(Run(c => c, fidelity));
        Assert.That(Json(Limited(c => c with { Width = 8, ReorderBufferEntries = 192, LoadQueueEntries = 32, StoreQueueEntries = 32, Mshrs = 16, HiddenCycles = 24 }, fidelity)), Is.EqualTo(whole));
        Assert.That(Json(Limited(c => c with { LoadQueueEntries = 65_536, StoreQueueEntries = 65_536, Width = 64 }, fidelity)), Is.EqualTo(whole));
    }

    [Test]
    public void Limits_come_from_a_configuration_file_and_keep_the_defaults_of_what_it_does_not_name()
    {
        SocConfiguration soc = SocConfigurationJson.Read("""{ "cpu": { "costs": { "width": 4, "mshrs": 2, "loadQueueEntries": 16, "storeQueueEntries": 8, "reorderBufferEntries": 64, "mix": { "loads": 0.25 } } } }""");
        Assert.That(soc.Cpu.Costs, Is.EqualTo(new OutOfOrderCpuModel
        {
            Width = 4,
            Mshrs = 2,
            LoadQueueEntries = 16,
            StoreQueueEntries = 8,
            ReorderBufferEntries = 64,
            Mix = new InstructionMix { Loads = 0.25, Stores = 0.165 },
        }));
        Assert.That(SocConfigurationJson.Read(SocConfigurationJson.Write(soc)), Is.EqualTo(soc));
        Assert.That(() => Run(c => c with { Costs = c.Costs with { Mshrs = 0 } }), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Cpu.Costs.Mshrs = 0: must be 1 to 16"));
    }

    [Test]
    public void Models_that_are_given_as_such_are_checked_when_the_SoC_is_built()
    {
        Assert.That(() => new SocBuilder().WithCpu(new OutOfOrderCpuModel { Width = 0 }).Build(), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("OutOfOrderCpuModel.Width = 0: must be 1 to 64"));
        Assert.That(() => new SocBuilder().WithCpu(new InOrderCpuModel { CyclesPerDataAccess = -1 }).Build(), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("InOrderCpuModel.CyclesPerDataAccess = -1"));
        Assert.That(() => new SocBuilder().WithCpu(new InstantCpuModel { CyclesPerInstruction = -1 }).Build(), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("InstantCpuModel.CyclesPerInstruction = -1"));
    }

    [Test]
    public void Limits_that_another_core_does_not_look_at_are_noted()
    {
        const string note = "Cpu.Costs: width, queues, MSHRs and mix have no effect";
        Assert.That(Run(c => c with { Model = CpuModelKind.InOrder, Costs = c.Costs with { Mshrs = 4 } }).Notes, Has.Some.StartsWith(note));
        Assert.That(Run(c => c with { Model = CpuModelKind.InOrder, Costs = c.Costs with { LaunchCycles = 4 } }).Notes, Has.None.StartsWith(note));
        Assert.That(Limited(c => c with { Mshrs = 4 }, MemoryFidelity.Analytical).Notes, Has.None.StartsWith(note));
    }
}
