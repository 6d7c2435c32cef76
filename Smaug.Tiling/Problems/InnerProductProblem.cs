using Smaug.Core.Tensors;

namespace Smaug.Tiling.Problems;

/// <summary>A fully connected layer: input (N, activations), weights (neurons, activations), output (N, neurons), all NC.</summary>
public sealed record InnerProductProblem : TilingProblem
{
    /// <summary>Weights (neurons, activations).</summary>
    public required TensorSpec Weights { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireRank(Input, 2);
        RequireRank(Weights, 2);
        RequireRank(Output, 2);
        RequireSize(Weights, 1, Input.Shape[1]);
        RequireSize(Output, 0, Input.Shape[0]);
        RequireSize(Output, 1, Weights.Shape[0]);
    }
}
