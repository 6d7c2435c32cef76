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
            _results[i] = new float[box.Images * box.PaddedChannels];
        }

        _pool.ForEach(LaunchGroups.By(plan.Launches, (InnerProductLaunch l) => (l.Output, l.ResultStart)), options, Multiply);
        foreach (KernelLaunch launch in plan.Launches)
        {
            if (launch is InnerProductLaunch { SendResults: true } send) Store(send);
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
        Span<float> block = scratchpads.Results(rows.Length * MacArray.Lanes);
        Span<float> results = _results[launch.Output];
        for (int first = 0; first < launch.Neurons; first += MacArray.Lanes)
        {
            int count = Math.Min(MacArray.Lanes, launch.Neurons - first), pitch = outputBox.PaddedChannels;
            Span<float> columns = results[(launch.ResultStart + first)..];
            block.Clear();
            for (int row = 0; row < rows.Length && launch.Accumulate; row++) columns.Slice(row * pitch, count).CopyTo(block[(row * MacArray.Lanes)..]);
            MacArray.Accumulate(window, inputs, packed.Slice(first / MacArray.Lanes * blockElements, blockElements), rows, block, MacArray.Lanes);
            for (int row = 0; row < rows.Length; row++) block.Slice(row * MacArray.Lanes, count).CopyTo(columns[(row * pitch)..]);
        }
    }

    private void Store(InnerProductLaunch launch)
    {
        Tile tile = plan.Tiles.Output[launch.Output];
        int pitch = (tile[1] + 7) / 8 * 8;
        Span<float> staging = new float[launch.SendNeurons];
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
