using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tiling.Problems;

/// <summary>A convolution over all channels: input (N, H, W, C), weights (K, R, S, C), output (N, OH, OW, K), all NHWC.</summary>
public sealed record ConvolutionProblem : TilingProblem
{
    /// <summary>Weights (ofmaps, kernel rows, kernel columns, channels).</summary>
    public required TensorSpec Weights { get; init; }

    /// <summary>Border rule: <see cref="Padding.Same"/> or <see cref="Padding.Valid"/>.</summary>
    public required Padding Padding { get; init; }

    /// <summary>Rows between windows, at least 1.</summary>
    public required int RowStride { get; init; }

    /// <summary>Columns between windows, at least 1.</summary>
    public required int ColumnStride { get; init; }

    /// <summary>Rows of the kernel.</summary>
    public int KernelRows => Weights.Shape[1];

    /// <summary>Columns of the kernel.</summary>
    public int KernelColumns => Weights.Shape[2];

    /// <summary>Output feature maps.</summary>
    public int OutputMaps => Weights.Shape[0];

    /// <summary>Rows of zeros above the input: R div 2 for same padding, else 0.</summary>
    public int TopPadding => LeadingPadding(Padding, KernelRows);

    /// <summary>Rows of zeros below the input.</summary>
    public int BottomPadding => TotalPadding(Padding, KernelRows) - TopPadding;

    /// <summary>Columns of zeros left of the input: S div 2 for same padding, else 0.</summary>
    public int LeftPadding => LeadingPadding(Padding, KernelColumns);

    /// <summary>Columns of zeros right of the input.</summary>
    public int RightPadding => TotalPadding(Padding, KernelColumns) - LeftPadding;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireRank(Input, 4);
        RequireRank(Weights, 4);
        RequireRank(Output, 4);
        if (Padding is not (Padding.Same or Padding.Valid)) throw new TilingException($"operator '{Operator}': padding {Padding}: must be Same or Valid");
        if (RowStride < 1 || ColumnStride < 1) throw new TilingException($"operator '{Operator}': stride ({RowStride}, {ColumnStride}): both must be at least 1");
        RequireSize(Weights, 3, Input.Shape[3]);
        RequireSize(Output, 0, Input.Shape[0]);
        RequireSize(Output, 1, (Input.Shape[1] - KernelRows + TotalPadding(Padding, KernelRows)) / RowStride + 1L);
        RequireSize(Output, 2, (Input.Shape[2] - KernelColumns + TotalPadding(Padding, KernelColumns)) / ColumnStride + 1L);
        RequireSize(Output, 3, OutputMaps);
    }
}
