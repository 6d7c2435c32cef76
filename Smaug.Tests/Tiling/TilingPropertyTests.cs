using FsCheck;
using FsCheck.Fluent;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling.Tiles;

namespace Smaug.Tests.Tiling;

/// <summary>
/// Whatever an operator's shapes, strides and scratchpads: if the engine supports it, it has a tiling, and the tiling
/// computes every output once from all of its inputs with what the scratchpads hold.
/// </summary>
public sealed class TilingPropertyTests
{
    private static readonly Gen<int> s_scratchpad = Gen.Elements(1024, 2048, 8192, 32768, 131072);

    [Test]
    public void Convolutions_are_tiled_right() => Check(
        from n in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 60)
        from w in Gen.Choose(1, 60)
        from c in Gen.Choose(1, 160)
        from k in Gen.Choose(1, 150)
        from r in Gen.Choose(1, 7)
        from s in Gen.Choose(1, 7)
        from rowStride in Gen.Choose(1, 4)
        from columnStride in Gen.Choose(1, 4)
        from same in Gen.Elements(true, false)
        where same || (h >= r && w >= s)
        select Operators.Convolution(n, h, w, c, k, r, s, rowStride, columnStride, same ? Padding.Same : Padding.Valid));

    [TestCase(52, 1, 118, 1024)]
    [TestCase(46, 6, 491, 1024)]
    public void Few_activations_of_many_images_are_cut_along_the_batch_too(int n, int c, int k, int scratchpad) =>
        Assert.That(IsRight(Operators.InnerProduct(n, c, k), scratchpad, accelerators: 3));

    [Test]
    public void Inner_products_are_tiled_right() => Check(
        from n in Gen.Choose(1, 60)
        from c in Gen.Choose(1, 2500)
        from k in Gen.Choose(1, 600)
        select Operators.InnerProduct(n, c, k));

    [Test]
    public void Pools_are_tiled_right() => Check(
        from n in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 100)
        from w in Gen.Choose(1, 100)
        from c in Gen.Choose(1, 300)
        from r in Gen.Choose(1, Math.Min(9, h))
        from s in Gen.Choose(1, Math.Min(9, w))
        from rowStride in Gen.Choose(1, 5)
        from columnStride in Gen.Choose(1, 5)
        select Operators.Pool(n, h, w, c, r, s, rowStride, columnStride));

    [Test]
    public void Batch_norms_are_tiled_right() => Check(
        from n in Gen.Choose(1, 4)
        from h in Gen.Choose(1, 70)
        from w in Gen.Choose(1, 70)
        from c in Gen.Choose(1, 5000)
        from matrix in Gen.Elements(true, false)
        select Operators.BatchNorm(matrix ? [n, c] : [n, h, w, c]));

    [Test]
    public void Elementwise_operators_are_tiled_right() => Check(
        from n in Gen.Choose(1, 40)
        from c in Gen.Choose(1, 9000)
        from kind in Gen.Elements(OperatorKind.ReLU, OperatorKind.EltwiseAdd, OperatorKind.Less, OperatorKind.Softmax)
        select Operators.Elementwise(kind, n, c));

    [Test]
    public void Cut_windows_lie_in_their_input_tile_or_in_the_padding()
    {
        Gen<(WindowAxis Axis, int InputTile, int OutputTile)> axes =
            from size in Gen.Choose(1, 60)
            from field in Gen.Choose(1, Math.Min(9, size))
            from stride in Gen.Choose(1, 5)
            from same in Gen.Elements(true, false)
            from inputTile in Gen.Choose(field, 70)
            from outputTile in Gen.Choose(1, 30)
            let before = same ? field / 2 : 0
            let behind = same ? field - 1 - before : 0
            select (new WindowAxis(size, (size + before + behind - field) / stride + 1, field, stride, before, behind), inputTile, outputTile);
        FsCheck.Check.One(Configuration, Prop.ForAll(axes.ToArbitrary(), c => WindowsLieInTiles(c.Axis, c.InputTile, c.OutputTile)));
    }

    /// <summary>
    /// One seed for every run, so that a change that breaks a property fails the same way everywhere; the variable
    /// SMAUG_PROPERTY_TESTS asks for that many cases from a fresh seed, which a failure prints.
    /// </summary>
    private static Config Configuration =>
        int.TryParse(Environment.GetEnvironmentVariable("SMAUG_PROPERTY_TESTS"), out int cases)
            ? Config.QuickThrowOnFailure.WithMaxTest(cases)
            : Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(0x5EED, 0x7113);

    private static bool WindowsLieInTiles(WindowAxis axis, int inputTile, int outputTile)
    {
        var (inputs, outputs) = axis.Cut(inputTile, outputTile)!.Value;
        for (int tile = 0; tile < outputs.Length; tile++)
        {
            if (inputs[tile].Size > inputTile || outputs[tile].Size > outputTile) return false;
            for (int output = outputs[tile].Start; output < outputs[tile].End; output++)
            {
                for (int k = 0; k < axis.Field; k++)
                {
                    int element = output * axis.Stride - axis.LeadingPadding + k;
                    bool exists = element >= 0 && element < axis.InputSize;
                    if (exists && (element < inputs[tile].Start || element >= inputs[tile].End)) return false;
                }
            }
        }

        return axis.Agrees(inputs, outputs);
    }

    private static void Check(Gen<Node> nodes)
    {
        var cases =
            from node in nodes
            from scratchpad in s_scratchpad
            from accelerators in Gen.Choose(1, 4)
            select (node, scratchpad, accelerators);
        FsCheck.Check.One(Configuration, Prop.ForAll(cases.ToArbitrary(), c => IsRight(c.node, c.scratchpad, c.accelerators)));
    }

    private static bool IsRight(Node node, int scratchpad, int accelerators)
    {
        var planner = new SmvPlanner(new SmvOptions { ScratchpadBytes = scratchpad });
        if (!planner.Supports(node)) return true;
        SmvOperatorPlan plan = planner.Plan(node, new PlanOptions { Accelerators = accelerators });
        string[] faults = [.. TilingChecker.Faults(plan.Tiling).Take(3)];
        if (faults.Length == 0) return true;
        throw new AssertionException($"{node} {string.Join(" ", node.Inputs.Select(i => i.Shape))} in {scratchpad} bytes: {string.Join("; ", faults)}");
    }
}
