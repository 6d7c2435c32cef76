using System.Runtime.CompilerServices;

namespace Smaug.Tiling.Tiles;

/// <summary>
/// One tile of a tensor: a box of its elements with its own alignment padding. A small value that
/// <see cref="TiledTensor"/> makes on demand.
/// </summary>
public readonly struct Tile
{
    private readonly Quadruple _origin;
    private readonly Quadruple _size;

    internal Tile(int index, ReadOnlySpan<TileSpan> spans, int padding)
    {
        Index = index;
        Rank = spans.Length;
        Padding = padding;
        for (int i = 0; i < spans.Length; i++)
        {
            _origin[i] = spans[i].Start;
            _size[i] = spans[i].Size;
        }
    }

    /// <summary>Index in the tiled tensor, in row-major order of the grid.</summary>
    public int Index { get; }

    /// <summary>Number of dimensions.</summary>
    public int Rank { get; }

    /// <summary>Elements of padding behind the last dimension in the tile's storage.</summary>
    public int Padding { get; }

    /// <summary>First coordinate in the tensor along a dimension.</summary>
    public int Origin(int dimension) => _origin[dimension];

    /// <summary>Size along a dimension.</summary>
    public int this[int dimension] => _size[dimension];

    /// <summary>Logical elements.</summary>
    public long Elements
    {
        get
        {
            long product = 1;
            for (int i = 0; i < Rank; i++) product *= _size[i];
            return product;
        }
    }

    /// <summary>Stored elements, padding included: what the tile takes in a scratchpad.</summary>
    public long StorageElements => Elements / _size[Rank - 1] * (_size[Rank - 1] + Padding);

    [InlineArray(4)]
    private struct Quadruple
    {
        private int _first;
    }
}
