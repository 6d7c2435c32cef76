using Smaug.Accelerators.Smv;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;

namespace Smaug.Tests.Tiling;

/// <summary>Tilings that are wrong in SMAUG and right here; compatibility brings the wrong ones back.</summary>
public sealed class CorrectedDefectTests
{
    [Test]
    public void Strided_convolutions_with_same_padding_begin_with_a_window() =>
        AssertCorrected(Operators.Convolution(1, 56, 56, 64, 64, 3, 3, 2, 2, Padding.Same), "rows begin at 2, not 1");

    [Test]
    public void Batch_norm_with_cut_parameters_stores_complete_results() =>
        AssertCorrected(Operators.BatchNorm(1, 6000), "stores 4096 of 6000");

    [Test]
    public void Accelerators_of_a_pool_load_their_own_parameters() =>
        AssertCorrected(Operators.BatchNorm(1, 32, 32, 64), "operands are not loaded", accelerators: 2);

    [Test]
    public void Accelerators_of_a_pool_store_their_own_neurons() =>
        AssertCorrected(Operators.InnerProduct(1, 1024, 128), "before it is complete", accelerators: 2);

    [Test]
    public void Pools_have_an_input_tile_for_each_output_tile() => AssertFailsInTheOriginal(Operators.Pool(1, 64, 64, 64, 3, 3, 3, 3));

    [Test]
    public void Inner_products_may_have_several_output_tiles() => AssertFailsInTheOriginal(Operators.InnerProduct(1, 64, 20000));

    [Test]
    public void The_first_layer_of_VGG16_has_a_tiling() => AssertFailsInTheOriginal(Operators.Convolution(1, 224, 224, 3, 64, 3, 3, 1, 1, Padding.Same));

    [Test]
    public void Kernels_of_11_x_11_have_a_tiling() => AssertFailsInTheOriginal(Operators.Convolution(1, 31, 31, 100, 64, 11, 11, 1, 1, Padding.Valid));

    [Test]
    public void Batch_norm_of_many_channels_has_a_tiling() => AssertFailsInTheOriginal(Operators.BatchNorm(1, 7, 7, 5000));

    private static void AssertCorrected(Node node, string fault, int accelerators = 1)
    {
        Assert.That(TilingChecker.Faults(Plan(node, accelerators, compatibility: true).Tiling), Has.Some.Contain(fault));
        Assert.That(TilingChecker.Faults(Plan(node, accelerators, compatibility: false).Tiling), Is.Empty);
    }

    private static void AssertFailsInTheOriginal(Node node)
    {
        Assert.Throws<TilingException>(() => Plan(node, 1, compatibility: true));
        Assert.That(TilingChecker.Faults(Plan(node, 1, compatibility: false).Tiling), Is.Empty);
    }

    private static SmvOperatorPlan Plan(Node node, int accelerators, bool compatibility) =>
        new SmvPlanner().Plan(node, new PlanOptions { Accelerators = accelerators, Compatibility = compatibility });
}
