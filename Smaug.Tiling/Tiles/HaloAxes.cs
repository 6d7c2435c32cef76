using System.Collections.Immutable;
using Smaug.Core;

namespace Smaug.Tiling.Tiles;

/// <summary>SMAUG's way of cutting one dimension: tiles of a given size that overlap by the halo of a window.</summary>
internal static class HaloAxes
{
    /// <summary>Cuts a dimension without overlap; the last tile may be smaller.</summary>
    public static ImmutableArray<TileSpan> Plain(int size, int tile) => Cut(size, tile, field: 0, stride: 1, leadingPadding: 0);

    /// <summary>
    /// Cuts a dimension for windows of a size and stride. Tiles overlap by field - stride (or leave out rows when that is
    /// negative). The first of several tiles is shortened so that the second one begins with a window.
    /// </summary>
    /// <param name="size">Size of the dimension.</param>
    /// <param name="tile">Size of a tile.</param>
    /// <param name="field">Size of the window; 0 for none.</param>
    /// <param name="stride">Distance of windows.</param>
    /// <param name="leadingPadding">Zeros before the first element.</param>
    public static ImmutableArray<TileSpan> Cut(int size, int tile, int field, int stride, int leadingPadding)
    {
        if (tile >= size) return [new TileSpan(0, size)];
        int halo = field == 0 ? 0 : field - stride;
        var spans = ImmutableArray.CreateBuilder<TileSpan>();
        int remaining = size, start = 0;
        while (remaining > 0)
        {
            int length = Math.Min(tile, remaining);
            if (spans.Count == 0 && remaining > tile) length = StartOfNextWindow(length, leadingPadding, field, stride);
            if (length <= halo && remaining > length) throw new TilingException($"tile of {length} elements with a halo of {halo} makes no progress: tiles must be larger than windows overlap");
            spans.Add(new TileSpan(start, length));
            start += length - halo;
            remaining -= length;
            if (remaining > 0) remaining += halo;
        }

        return spans.ToImmutable();
    }

    private static int StartOfNextWindow(int tile, int leadingPadding, int field, int stride)
    {
        int windows = (tile + leadingPadding - field) / stride;
        return windows <= 0 ? tile : field + stride * windows - leadingPadding;
    }
}
