using Smaug.Accelerators.Smv;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;

namespace Smaug.Tests.Tiling;

public sealed class SmvPlannerTests
{
    private static readonly SmvPlanner s_planner = new();

    [Test]
    public void A_tiled_convolution_scatters_inputs_and_gathers_outputs()
    {
        Node node = Operators.Convolution(1, 26, 26, 32, 32, 3, 3, 1, 1, Padding.Valid);

        SmvOperatorPlan plan = s_planner.Plan(node, new PlanOptions());

        Assert.That(plan.WeightPreparation, Is.Empty, "weights fit in one piece");
        Assert.That(plan.Preparation, Has.Length.EqualTo(2));
        Assert.That(plan.Preparation[0], Is.EqualTo(new HostTask(HostTaskKind.TileScatter, "in", "op:in/tile:0", 19 * 26 * 32, 2, 19 * 26 * 32)));
        Assert.That(plan.Finalization.Sum(t => t.Elements), Is.EqualTo(24 * 24 * 32));
        Assert.That(plan.Finalization[1].Source, Is.EqualTo("op:out/tile:1"));
        Assert.That(plan.MultiplyAccumulates, Is.EqualTo(24L * 24 * 32 * 32 * 9));
        Assert.That(plan.UsesAcceleratorPool, Is.True);
        Assert.That(plan.Operands.Select(o => o.Tiles), Is.EqualTo(new[] { 2, 1, 2 }));
    }

    [Test]
    public void Weights_of_batch_norm_are_joined_before_the_run()
    {
        SmvOperatorPlan plan = s_planner.Plan(Operators.BatchNorm(1, 4, 4, 16), new PlanOptions());

        Assert.That(plan.WeightPreparation.Select(t => (t.Source, t.Destination, t.Elements)), Is.EqualTo(
            Enumerable.Range(0, 4).Select(i => ($"p{i}", "op:parameters", 16L))));
        Assert.That(plan.Preparation, Is.Empty);
    }

    [Test]
    public void A_load_is_rounded_up_to_vectors_and_cut_into_pages()
    {
        SmvOperatorPlan plan = s_planner.Plan(Operators.Elementwise(OperatorKind.ReLU, 1, 2056), new PlanOptions());

        HostTransfer load = plan.Transfers(plan.Launches[0])[0];

        Assert.That(load, Is.EqualTo(new HostTransfer(OperandRole.Input, false, "op:in/tile:0", 0, 4128, 2)));
    }

    [Test]
    public void Accelerators_that_share_an_output_tile_each_store_their_own_neurons()
    {
        SmvOperatorPlan plan = s_planner.Plan(Operators.InnerProduct(1, 1024, 64), new PlanOptions { Accelerators = 2 });

        InnerProductLaunch second = plan.Launches.OfType<InnerProductLaunch>().ElementAt(1);
        HostTransfer store = plan.Transfers(second)[^1];

        Assert.That((second.Accelerator, second.SendStart, second.SendNeurons), Is.EqualTo((1, 16, 16)));
        Assert.That((store.IsStore, store.Offset, store.Bytes), Is.EqualTo((true, 32L, 32L)));
    }

    [Test]
    public void A_batch_whose_outputs_do_not_fit_has_several_output_tiles()
    {
        Node node = Operators.InnerProduct(128, 768, 768);

        SmvOperatorPlan plan = s_planner.Plan(node, new PlanOptions());

        Assert.That(plan.Tiles.Output.Count, Is.EqualTo(7 * 48));
        Assert.Throws<TilingException>(() => s_planner.Plan(node, new PlanOptions { Compatibility = true }));
    }

    [TestCase(OperatorKind.ConvolutionDepthwise)]
    [TestCase(OperatorKind.Reorder)]
    [TestCase(OperatorKind.Data)]
    public void Operators_without_a_kernel_are_not_supported(OperatorKind kind)
    {
        Node node = Operators.Make(kind, [Operators.Tensor("in", 1, 4, 4, 8)], Operators.Tensor("out", 1, 4, 4, 8), null);

        Assert.That(s_planner.Supports(node), Is.False);
        var error = Assert.Throws<TilingException>(() => s_planner.Plan(node, new PlanOptions()));
        Assert.That(error.Message, Does.Contain($"operator 'op' ({kind})").And.Contain("run it on the host"));
    }

    [Test]
    public void A_softmax_row_that_does_not_fit_is_for_the_host()
    {
        Node node = Operators.Elementwise(OperatorKind.Softmax, 1, 16390);

        Assert.That(s_planner.Supports(node), Is.False);
        var error = Assert.Throws<TilingException>(() => s_planner.Plan(node, new PlanOptions()));
        Assert.That(error.Message, Does.Contain("no tiling of input (1, 16390)").And.Contain("16384 elements"));
    }

    [Test]
    public void Shapes_that_do_not_fit_together_are_named()
    {
        Node node = Operators.Make(
            OperatorKind.Convolution3d,
            [Operators.Tensor("in", 1, 8, 8, 16), Operators.Tensor("w", 8, 3, 3, 4)],
            Operators.Tensor("out", 1, 8, 8, 8),
            new ConvolutionParameters(Padding.Same, 1, 1));

        var error = Assert.Throws<TilingException>(() => s_planner.Plan(node, new PlanOptions()));

        Assert.That(error.Message, Is.EqualTo("operator 'op': tensor 'w' (8, 3, 3, 4): dimension 3 must be 16"));
    }

    [Test]
    public void Missing_parameters_are_named()
    {
        Node node = Operators.Pool(1, 8, 8, 8, 2, 2, 2, 2) with { Parameters = null };

        var error = Assert.Throws<TilingException>(() => s_planner.Plan(node, new PlanOptions()));

        Assert.That(error.Message, Does.Contain("has no PoolParameters"));
    }

    [TestCase(0)]
    [TestCase(9)]
    public void The_pool_has_one_to_eight_accelerators(int accelerators) =>
        Assert.Throws<ConfigurationException>(() => s_planner.Plan(Operators.InnerProduct(1, 8, 8), new PlanOptions { Accelerators = accelerators }));

    [TestCase(0)]
    [TestCase(-1)]
    public void A_scratchpad_has_a_size(int bytes) =>
        Assert.Throws<ConfigurationException>(() => _ = new SmvPlanner(new SmvOptions { ScratchpadBytes = bytes }));

    [Test]
    public void The_size_of_the_scratchpads_is_a_parameter()
    {
        Node node = Operators.Convolution(1, 26, 26, 32, 32, 3, 3, 1, 1, Padding.Valid);

        SmvOperatorPlan plan = new SmvPlanner(new SmvOptions { ScratchpadBytes = 131072 }).Plan(node, new PlanOptions());

        Assert.That(plan.Launches, Has.Length.EqualTo(1));
        Assert.That(plan.Tiling.Problem.ScratchpadElements, Is.EqualTo(65536));
        Assert.That(plan.Tiling.Problem, Is.TypeOf<ConvolutionProblem>());
    }
}
