namespace Smaug.Tiling.Problems;

/// <summary>Softmax over the rows of a tensor (N, C) in NC; a row must fit the scratchpad.</summary>
public sealed record SoftmaxProblem : TilingProblem
{
    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireRank(Input, 2);
        RequireRank(Output, 2);
        for (int i = 0; i < 2; i++) RequireSize(Output, i, Input.Shape[i]);
    }
}
