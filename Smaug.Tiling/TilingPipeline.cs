using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Shapes;
using Smaug.Tiling.Strategies;
using Smaug.Tiling.Tiles;

namespace Smaug.Tiling;

/// <summary>
/// The four steps of tiling an operator: which dimensions may be cut, how large the tiles are, the tiles, the kernel
/// launches over them. Every step can be replaced alone. Immutable.
/// </summary>
public sealed record TilingPipeline
{
    /// <summary>SMAUG's steps.</summary>
    public static TilingPipeline Standard { get; } = new();

    /// <summary>Which dimensions may be cut. Default <see cref="StandardTilingStrategy"/>.</summary>
    public ITilingStrategy Strategy { get; init; } = new StandardTilingStrategy();

    /// <summary>How large the tiles are. Default <see cref="FullestScratchpadSearch"/>.</summary>
    public ITileShapeSearch ShapeSearch { get; init; } = new FullestScratchpadSearch();

    /// <summary>The tiles with their halos. Default <see cref="HaloTileGenerator"/>.</summary>
    public ITileGenerator Generator { get; init; } = new HaloTileGenerator();

    /// <summary>The kernel launches. Default <see cref="StandardLoopNest"/>.</summary>
    public ILoopNest LoopNest { get; init; } = new StandardLoopNest();

    /// <summary>Tiles an operator.</summary>
    /// <param name="problem">What is to be tiled, and for how large a scratchpad.</param>
    /// <exception cref="TilingException">No tiling fits the scratchpads, or a replaced step gave an invalid one.</exception>
    public OperatorTiling Tile(TilingProblem problem)
    {
        (TileShapes shapes, OperatorTiles tiles) = Cut(problem);
        ImmutableArray<KernelLaunch> launches = LoopNest.Launches(problem, tiles);
        return new OperatorTiling(problem, shapes, tiles, launches);
    }

    /// <summary>The first three steps only: shapes and tiles, without launches.</summary>
    /// <param name="problem">What is to be tiled, and for how large a scratchpad.</param>
    /// <exception cref="TilingException">No tiling fits the scratchpads, or a replaced step gave an invalid one.</exception>
    public (TileShapes Shapes, OperatorTiles Tiles) Cut(TilingProblem problem)
    {
        problem.Validate();
        foreach (OperandDims dims in Strategy.Candidates(problem))
        {
            if (ShapeSearch.Find(problem, dims) is not { } shapes) continue;
            if (Generator.Generate(problem, shapes) is not { } tiles) continue;
            RequireFit(problem, tiles.Input);
            if (tiles.Weights is not null) RequireFit(problem, tiles.Weights);
            RequireFit(problem, tiles.Output);
            return (shapes, tiles);
        }

        throw new TilingException(
            $"operator '{problem.Operator}': no tiling of input {problem.Input.Shape} and output {problem.Output.Shape} fits scratchpads of {problem.ScratchpadElements} elements: use larger scratchpads or run it on the host");
    }

    private static void RequireFit(TilingProblem problem, TiledTensor tensor)
    {
        long largest = tensor.LargestTileElements;
        if (largest <= problem.ScratchpadElements || problem.Compatibility) return;
        throw new TilingException($"operator '{problem.Operator}': a tile of tensor '{tensor.Tensor.Name}' takes {largest} elements: a scratchpad holds {problem.ScratchpadElements}");
    }
}
