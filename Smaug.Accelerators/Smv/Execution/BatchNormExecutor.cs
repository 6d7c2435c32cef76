using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Execution;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>Computes batch normalisation launch by launch, behind convolutions and behind inner products.</summary>
internal sealed class BatchNormExecutor(SmvOperatorPlan plan, Tensor input, Tensor[] parameters, Tensor output)
{
    private readonly ScratchpadPool _pool = new();

    public void Run(ComputeOptions options) =>
        _pool.ForEach(LaunchGroups.By(plan.Launches, (BatchNormLaunch l) => l.Output), options, Run);

    private void Run(BatchNormLaunch launch, Scratchpads scratchpads)
    {
        var inputBox = new ImageBox(input, plan.Tiles.Input[launch.Input]);
        var outputBox = new ImageBox(output, plan.Tiles.Output[launch.Output]);
        int pitch = inputBox.PaddedChannels, count = launch.Activations;
        int pixels = inputBox.Images * inputBox.Rows * inputBox.Columns;
        Span<float> inputs = scratchpads.Inputs(pixels * pitch);
        Span<float> results = scratchpads.Results(pixels * pitch);
        if (scratchpads.InputTile != launch.Input)
        {
            ScratchpadTransfer.Load(inputBox, default, inputs);
            scratchpads.InputTile = launch.Input;
        }

        Tile weightTile = plan.Tiles.Weights![launch.Weights];
        Span<float> weights = LoadParameters(weightTile.Origin(1) + launch.WeightsStart, count, scratchpads);
        Span<float> mean = weights[..count], scale = weights.Slice(count, count), beta = weights.Slice(2 * count, count);
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            int start = pixel * pitch + launch.InputStart;
            NormalizationUnit.Normalize(inputs.Slice(start, count), mean, scale, beta, results.Slice(start, count));
        }

        if (launch.SendResults) ScratchpadTransfer.Store(results, plan.Node.Activation, outputBox, scratchpads);
    }

    /// <summary>Loads means, variance · gamma, and betas.</summary>
    private Span<float> LoadParameters(int first, int count, Scratchpads scratchpads)
    {
        Span<float> weights = scratchpads.Weights(4 * count);
        ReadOnlySpan<int> order = [0, 1, 3, 2];
        for (int i = 0; i < order.Length; i++)
        {
            HalfConversion.ToSingle(parameters[order[i]].Span<Half>().Slice(first, count), weights.Slice(i * count, count));
        }

        Span<float> scale = weights.Slice(count, count), gamma = weights.Slice(3 * count, count);
        for (int i = 0; i < count; i++) scale[i] *= gamma[i];
        return weights;
    }
}
