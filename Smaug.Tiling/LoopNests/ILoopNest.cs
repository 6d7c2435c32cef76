using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Tiling.LoopNests;

/// <summary>The fourth tiling step: the order of kernel launches over the tiles, with the arguments of each.</summary>
public interface ILoopNest
{
    /// <summary>The launches in order.</summary>
    /// <param name="problem">What was tiled, and how many accelerators share the launches.</param>
    /// <param name="tiles">The tiled tensors.</param>
    /// <exception cref="TilingException">The tiles do not fit together.</exception>
    ImmutableArray<KernelLaunch> Launches(TilingProblem problem, OperatorTiles tiles);
}
