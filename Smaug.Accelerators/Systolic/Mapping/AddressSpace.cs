namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>
/// Numbers the words of an operand from 0 and turns such an index into the address that SCALE-Sim prints. Windows that
/// stick out of the ifmap get indices of their own in a padded ifmap, so that an index is always a sum of two table
/// entries; their address is -1.
/// </summary>
internal sealed class AddressSpace
{
    private readonly long _offset;
    private readonly int _height;
    private readonly int _width;
    private readonly int _channels;
    private readonly int _paddedWidth;

    private AddressSpace(int size, long offset)
    {
        Size = size;
        _offset = offset;
    }

    private AddressSpace(int height, int width, int channels, int paddedHeight, int paddedWidth, long offset)
        : this(checked(paddedHeight * paddedWidth * channels), offset)
    {
        _height = height;
        _width = width;
        _channels = channels;
        _paddedWidth = paddedWidth;
        HasPadding = paddedHeight > height || paddedWidth > width;
    }

    /// <summary>Indices of words; <see cref="None"/> comes after them.</summary>
    public int Size { get; }

    /// <summary>The index that stands for no word.</summary>
    public int None => Size;

    /// <summary>Whether some indices lie outside the ifmap.</summary>
    public bool HasPadding { get; }

    public static AddressSpace Linear(int size, long offset) => new(size, offset);

    public static AddressSpace Image(SystolicLayer layer, long offset) => new(
        layer.IfmapHeight,
        layer.IfmapWidth,
        layer.Channels,
        Math.Max(layer.IfmapHeight, (layer.OutputHeight - 1) * layer.RowStride + layer.FilterHeight),
        PaddedWidth(layer),
        offset);

    public static int PaddedWidth(SystolicLayer layer) =>
        Math.Max(layer.IfmapWidth, (layer.OutputWidth - 1) * layer.ColumnStride + layer.FilterWidth);

    /// <summary>The address of an index, or -1.</summary>
    public long ToAddress(int index)
    {
        if (index == Size) return -1;
        if (!HasPadding) return index + _offset;
        int rowWords = _paddedWidth * _channels;
        int row = index / rowWords;
        int inRow = index - row * rowWords;
        return row >= _height || inRow >= _width * _channels ? -1 : (long)row * _width * _channels + inRow + _offset;
    }

    /// <summary>Whether an index has no address.</summary>
    public bool IsPadding(int index)
    {
        if (index == Size) return true;
        if (!HasPadding) return false;
        int rowWords = _paddedWidth * _channels;
        int row = index / rowWords;
        return row >= _height || index - row * rowWords >= _width * _channels;
    }

    /// <summary>Calls back for every run of indices without an address.</summary>
    public void ForEachPadding(Action<int, int> run)
    {
        run(Size, 1);
        if (!HasPadding) return;
        int rowWords = _paddedWidth * _channels;
        int validWords = _width * _channels;
        int rows = Size / rowWords;
        for (int row = 0; row < rows; row++)
        {
            int from = row < _height ? validWords : 0;
            if (from < rowWords) run(row * rowWords + from, rowWords - from);
        }
    }
}
