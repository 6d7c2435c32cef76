namespace Smaug.Tiling.Tiles;

/// <summary>The part of one dimension that a tile covers.</summary>
/// <param name="Start">First index in the tensor.</param>
/// <param name="Size">Number of indices, at least 1.</param>
public readonly record struct TileSpan(int Start, int Size)
{
    /// <summary>The index behind the last one.</summary>
    public int End => Start + Size;
}
