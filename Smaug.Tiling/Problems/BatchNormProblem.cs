using Smaug.Core.Tensors;

namespace Smaug.Tiling.Problems;

/// <summary>
/// Batch normalisation: input and output (N, H, W, C) in NHWC behind a convolution, or (N, C) behind an inner product; the
/// four parameter vectors as rows mean, variance, gamma, beta of one tensor (4, C).
/// </summary>
public sealed record BatchNormProblem : TilingProblem
{
    /// <summary>The four parameter vectors (4, C): mean, 1/sqrt(variance + epsilon), gamma, beta.</summary>
    public required TensorSpec Weights { get; init; }

    /// <summary>Whether the input is 4-D.</summary>
    public bool IsAfterConvolution => Input.Shape.Rank == 4;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireRank(Input, 2, 4);
        RequireRank(Weights, 2);
        RequireSize(Weights, 0, 4);
        RequireSize(Weights, 1, Input.Shape[-1]);
        RequireRank(Output, Input.Shape.Rank);
        for (int i = 0; i < Input.Shape.Rank; i++) RequireSize(Output, i, Input.Shape[i]);
    }
}
