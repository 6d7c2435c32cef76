using Smaug.Accelerators.Host;
using Smaug.Accelerators.Reference;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Systolic;

internal sealed class SystolicBackendTests
{
    [TestCase(Dataflow.OutputStationary, SystolicPrecision.Float32, 1e-5)]
    [TestCase(Dataflow.WeightStationary, SystolicPrecision.Float32, 1e-5)]
    [TestCase(Dataflow.InputStationary, SystolicPrecision.Float16, 1e-2)]
    [TestCase(Dataflow.OutputStationary, SystolicPrecision.Int8, 5e-2)]
    public void Values_agree_with_the_reference_within_the_precision(Dataflow dataflow, SystolicPrecision precision, double tolerance)
    {
        Graph model = SmallModel(SystolicBackend.DefaultTraits);
        var options = new SystolicBackendOptions();
        float[] expected = Values(model, new ReferenceBackend());
        float[] found = Values(model, new SystolicBackend(options with { Array = options.Array with { Dataflow = dataflow }, Precision = precision }));
        double scale = expected.Max(MathF.Abs);
        Assert.That(scale, Is.GreaterThan(0));
        double worst = expected.Zip(found, (e, f) => Math.Abs(e - f)).Max();
        Assert.That(worst, Is.LessThanOrEqualTo(tolerance * scale));
        if (precision != SystolicPrecision.Float32) Assert.That(worst, Is.GreaterThan(0));
    }

    [Test]
    public void A_network_runs_end_to_end_on_the_array_and_the_host()
    {
        var backend = new SystolicBackend();
        RunResult run = new SocBuilder().WithAccelerator(context => new SystolicAccelerator(context), backend).Build().Run(SmallModel(backend.Traits), new RunOptions { ComputeValues = true });
        Assert.That(run.Report.Time.Total.Picoseconds, Is.GreaterThan(0));
        Assert.That(run.Plan.Operators.Where(plan => plan.Launches.Length > 0).Select(plan => plan.Node.Kind), Is.EquivalentTo(new[]
        {
            OperatorKind.Convolution3d, OperatorKind.ConvolutionDepthwise, OperatorKind.InnerProduct,
        }));
        Assert.That(run.Values!.Output!.ToSingles(), Has.Length.EqualTo(10));
    }

    [Test]
    public void A_larger_array_is_not_slower()
    {
        SimulatedTime(8, out long small);
        SimulatedTime(32, out long large);
        Assert.That(large, Is.LessThan(small));
    }

    [Test]
    public void Models_of_another_backend_run_on_the_array()
    {
        var backend = new SystolicBackend(new SystolicBackendOptions { Traits = Backends.Smv, Precision = SystolicPrecision.Float16 });
        RunResult run = new SocBuilder().WithAccelerator(context => new SystolicAccelerator(context), backend).Build().Run(SmallModel(Backends.Smv), new RunOptions { ComputeValues = true });
        Assert.That(run.Values!.Output!.ToSingles().Any(value => value != 0));
    }

    [Test]
    public void Traffic_covers_every_tensor_at_least_once()
    {
        var backend = new SystolicBackend();
        foreach (Node node in SmallModel(backend.Traits).Nodes.Where(backend.Supports))
        {
            OperatorPlan plan = backend.Plan(node, new PlanOptions());
            long Bytes(OperandRole role) => plan.Transfers(plan.Launches[0]).Where(t => t.Role == role).Sum(t => t.Bytes);
            Assert.That(Bytes(OperandRole.Weight), Is.GreaterThanOrEqualTo(node.Inputs[1].StorageBytes), node.ToString());
            Assert.That(Bytes(OperandRole.Output), Is.GreaterThanOrEqualTo(node.Outputs[0].StorageBytes), node.ToString());
        }
    }

    [Test]
    public void A_sparse_array_is_refused_as_a_backend() => Assert.That(
        () => new SystolicBackend(new SystolicBackendOptions { Array = new SystolicConfiguration { Sparsity = new() { Enabled = true } } }),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("a backend computes dense values"));

    [Test]
    public void A_network_becomes_a_topology()
    {
        SystolicTopology topology = TopologyConversion.FromGraph(SmallModel(SystolicBackend.DefaultTraits));
        Assert.That(topology.Layers, Has.Length.EqualTo(1 + 6 + 1));
        SystolicLayer convolution = topology.Layers[0];
        Assert.That((convolution.IfmapHeight, convolution.IfmapWidth, convolution.Filters, convolution.OutputPixels), Is.EqualTo((14, 14, 6, 144L)));
        Assert.That(topology.MultiplyAccumulates, Is.EqualTo(SmallModel(SystolicBackend.DefaultTraits).Nodes.Sum(NodeMetrics.MultiplyAccumulates)));
    }

    [Test]
    public void A_topology_becomes_a_network_and_back()
    {
        var topology = new SystolicTopology("t",
        [
            new SystolicLayer { Name = "a", IfmapHeight = 9, IfmapWidth = 11, FilterHeight = 3, FilterWidth = 3, Channels = 4, Filters = 5, RowStride = 2, ColumnStride = 2 },
            SystolicLayer.MatrixProduct("b", 7, 8, 9),
        ]);
        foreach (BackendTraits traits in new[] { Backends.Reference, Backends.Smv })
        {
            Graph graph = TopologyConversion.ToGraph(topology, traits);
            Assert.That(() => GraphValidator.Validate(graph), Throws.Nothing);
            Assert.That(TopologyConversion.FromGraph(graph).Layers, Is.EqualTo(topology.Layers));
        }
    }

    [Test]
    public void A_network_without_matrix_work_has_no_topology() => Assert.That(
        () => TopologyConversion.FromGraph(new Graph("empty", "Reference", MemoryPolicy.AllDma, [])),
        Throws.TypeOf<ModelException>().With.Message.Contains("no convolution or inner product"));

    private static void SimulatedTime(int size, out long picoseconds)
    {
        var options = new SystolicBackendOptions();
        var backend = new SystolicBackend(options with { Array = options.Array with { Rows = size, Columns = size } });
        picoseconds = new SocBuilder().WithAccelerator(context => new SystolicAccelerator(context), backend).Build().Run(SmallModel(backend.Traits)).Report.Time.Total.Picoseconds;
    }

    private static float[] Values(Graph model, IBackend backend)
    {
        var plan = Planner.Plan(model, [backend, new HostBackend()]);
        return new FunctionalExecutor(plan, [backend, new HostBackend()]).Run(new FunctionalOptions(), default).Output!.ToSingles();
    }

    private static Graph SmallModel(BackendTraits traits)
    {
        var builder = new ModelBuilder("small", traits);
        bool nhwc = traits.ActivationLayout == DataLayout.NHWC;
        ModelTensor Image(string name, int n, int rows, int columns, int channels) => builder.Tensor(
            nhwc ? [n, rows, columns, channels] : [n, channels, rows, columns], traits.ActivationLayout, name);
        ModelTensor x = Image("input", 1, 12, 12, 3);
        x = builder.Convolution(x, Image("w0", 6, 3, 3, 3), (1, 1), Padding.Same, new Activation(OperatorKind.ReLU));
        x = builder.DepthwiseConvolution(x, Image("w1", 1, 3, 3, 6), (2, 2), Padding.Valid);
        x = builder.MaxPool(x, (2, 2), (2, 2));
        x = builder.MatMul(x, builder.Tensor([10, 24], DataLayout.NC, "w2"));
        return builder.Build();
    }
}
