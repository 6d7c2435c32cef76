using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>
/// A tile of an NHWC or NC tensor as images of rows, columns and channels; a row of an NC tensor is an image of one pixel.
/// </summary>
internal readonly struct ImageBox
{
    public ImageBox(Tensor tensor, in Tile tile)
    {
        Tensor = tensor;
        bool hasPixels = tile.Rank == 4;
        int last = tile.Rank - 1;
        (FirstImage, FirstChannel) = (tile.Origin(0), tile.Origin(last));
        (Images, Channels) = (tile[0], tile[last]);
        (FirstRow, FirstColumn, Rows, Columns) = hasPixels ? (tile.Origin(1), tile.Origin(2), tile[1], tile[2]) : (0, 0, 1, 1);
        ChannelPitch = tensor.Shape[-1] + tensor.Shape.Padding;
        RowPitch = (hasPixels ? tensor.Shape[2] : 1) * ChannelPitch;
        ImagePitch = (hasPixels ? tensor.Shape[1] : 1) * RowPitch;
    }

    public Tensor Tensor { get; }

    public int Images { get; }

    public int Rows { get; }

    public int Columns { get; }

    public int Channels { get; }

    /// <summary>Channels rounded up to whole vectors: how a scratchpad holds them.</summary>
    public int PaddedChannels => (Channels + 7) / 8 * 8;

    /// <summary>Elements of the tensor's storage from one pixel to the next.</summary>
    public int ChannelPitch { get; }

    private int FirstImage { get; }

    private int FirstRow { get; }

    private int FirstColumn { get; }

    private int FirstChannel { get; }

    private int RowPitch { get; }

    private int ImagePitch { get; }

    /// <summary>Whether the pixels of a row lie together in the tensor as they do in a scratchpad.</summary>
    public bool HasWholePixels => ChannelPitch == PaddedChannels;

    /// <summary>Index in the tensor's storage of the first channel of a pixel of the box.</summary>
    public int StorageIndex(int image, int row, int column) =>
        (FirstImage + image) * ImagePitch + (FirstRow + row) * RowPitch + (FirstColumn + column) * ChannelPitch + FirstChannel;

    /// <summary>Checks that an input tile holds the windows of all pixels of this output tile.</summary>
    /// <exception cref="TilingException">It does not.</exception>
    public void RequireWindows(Node node, in ImageBox input, in Halo halo, (int Rows, int Columns) window, (int Rows, int Columns) stride)
    {
        int rows = (Rows - 1) * stride.Rows + window.Rows, columns = (Columns - 1) * stride.Columns + window.Columns;
        if (Images <= input.Images && rows <= input.Rows + halo.Rows && columns <= input.Columns + halo.Columns) return;
        throw new TilingException(
            $"operator {node}: an output tile of {Images} x {Rows} x {Columns} pixels needs {rows} x {columns} input pixels of each image, "
            + $"its input tile has {input.Images} x {input.Rows + halo.Rows} x {input.Columns + halo.Columns}; tiles must match");
    }
}
