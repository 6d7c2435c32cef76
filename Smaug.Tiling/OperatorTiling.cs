using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Shapes;
using Smaug.Tiling.Tiles;

namespace Smaug.Tiling;

/// <summary>How one operator was tiled: the results of all four steps. Immutable.</summary>
/// <param name="Problem">What was tiled.</param>
/// <param name="Shapes">Dimensions that may be cut, and basic tile shapes.</param>
/// <param name="Tiles">The tiled tensors.</param>
/// <param name="Launches">Kernel launches in order.</param>
public sealed record OperatorTiling(
    TilingProblem Problem, TileShapes Shapes, OperatorTiles Tiles, ImmutableArray<KernelLaunch> Launches);
