using Smaug.Core.Execution;

namespace Smaug.Tiling.LoopNests;

/// <summary>One launch of the softmax kernel over whole rows.</summary>
public sealed record SoftmaxLaunch : KernelLaunch
{
    /// <summary>Index of the tile of the input and of the output.</summary>
    public required int Tile { get; init; }

    /// <summary>Rows of the tile.</summary>
    public required int Rows { get; init; }

    /// <summary>Elements of a row, without padding.</summary>
    public required int RowElements { get; init; }

    /// <summary>Padding elements behind each row.</summary>
    public int Padding { get; init; }
}
