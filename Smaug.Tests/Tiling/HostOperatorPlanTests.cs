using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Tiling;

public sealed class HostOperatorPlanTests
{
    [Test]
    public void A_flatten_without_padding_is_one_run()
    {
        HostTask task = Body(Operators.Make(OperatorKind.Reorder, [Operators.Tensor("in", 1, 12, 12, 32)], Operators.Tensor("out", 1, 4608), null));

        Assert.That(task, Is.EqualTo(new HostTask(HostTaskKind.Reorder, "in", "out", 4608, 2, 4608)));
    }

    [Test]
    public void A_flatten_of_padded_rows_runs_row_by_row()
    {
        HostTask task = Body(Operators.Make(OperatorKind.Reorder, [Operators.Tensor("in", 1, 4, 4, 3)], Operators.Tensor("out", 1, 48), null));

        Assert.That(task.RunElements, Is.EqualTo(3));
    }

    [Test]
    public void A_change_of_layout_goes_element_by_element()
    {
        var input = new TensorSpec("in", DataType.Float16, new TensorShape([1, 16, 4, 4], DataLayout.NCHW, 8));

        HostTask task = Body(Operators.Make(OperatorKind.Reorder, [input], Operators.Tensor("out", 1, 4, 4, 16), null));

        Assert.That(task.RunElements, Is.EqualTo(1));
    }

    [Test]
    public void A_concat_copies_each_input()
    {
        Node node = Operators.Make(
            OperatorKind.Concat, [Operators.Tensor("a", 2, 8), Operators.Tensor("b", 2, 16)], Operators.Tensor("out", 2, 24), new ConcatParameters(1));

        Assert.That(HostOperatorPlan.For(node).HostBody.Select(t => (t.Source, t.Elements, t.RunElements)), Is.EqualTo(new[] { ("a", 16L, 8L), ("b", 32L, 16L) }));
    }

    [Test]
    public void A_split_copies_each_output()
    {
        Node node = new()
        {
            Name = "op",
            Kind = OperatorKind.Split,
            Inputs = [Operators.Tensor("in", 4, 8)],
            Outputs = [Operators.Tensor("a", 1, 8), Operators.Tensor("b", 3, 8)],
            Parameters = new SplitParameters(0),
        };

        Assert.That(HostOperatorPlan.For(node).HostBody.Select(t => (t.Destination, t.RunElements)), Is.EqualTo(new[] { ("a", 8L), ("b", 24L) }));
    }

    [Test]
    public void An_axis_outside_of_the_tensor_is_named()
    {
        Node node = Operators.Make(OperatorKind.Concat, [Operators.Tensor("a", 2, 8)], Operators.Tensor("out", 2, 8), new ConcatParameters(2));

        var error = Assert.Throws<ModelException>(() => HostOperatorPlan.For(node));

        Assert.That(error.Message, Does.Contain("axis 2: must be -2 to 1"));
    }

    [Test]
    public void A_depthwise_convolution_counts_one_channel_per_output()
    {
        Node node = Operators.Make(
            OperatorKind.ConvolutionDepthwise, [Operators.Tensor("in", 1, 8, 8, 16), Operators.Tensor("w", 1, 3, 3, 16)],
            Operators.Tensor("out", 1, 8, 8, 16), new ConvolutionParameters(Padding.Same, 1, 1));

        HostOperatorPlan plan = HostOperatorPlan.For(node);

        Assert.That(plan.MultiplyAccumulates, Is.EqualTo(8 * 8 * 16 * 9));
        Assert.That(plan.HostBody[0].Operations, Is.EqualTo(2 * 8 * 8 * 16 * 9));
        Assert.That(plan.HostBody[0].Kind, Is.EqualTo(HostTaskKind.Compute));
    }

    [Test]
    public void Data_is_no_work()
    {
        Node node = new() { Name = "data", Kind = OperatorKind.Data, Inputs = [Operators.Tensor("x", 1, 8)], Outputs = [Operators.Tensor("x", 1, 8)] };

        Assert.That(HostOperatorPlan.For(node).HostBody, Is.Empty);
    }

    private static HostTask Body(Node node) => HostOperatorPlan.For(node).HostBody.Single();
}
