using Smaug.Accelerators.Systolic.Device;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Reporting;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Zoo;

namespace Smaug.Tests.Systolic;

/// <summary>The output-stationary device as the accelerator of an SMV network's convolutions.</summary>
internal sealed class DeviceInSocTests
{
    [Test]
    public void Only_convolutions_run_on_the_array()
    {
        RunReport report = new SocBuilder().WithSystolicArray().Build().Run(ModelZoo.Create("lenet5", Backends.Smv)).Report;
        Assert.That(
            report.Invocations.Where(i => i.Kernel == "systolic convolution").Select(i => i.Operator).Distinct(),
            Is.EquivalentTo(report.Operators.Where(o => o.Kind == OperatorKind.Convolution3d).Select(o => o.Name)).And.Not.Empty);
        Assert.That(report.Invocations.Select(i => i.Kernel), Does.Contain("matrix multiply").And.Contain("max pooling").And.Not.Contain("convolution"));
    }

    [TestCase(MemoryFidelity.Analytical)]
    [TestCase(MemoryFidelity.Transaction)]
    public void Tiles_and_launches_are_those_of_the_SMV_engine(MemoryFidelity fidelity)
    {
        Graph model = ModelZoo.Create("tutorial", Backends.Smv);
        RunReport engine = new SocBuilder().WithMemory(fidelity).Build().Run(model).Report;
        RunReport array = new SocBuilder().WithMemory(fidelity).WithSystolicArray().Build().Run(model).Report;
        Assert.That(
            array.Invocations.Select(i => (i.Operator, i.TransferInBytes, i.TransferOutBytes, i.MultiplyAccumulates)),
            Is.EqualTo(engine.Invocations.Select(i => (i.Operator, i.TransferInBytes, i.TransferOutBytes, i.MultiplyAccumulates))));
        InvocationReport first = array.Invocations[0];
        Assert.That(first.Compute + first.TransferIn + first.TransferOut + first.Overhead, Is.EqualTo(first.Done - first.Activated));
    }

    /// <summary>Sums of halves differ from sums of floats by a rounding per product: 2^-11 of the sum each, at most.</summary>
    [TestCase(1, "same")]
    [TestCase(2, "valid")]
    [TestCase(3, "batch")]
    public void Values_equal_those_of_the_SMV_engine_within_halves(int accelerators, string variant)
    {
        Graph model = Deep(variant);
        float[] engine = Values(model, new SocBuilder().WithAccelerators(accelerators));
        float[] array = Values(model, new SocBuilder().WithAccelerators(accelerators).WithSystolicArray());
        double scale = engine.Max(MathF.Abs);
        Assert.That(scale, Is.GreaterThan(0));
        Assert.That(engine.Zip(array, (e, a) => Math.Abs(e - a)).Max(), Is.LessThan(0.03 * scale).And.GreaterThan(0));
    }

    [Test]
    public void Channels_in_several_launches_keep_the_scratchpads_and_activate_once()
    {
        Smaug.Soc soc = new SocBuilder().WithSystolicArray().Build();
        OperatorPlan plan = soc.Plan(Deep("same")).Operators.Single(o => o.Node.Kind == OperatorKind.Convolution3d);
        ConvolutionLaunch[] launches = [.. plan.Launches.Cast<ConvolutionLaunch>()];
        Assert.That(launches.Count(l => l.Accumulate), Is.GreaterThan(0), "the case must accumulate");
        Assert.That(launches.Count(l => !l.ReadInputs || !l.ReadWeights), Is.GreaterThan(0), "the case must reuse a tile");
        Assert.That(launches.Count(l => !l.SendResults), Is.GreaterThan(0));
    }

    [Test]
    public void Values_do_not_depend_on_threads()
    {
        Graph model = Deep("same");
        Smaug.Soc soc = new SocBuilder().WithAccelerators(2).WithSystolicArray().Build();
        float[] Run(int threads) => soc.Run(model, new RunOptions { ComputeValues = true, Values = new FunctionalOptions { Threads = threads } }).Values!.Output!.ToSingles();
        Assert.That(Run(4), Is.EqualTo(Run(1)));
    }

    [Test]
    public void A_launch_that_counts_on_another_tile_is_refused()
    {
        Smaug.Soc soc = new SocBuilder().WithSystolicArray().Build();
        ExecutionPlan plan = soc.Plan(ModelZoo.Create("tutorial", Backends.Smv));
        OperatorPlan[] operators = [.. plan.Operators];
        int at = Array.FindIndex(operators, o => o.Node.Kind == OperatorKind.Convolution3d);
        var smv = (Smaug.Accelerators.Smv.SmvOperatorPlan)operators[at];
        operators[at] = new Smaug.Accelerators.Smv.SmvOperatorPlan(smv.Node, smv.Executor, smv.Tiling)
        {
            Launches = [((ConvolutionLaunch)smv.Launches[0]) with { ReadWeights = false }],
            MultiplyAccumulates = smv.MultiplyAccumulates,
        };
        Assert.That(
            () => soc.Run(plan with { Operators = [.. operators] }),
            Throws.TypeOf<SimulationException>().With.Message.Contains("loads no weights, but the systolic array's scratchpad holds nothing"));
    }

    [Test]
    public void A_tile_that_does_not_fit_the_array_is_named()
    {
        Smaug.Soc soc = new SocBuilder().WithSystolicArray(new OutputStationaryOptions { ScratchpadBytes = 4096 }).Build();
        Assert.That(
            () => soc.Run(ModelZoo.Create("tutorial", Backends.Smv)),
            Throws.TypeOf<TilingException>().With.Message.Contains("tensor '").And.Message.Contains("a scratchpad of the systolic array 4096"));
    }

    [Test]
    public void What_hangs_the_original_is_one_error_with_the_operator_and_runs_in_the_corrected_device()
    {
        Graph model = Small();
        Smaug.Soc Build(bool compatibility) => new SocBuilder().WithSystolicArray(new OutputStationaryOptions { Compatibility = compatibility }).Build();
        Assert.That(() => Build(true).Run(model), Throws.TypeOf<SimulationException>().With.Message.StartsWith("operator conv").And.Message.Contains("never ends: 4 output pixels"));
        Assert.That(Build(false).Run(model).Report.Invocations[0].Kernel, Is.EqualTo("systolic convolution"));
    }

    [Test]
    public void An_array_without_work_is_noted()
    {
        RunReport report = new SocBuilder().WithSystolicArray().Build().Run(ModelZoo.Create("minerva", Backends.Smv)).Report;
        Assert.That(report.Notes, Has.Some.Contains("the systolic array had no work"));
    }

    [Test]
    public void What_has_no_effect_on_the_array_is_noted()
    {
        var options = new RunOptions { MemoryPolicy = MemoryPolicy.AllAcp, Sampling = new Sampling(SamplingLevel.High, 1) };
        RunReport report = new SocBuilder().WithSystolicArray().Build().Run(ModelZoo.Create("tutorial", Backends.Smv), options).Report;
        Assert.That(report.Notes, Has.Some.Contains("sampling has no effect").And.Some.Contains("by DMA, whatever the memory policy"));
    }

    [Test]
    public void Area_and_leakage_of_arrays_are_in_the_report()
    {
        Graph model = ModelZoo.Create("tutorial", Backends.Smv);
        ComponentEnergy Accelerators(SocBuilder soc) => soc.Build().Run(model).Report.Components.Single(c => c.Component == "accelerators");
        ComponentEnergy engine = Accelerators(new SocBuilder()), device = Accelerators(new SocBuilder().WithSystolicArray());
        ComponentEnergy array = Accelerators(new SocBuilder().WithSystolicArray(new SystolicArrayConfiguration()));
        Assert.That(new[] { device.AreaSquareMillimetres, array.AreaSquareMillimetres }, Is.All.GreaterThan(engine.AreaSquareMillimetres + 0.8), "64 units of 13,328 um2");
        Assert.That(new[] { device.Static.Picojoules, array.Static.Picojoules }, Is.All.GreaterThan(0));
    }

    [Test]
    public void Flushing_costs_the_array_nothing()
    {
        Graph model = ModelZoo.Create("tutorial", Backends.Smv);
        InvocationReport First(bool ignoreFlush) => new SocBuilder()
            .Configure(c => c with { Accelerators = c.Accelerators with { IgnoreCacheFlush = ignoreFlush } })
            .WithSystolicArray().Build().Run(model).Report.Invocations[0];
        Assert.That(First(false).Cycles, Is.EqualTo(First(true).Cycles));
    }

    private static float[] Values(Graph model, SocBuilder builder) =>
        builder.Build().Run(model, new RunOptions { ComputeValues = true }).Values!.Output!.ToSingles();

    /// <summary>A convolution whose weights need several tiles of kernels and of channels.</summary>
    private static Graph Deep(string variant)
    {
        int images = variant == "batch" ? 2 : 1;
        var builder = new ModelBuilder("deep", Backends.Smv);
        ModelTensor x = builder.Tensor([images, 8, 6, 256], DataLayout.NHWC, "input");
        Padding padding = variant == "valid" ? Padding.Valid : Padding.Same;
        (int, int) stride = variant == "valid" ? (2, 1) : (1, 1);
        builder.Convolution(x, builder.Tensor([20, 3, 3, 256], DataLayout.NHWC, "weights"), stride, padding, new Activation(OperatorKind.ELU), name: "conv");
        return builder.Build();
    }

    private static Graph Small()
    {
        var builder = new ModelBuilder("small", Backends.Smv);
        ModelTensor x = builder.Tensor([1, 2, 2, 64], DataLayout.NHWC, "input");
        builder.Convolution(x, builder.Tensor([8, 3, 3, 64], DataLayout.NHWC, "weights"), (1, 1), Padding.Same, name: "conv");
        return builder.Build();
    }
}
