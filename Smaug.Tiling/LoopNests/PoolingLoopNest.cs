using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Tiling.LoopNests;

/// <summary>Launches of pooling: images, rows, columns, then channels.</summary>
internal static class PoolingLoopNest
{
    public static ImmutableArray<KernelLaunch> Launches(PoolingProblem problem, OperatorTiles tiles)
    {
        TiledTensor input = tiles.Input, output = tiles.Output;
        for (int i = 0; i < 3; i++)
        {
            if (input.Grid(i) == output.Grid(i)) continue;
            throw new TilingException($"operator '{problem.Operator}': {input.Grid(i)} input tiles and {output.Grid(i)} output tiles along dimension {i}: must be as many");
        }

        int channelTiles = input.Grid(3);
        if (output.Grid(3) != channelTiles && output.Grid(3) != 1)
        {
            throw new TilingException($"operator '{problem.Operator}': {channelTiles} input tiles and {output.Grid(3)} output tiles along the channels: must be as many, or one output tile");
        }

        var launches = ImmutableArray.CreateBuilder<KernelLaunch>(input.Count);
        int pixels = input.Count / channelTiles;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int c = 0, offset = 0; c < channelTiles; c++)
            {
                int outputChannel = output.Grid(3) == 1 ? 0 : c, start = outputChannel == c ? 0 : offset;
                int channels = input.Axis(3)[c].Size;
                launches.Add(new PoolingLaunch
                {
                    Input = pixel * channelTiles + c,
                    Output = pixel * output.Grid(3) + outputChannel,
                    OutputChannelStart = start,
                    SendResults = start + channels == output.Axis(3)[outputChannel].Size,
                });
                offset += channels;
            }
        }

        return launches.MoveToImmutable();
    }
}
