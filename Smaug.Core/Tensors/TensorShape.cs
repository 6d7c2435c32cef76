using System.Collections.Immutable;

namespace Smaug.Core.Tensors;

/// <summary>
/// Dimensions of a tensor (index 0 outermost), their layout, and the alignment of the last one. The last dimension is
/// stored padded to a multiple of <see cref="Alignment"/> elements. Immutable. Two shapes are equal when their dimensions
/// and layout are; alignment does not count.
/// </summary>
public sealed class TensorShape : IEquatable<TensorShape>
{
    private readonly int[] _dimensions;

    /// <summary>Creates a shape.</summary>
    /// <param name="dimensions">Positive sizes, outermost first.</param>
    /// <param name="layout">Meaning of the dimensions.</param>
    /// <param name="alignment">Elements to whose multiple the last dimension is padded in storage; 0 or 1 for none.</param>
    /// <exception cref="ModelException">A size is not positive, the alignment is negative, or the storage exceeds 2^62 elements.</exception>
    public TensorShape(ReadOnlySpan<int> dimensions, DataLayout layout, int alignment = 0)
        : this(dimensions.ToArray(), layout, alignment, padding: null)
    {
    }

    private TensorShape(int[] dimensions, DataLayout layout, int alignment, int? padding)
    {
        _dimensions = dimensions;
        Layout = layout;
        Alignment = alignment;
        foreach (int dimension in dimensions)
        {
            if (dimension <= 0) throw new ModelException($"shape ({string.Join(", ", dimensions)}): every dimension must be at least 1");
        }

        if (alignment < 0) throw new ModelException($"shape ({string.Join(", ", dimensions)}): alignment {alignment} must not be negative");
        int last = dimensions.Length == 0 ? 0 : dimensions[^1];
        Padding = padding ?? (alignment <= 1 || last % alignment == 0 ? 0 : alignment - last % alignment);
        Size = Product(last);
        StorageSize = Product((long)last + Padding);
    }

    /// <summary>The sizes, outermost first.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>Number of dimensions.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>Meaning of the dimensions.</summary>
    public DataLayout Layout { get; }

    /// <summary>Elements to whose multiple the last dimension is padded in storage; 0 for none.</summary>
    public int Alignment { get; }

    /// <summary>Elements of padding behind the last dimension.</summary>
    public int Padding { get; }

    /// <summary>Number of logical elements.</summary>
    public long Size { get; }

    /// <summary>Number of stored elements, padding included.</summary>
    public long StorageSize { get; }

    /// <summary>Size of one dimension; negative indices count from the end.</summary>
    public int this[int index] => _dimensions[index < 0 ? index + _dimensions.Length : index];

    /// <summary>This shape with one dimension changed and the padding computed anew.</summary>
    public TensorShape With(int index, int value) => new(Changed(index, value), Layout, Alignment, padding: null);

    /// <summary>
    /// This shape with one dimension changed and the old padding kept. SMAUG's shape search works on such shapes, so that
    /// its choices depend on them.
    /// </summary>
    public TensorShape WithStalePadding(int index, int value) => new(Changed(index, value), Layout, Alignment, Padding);

    /// <summary>This shape with another layout and dimensions, same alignment.</summary>
    public TensorShape WithDimensions(ReadOnlySpan<int> dimensions, DataLayout layout) => new(dimensions, layout, Alignment);

    /// <summary>This shape with another alignment.</summary>
    public TensorShape WithAlignment(int alignment) => new(_dimensions, Layout, alignment, padding: null);

    /// <summary>Index in storage of the element at a coordinate (row-major over the padded dimensions).</summary>
    public long StorageIndex(ReadOnlySpan<int> coordinate)
    {
        long index = 0;
        for (int i = 0; i < _dimensions.Length; i++)
        {
            long size = i == _dimensions.Length - 1 ? (long)_dimensions[i] + Padding : _dimensions[i];
            index = index * size + coordinate[i];
        }

        return index;
    }

    /// <summary>The dimensions as an immutable array.</summary>
    public ImmutableArray<int> ToImmutableArray() => [.. _dimensions];

    /// <inheritdoc/>
    public bool Equals(TensorShape? other) =>
        other is not null && Layout == other.Layout && _dimensions.AsSpan().SequenceEqual(other._dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Layout);
        foreach (int dimension in _dimensions) hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>The dimensions, for example <c>(1, 28, 28, 1)</c>.</summary>
    public override string ToString() => $"({string.Join(", ", _dimensions)})";

    private int[] Changed(int index, int value)
    {
        int[] dimensions = [.. _dimensions];
        dimensions[index < 0 ? index + dimensions.Length : index] = value;
        return dimensions;
    }

    private long Product(long last)
    {
        try
        {
            long product = Rank == 0 ? 1 : last;
            for (int i = 0; i < Rank - 1; i++) product = checked(product * _dimensions[i]);
            if (product < 1L << 62) return product;
        }
        catch (OverflowException)
        {
        }

        throw new ModelException($"shape {this}: more than 2^62 elements");
    }
}
