using Smaug.Core;
using Smaug.Core.Tensors;

namespace Smaug.Tiling.Problems;

/// <summary>
/// An operator on each element of one tensor (activations) or of two tensors of the same shape (add, multiply, compare).
/// Tiles are stretches of storage, padding included; the layout does not matter.
/// </summary>
public sealed record ElementwiseProblem : TilingProblem
{
    /// <summary>The second operand, or null for unary operators.</summary>
    public TensorSpec? SecondInput { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (SecondInput is not null) RequireSame(SecondInput);
        RequireSame(Output);
    }

    private void RequireSame(TensorSpec other)
    {
        if (other.Shape.Dimensions.SequenceEqual(Input.Shape.Dimensions)) return;
        throw new TilingException($"operator '{Operator}': tensor '{other.Name}' {other.Shape} must have the shape of '{Input.Name}' {Input.Shape}");
    }
}
