namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>The prefetch order of a custom layout: a loop nest over tiles and within tiles. Slots outside the operand are empty.</summary>
internal sealed class LayoutSequence : PrefetchSequence
{
    private readonly int[] _dimensions;
    private readonly int[] _tileSizes;
    private readonly int[] _axes;
    private readonly int[] _extents;
    private readonly Func<int[], int> _index;

    /// <param name="space">Meaning of the indices.</param>
    /// <param name="layout">The loop nest.</param>
    /// <param name="dimensions">Extents of the operand in the layout's order of dimensions.</param>
    /// <param name="index">Index of the word at coordinates in that order.</param>
    public LayoutSequence(AddressSpace space, OperandLayout layout, int[] dimensions, Func<int[], int> index) : base(space)
    {
        _dimensions = dimensions;
        _tileSizes = [.. layout.TileSizes];
        _axes = [.. layout.OuterOrder, .. layout.InnerOrder];
        _index = index;
        _extents = new int[_axes.Length];
        long length = 1;
        for (int i = 0; i < _axes.Length; i++)
        {
            int axis = _axes[i];
            _extents[i] = axis < dimensions.Length
                ? (dimensions[axis] + _tileSizes[axis] - 1) / _tileSizes[axis]
                : _tileSizes[axis - dimensions.Length];
            length *= _extents[i];
        }

        Length = length;
    }

    public override long Length { get; }

    public override void Fill(long position, Span<int> destination)
    {
        int[] counters = new int[_axes.Length];
        int[] coordinates = new int[_dimensions.Length];
        for (int i = _axes.Length - 1; i >= 0; i--)
        {
            counters[i] = (int)(position % _extents[i]);
            position /= _extents[i];
        }

        for (int slot = 0; slot < destination.Length; slot++)
        {
            destination[slot] = At(counters, coordinates);
            for (int i = _axes.Length - 1; i >= 0 && ++counters[i] == _extents[i]; i--) counters[i] = 0;
        }
    }

    private int At(int[] counters, int[] coordinates)
    {
        Array.Clear(coordinates);
        for (int i = 0; i < _axes.Length; i++)
        {
            int axis = _axes[i];
            if (axis < _dimensions.Length) coordinates[axis] += counters[i] * _tileSizes[axis];
            else coordinates[axis - _dimensions.Length] += counters[i];
        }

        for (int d = 0; d < _dimensions.Length; d++)
        {
            if (coordinates[d] >= _dimensions[d]) return Space.None;
        }

        return _index(coordinates);
    }
}
