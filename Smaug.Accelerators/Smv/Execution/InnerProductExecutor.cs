using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Execution;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>
/// Computes an inner product launch by launch: a convolution whose pixels are the rows of the input. Launches for
/// different columns of the results run at the same time; results are stored when all are there.
/// </summary>
internal sealed class InnerProductExecutor(SmvOperatorPlan plan, Tensor input, Tensor weights, Tensor output)
{
    private readonly ScratchpadPool _pool = new();
    private readonly float[][] _results = new float[plan.Tiles.Output.Count][];

    public void Run(ComputeOptions options)
    {
        for (int i = 0; i < _results.Length; i++)
        {
            var box = new ImageBox(output, plan.Tiles.Output[i]);
            // A block of 8 neurons may start at any column; what it writes behind the last one is ignored.
            _results[i] = new float[box.Images * box.PaddedChannels + MacArray.Lanes];
        }

        List<InnerProductLaunch>[] groups = LaunchGroups.By(plan.Launches, (InnerProductLaunch l) => (l.Output, l.ResultStart));
        options.ForEach(groups.Length, group =>
        {
            Scratchpads scratchpads = _pool.Rent();
            foreach (InnerProductLaunch launch in groups[group])
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                Multiply(launch, scratchpads);
            }

            _pool.Return(scratchpads);
        });

        Scratchpads staging = _pool.Rent();
        foreach (KernelLaunch launch in plan.Launches)
        {
            if (launch is InnerProductLaunch { SendResults: true } send) Store(send, staging);
        }
    }

    private void Multiply(InnerProductLaunch launch, Scratchpads scratchpads)
    {
        var inputBox = new ImageBox(input, plan.Tiles.Input[launch.Input]);
        var outputBox = new ImageBox(output, plan.Tiles.Output[launch.Output]);
        Tile weightTile = plan.Tiles.Weights![launch.Weights];
        int length = inputBox.Images * inputBox.PaddedChannels;
        Span<float> inputs = scratchpads.Inputs(length + MacArray.Lanes);
        if (scratchpads.InputTile != launch.Input)
        {
            ScratchpadTransfer.Load(inputBox, default, inputs);
            inputs[length..].Clear();
            scratchpads.InputTile = launch.Input;
        }

        ReadOnlySpan<float> packed = WeightPacking.Pack(
            weights, weightTile.Origin(0) + launch.KernelStart, launch.Neurons, 1, weightTile.Origin(1), weightTile[1], scratchpads);
        int channels = (weightTile[1] + 7) / 8 * 8;
        var window = new MacWindow(1, 1, channels, 0, 0);
        Span<int> rows = scratchpads.Pixels(outputBox.Images);
        for (int row = 0; row < rows.Length; row++) rows[row] = row * inputBox.PaddedChannels + launch.InputStart;

        int blockElements = WeightPacking.BlockElements(1, channels);
        Span<float> block = stackalloc float[MacArray.Lanes];
        for (int first = 0; first < launch.Neurons; first += MacArray.Lanes)
        {
            int count = Math.Min(MacArray.Lanes, launch.Neurons - first);
            ReadOnlySpan<float> blockWeights = packed.Slice(first / MacArray.Lanes * blockElements, blockElements);
            for (int row = 0; row < rows.Length; row++)
            {
                Span<float> results = _results[launch.Output].AsSpan(row * outputBox.PaddedChannels + launch.ResultStart + first, count);
                block.Clear();
                if (launch.Accumulate) results.CopyTo(block);
                MacArray.Accumulate(window, inputs, blockWeights, rows.Slice(row, 1), block, MacArray.Lanes);
                block[..count].CopyTo(results);
            }
        }
    }

    private void Store(InnerProductLaunch launch, Scratchpads scratchpads)
    {
        Tile tile = plan.Tiles.Output[launch.Output];
        int pitch = (tile[1] + 7) / 8 * 8;
        Span<float> staging = scratchpads.Staging(launch.SendNeurons);
        Span<Half> target = output.Span<Half>();
        for (int row = 0; row < tile[0]; row++)
        {
            _results[launch.Output].AsSpan(row * pitch + launch.SendStart, launch.SendNeurons).CopyTo(staging);
            SmvActivation.Apply(plan.Node.Activation, staging);
            int start = (int)output.Shape.StorageIndex([tile.Origin(0) + row, tile.Origin(1) + launch.SendStart]);
            HalfConversion.ToHalf(staging, target[start..]);
        }
    }
}
