using Smaug.Core.Execution;

namespace Smaug.Tiling.LoopNests;

/// <summary>
/// One launch of a pooling kernel: pools every channel and image of the input tile into the output tile, from its channel
/// <see cref="OutputChannelStart"/> on. The input tile is loaded by every launch.
/// </summary>
public sealed record PoolingLaunch : KernelLaunch
{
    /// <summary>Index of the input tile.</summary>
    public required int Input { get; init; }

    /// <summary>Index of the output tile.</summary>
    public required int Output { get; init; }

    /// <summary>Channel of the output tile that receives channel 0 of the input tile.</summary>
    public int OutputChannelStart { get; init; }

    /// <summary>Whether the output tile is complete and is stored.</summary>
    public bool SendResults { get; init; }
}
