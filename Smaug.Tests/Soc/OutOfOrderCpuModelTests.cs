using Smaug.Core;
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

    [Test]
    public void Defaults_are_the_simulated_core_and_bind_nothing_but_the_reorder_buffer()
    {
        Assert.Multiple(() =>
        {
            Assert.That((s_model.Width, s_model.ReorderBufferEntries, s_model.LoadQueueEntries, s_model.StoreQueueEntries, s_model.Mshrs), Is.EqualTo((8, 192, 32, 32, 16)));
            Assert.That(s_model.InstructionsInFlight, Is.EqualTo(192));
            Assert.That(Work(HostTaskKind.TileGather, 25088, 16).HiddenCycles, Is.EqualTo(24));
            Assert.That(Work(HostTaskKind.TileGather, 25088, 16).Mix, Is.EqualTo(new InstructionMix()));
            Assert.That((s_model with { Mix = new InstructionMix { Loads = 0, Stores = 0 } }).InstructionsInFlight, Is.EqualTo(192));
        });
    }

    // What the model said before its limits were parameters: 192 instructions, at most 16 lines, measured cycles alone.
    [Test]
    public void Defaults_give_the_work_of_192_instructions_in_flight_and_16_lines([Values(16, 32, 64, 128)] int lineBytes, [Values(1, 2, 4)] int elementBytes)
    {
        foreach (HostTaskKind kind in Enum.GetValues<HostTaskKind>())
        {
            foreach (long run in (long[])[1, 7, 16, 40, 300, 832, 100_000])
            {
                var task = new HostTask(kind, "a", "b", 100_000, elementBytes, run, 5_000);
                double runs = 100_000d / run;
                (double instructions, double cycles) = kind switch
                {
                    HostTaskKind.Reorder => (100_000 * 42.7, 100_000 * 19.05),
                    HostTaskKind.Compute => (5_000, 5_000),
                    _ => (runs * 574 + 100_000 * 0.9, runs * 146 + 100_000 * 0.25),
                };
                double ahead = 192 / Math.Max(1, instructions / Math.Max(1, 100_000d * elementBytes / lineBytes));
                CpuWork work = s_model.Work(task, lineBytes);
                Assert.That(work with { Mix = null }, Is.EqualTo(new CpuWork(instructions, cycles, task.Bytes, task.Bytes, ahead > 1, (int)Math.Clamp(ahead, 1, 16), 12, 24)), $"{kind}, {run}");
            }
        }
    }

    [Test]
    public void Defaults_give_the_measured_cycles_of_every_overhead()
    {
        foreach (CpuOverhead overhead in Enum.GetValues<CpuOverhead>()) Assert.That(s_model.Cycles(overhead), Is.EqualTo(s_model.MeasuredCycles(overhead)), overhead.ToString());
    }

    [Test]
    public void Narrower_core_is_never_faster_and_executes_no_more_than_its_width()
    {
        HostTask task = new(HostTaskKind.TileGather, "a", "b", 25088, 2, 16);
        CpuWork[] works = [.. Enumerable.Range(1, 16).Reverse().Select(width => (s_model with { Width = width }).Work(task, 32))];
        Assert.Multiple(() =>
        {
            Assert.That(works.Select(w => w.Cycles), Is.Ordered);
            Assert.That(works.Select(w => w.HiddenCycles), Is.All.EqualTo(24));
            Assert.That(works[^1].Cycles, Is.EqualTo(works[^1].Instructions));
            Assert.That(works[^2].Cycles, Is.EqualTo(works[^2].Instructions / 2));
            Assert.That((s_model with { Width = 1 }).Cycles(CpuOverhead.Launch), Is.EqualTo(2_400));
            Assert.That((s_model with { Width = 2 }).Cycles(CpuOverhead.Launch), Is.EqualTo(1_200));
            Assert.That((s_model with { Width = 1 }).Cycles(CpuOverhead.FirstConvolutionPreparation), Is.Zero, "cold lines alone");
            Assert.That((s_model with { Width = 1, OperationsPerCycle = 4 }).Work(new HostTask(HostTaskKind.Compute, "a", "b", 10, 2, 10, 5_000), 32).Cycles, Is.EqualTo(1_250));
        });
    }

    [Test]
    public void Smallest_of_the_buffers_and_registers_limits_the_lines_ahead()
    {
        // 8 elements of 4 bytes in a line, 0.9 instructions each: the reorder buffer has room for 26 lines.
        int Ahead(OutOfOrderCpuModel model) => model.Work(new HostTask(HostTaskKind.Copy, "a", "b", 1_000_000, 4, 1_000_000), 32) is { HidesReadMisses: true } work ? work.LinesAhead : 0;
        Assert.Multiple(() =>
        {
            Assert.That(Ahead(s_model), Is.EqualTo(16));
            Assert.That(Ahead(s_model with { Mshrs = 5 }), Is.EqualTo(5));
            Assert.That(Ahead(s_model with { Mshrs = 1 }), Is.Zero, "nothing is hidden");
            Assert.That(Ahead(s_model with { ReorderBufferEntries = 36 }), Is.EqualTo(4));
            Assert.That(Ahead(s_model with { LoadQueueEntries = 6 }), Is.EqualTo(5), "6 loads are 36.4 instructions");
            Assert.That(Ahead(s_model with { StoreQueueEntries = 4 }), Is.EqualTo(3));
            Assert.That(Ahead(s_model with { Mix = new InstructionMix { Loads = 0.5 } }), Is.EqualTo(8), "64 instructions");
        });
    }

    [Test]
    public void Waits_are_hidden_as_long_as_the_instructions_in_flight_last()
    {
        double Hidden(OutOfOrderCpuModel model) => model.Work(new HostTask(HostTaskKind.Copy, "a", "b", 1000, 2, 10), 32).HiddenCycles;
        Assert.Multiple(() =>
        {
            Assert.That(Hidden(s_model with { ReorderBufferEntries = 96 }), Is.EqualTo(12));
            Assert.That(Hidden(s_model with { LoadQueueEntries = 16, Mix = new InstructionMix { Loads = 0.2 } }), Is.EqualTo(10));
            Assert.That(Hidden(s_model with { StoreQueueEntries = 8, Mix = new InstructionMix { Stores = 0.5 } }), Is.EqualTo(2));
            Assert.That(Hidden(s_model with { HiddenCycles = 7 }), Is.EqualTo(7));
        });
    }

    [Test]
    public void In_order_and_instant_cores_do_not_look_at_the_limits()
    {
        OutOfOrderCpuModel small = s_model with { Width = 1, ReorderBufferEntries = 1, LoadQueueEntries = 1, StoreQueueEntries = 1, Mshrs = 1 };
        var task = new HostTask(HostTaskKind.TileGather, "a", "b", 25088, 2, 832);
        Assert.Multiple(() =>
        {
            Assert.That(new InOrderCpuModel { Software = small }.Work(task, 32).Cycles, Is.EqualTo(new InOrderCpuModel().Work(task, 32).Cycles));
            Assert.That(new InOrderCpuModel { Software = small }.Cycles(CpuOverhead.Launch), Is.EqualTo(new InOrderCpuModel().Cycles(CpuOverhead.Launch)));
            Assert.That(new InstantCpuModel { Software = small }.Work(task, 32), Is.EqualTo(new InstantCpuModel().Work(task, 32)));
        });
    }

    [TestCaseSource(nameof(Wrong))]
    public void Wrong_limits_are_one_error(OutOfOrderCpuModel model, string message) =>
        Assert.That(model.Validate, Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(message));

    private static IEnumerable<TestCaseData> Wrong() =>
    [
        Case(s_model with { Width = 0 }, "Width = 0: must be 1 to 64"),
        Case(s_model with { Width = 65 }, "Width = 65: must be 1 to 64"),
        Case(s_model with { ReorderBufferEntries = 0 }, "ReorderBufferEntries = 0: must be 1 to 65536"),
        Case(s_model with { LoadQueueEntries = -1 }, "LoadQueueEntries = -1: must be 1 to 65536"),
        Case(s_model with { StoreQueueEntries = 65_537 }, "StoreQueueEntries = 65537: must be 1 to 65536"),
        Case(s_model with { Mshrs = 0 }, "Mshrs = 0: must be 1 to 16"),
        Case(s_model with { Mshrs = 17 }, "Mshrs = 17: must be 1 to 16"),
        Case(s_model with { HiddenCycles = -1 }, "HiddenCycles = -1: must be 0 or more"),
        Case(s_model with { Mix = null! }, "Mix is null: leave it out for its defaults"),
        Case(s_model with { Mix = new InstructionMix { Loads = 1.5 } }, "Mix.Loads = 1.5: must be 0 to 1"),
        Case(s_model with { Mix = new InstructionMix { Stores = double.NaN } }, "Mix.Stores = NaN: must be 0 to 1"),
        Case(s_model with { Mix = new InstructionMix { Loads = 0.5, Stores = 0.75 } }, "Mix.Loads + Mix.Stores = 1.25: must be at most 1"),
    ];

    private static TestCaseData Case(OutOfOrderCpuModel model, string message) => new TestCaseData(model, message).SetArgDisplayNames(message);
}
