using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Execution;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>Computes softmax launch by launch, whole rows at a time, also where their length is not a multiple of 8.</summary>
internal sealed class SoftmaxExecutor(SmvOperatorPlan plan, Tensor input, Tensor output)
{
    private readonly ScratchpadPool _pool = new();

    public void Run(ComputeOptions options) =>
        _pool.ForEach(plan.Launches.Length, options, (index, scratchpads) => Run((SoftmaxLaunch)plan.Launches[index], scratchpads));

    private void Run(SoftmaxLaunch launch, Scratchpads scratchpads)
    {
        var box = new ImageBox(input, plan.Tiles.Input[launch.Tile]);
        int pitch = box.PaddedChannels;
        Span<float> rows = scratchpads.Inputs(launch.Rows * pitch);
        ScratchpadTransfer.Load(box, default, rows);
        for (int row = 0; row < launch.Rows; row++) NormalizationUnit.Softmax(rows.Slice(row * pitch, launch.RowElements));
        ScratchpadTransfer.Store(rows, null, new ImageBox(output, plan.Tiles.Output[launch.Tile]), scratchpads);
    }
}
