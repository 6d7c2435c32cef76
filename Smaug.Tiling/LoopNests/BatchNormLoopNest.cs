using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Tiling.LoopNests;

/// <summary>Launches of batch normalisation.</summary>
internal static class BatchNormLoopNest
{
    public static ImmutableArray<KernelLaunch> Launches(BatchNormProblem problem, OperatorTiles tiles) =>
        problem.IsAfterConvolution ? AfterConvolution(problem, tiles) : AfterInnerProduct(problem, tiles);

    private static ImmutableArray<KernelLaunch> AfterConvolution(BatchNormProblem problem, OperatorTiles tiles)
    {
        TiledTensor input = tiles.Input, weights = tiles.Weights!;
        int channelTiles = input.Grid(3), weightTiles = weights.Grid(1);
        if (weightTiles != 1 && weightTiles != channelTiles)
        {
            throw new TilingException($"operator '{problem.Operator}': {channelTiles} input tiles and {weightTiles} parameter tiles along the channels: must be as many, or one parameter tile");
        }

        var launches = ImmutableArray.CreateBuilder<KernelLaunch>(input.Count);
        var loaded = new int[problem.Accelerators];
        Array.Fill(loaded, -1);
        for (int i = 0, offset = 0; i < input.Count; i++)
        {
            int channel = i % channelTiles, channels = input.Axis(3)[channel].Size, accelerator = i % problem.Accelerators;
            if (channel == 0) offset = 0;
            int weightTile = weightTiles == 1 ? 0 : channel, start = weightTiles == 1 ? offset : 0;
            launches.Add(new BatchNormLaunch
            {
                Accelerator = accelerator,
                Input = i,
                Weights = weightTile,
                Output = i,
                WeightsStart = start,
                Activations = channels,
                ReadInputs = true,
                // The kernel decides by the offset alone; an accelerator of a pool may not have seen the first channels.
                ReadWeights = start == 0 || (!problem.Compatibility && loaded[accelerator] != weightTile),
                SendResults = true,
            });
            loaded[accelerator] = weightTile;
            offset += channels;
        }

        return launches.MoveToImmutable();
    }

    private static ImmutableArray<KernelLaunch> AfterInnerProduct(BatchNormProblem problem, OperatorTiles tiles)
    {
        TiledTensor input = tiles.Input, weights = tiles.Weights!;
        int inputTiles = input.Grid(1), weightTiles = weights.Grid(1);
        if (inputTiles != weightTiles && inputTiles != 1)
        {
            throw new TilingException($"operator '{problem.Operator}': {inputTiles} input tiles and {weightTiles} parameter tiles along the activations: must be as many, or one input tile");
        }

        var launches = ImmutableArray.CreateBuilder<KernelLaunch>(input.Grid(0) * weightTiles);
        for (int n = 0; n < input.Grid(0); n++)
        {
            for (int c = 0, offset = 0; c < weightTiles; c++)
            {
                int column = inputTiles == 1 ? 0 : c, start = column == c ? 0 : offset, activations = weights.Axis(1)[c].Size;
                int tile = input.IndexOf(n, column);
                bool together = inputTiles == weightTiles;
                launches.Add(new BatchNormLaunch
                {
                    Input = tile,
                    Weights = weights.IndexOf(0, c),
                    Output = tile,
                    InputStart = start,
                    Activations = activations,
                    ReadInputs = start == 0,
                    ReadWeights = true,
                    // SMAUG also stores after the first parameter tile, which destroys the results that are not complete yet.
                    SendResults = together || c == weightTiles - 1 || (problem.Compatibility && column == c),
                });
                offset += activations;
            }
        }

        return launches.MoveToImmutable();
    }
}
