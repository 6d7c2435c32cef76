using Smaug.Core.Execution;

namespace Smaug.Tiling.LoopNests;

/// <summary>
/// One launch of the matrix-multiply kernel: multiplies activations <see cref="InputStart"/> … of every row of the input tile
/// (as many as the weight tile has) with neurons <see cref="KernelStart"/> … of the weight tile (<see cref="Neurons"/> of them),
/// into columns <see cref="ResultStart"/> … of the output tile. The weight tile is loaded by every launch.
/// </summary>
public sealed record InnerProductLaunch : KernelLaunch
{
    /// <summary>Index of the input tile.</summary>
    public required int Input { get; init; }

    /// <summary>Index of the weight tile.</summary>
    public required int Weights { get; init; }

    /// <summary>Index of the output tile.</summary>
    public required int Output { get; init; }

    /// <summary>First activation within the input tile that meets activation 0 of the weight tile.</summary>
    public int InputStart { get; init; }

    /// <summary>First neuron within the weight tile; not 0 only when one weight tile serves several output tiles.</summary>
    public int KernelStart { get; init; }

    /// <summary>First column of the output tile that the launch computes.</summary>
    public int ResultStart { get; init; }

    /// <summary>Neurons, and columns of the output tile, that the launch computes.</summary>
    public required int Neurons { get; init; }

    /// <summary>Whether products are added to what the result scratchpad holds (else its columns start from 0).</summary>
    public bool Accumulate { get; init; }

    /// <summary>Whether the input tile is loaded (else it is in the accelerator's scratchpad already).</summary>
    public bool ReadInputs { get; init; }

    /// <summary>
    /// Whether columns <see cref="SendStart"/> … (<see cref="SendNeurons"/> of them) of the output tile get the activation and
    /// are stored.
    /// </summary>
    public bool SendResults { get; init; }

    /// <summary>First column stored; 0 unless several accelerators share an output tile.</summary>
    public int SendStart { get; init; }

    /// <summary>
    /// Columns stored when <see cref="SendResults"/>: all of the output tile, or those of this weight tile when several
    /// accelerators share it. When all, the tile is stored with its padding in one piece; else row by row.
    /// </summary>
    public int SendNeurons { get; init; }
}
