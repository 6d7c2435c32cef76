using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

public class SocRunTests
{
    private static Graph Tutorial() => ModelZoo.Create("tutorial", Backends.Smv);

    private static RunReport Run(SocBuilder soc, string network = "tutorial", RunOptions? options = null) =>
        soc.Build().Run(ModelZoo.Create(network, Backends.Smv), options).Report;

    [Test]
    public void Time_only_run_needs_no_parameters()
    {
        RunReport report = new SocBuilder().Build().Run(Tutorial().WithParameters(null)).Report;
        Assert.That(report.Time.Total, Is.GreaterThan(SimTime.Zero));
    }

    [Test]
    public void Same_run_gives_the_same_report_every_time()
    {
        Smaug.Soc soc = new SocBuilder().WithAccelerators(4).WithThreads(2).Build();
        string first = Json(soc.Run(Tutorial()).Report);
        for (int i = 0; i < 3; i++) Assert.That(Json(soc.Run(Tutorial()).Report), Is.EqualTo(first));
    }

    [Test]
    public void Values_do_not_change_the_time()
    {
        Smaug.Soc soc = new SocBuilder().Build();
        RunResult timed = soc.Run(Tutorial());
        RunResult computed = soc.Run(Tutorial(), new RunOptions { ComputeValues = true });
        Assert.That(timed.Values, Is.Null);
        Assert.That(computed.Values!.Output, Is.Not.Null);
        Assert.That(Json(computed.Report), Is.EqualTo(Json(timed.Report)));
    }

    [Test]
    public void Several_accelerators_make_inner_products_faster()
    {
        SimTime one = Run(new SocBuilder(), "minerva").Time.OperatorBody;
        SimTime four = Run(new SocBuilder().WithAccelerators(4), "minerva").Time.OperatorBody;
        Assert.That(four.Picoseconds, Is.LessThan(one.Picoseconds * 0.5));
    }

    [Test]
    public void Threads_help_up_to_the_number_of_tiles()
    {
        SimTime one = Run(new SocBuilder()).Time.TensorPreparation;
        SimTime two = Run(new SocBuilder().WithThreads(2)).Time.TensorPreparation;
        SimTime four = Run(new SocBuilder().WithThreads(4)).Time.TensorPreparation;
        Assert.Multiple(() =>
        {
            Assert.That(two.Picoseconds, Is.LessThan(one.Picoseconds * 0.6));
            Assert.That(four, Is.EqualTo(two), "the tutorial's pooling has two tiles");
        });
    }

    [Test]
    public void Coherency_port_beats_DMA_when_tiles_are_in_the_cache()
    {
        SimTime dma = Run(new SocBuilder(), options: new RunOptions { MemoryPolicy = MemoryPolicy.AllDma }).Time.Total;
        SimTime acp = Run(new SocBuilder(), options: new RunOptions { MemoryPolicy = MemoryPolicy.AllAcp }).Time.Total;
        SimTime mixed = Run(new SocBuilder(), options: new RunOptions { MemoryPolicy = MemoryPolicy.AllAcpWithDmaForWeights }).Time.Total;
        Assert.That(acp, Is.LessThan(mixed));
        Assert.That(mixed, Is.LessThan(dma));
    }

    [Test]
    public void Faster_core_shortens_software_but_not_invocations()
    {
        RunReport slow = Run(new SocBuilder(SocPresets.Tutorial));
        RunReport fast = Run(new SocBuilder(SocPresets.TutorialNominal));
        Assert.That(fast.Time.Reordering, Is.LessThan(slow.Time.Reordering));
        Assert.That(fast.Invocations.Select(i => i.Cycles), Is.EqualTo(slow.Invocations.Select(i => i.Cycles)));
    }

    [Test]
    public void Ignoring_the_flush_saves_its_cycles_for_every_line()
    {
        SocConfiguration quick = SocPresets.Tutorial with { Accelerators = SocPresets.Tutorial.Accelerators with { IgnoreCacheFlush = true } };
        InvocationReport slow = Run(new SocBuilder()).Invocations[^1];
        InvocationReport fast = Run(new SocBuilder(quick)).Invocations[^1];
        long lines = (slow.TransferInBytes + slow.TransferOutBytes) / 32;
        Assert.That(slow.Cycles - fast.Cycles, Is.EqualTo(12 * lines).Within(50));
    }

    [Test]
    public void Sampling_tells_the_upsampled_share_and_changes_the_time_by_a_few_percent()
    {
        RunReport whole = Run(new SocBuilder());
        RunReport sampled = Run(new SocBuilder(), options: new RunOptions { Sampling = new Sampling(SamplingLevel.High, 1) });
        Assert.Multiple(() =>
        {
            Assert.That(sampled.Time.Total.Picoseconds, Is.EqualTo(whole.Time.Total.Picoseconds).Within(3).Percent);
            Assert.That(sampled.Invocations[0].UpsampledCycles, Is.EqualTo(58753).Within(1).Percent, "measured: 58,753");
            Assert.That(sampled.Notes, Has.Some.Contains("sampling"));
        });
    }

    [Test]
    public void First_convolution_of_the_tutorial_takes_the_published_cycles()
    {
        Assert.That(Run(new SocBuilder()).Invocations[0].Cycles, Is.EqualTo(89771).Within(5).Percent);
    }

    [Test]
    public void User_engine_model_times_the_kernels()
    {
        RunReport normal = Run(new SocBuilder());
        RunReport twice = Run(new SocBuilder().WithEngine(new SlowEngine()));
        Assert.That(twice.Invocations.Sum(i => i.Compute.Picoseconds), Is.EqualTo(2.0 * normal.Invocations.Sum(i => i.Compute.Picoseconds)).Within(0.1).Percent);
    }

    [Test]
    public void User_accelerator_runs_the_launches()
    {
        RunReport report = Run(new SocBuilder().WithAccelerators(2).WithAccelerator(context => new InstantAccelerator(context)));
        Assert.That(report.Invocations, Has.All.Matches<InvocationReport>(i => i!.Kernel == "instant" && i.Cycles == 7 + 100));
    }

    [Test]
    public void Fidelities_of_memory_agree_on_a_small_network()
    {
        SimTime analytical = Run(new SocBuilder()).Time.Total;
        SimTime transaction = Run(new SocBuilder().WithMemory(MemoryFidelity.Transaction)).Time.Total;
        Assert.That(transaction.Picoseconds, Is.EqualTo(analytical.Picoseconds).Within(10).Percent);
    }

    [Test]
    public void Line_by_line_run_is_the_same_every_time()
    {
        Smaug.Soc soc = new SocBuilder().WithAccelerators(4).WithMemory(MemoryFidelity.Transaction).Build();
        Graph graph = ModelZoo.Create("minerva", Backends.Smv);
        string first = Json(soc.Run(graph).Report);
        Assert.That(Json(soc.Run(graph).Report), Is.EqualTo(first));
    }

    [Test]
    public void User_memory_system_stands_behind_the_ports()
    {
        RunReport report = Run(new SocBuilder().WithMemory((simulator, _) => new FlatMemory(simulator)));
        Assert.That(report.Invocations.Sum(i => i.TransferIn.Picoseconds), Is.EqualTo(report.Invocations.Sum(i => (i.TransferInBytes + 4095) / 4096 * 100_000L)).Within(20).Percent);
    }

    [Test]
    public void Accelerator_that_fails_ends_the_run_with_its_error()
    {
        SocBuilder soc = new SocBuilder().WithAccelerator(_ => new BrokenAccelerator());
        Assert.That(() => Run(soc), Throws.TypeOf<SimulationException>().With.Message.EndsWith("out of order"));
    }

    [Test]
    public void Plan_for_more_accelerators_than_the_SoC_has_is_refused()
    {
        ExecutionPlan plan = new SocBuilder().WithAccelerators(4).Build().Plan(ModelZoo.Create("minerva", Backends.Smv));
        Assert.That(() => new SocBuilder().Build().Run(plan), Throws.TypeOf<ConfigurationException>().With.Message.Contains("plan the network for this SoC"));
    }

    [Test]
    public void Network_for_a_backend_that_the_SoC_lacks_is_refused()
    {
        var graph = new Graph("alien", "Tensilica", MemoryPolicy.AllDma, Tutorial().Nodes);
        Assert.That(() => new SocBuilder().Build().Run(graph), Throws.TypeOf<ConfigurationException>().With.Message.Contains("'Tensilica'").And.Message.Contains("SMV, Reference"));
    }

    [Test]
    public void Network_without_a_memory_policy_is_refused()
    {
        var graph = new Graph("none", "SMV", MemoryPolicy.Unknown, Tutorial().Nodes);
        Assert.That(() => new SocBuilder().Build().Run(graph), Throws.TypeOf<ConfigurationException>().With.Message.Contains("no memory policy"));
    }

    [Test]
    public void Cancelled_run_ends_with_the_cancellation()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(() => new SocBuilder().Build().Run(Tutorial(), cancellationToken: source.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static string Json(RunReport report)
    {
        using var stream = new MemoryStream();
        RunReportJson.Write(report, stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class SlowEngine : ISmvEngineModel
    {
        private readonly SmvLoopNestModel _model = new();

        public SmvKernelTiming Time(SmvKernel kernel, Sampling sampling)
        {
            SmvKernelTiming timing = _model.Time(kernel, sampling);
            return timing with
            {
                InputConversionCycles = 2 * timing.InputConversionCycles,
                WeightConversionCycles = 2 * timing.WeightConversionCycles,
                ComputeCycles = 2 * timing.ComputeCycles,
                StoreConversionCycles = 2 * timing.StoreConversionCycles,
            };
        }
    }

    private sealed class InstantAccelerator(AcceleratorContext context) : IAccelerator
    {
        public async Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
        {
            context.Enter(AcceleratorPhase.Compute);
            await context.Simulator.Delay(context.Clock.Cycles(100));
            return new KernelResult("instant", 0, 0, Energy.Zero);
        }
    }

    private sealed class FlatMemory(Simulator simulator) : IHostMemory
    {
        private readonly BandwidthLatencyMemory _memory = new(simulator, "flat", new BandwidthLatencyMemoryOptions { ReadLatency = 100.Nanoseconds(), BytesPerNanosecond = 1e6 });

        public long DramReadBytes => 0;

        public long DramWriteBytes => 0;

        public MemoryPort CpuPort(int core) => _memory.Port;

        public MemoryPort DmaPort(int accelerator) => _memory.Port;

        public MemoryPort CoherencyPort(int accelerator) => _memory.Port;
    }

    private sealed class BrokenAccelerator : IAccelerator
    {
        public Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch) => throw new SimulationException("out of order");
    }
}
