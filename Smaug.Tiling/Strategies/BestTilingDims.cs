using Smaug.Core.Tensors;

namespace Smaug.Tiling.Strategies;

/// <summary>The choice of dimensions for one tensor: the fewest cuts with which the smallest allowed tile fits.</summary>
public static class BestTilingDims
{
    /// <summary>
    /// Finds the first strategy, in the order None, N, NC, NH, NW, NHW, NCH, NCW, whose smallest tile fits. Strategies from
    /// NC on assume one image.
    /// </summary>
    /// <param name="shape">A tensor in NC, NHWC or NCHW.</param>
    /// <param name="maxTileElements">Stored elements that fit.</param>
    /// <param name="minShape">Smallest tile, per dimension; values beyond the dimension stand for all of it.</param>
    /// <returns>The strategy, or <see cref="TilingDims.Invalid"/> when none fits.</returns>
    public static TilingDims Find(TensorShape shape, long maxTileElements, params ReadOnlySpan<int> minShape)
    {
        if (shape.StorageSize <= maxTileElements) return TilingDims.None;
        (int channels, int rows, int columns) = shape.Layout switch
        {
            DataLayout.NHWC => (3, 1, 2),
            DataLayout.NCHW => (1, 2, 3),
            _ => (1, -1, -1),
        };
        // Integer division, as the original does: the comparison with fractions of an image depends on it.
        double image = shape.StorageSize / shape[0];
        double channelPart = Fraction(shape, minShape, channels);
        if (image * Math.Min(shape[0], minShape[0]) <= maxTileElements) return TilingDims.DimN;
        if (image * channelPart <= maxTileElements) return TilingDims.DimNC;
        if (rows < 0) return TilingDims.Invalid;

        double rowPart = Fraction(shape, minShape, rows), columnPart = Fraction(shape, minShape, columns);
        if (image * rowPart <= maxTileElements) return TilingDims.DimNH;
        if (image * columnPart <= maxTileElements) return TilingDims.DimNW;
        if (image * rowPart * columnPart <= maxTileElements) return TilingDims.DimNHW;
        if (image * channelPart * rowPart <= maxTileElements) return TilingDims.DimNCH;
        if (image * channelPart * columnPart <= maxTileElements) return TilingDims.DimNCW;
        return TilingDims.Invalid;
    }

    private static double Fraction(TensorShape shape, ReadOnlySpan<int> minShape, int dimension) =>
        Math.Min(shape[dimension], minShape[dimension]) / (double)shape[dimension];
}
