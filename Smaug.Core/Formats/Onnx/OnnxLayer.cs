namespace Smaug.Core.Formats.Onnx;

/// <summary>
/// A convolution or matrix product of an ONNX model, by its sizes alone. As a matrix product it is (Rows × Depth) × (Depth ×
/// Columns), run <see cref="Copies"/> times.
/// </summary>
public sealed record OnnxLayer
{
    /// <summary>Name of the node, or of its first output where it has none.</summary>
    public required string Name { get; init; }

    /// <summary>ONNX's name of the operator, for example <c>Conv</c> or <c>Gemm</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>How often it runs: images × groups of a convolution, products of a batch.</summary>
    public required int Copies { get; init; }

    /// <summary>M: output pixels of one image, or rows of the product.</summary>
    public required long Rows { get; init; }

    /// <summary>N: filters of one group, or columns of the product.</summary>
    public required long Columns { get; init; }

    /// <summary>K: words of a window, or the inner size of the product.</summary>
    public required long Depth { get; init; }

    /// <summary>The windows of a convolution over rows and columns; null for matrix products and for volumes.</summary>
    public OnnxWindow? Window { get; init; }

    /// <summary>Multiply-accumulates of all copies.</summary>
    public long MultiplyAccumulates => checked(Rows * Columns * Depth * Copies);
}

/// <summary>The windows of a convolution over rows and columns; one-dimensional ones have one row.</summary>
/// <param name="OutputRows">Windows below each other.</param>
/// <param name="OutputColumns">Windows beside each other.</param>
/// <param name="Rows">Rows of the window.</param>
/// <param name="Columns">Columns of the window.</param>
/// <param name="RowStride">Rows between windows.</param>
/// <param name="ColumnStride">Columns between windows.</param>
/// <param name="Channels">Input channels of one group.</param>
/// <param name="IsDilated">Whether there are gaps between the elements of a window.</param>
public sealed record OnnxWindow(
    int OutputRows, int OutputColumns, int Rows, int Columns, int RowStride, int ColumnStride, int Channels, bool IsDilated);
