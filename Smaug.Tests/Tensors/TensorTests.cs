using Smaug.Core;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Tensors;

internal sealed class TensorTests
{
    [Test]
    public void Values_are_stored_in_padded_rows_and_come_back_without_padding()
    {
        var spec = new TensorSpec("t", DataType.Float16, new TensorShape([2, 3], DataLayout.NC, 8));
        Tensor tensor = Tensor.FromSingles(spec, [1, 2, 3, 4, 5, 6]);
        Assert.Multiple(() =>
        {
            Assert.That((float)tensor.Span<Half>()[8], Is.EqualTo(4));
            Assert.That((float)tensor.Span<Half>()[3], Is.Zero);
            Assert.That(tensor.ToSingles(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
        });
    }

    [Test]
    public void A_wrong_number_of_values_is_an_error()
    {
        var spec = new TensorSpec("t", DataType.Float32, new TensorShape([2, 3], DataLayout.NC));
        Assert.That(() => Tensor.FromSingles(spec, [1, 2]), Throws.TypeOf<ModelException>().With.Message.EqualTo("tensor 't' (2, 3): 2 values were given; it has 6 elements"));
    }

    [TestCase(DataType.Int32)]
    [TestCase(DataType.Int64)]
    [TestCase(DataType.Float32)]
    [TestCase(DataType.Float64)]
    [TestCase(DataType.Float16)]
    public void Floats_convert_to_every_number_type_and_back(DataType type)
    {
        var spec = new TensorSpec("t", type, new TensorShape([3], DataLayout.N));
        Assert.That(Tensor.FromSingles(spec, [-2, 0, 7]).ToSingles(), Is.EqualTo(new float[] { -2, 0, 7 }));
    }

    [Test]
    public void Halves_pack_two_by_two_low_bits_first()
    {
        Half[] halves = [(Half)1, (Half)(-2), (Half)0.5];
        var packed = new int[2];
        HalfConversion.Pack(halves, packed);
        var unpacked = new Half[3];
        HalfConversion.Unpack(packed, unpacked);
        Assert.Multiple(() =>
        {
            Assert.That(packed, Is.EqualTo(new[] { unchecked((int)0xC0003C00), 0x00003800 }));
            Assert.That(unpacked, Is.EqualTo(halves));
        });
    }

    [Test]
    public void Printing_groups_the_last_two_dimensions()
    {
        var spec = new TensorSpec("t", DataType.Float32, new TensorShape([2, 2, 3], DataLayout.NTC, 8));
        Tensor tensor = Tensor.FromSingles(spec, [1, 2.5f, -3, 1e-5f, 1e6f, 123456.7f, 0, 0, 0, float.PositiveInfinity, 0.0001f, 1]);
        Assert.That(TensorPrinter.ToText(tensor), Is.EqualTo(
            "t, shape = (2, 2, 3)\n( 0 0 0 )\n[ 1 2.5 -3 \n  1e-05 1e+06 123457  ]\n( 1 0 0 )\n[ 0 0 0 \n  inf 0.0001 1  ]\n"));
    }

    [Test]
    public void Region_iterator_advances_by_tiles()
    {
        var visited = new List<string>();
        for (var i = new RegionIterator(new TensorShape([3, 5], DataLayout.NC)); !i.AtEnd; i.Advance([2, 3])) visited.Add(string.Join(",", i.Coordinate.ToArray()));
        Assert.That(visited, Is.EqualTo(new[] { "0,0", "0,3", "2,0", "2,3" }));
    }

    [Test]
    public void Region_iterator_stays_in_its_box()
    {
        var visited = new List<long>();
        for (var i = new RegionIterator(new TensorShape([3, 5], DataLayout.NC, 8), [1, 3], [2, 4]); !i.AtEnd; i.MoveNext()) visited.Add(i.StorageIndex);
        Assert.That(visited, Is.EqualTo(new long[] { 11, 12, 19, 20 }));
    }
}
