using Smaug.Core;

namespace Smaug.Tiling.Problems;

/// <summary>Maximum or average pooling without padding: input (N, H, W, C), output (N, OH, OW, C), NHWC.</summary>
public sealed record PoolingProblem : TilingProblem
{
    /// <summary>Rows of the window.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns of the window.</summary>
    public required int Columns { get; init; }

    /// <summary>Rows between windows, at least 1.</summary>
    public required int RowStride { get; init; }

    /// <summary>Columns between windows, at least 1.</summary>
    public required int ColumnStride { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireRank(Input, 4);
        RequireRank(Output, 4);
        if (RowStride < 1 || ColumnStride < 1) throw new TilingException($"operator '{Operator}': stride ({RowStride}, {ColumnStride}): both must be at least 1");
        if (Rows < 1 || Columns < 1 || Rows > Input.Shape[1] || Columns > Input.Shape[2])
        {
            throw new TilingException($"operator '{Operator}': pool of {Rows} x {Columns} over {Input.Shape}: must be at least 1 x 1 and fit the input");
        }

        RequireSize(Output, 0, Input.Shape[0]);
        RequireSize(Output, 1, (Input.Shape[1] - Rows) / RowStride + 1L);
        RequireSize(Output, 2, (Input.Shape[2] - Columns) / ColumnStride + 1L);
        RequireSize(Output, 3, Input.Shape[3]);
    }
}
