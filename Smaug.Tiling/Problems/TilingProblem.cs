using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tiling.Problems;

/// <summary>What is to be tiled: the tensors of one operator, and how many elements a scratchpad holds. Immutable.</summary>
public abstract record TilingProblem
{
    /// <summary>Name of the operator; names of tiles and errors begin with it.</summary>
    public required string Operator { get; init; }

    /// <summary>Input activations (of element-wise operators: the first operand).</summary>
    public required TensorSpec Input { get; init; }

    /// <summary>Results.</summary>
    public required TensorSpec Output { get; init; }

    /// <summary>
    /// Stored elements, alignment padding included, that one scratchpad holds; at least 8. SMV: 32,768 bytes of float16 =
    /// 16,384 elements, for inputs, weights and results each.
    /// </summary>
    public long ScratchpadElements { get; init; } = 16384;

    /// <summary>Accelerators in the pool that launches are spread over; at least 1.</summary>
    public int Accelerators { get; init; } = 1;

    /// <summary>Reproduces choices of the original SMAUG that are defects. Default false.</summary>
    public bool Compatibility { get; init; }

    /// <summary>Checks shapes and sizes.</summary>
    /// <exception cref="TilingException">A tensor has the wrong rank, or a size is out of its range.</exception>
    public virtual void Validate()
    {
        if (ScratchpadElements < 8) throw new TilingException($"operator '{Operator}': scratchpad of {ScratchpadElements} elements: must hold at least 8");
        if (Accelerators < 1) throw new TilingException($"operator '{Operator}': {Accelerators} accelerators: must be at least 1");
    }

    /// <summary>Checks the rank of a tensor.</summary>
    private protected void RequireRank(TensorSpec tensor, params ReadOnlySpan<int> ranks)
    {
        if (ranks.Contains(tensor.Shape.Rank)) return;
        throw new TilingException($"operator '{Operator}': tensor '{tensor.Name}' {tensor.Shape} has {tensor.Shape.Rank} dimensions: must have {string.Join(" or ", ranks.ToArray())}");
    }

    /// <summary>Checks that a tensor's dimension has a value.</summary>
    private protected void RequireSize(TensorSpec tensor, int dimension, long expected)
    {
        if (tensor.Shape[dimension] == expected) return;
        throw new TilingException($"operator '{Operator}': tensor '{tensor.Name}' {tensor.Shape}: dimension {dimension} must be {expected}");
    }

    /// <summary>Rows of zeros before a window: ceil((size - 1) / 2) for <see cref="Padding.Same"/>, else 0.</summary>
    internal static int LeadingPadding(Padding padding, int size) => padding == Padding.Same ? size / 2 : 0;

    /// <summary>Zeros before and behind together: size - 1 for <see cref="Padding.Same"/>, else 0.</summary>
    internal static int TotalPadding(Padding padding, int size) => padding == Padding.Same ? size - 1 : 0;
}
