using Smaug.Core.Execution;

namespace Smaug.Tiling.LoopNests;

/// <summary>
/// One launch of a batch-norm kernel over all images and pixels of a tile. Behind a convolution the whole input tile is
/// normalised with parameters <see cref="WeightsStart"/> … of the weight tile. Behind an inner product, activations
/// <see cref="InputStart"/> … of every row of the input tile (<see cref="Activations"/> of them) are normalised with the
/// parameters 0 … of the weight tile into the same columns of the output tile.
/// </summary>
public sealed record BatchNormLaunch : KernelLaunch
{
    /// <summary>Index of the input tile.</summary>
    public required int Input { get; init; }

    /// <summary>Index of the weight tile (rows mean, variance, gamma, beta).</summary>
    public required int Weights { get; init; }

    /// <summary>Index of the output tile; always that of the input tile.</summary>
    public required int Output { get; init; }

    /// <summary>First activation within the input tile (behind an inner product; else 0).</summary>
    public int InputStart { get; init; }

    /// <summary>First channel within the weight tile (behind a convolution; else 0).</summary>
    public int WeightsStart { get; init; }

    /// <summary>Activations or channels that the launch normalises.</summary>
    public required int Activations { get; init; }

    /// <summary>Whether the input tile is loaded (else it is in the scratchpad already).</summary>
    public bool ReadInputs { get; init; }

    /// <summary>Whether the weight tile is loaded (else it is in the scratchpad already).</summary>
    public bool ReadWeights { get; init; }

    /// <summary>Whether the activation is applied to the whole output tile and the tile is stored.</summary>
    public bool SendResults { get; init; }
}
