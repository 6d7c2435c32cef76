namespace Smaug.Tiling.Strategies;

/// <summary>
/// Along which dimensions a tensor may be cut into tiles. A dimension that is not named stays whole. The batch dimension N
/// belongs to every strategy but <see cref="None"/>.
/// </summary>
public enum TilingDims
{
    /// <summary>One tile: the whole tensor.</summary>
    None,

    /// <summary>Batch.</summary>
    DimN,

    /// <summary>Batch and channels (activations of 2-D tensors).</summary>
    DimNC,

    /// <summary>Batch and rows.</summary>
    DimNH,

    /// <summary>Batch and columns.</summary>
    DimNW,

    /// <summary>Batch, rows and columns.</summary>
    DimNHW,

    /// <summary>Batch, channels and rows.</summary>
    DimNCH,

    /// <summary>Batch, channels and columns.</summary>
    DimNCW,

    /// <summary>No strategy fits.</summary>
    Invalid,

    /// <summary>
    /// Every dimension. SMAUG does not have it; Smaug tries it last, for layers of which one full row or column does not fit.
    /// </summary>
    DimNCHW,
}

/// <summary>Facts about <see cref="TilingDims"/>.</summary>
public static class TilingDimsExtensions
{
    /// <summary>Whether batches may be cut.</summary>
    public static bool CutsBatch(this TilingDims dims) => dims is not (TilingDims.None or TilingDims.Invalid);

    /// <summary>Whether channels (or activations) may be cut.</summary>
    public static bool CutsChannels(this TilingDims dims) =>
        dims is TilingDims.DimNC or TilingDims.DimNCH or TilingDims.DimNCW or TilingDims.DimNCHW;

    /// <summary>Whether rows may be cut.</summary>
    public static bool CutsRows(this TilingDims dims) =>
        dims is TilingDims.DimNH or TilingDims.DimNHW or TilingDims.DimNCH or TilingDims.DimNCHW;

    /// <summary>Whether columns may be cut.</summary>
    public static bool CutsColumns(this TilingDims dims) =>
        dims is TilingDims.DimNW or TilingDims.DimNHW or TilingDims.DimNCW or TilingDims.DimNCHW;
}
