using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Tensors;
using Smaug.Tiling.Strategies;
using Smaug.Tiling.Tiles;

namespace Smaug.Tests.Tiling;

public sealed class TiledTensorTests
{
    [Test]
    public void Tiles_are_numbered_row_major_and_know_place_size_and_padding()
    {
        TiledTensor tensor = Cut([1, 6, 4, 20], [1, 4, 4, 16]);

        Tile last = tensor[3];

        Assert.That(tensor.Count, Is.EqualTo(4));
        Assert.That(new[] { last.Origin(1), last.Origin(3), last[1], last[3] }, Is.EqualTo(new[] { 4, 16, 2, 4 }));
        Assert.That(last.Padding, Is.EqualTo(4));
        Assert.That(last.Elements, Is.EqualTo(2 * 4 * 4));
        Assert.That(last.StorageElements, Is.EqualTo(2 * 4 * 8));
        Assert.That(tensor.IndexOf(0, 1, 0, 1), Is.EqualTo(3));
        Assert.That(tensor.LargestTileElements, Is.EqualTo(4 * 4 * 16));
    }

    [Test]
    public void A_single_tile_is_the_tensor_itself()
    {
        TiledTensor tensor = Cut([1, 6, 4, 16], [1, 6, 4, 16]);

        Assert.That(tensor.IsWhole, Is.True);
        Assert.That(tensor.BufferName(0), Is.EqualTo("t"));
    }

    [Test]
    public void A_stretch_of_storage_is_a_separate_buffer_even_alone()
    {
        TiledTensor tensor = TiledTensor.Linear("op", Operators.Tensor("t", 3, 5), 64);

        Assert.That(tensor.IsWhole, Is.False);
        Assert.That(tensor.BufferName(0), Is.EqualTo("op:t/tile:0"));
        Assert.That(tensor[0].Elements, Is.EqualTo(24), "padding is part of it");
    }

    [TestCase(new[] { 1, 8, 4, 16 }, new[] { 1, 4, 4, 16 }, 4 * 4 * 16L)]
    [TestCase(new[] { 1, 8, 4, 16 }, new[] { 1, 4, 2, 16 }, 2 * 16L)]
    [TestCase(new[] { 1, 8, 4, 16 }, new[] { 1, 8, 4, 8 }, 8L)]
    [TestCase(new[] { 1, 8, 4, 12 }, new[] { 1, 4, 4, 12 }, 12L)]
    public void Runs_are_as_long_as_tensor_and_tile_agree(int[] shape, int[] tile, long expected)
    {
        TiledTensor tensor = Cut(shape, tile);

        Assert.That(tensor.RunElements(tensor[0]), Is.EqualTo(expected));
    }

    [Test]
    public void A_tile_outside_of_the_tensor_is_refused()
    {
        TensorSpec spec = Operators.Tensor("t", 2, 8);
        ImmutableArray<TileSpan>[] axes = [[new TileSpan(0, 2)], [new TileSpan(4, 8)]];

        var error = Assert.Throws<TilingException>(() => _ = new TiledTensor("op", spec, axes));

        Assert.That(error.Message, Does.Contain("operator 'op'").And.Contain("from 4 to 12 of dimension 1"));
    }

    [Test]
    public void Windows_that_cannot_advance_are_refused() =>
        Assert.Throws<TilingException>(() => HaloAxes.Cut(size: 10, tile: 2, field: 5, stride: 1, leadingPadding: 0));

    [TestCase(TilingDims.None, "")]
    [TestCase(TilingDims.DimN, "N")]
    [TestCase(TilingDims.DimNC, "NC")]
    [TestCase(TilingDims.DimNH, "NH")]
    [TestCase(TilingDims.DimNW, "NW")]
    [TestCase(TilingDims.DimNHW, "NHW")]
    [TestCase(TilingDims.DimNCH, "NCH")]
    [TestCase(TilingDims.DimNCW, "NCW")]
    [TestCase(TilingDims.DimNCHW, "NCHW")]
    [TestCase(TilingDims.Invalid, "")]
    public void Dimensions_say_what_they_cut(TilingDims dims, string cut)
    {
        string found = (dims.CutsBatch() ? "N" : "") + (dims.CutsChannels() ? "C" : "") + (dims.CutsRows() ? "H" : "") + (dims.CutsColumns() ? "W" : "");

        Assert.That(found, Is.EqualTo(cut));
    }

    private static TiledTensor Cut(int[] shape, int[] tile)
    {
        var axes = new ImmutableArray<TileSpan>[shape.Length];
        for (int i = 0; i < shape.Length; i++) axes[i] = HaloAxes.Plain(shape[i], tile[i]);
        return new TiledTensor("op", Operators.Tensor("t", shape), axes);
    }
}
