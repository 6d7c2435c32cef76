using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Execution;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>
/// Computes a convolution launch by launch. Read flags say what moves, not what is computed: a tile is loaded when the
/// scratchpads of this thread do not hold it.
/// </summary>
internal sealed class ConvolutionExecutor(SmvOperatorPlan plan, Tensor input, Tensor weights, Tensor output)
{
    private readonly ConvolutionProblem _problem = (ConvolutionProblem)plan.Tiling.Problem;
    private readonly ScratchpadPool _pool = new();

    public void Run(ComputeOptions options) =>
        _pool.ForEach(LaunchGroups.By(plan.Launches, (ConvolutionLaunch l) => l.Output), options, Run);

    private void Run(ConvolutionLaunch launch, Scratchpads scratchpads)
    {
        var inputBox = new ImageBox(input, plan.Tiles.Input[launch.Input]);
        var outputBox = new ImageBox(output, plan.Tiles.Output[launch.Output]);
        Tile weightTile = plan.Tiles.Weights![launch.Weights];
        var halo = new Halo(launch.TopHalo, launch.BottomHalo, launch.LeftHalo, launch.RightHalo);
        outputBox.RequireWindows(plan.Node, inputBox, halo, (_problem.KernelRows, _problem.KernelColumns), (_problem.RowStride, _problem.ColumnStride));

        ReadOnlySpan<float> inputs = LoadInputs(launch, inputBox, halo, scratchpads);
        int ofmaps = Math.Min(outputBox.Channels, weightTile[0] - launch.KernelStart);
        ReadOnlySpan<float> packed = LoadWeights(launch, weightTile, ofmaps, scratchpads);
        int columnPitch = inputBox.PaddedChannels, rowPitch = (inputBox.Columns + halo.Columns) * columnPitch;
        int imagePitch = (inputBox.Rows + halo.Rows) * rowPitch;
        int channels = (weightTile[3] + 7) / 8 * 8;
        var window = new MacWindow(_problem.KernelRows, _problem.KernelColumns, channels, rowPitch, columnPitch);

        Span<int> pixels = scratchpads.Pixels(outputBox.Images * outputBox.Rows * outputBox.Columns);
        int pixel = 0;
        for (int image = 0; image < outputBox.Images; image++)
        {
            for (int row = 0; row < outputBox.Rows; row++)
            {
                int start = image * imagePitch + row * _problem.RowStride * rowPitch + launch.InputChannelStart;
                for (int column = 0; column < outputBox.Columns; column++) pixels[pixel++] = start + column * _problem.ColumnStride * columnPitch;
            }
        }

        int pitch = outputBox.PaddedChannels;
        Span<float> results = scratchpads.Results(pixels.Length * pitch);
        if (!launch.Accumulate) results.Clear();
        int blockElements = WeightPacking.BlockElements(window.Rows * window.Columns, channels);
        for (int block = 0; block * MacArray.Lanes < ofmaps; block++)
        {
            MacArray.Accumulate(
                window, inputs, packed.Slice(block * blockElements, blockElements), pixels, results[(block * MacArray.Lanes)..], pitch);
        }

        if (launch.SendResults) ScratchpadTransfer.Store(results, plan.Node.Activation, outputBox, scratchpads);
    }

    private static ReadOnlySpan<float> LoadInputs(ConvolutionLaunch launch, in ImageBox box, in Halo halo, Scratchpads scratchpads)
    {
        // Reading whole vectors from a channel that is not a multiple of 8 on can go past the end by less than a vector.
        int length = box.Images * (box.Rows + halo.Rows) * (box.Columns + halo.Columns) * box.PaddedChannels;
        Span<float> inputs = scratchpads.Inputs(length + MacArray.Lanes);
        if (scratchpads.InputTile == launch.Input && scratchpads.InputHalo == halo) return inputs;
        ScratchpadTransfer.Load(box, halo, inputs);
        inputs[length..].Clear();
        (scratchpads.InputTile, scratchpads.InputHalo) = (launch.Input, halo);
        return inputs;
    }

    private ReadOnlySpan<float> LoadWeights(ConvolutionLaunch launch, in Tile tile, int ofmaps, Scratchpads scratchpads)
    {
        int positions = _problem.KernelRows * _problem.KernelColumns;
        int blocks = (ofmaps + MacArray.Lanes - 1) / MacArray.Lanes;
        if (scratchpads.WeightTile == (launch.Weights, launch.KernelStart))
        {
            return scratchpads.Weights(blocks * WeightPacking.BlockElements(positions, (tile[3] + 7) / 8 * 8));
        }

        scratchpads.WeightTile = (launch.Weights, launch.KernelStart);
        int first = tile.Origin(0) + launch.KernelStart;
        return WeightPacking.Pack(weights, first, ofmaps, positions, tile.Origin(3), tile[3], scratchpads);
    }
}
