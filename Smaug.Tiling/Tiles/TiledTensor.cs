using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Tensors;

namespace Smaug.Tiling.Tiles;

/// <summary>
/// A tensor cut into tiles. Tiles form a grid: along every dimension there is a list of spans (which overlap where
/// windows need a halo), and a tile is one span of each. Nothing is stored per tile. Immutable.
/// </summary>
public sealed class TiledTensor
{
    private readonly ImmutableArray<TileSpan>[] _axes;
    private string[]? _names;

    /// <summary>Creates a tiled tensor from the spans along each dimension.</summary>
    /// <param name="owner">Name of the operator; begins the names of tiles.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="axes">Spans along each dimension, outermost first; 1 to 4 dimensions, at least one span each.</param>
    /// <exception cref="TilingException">A span lies outside of the tensor, or the rank is wrong.</exception>
    public TiledTensor(string owner, TensorSpec tensor, ReadOnlySpan<ImmutableArray<TileSpan>> axes)
        : this(owner, tensor, axes, isLinear: false)
    {
        if (axes.Length != tensor.Shape.Rank) throw new TilingException($"operator '{owner}': tensor '{tensor.Name}' {tensor.Shape} is tiled along {axes.Length} dimensions: must be {tensor.Shape.Rank}");
        for (int i = 0; i < axes.Length; i++)
        {
            foreach (TileSpan span in axes[i])
            {
                if (span.Start >= 0 && span.Size > 0 && span.End <= tensor.Shape[i]) continue;
                throw new TilingException($"operator '{owner}': tensor '{tensor.Name}' {tensor.Shape}: tile from {span.Start} to {span.End} of dimension {i} is outside of it");
            }
        }
    }

    private TiledTensor(string owner, TensorSpec tensor, ReadOnlySpan<ImmutableArray<TileSpan>> axes, bool isLinear)
    {
        if (axes.Length is < 1 or > 4) throw new TilingException($"operator '{owner}': tensor '{tensor.Name}' {tensor.Shape} has {axes.Length} dimensions: 1 to 4 can be tiled");
        Owner = owner;
        Tensor = tensor;
        IsLinear = isLinear;
        _axes = axes.ToArray();
        int count = 1;
        foreach (ImmutableArray<TileSpan> axis in _axes) count = checked(count * axis.Length);
        Count = count;
    }

    /// <summary>
    /// As the constructor, but spans may lie outside of the tensor: some of SMAUG's defective tilings do, and compatibility
    /// reproduces them.
    /// </summary>
    internal static TiledTensor Unchecked(string owner, TensorSpec tensor, ReadOnlySpan<ImmutableArray<TileSpan>> axes) =>
        new(owner, tensor, axes, isLinear: false);

    /// <summary>A tensor cut into stretches of its storage, padding included, whatever its dimensions mean.</summary>
    /// <param name="owner">Name of the operator; begins the names of tiles.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="tileElements">Stored elements of each tile but the last.</param>
    public static TiledTensor Linear(string owner, TensorSpec tensor, long tileElements)
    {
        long total = tensor.Shape.StorageSize;
        int count = checked((int)((total + tileElements - 1) / tileElements));
        var spans = ImmutableArray.CreateBuilder<TileSpan>(count);
        for (int i = 0; i < count; i++) spans.Add(new TileSpan(checked((int)(i * tileElements)), (int)Math.Min(tileElements, total - i * tileElements)));
        return new TiledTensor(owner, tensor, [[new TileSpan(0, 1)], spans.MoveToImmutable()], isLinear: true);
    }

    /// <summary>Name of the operator.</summary>
    public string Owner { get; }

    /// <summary>The tensor.</summary>
    public TensorSpec Tensor { get; }

    /// <summary>
    /// Whether tiles are stretches of storage: tiles then have shape (1, stored elements), and <see cref="Tile.Origin"/> of
    /// dimension 1 is the first stored element. Such tiles are separate buffers even when there is only one.
    /// </summary>
    public bool IsLinear { get; }

    /// <summary>Number of dimensions of a tile.</summary>
    public int Rank => _axes.Length;

    /// <summary>Number of tiles.</summary>
    public int Count { get; }

    /// <summary>
    /// Whether the only tile is the tensor itself, used in place: nothing is copied before or after the kernel.
    /// </summary>
    public bool IsWhole => Count == 1 && !IsLinear && this[0].Elements == Tensor.Shape.Size;

    /// <summary>Number of tiles along a dimension.</summary>
    public int Grid(int dimension) => _axes[dimension].Length;

    /// <summary>The spans along a dimension.</summary>
    public ImmutableArray<TileSpan> Axis(int dimension) => _axes[dimension];

    /// <summary>A tile by its index: row-major over the grid.</summary>
    public Tile this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            Span<TileSpan> spans = stackalloc TileSpan[_axes.Length];
            int rest = index;
            for (int i = _axes.Length - 1; i >= 0; i--)
            {
                (rest, int position) = Math.DivRem(rest, _axes[i].Length);
                spans[i] = _axes[i][position];
            }

            return new Tile(index, spans, TilePadding(spans[^1].Size));
        }
    }

    /// <summary>Stored elements of the largest tile.</summary>
    public long LargestTileElements
    {
        get
        {
            long product = 1;
            for (int i = 0; i < _axes.Length; i++)
            {
                long largest = 0;
                foreach (TileSpan span in _axes[i]) largest = Math.Max(largest, span.Size + (i == _axes.Length - 1 ? TilePadding(span.Size) : 0));
                product *= largest;
            }

            return product;
        }
    }

    /// <summary>Index of the tile at a position of a 2-D grid.</summary>
    public int IndexOf(int n, int c) => n * _axes[1].Length + c;

    /// <summary>Index of the tile at a position of a 4-D grid.</summary>
    public int IndexOf(int n, int h, int w, int c) =>
        ((n * _axes[1].Length + h) * _axes[2].Length + w) * _axes[3].Length + c;

    /// <summary>
    /// Name of the host buffer that holds a tile: the tensor's name when <see cref="IsWhole"/>, else
    /// <c>operator:tensor/tile:index</c>.
    /// </summary>
    public string BufferName(int index)
    {
        if (IsWhole) return Tensor.Name;
        string[] names = _names ??= new string[Count];
        return names[index] ??= $"{Owner}:{Tensor.Name}/tile:{index}";
    }

    /// <summary>
    /// Elements that lie together both in the tensor and in a tile: the length of one inner copy when the tile is filled or
    /// gathered.
    /// </summary>
    public long RunElements(in Tile tile)
    {
        if (IsLinear) return tile[1];
        int last = Rank - 1;
        long run = tile[last];
        if (tile[last] != Tensor.Shape[last] || Tensor.Shape.Padding != tile.Padding) return run;
        if (tile.Padding != 0) return run;
        for (int i = last - 1; i >= 0; i--)
        {
            run *= tile[i];
            if (tile[i] != Tensor.Shape[i]) break;
        }

        return run;
    }

    private int TilePadding(int lastSize)
    {
        int alignment = Tensor.Shape.Alignment;
        return IsLinear || alignment <= 1 || lastSize % alignment == 0 ? 0 : alignment - lastSize % alignment;
    }
}
