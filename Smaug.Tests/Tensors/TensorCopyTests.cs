using Smaug.Core;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Tensors;

internal sealed class TensorCopyTests
{
    private static Tensor Ramp(string name, int[] dimensions, int alignment, float start = 1)
    {
        var spec = new TensorSpec(name, DataType.Float32, new TensorShape(dimensions, DataLayout.NHWC, alignment));
        var values = new float[spec.Shape.Size];
        for (int i = 0; i < values.Length; i++) values[i] = start + i;
        return Tensor.FromSingles(spec, values);
    }

    [Test]
    public void Region_copy_moves_every_element_of_the_box_and_nothing_else([Values(0, 8)] int from, [Values(0, 8)] int to)
    {
        Tensor source = Ramp("s", [2, 4, 5, 3], from);
        Tensor destination = Ramp("d", [3, 4, 6, 7], to, 1000);
        int[] size = [1, 3, 2, 3], read = [1, 1, 2, 0], write = [2, 0, 3, 2];
        TensorCopy.Region(destination, write, source, read, size);
        for (var i = new RegionIterator(destination.Shape); !i.AtEnd; i.MoveNext())
        {
            int[] c = i.Coordinate.ToArray();
            bool inside = true;
            for (int d = 0; d < 4; d++) inside &= c[d] >= write[d] && c[d] < write[d] + size[d];
            int[] s = [c[0] - write[0] + read[0], c[1] - write[1] + read[1], c[2] - write[2] + read[2], c[3] - write[3] + read[3]];
            float expected = inside
                ? 1 + new TensorShape([2, 4, 5, 3], DataLayout.NHWC).StorageIndex(s)
                : 1000 + new TensorShape([3, 4, 6, 7], DataLayout.NHWC).StorageIndex(c);
            Assert.That(destination.Span<float>()[(int)i.StorageIndex], Is.EqualTo(expected), $"at {string.Join(",", c)}");
        }
    }

    [Test]
    public void Region_copy_leaves_the_padding_of_the_destination_zero()
    {
        Tensor source = Ramp("s", [1, 1, 2, 16], 8);
        var destination = new Tensor(new TensorSpec("d", DataType.Float32, new TensorShape([1, 1, 2, 5], DataLayout.NHWC, 8)));
        TensorCopy.Region(destination, [0, 0, 0, 0], source, [0, 0, 0, 3], [1, 1, 2, 5]);
        Assert.That(destination.Span<float>().ToArray(), Is.EqualTo(new float[] { 4, 5, 6, 7, 8, 0, 0, 0, 20, 21, 22, 23, 24, 0, 0, 0 }));
    }

    [Test]
    public void Region_copy_of_whole_tensors_is_the_identity()
    {
        Tensor source = Ramp("s", [2, 3, 4, 8], 8);
        Tensor destination = Ramp("d", [2, 3, 4, 8], 8, 1000);
        TensorCopy.Region(destination, [0, 0, 0, 0], source, [0, 0, 0, 0], [2, 3, 4, 8]);
        Assert.That(destination.Bytes.ToArray(), Is.EqualTo(source.Bytes.ToArray()));
    }

    [Test]
    public void Region_outside_a_tensor_is_an_error()
    {
        Tensor tensor = Ramp("s", [1, 2, 2, 2], 0);
        Assert.That(() => TensorCopy.Region(tensor, [0, 1, 0, 0], tensor, [0, 0, 0, 0], [1, 2, 2, 2]),
            Throws.TypeOf<ModelException>().With.Message.Contains("(0, 1, 0, 0) of size (1, 2, 2, 2) is outside"));
    }

    [Test]
    public void Element_copy_keeps_the_logical_order_across_paddings()
    {
        Tensor source = Ramp("s", [1, 2, 3, 5], 8);
        var destination = new Tensor(new TensorSpec("d", DataType.Float32, new TensorShape([3, 10], DataLayout.NC, 4)));
        TensorCopy.Elements(destination, source);
        Assert.That(destination.ToArray<float>(), Is.EqualTo(source.ToArray<float>()));
    }

    [Test]
    public void Raw_copy_beyond_the_end_is_an_error()
    {
        Tensor tensor = Ramp("s", [1, 8], 8);
        Assert.That(() => TensorCopy.Raw(tensor, 4, tensor, 0, 5), Throws.TypeOf<ModelException>().With.Message.Contains("4 to 9"));
    }

    [Test]
    public void Flatten_appends_tiles()
    {
        var destination = new Tensor(new TensorSpec("d", DataType.Float32, new TensorShape([1, 12], DataLayout.NC)));
        TensorCopy.Flatten(destination, [Ramp("a", [1, 8], 8), Ramp("b", [1, 8], 8, 9)]);
        Assert.That(destination.ToArray<float>(), Is.EqualTo(Enumerable.Range(1, 12).Select(v => (float)v)));
    }

    [Test]
    public void Concatenate_joins_along_the_axis_and_names_the_result_after_its_parts()
    {
        Tensor joined = TensorCopy.Concatenate([Ramp("a", [1, 3], 8), Ramp("b", [1, 2], 8, 9)], 1);
        Assert.Multiple(() =>
        {
            Assert.That(joined.Name, Is.EqualTo("a-b"));
            Assert.That(joined.Shape.ToString(), Is.EqualTo("(1, 5)"));
            Assert.That(joined.Span<float>().ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 9, 10, 0, 0, 0 }));
        });
    }
}
