using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Accelerators.Systolic.Power;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Tensors;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Zoo;

namespace Smaug.Tests.Systolic;

/// <summary>A systolic array of any size as an accelerator of an SoC.</summary>
internal sealed class ArrayInSocTests
{
    [TestCase(Dataflow.OutputStationary)]
    [TestCase(Dataflow.WeightStationary)]
    [TestCase(Dataflow.InputStationary)]
    public void With_ideal_memory_an_operator_takes_the_arrays_cycles(Dataflow dataflow)
    {
        var array = new SystolicArrayConfiguration { Rows = 16, Columns = 16, Dataflow = dataflow };
        RunResult run = new SocBuilder().WithSystolicArray(array).WithMemory((simulator, _) => new IdealMemory(simulator)).Build().Run(ModelZoo.Create("lenet5", Backends.Systolic));
        SystolicLaunch[] launches = [.. run.Plan.Operators.SelectMany(o => o.Launches).Cast<SystolicLaunch>()];
        Assert.That(launches, Has.Length.EqualTo(4));
        Assert.That(run.Report.Invocations.Select(i => i.Compute.Picoseconds / 1000), Is.EqualTo(launches.Select(l => l.Cycles)));
        Assert.That(run.Report.Invocations.Select(i => (i.TransferIn, i.TransferOut)), Has.All.EqualTo((SimTime.Zero, SimTime.Zero)));
        foreach (SystolicLaunch launch in launches)
        {
            var alone = new SystolicConfiguration { Rows = 16, Columns = 16, Dataflow = dataflow, IfmapKilobytes = 8, FilterKilobytes = 8, OfmapKilobytes = 8 };
            Assert.That(launch.Layer.TotalCycles, Is.EqualTo(SystolicArray.Simulate(launch.Layer.Layer, alone with { Corrections = Corrections.TotalCycles }).TotalCycles));
        }
    }

    [Test]
    public void Slow_memory_stalls_the_array_and_fast_memory_does_not()
    {
        InvocationReport Run(double bytesPerNanosecond) => new SocBuilder()
            .WithSystolicArray(new SystolicArrayConfiguration { Rows = 32, Columns = 32, Dataflow = Dataflow.WeightStationary })
            .WithMemory((simulator, _) => new FlatMemory(simulator, bytesPerNanosecond)).Build()
            .Run(Convolution(Backends.Systolic, 32, 64, 64)).Report.Invocations.Single();
        (InvocationReport slow, InvocationReport fast) = (Run(1), Run(1000));
        Assert.That(slow.Compute, Is.EqualTo(fast.Compute), "stalls are no computation");
        Assert.That(slow.TransferIn, Is.GreaterThan(fast.TransferIn * 20));
        Assert.That((slow.TransferIn + slow.Compute + slow.TransferOut).Nanoseconds, Is.GreaterThan(0.99 * (slow.TransferInBytes + slow.TransferOutBytes)), "one byte per nanosecond");
    }

    [Test]
    public void Prefetches_overlap_with_computation()
    {
        // Whatever the memory, the halves that are fetched ahead hide it when it is not slower than the array.
        InvocationReport launch = new SocBuilder()
            .WithSystolicArray(new SystolicArrayConfiguration { IfmapKilobytes = 64, FilterKilobytes = 64 })
            .WithMemory((simulator, _) => new FlatMemory(simulator, 8)).Build()
            .Run(Convolution(Backends.Systolic, 32, 64, 64)).Report.Invocations.Single();
        double transferred = (launch.TransferInBytes + launch.TransferOutBytes) / 8.0;
        Assert.That((launch.TransferIn + launch.TransferOut).Nanoseconds, Is.LessThan(0.5 * transferred));
    }

    [TestCase(MemoryFidelity.Analytical)]
    [TestCase(MemoryFidelity.Transaction)]
    public void An_SMV_network_runs_on_array_and_engine(MemoryFidelity fidelity)
    {
        var array = new SystolicArrayConfiguration { Rows = 16, Columns = 16, ElementType = SystolicPrecision.Float16 };
        RunReport report = new SocBuilder().WithMemory(fidelity).WithSystolicArray(array).Build().Run(ModelZoo.Create("lenet5", Backends.Smv)).Report;
        Assert.That(report.Invocations.Select(i => i.Kernel).Distinct(), Is.EquivalentTo(new[] { "systolic convolution", "max pooling", "systolic inner product" }));
        Assert.That(report.Invocations, Has.All.Matches<InvocationReport>(i => i!.Energy.Picojoules > 0));
    }

    [TestCase("SMV", SystolicPrecision.Float32, 2e-3)]
    [TestCase("SMV", SystolicPrecision.Float16, 2e-2)]
    [TestCase("SMV", SystolicPrecision.Int8, 8e-2)]
    [TestCase("Systolic", SystolicPrecision.Float32, 1e-5)]
    [TestCase("Systolic", SystolicPrecision.Int8, 8e-2)]
    public void Values_of_a_network_equal_those_of_its_own_backend_within_the_element_type(string backend, SystolicPrecision precision, double tolerance)
    {
        BackendTraits traits = Backends.Get(backend);
        Graph model = ModelZoo.Create("lenet5", traits);
        var options = new RunOptions { ComputeValues = true };
        float[] found = new SocBuilder().WithSystolicArray(new SystolicArrayConfiguration { ElementType = precision, Dataflow = Dataflow.WeightStationary }).Build().Run(model, options).Values!.Output!.ToSingles();
        float[] expected = traits.Name == "SMV"
            ? new SocBuilder().Build().Run(model, options).Values!.Output!.ToSingles()
            : new FunctionalExecutor(Planner.Plan(model, Backends.Create(backend)), Backends.Create(backend)).Run().Output!.ToSingles();
        double scale = expected.Max(MathF.Abs);
        Assert.That(scale, Is.GreaterThan(0));
        Assert.That(expected.Zip(found, (e, f) => Math.Abs(e - f)).Max(), Is.LessThanOrEqualTo(tolerance * scale));
    }

    [Test]
    public void Several_arrays_share_an_operator()
    {
        Graph model = Convolution(Backends.Systolic, 32, 64, 64);
        RunReport Run(int accelerators) => new SocBuilder().WithAccelerators(accelerators).WithSystolicArray(new SystolicArrayConfiguration())
            .WithMemory((simulator, _) => new IdealMemory(simulator)).Build().Run(model).Report;
        (RunReport one, RunReport four) = (Run(1), Run(4));
        Assert.That(four.Invocations.Select(i => i.Accelerator), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(four.Invocations.Sum(i => i.MultiplyAccumulates), Is.EqualTo(one.Invocations.Single().MultiplyAccumulates));
        Assert.That(four.Operators.Last().Compute, Is.LessThan(new SimTime(one.Operators.Last().Compute.Picoseconds * 2 / 5)));
        Assert.That(four.Invocations.Sum(i => i.TransferOutBytes), Is.EqualTo(one.Invocations.Single().TransferOutBytes));
    }

    [Test]
    public void Partial_sums_that_do_not_fit_their_scratchpad_go_to_memory_and_back()
    {
        Graph model = Convolution(Backends.Systolic, 32, 64, 16);
        long Bytes(int kilobytes, bool isStore)
        {
            var backend = new SystolicBackend(new SystolicArrayConfiguration { Dataflow = Dataflow.WeightStationary, OfmapKilobytes = kilobytes }.ToBackendOptions());
            OperatorPlan plan = backend.Plan(model.Nodes.Single(n => n.Kind == OperatorKind.Convolution3d), new PlanOptions());
            return plan.Transfers(plan.Launches[0]).Where(t => t.Role == OperandRole.Output && t.IsStore == isStore).Sum(t => t.Bytes);
        }

        // 30 x 30 sums of 8 filters take 28.8 kB; 9 x 64 positions are 72 folds of 8 rows.
        long results = 30 * 30 * 16 * 4;
        Assert.That((Bytes(32, true), Bytes(32, false)), Is.EqualTo((results, 0L)));
        Assert.That((Bytes(16, true), Bytes(16, false)), Is.EqualTo((72 * results, 71 * results)));
    }

    [Test]
    public void Narrower_elements_move_fewer_bytes_and_stay_longer_in_a_scratchpad()
    {
        long Bytes(SystolicPrecision precision) => new SocBuilder().WithSystolicArray(new SystolicArrayConfiguration { ElementType = precision }).Build()
            .Run(Convolution(Backends.Systolic, 32, 64, 64)).Report.Invocations.Single().TransferInBytes;
        Assert.That(Bytes(SystolicPrecision.Float16), Is.LessThanOrEqualTo(Bytes(SystolicPrecision.Float32) / 2));
        Assert.That(Bytes(SystolicPrecision.Int8), Is.LessThanOrEqualTo(Bytes(SystolicPrecision.Float16) / 2));
    }

    [Test]
    public void Sums_of_int8_products_are_exact_beyond_the_integers_of_a_float()
    {
        // 1,100 products of 127 · 127 exceed 2^24; to a float of that size the 3,000 products of 1 that follow are lost.
        const int large = 1100, small = 3000;
        var builder = new ModelBuilder("sum", Backends.Systolic);
        float[] values = [.. Enumerable.Range(0, large + small).Select(i => i < large ? 127f : 1f)];
        ModelTensor x = builder.Tensor([1, large + small], DataLayout.NC, values, "x");
        builder.MatMul(x, builder.Tensor([1, large + small], DataLayout.NC, values, "w"));
        Graph model = builder.Build();
        float[] found = new SocBuilder().WithSystolicArray(new SystolicArrayConfiguration { ElementType = SystolicPrecision.Int8 }).Build()
            .Run(model, new RunOptions { ComputeValues = true }).Values!.Output!.ToSingles();
        Assert.That(found[0], Is.EqualTo(large * 127 * 127 + small).Within(2));
    }

    [Test]
    public void A_window_whose_int8_sum_could_overflow_is_refused()
    {
        Graph Model(int depth)
        {
            var builder = new ModelBuilder("long", Backends.Systolic);
            builder.MatMul(builder.Tensor([1, depth], DataLayout.NC, "x"), builder.Tensor([1, depth], DataLayout.NC, "w"), name: "sum");
            return builder.Build();
        }

        Smaug.Soc soc = new SocBuilder().WithSystolicArray(new SystolicArrayConfiguration { ElementType = SystolicPrecision.Int8 }).Build();
        Assert.That(() => soc.Plan(Model(133_145)), Throws.TypeOf<TilingException>().With.Message.Contains("sum").And.Message.Contains("can overflow 32 bits"));
        Assert.That(() => soc.Plan(Model(133_144)), Throws.Nothing);
    }

    [Test]
    public void Energy_comes_from_tables_or_from_the_user()
    {
        var small = ArrayEnergy.Of(new SystolicBackendOptions().Array, SystolicPrecision.Float32, 1.Gigahertz());
        var large = ArrayEnergy.Of(new SystolicArrayConfiguration { Rows = 32, Columns = 32 }.ToBackendOptions().Array, SystolicPrecision.Float32, 1.Gigahertz());
        Assert.That(small.PicojoulesPerMultiplyAccumulate, Is.EqualTo(5.050183 + 6.723213 + 2.537098 + 3.022642).Within(1e-6), "a multiplier and an adder for a nanosecond");
        Assert.That(large.AreaSquareMicrometres, Is.GreaterThan(10 * small.AreaSquareMicrometres));
        var activity = new ArrayActivity { MultiplyAccumulates = 10, IfmapReads = 3 };
        Energy energy = (small with { LeakageMilliwatts = 2, PicojoulesPerIfmapRead = 1 }).Of(activity, 5.Nanoseconds());
        Assert.That(energy.Picojoules, Is.EqualTo(10 * small.PicojoulesPerMultiplyAccumulate + 3 + 10).Within(1e-9));
    }

    [TestCase(0, 32, "Accelerators.SystolicArray.Rows = 0: must be 1 to 65536")]
    [TestCase(8, 30, "Accelerators.SystolicArray.IfmapKilobytes = 30: must be a multiple of 4")]
    [TestCase(8, 0, "Accelerators.SystolicArray.IfmapKilobytes = 0: must be 1 to")]
    public void Wrong_dimensions_are_named(int rows, int kilobytes, string message)
    {
        SocBuilder builder = new SocBuilder().WithSystolicArray(new SystolicArrayConfiguration { Rows = rows, IfmapKilobytes = kilobytes });
        Assert.That(() => builder.Build(), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(message));
    }

    [Test]
    public void A_systolic_network_needs_an_array_and_the_error_says_what_there_is()
    {
        Graph model = ModelZoo.Create("lenet5", Backends.Systolic);
        Assert.That(() => new SocBuilder().Build().Run(model), Throws.TypeOf<ConfigurationException>().With.Message.Contains("'Systolic'").And.Message.Contains("it has SMV, Reference"));
    }

    private static Graph Convolution(BackendTraits traits, int size, int channels, int filters)
    {
        var builder = new ModelBuilder("one", traits);
        ModelTensor x = builder.Tensor([1, size, size, channels], DataLayout.NHWC, "input");
        builder.Convolution(x, builder.Tensor([filters, 3, 3, channels], DataLayout.NHWC, "weights"), (1, 1), Padding.Valid, name: "conv");
        return builder.Build();
    }

    private sealed class FlatMemory(Simulator simulator, double bytesPerNanosecond) : IHostMemory
    {
        private readonly BandwidthLatencyMemory _memory = new(simulator, "flat", new BandwidthLatencyMemoryOptions { ReadLatency = 50.Nanoseconds(), BytesPerNanosecond = bytesPerNanosecond });

        public long DramReadBytes => 0;

        public long DramWriteBytes => 0;

        public MemoryPort CpuPort(int core) => _memory.Port;

        public MemoryPort DmaPort(int accelerator) => _memory.Port;

        public MemoryPort CoherencyPort(int accelerator) => _memory.Port;
    }
}
