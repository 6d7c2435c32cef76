using Smaug.Core.Execution;

namespace Smaug.Tiling.LoopNests;

/// <summary>One launch of an activation, add, multiply or comparison kernel over a stretch of storage.</summary>
public sealed record ElementwiseLaunch : KernelLaunch
{
    /// <summary>Index of the tile of the input, of the second input where there is one, and of the output.</summary>
    public required int Tile { get; init; }

    /// <summary>Stored elements, padding included.</summary>
    public required int Elements { get; init; }
}
