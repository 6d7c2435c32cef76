using Smaug.Core.Execution;

namespace Smaug.Tiling.LoopNests;

/// <summary>
/// One launch of the convolution kernel: convolves channels <see cref="InputChannelStart"/> … of the input tile (as many as
/// the weight tile has) with ofmaps <see cref="KernelStart"/> … of the weight tile (as many as the output tile has channels,
/// or up to the end of the weight tile), for every image of the tile.
/// </summary>
public sealed record ConvolutionLaunch : KernelLaunch
{
    /// <summary>Index of the input tile.</summary>
    public required int Input { get; init; }

    /// <summary>Index of the weight tile.</summary>
    public required int Weights { get; init; }

    /// <summary>Index of the output tile.</summary>
    public required int Output { get; init; }

    /// <summary>Rows of zeros that the kernel adds above the input tile.</summary>
    public int TopHalo { get; init; }

    /// <summary>Rows of zeros that the kernel adds below the input tile.</summary>
    public int BottomHalo { get; init; }

    /// <summary>Columns of zeros that the kernel adds left of the input tile.</summary>
    public int LeftHalo { get; init; }

    /// <summary>Columns of zeros that the kernel adds right of the input tile.</summary>
    public int RightHalo { get; init; }

    /// <summary>First channel within the input tile that meets channel 0 of the weight tile.</summary>
    public int InputChannelStart { get; init; }

    /// <summary>First ofmap within the weight tile; becomes channel 0 of the output tile.</summary>
    public int KernelStart { get; init; }

    /// <summary>Whether products are added to what the result scratchpad holds (else it starts from 0).</summary>
    public bool Accumulate { get; init; }

    /// <summary>Whether the input tile is loaded (else it is in the accelerator's scratchpad already).</summary>
    public bool ReadInputs { get; init; }

    /// <summary>Whether the weight tile is loaded (else it is in the accelerator's scratchpad already).</summary>
    public bool ReadWeights { get; init; }

    /// <summary>Whether the activation is applied to the whole result tile and the tile is stored.</summary>
    public bool SendResults { get; init; }
}
