namespace Smaug.Core.Tensors;

/// <summary>
/// Visits the coordinates of a box of a tensor, last dimension fastest; padding is never visited. Starts at the box's
/// origin: <c>for (var i = new RegionIterator(shape); !i.AtEnd; i.MoveNext())</c>. For copies use <see cref="TensorCopy"/>,
/// which moves whole runs.
/// </summary>
public struct RegionIterator
{
    private readonly TensorShape _shape;
    private readonly int[] _origin;
    private readonly int[] _limit;
    private readonly int[] _coordinate;

    /// <summary>Visits every logical element of a shape.</summary>
    public RegionIterator(TensorShape shape) : this(shape, new int[shape.Rank], shape.Dimensions)
    {
    }

    /// <summary>Visits a box, as far as it lies within the shape.</summary>
    /// <param name="shape">The shape that coordinates refer to.</param>
    /// <param name="origin">First coordinate of the box.</param>
    /// <param name="size">Elements of the box along each dimension.</param>
    /// <exception cref="ModelException">The ranks differ.</exception>
    public RegionIterator(TensorShape shape, ReadOnlySpan<int> origin, ReadOnlySpan<int> size)
    {
        if (origin.Length != shape.Rank || size.Length != shape.Rank)
        {
            throw new ModelException($"region of rank {origin.Length} and {size.Length} in shape {shape}: origin and size must have rank {shape.Rank}");
        }

        _shape = shape;
        _origin = origin.ToArray();
        _coordinate = origin.ToArray();
        _limit = new int[size.Length];
        for (int i = 0; i < size.Length; i++)
        {
            _limit[i] = (int)Math.Min(shape[i], (long)origin[i] + size[i]);
            AtEnd |= origin[i] < 0 || origin[i] >= _limit[i];
        }
    }

    /// <summary>Whether every coordinate was visited.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>The coordinate now visited.</summary>
    public readonly ReadOnlySpan<int> Coordinate => _coordinate;

    /// <summary>Index in storage of the element now visited.</summary>
    public readonly long StorageIndex => _shape.StorageIndex(_coordinate);

    /// <summary>Goes on to the next element.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        for (int i = _coordinate.Length - 1; i >= 0; i--)
        {
            if (++_coordinate[i] < _limit[i]) return true;
            _coordinate[i] = _origin[i];
        }

        AtEnd = true;
        return false;
    }

    /// <summary>
    /// Goes on by a whole box: the last dimension advances by its size; where that passes the end it returns to the origin
    /// and the dimension before it advances by its size.
    /// </summary>
    /// <param name="region">Positive step along each dimension.</param>
    /// <returns>False at the end.</returns>
    public bool Advance(ReadOnlySpan<int> region)
    {
        for (int i = _coordinate.Length - 1; i >= 0; i--)
        {
            _coordinate[i] += region[i];
            if (_coordinate[i] < _limit[i]) return true;
            _coordinate[i] = _origin[i];
        }

        AtEnd = true;
        return false;
    }
}
