using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Tiling.LoopNests;

/// <summary>
/// SMAUG's loop nests: images, rows and columns outside, then ofmaps or neurons, channels inside. Convolution, inner
/// product and batch norm behind a convolution hand launches round the accelerator pool; the others stay on accelerator 0.
/// </summary>
public sealed class StandardLoopNest : ILoopNest
{
    /// <inheritdoc/>
    public ImmutableArray<KernelLaunch> Launches(TilingProblem problem, OperatorTiles tiles) => problem switch
    {
        ConvolutionProblem p => ConvolutionLoopNest.Launches(p, tiles),
        InnerProductProblem p => InnerProductLoopNest.Launches(p, tiles),
        PoolingProblem p => PoolingLoopNest.Launches(p, tiles),
        BatchNormProblem p => BatchNormLoopNest.Launches(p, tiles),
        ElementwiseProblem => Elementwise(tiles),
        SoftmaxProblem => Softmax(tiles),
        _ => throw new TilingException($"operator '{problem.Operator}': no loop nest runs a {problem.GetType().Name}: give one in the pipeline"),
    };

    private static ImmutableArray<KernelLaunch> Elementwise(OperatorTiles tiles)
    {
        var launches = ImmutableArray.CreateBuilder<KernelLaunch>(tiles.Input.Count);
        for (int i = 0; i < tiles.Input.Count; i++) launches.Add(new ElementwiseLaunch { Tile = i, Elements = tiles.Input[i][1] });
        return launches.MoveToImmutable();
    }

    private static ImmutableArray<KernelLaunch> Softmax(OperatorTiles tiles)
    {
        var launches = ImmutableArray.CreateBuilder<KernelLaunch>(tiles.Input.Count);
        for (int i = 0; i < tiles.Input.Count; i++)
        {
            Tile tile = tiles.Input[i];
            launches.Add(new SoftmaxLaunch { Tile = i, Rows = tile[0], RowElements = tile[1], Padding = tile.Padding });
        }

        return launches.MoveToImmutable();
    }
}
