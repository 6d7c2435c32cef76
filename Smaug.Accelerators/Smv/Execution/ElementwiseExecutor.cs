using Smaug.Accelerators.Reference;
using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>
/// Computes activations, sums, products and comparisons launch by launch. The kernels work on stretches of storage,
/// padding included; the padding of the output is zeroed afterwards.
/// </summary>
internal sealed class ElementwiseExecutor(SmvOperatorPlan plan, Tensor input, Tensor? second, Tensor output)
{
    private readonly ScratchpadPool _pool = new();

    public void Run(ComputeOptions options)
    {
        _pool.ForEach(plan.Launches.Length, options, (index, scratchpads) => Run((ElementwiseLaunch)plan.Launches[index], scratchpads));
        ScratchpadTransfer.ClearPadding(output);
    }

    private void Run(ElementwiseLaunch launch, Scratchpads scratchpads)
    {
        Tile tile = plan.Tiles.Input[launch.Tile];
        int first = tile.Origin(1), count = launch.Elements;
        Span<float> a = scratchpads.Inputs(count);
        HalfConversion.ToSingle(input.Span<Half>().Slice(first, count), a);
        if (second is null)
        {
            SmvActivation.Apply(plan.Node.Activation ?? new Activation(plan.Node.Kind), a);
            HalfConversion.ToHalf(a, output.Span<Half>()[first..]);
            return;
        }

        Span<float> b = scratchpads.Weights(count);
        HalfConversion.ToSingle(second.Span<Half>().Slice(first, count), b);
        if (plan.Node.Kind is OperatorKind.EltwiseAdd or OperatorKind.EltwiseMul)
        {
            ElementwiseKernels.Combine(plan.Node.Kind, a, b, a);
            SmvActivation.Apply(plan.Node.Activation, a);
            HalfConversion.ToHalf(a, output.Span<Half>()[first..]);
        }
        else
        {
            ElementwiseKernels.CompareRow(plan.Node.Kind, a, b, output.Span<bool>().Slice(first, count));
        }
    }
}
