using Smaug.Core;

namespace Smaug.Accelerators.Systolic;

/// <summary>
/// One layer: a convolution without padding and batch, or a matrix product written as one. As a matrix product it is
/// ifmap (M × K) × filter (K × N) = ofmap (M × N).
/// </summary>
public sealed record SystolicLayer
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Rows of the input, with the user's padding.</summary>
    public required int IfmapHeight { get; init; }

    /// <summary>Columns of the input, with the user's padding.</summary>
    public required int IfmapWidth { get; init; }

    /// <summary>Rows of the window, at most those of the input.</summary>
    public required int FilterHeight { get; init; }

    /// <summary>Columns of the window, at most those of the input.</summary>
    public required int FilterWidth { get; init; }

    /// <summary>Channels of the input.</summary>
    public required int Channels { get; init; }

    /// <summary>Filters, that is channels of the output.</summary>
    public required int Filters { get; init; }

    /// <summary>Rows between windows; default 1.</summary>
    public int RowStride { get; init; } = 1;

    /// <summary>Columns between windows; default 1.</summary>
    public int ColumnStride { get; init; } = 1;

    /// <summary>Words kept of every <see cref="SparsityBlock"/>, for layer-wise sparsity; default 1.</summary>
    public int SparsityKept { get; init; } = 1;

    /// <summary>Words per block of layer-wise sparsity; default 1 (dense).</summary>
    public int SparsityBlock { get; init; } = 1;

    /// <summary>Rows of the output. The last window may stick out of the input.</summary>
    public int OutputHeight => (IfmapHeight - FilterHeight + RowStride + RowStride - 1) / RowStride;

    /// <summary>Columns of the output. The last window may stick out of the input.</summary>
    public int OutputWidth => (IfmapWidth - FilterWidth + ColumnStride + ColumnStride - 1) / ColumnStride;

    /// <summary>M: output pixels.</summary>
    public long OutputPixels => (long)OutputHeight * OutputWidth;

    /// <summary>K: words of a window.</summary>
    public long WindowSize => (long)FilterHeight * FilterWidth * Channels;

    /// <summary>M·N·K: multiply-accumulates of the dense layer.</summary>
    public long MultiplyAccumulates => checked(OutputPixels * WindowSize * Filters);

    /// <summary>A matrix product (M × K) × (K × N), as SCALE-Sim writes it: a 1 × K window on an M × K input of one channel.</summary>
    public static SystolicLayer MatrixProduct(string name, int m, int n, int k) => new()
    {
        Name = name,
        IfmapHeight = m,
        IfmapWidth = k,
        FilterHeight = 1,
        FilterWidth = k,
        Channels = 1,
        Filters = n,
    };

    /// <summary>(Sr, Sc, T): extents over array rows, array columns and time under a dataflow.</summary>
    public (long Rows, long Columns, long Time) Extents(Dataflow dataflow) => dataflow switch
    {
        Dataflow.OutputStationary => (OutputPixels, Filters, WindowSize),
        Dataflow.WeightStationary => (WindowSize, Filters, OutputPixels),
        _ => (WindowSize, OutputPixels, Filters),
    };

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A dimension is below 1 or too large, or the window is larger than the input.</exception>
    public void Validate()
    {
        Positive("IFMAP height", IfmapHeight);
        Positive("IFMAP width", IfmapWidth);
        Positive("filter height", FilterHeight);
        Positive("filter width", FilterWidth);
        Positive("channels", Channels);
        Positive("num filters", Filters);
        Positive("stride", RowStride);
        Positive("column stride", ColumnStride);
        Positive("sparsity N", SparsityKept);
        Positive("sparsity M", SparsityBlock);
        if (SparsityKept > SparsityBlock) throw new ConfigurationException($"layer '{Name}': sparsity {SparsityKept}:{SparsityBlock} keeps more words than there are");
        if (FilterHeight > IfmapHeight || FilterWidth > IfmapWidth)
            throw new ConfigurationException($"layer '{Name}': the filter ({FilterHeight} x {FilterWidth}) is larger than the ifmap ({IfmapHeight} x {IfmapWidth})");
        if ((double)OutputPixels * WindowSize * Filters > 9e16)
            throw new ConfigurationException($"layer '{Name}': more than 9e16 multiply-accumulates");
    }

    private void Positive(string what, int value)
    {
        if (value < 1) throw new ConfigurationException($"layer '{Name}': {what} = {value}: must be at least 1");
    }
}
