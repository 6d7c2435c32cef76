using System.Collections.Immutable;
using Smaug.Accelerators.Host;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Values;

/// <summary>Operators that move data, for every element type, with and without alignment padding.</summary>
[TestFixture]
internal sealed class HostOperatorTests
{
    private static readonly DataType[] Types =
        [DataType.Bool, DataType.Float16, DataType.Int32, DataType.Float32, DataType.Int64, DataType.Float64];

    [Test]
    public void Reorder_exchanges_channels_and_positions_for_every_type([ValueSource(nameof(Types))] DataType type, [Values(0, 8)] int alignment)
    {
        Tensor input = Numbered(type, alignment, DataLayout.NHWC, 2, 3, 5, 19);
        Tensor output = Run(OperatorKind.Reorder, null, [input], Shape(alignment, DataLayout.NCHW, 2, 19, 3, 5));

        AssertElements(output, c => input.Shape.StorageIndex([c[0], c[2], c[3], c[1]]), input);
    }

    [Test]
    public void Reorder_transposes_time_and_channels([Values(0, 8)] int alignment)
    {
        Tensor input = Numbered(DataType.Float32, alignment, DataLayout.NTC, 2, 3, 5);
        Tensor output = Run(OperatorKind.Reorder, null, [input], Shape(alignment, DataLayout.NCT, 2, 5, 3));

        AssertElements(output, c => input.Shape.StorageIndex([c[0], c[2], c[1]]), input);
    }

    [Test]
    public void Reorder_transposes_matrices([Values(0, 8)] int alignment)
    {
        Tensor input = Numbered(DataType.Float16, alignment, DataLayout.NC, 20, 33);
        Tensor output = Run(OperatorKind.Reorder, null, [input], Shape(alignment, DataLayout.CN, 33, 20));

        AssertElements(output, c => input.Shape.StorageIndex([c[1], c[0]]), input);
    }

    [Test]
    public void Flatten_keeps_the_order_of_elements_and_drops_inner_padding()
    {
        Tensor input = Numbered(DataType.Float16, 8, DataLayout.NHWC, 2, 2, 3, 5);
        Tensor output = Run(OperatorKind.Reorder, null, [input], Shape(8, DataLayout.NC, 2, 30));

        Assert.That(output.ToSingles(), Is.EqualTo(input.ToSingles()));
    }

    [Test]
    public void Reshape_keeps_the_order_of_elements_where_paddings_are_equal_and_rows_are_not()
    {
        Tensor input = Numbered(DataType.Float16, 8, DataLayout.NC, 6, 4);
        Tensor output = Run(OperatorKind.Reshape, null, [input], Shape(8, DataLayout.NC, 2, 12));

        Assert.That(output.ToSingles(), Is.EqualTo(input.ToSingles()));
    }

    [Test]
    public void Concat_joins_rows_that_are_not_whole_vectors([ValueSource(nameof(Types))] DataType type, [Values(0, 1, 2)] int axis)
    {
        Tensor a = Numbered(type, 8, DataLayout.NTC, 2, 3, 5), b = Numbered(type, 8, DataLayout.NTC, 2, 3, 5);
        int[] shape = [2, 3, 5];
        shape[axis] *= 2;
        Tensor output = Run(OperatorKind.Concat, new ConcatParameters(axis), [a, b], Shape(8, DataLayout.NTC, shape));

        AssertElements(output, c =>
        {
            int[] source = [.. c];
            source[axis] %= a.Shape[axis];
            return a.Shape.StorageIndex(source);
        }, a);
    }

    [Test]
    public void Split_is_the_inverse_of_concat([Values(0, 1)] int axis)
    {
        Tensor input = Numbered(DataType.Float16, 8, DataLayout.NC, 6, 12);
        int[] first = [6, 12], second = [6, 12];
        first[axis] = 5;
        second[axis] -= 5;
        Tensor[] parts = RunMany(OperatorKind.Split, new SplitParameters(axis), [input], Shape(8, DataLayout.NC, first), Shape(8, DataLayout.NC, second));
        Tensor joined = Run(OperatorKind.Concat, new ConcatParameters(axis), parts, input.Shape);

        Assert.That(joined.ToSingles(), Is.EqualTo(input.ToSingles()));
    }

    [Test]
    public void Repeat_fills_the_output_with_copies([ValueSource(nameof(Types))] DataType type, [Values(0, 8)] int alignment)
    {
        Tensor input = Numbered(type, alignment, DataLayout.NHWC, 1, 2, 1, 3);
        Tensor output = Run(OperatorKind.Repeat, null, [input], Shape(alignment, DataLayout.NHWC, 2, 4, 3, 9));

        AssertElements(output, c => input.Shape.StorageIndex([c[0] % 1, c[1] % 2, c[2] % 1, c[3] % 3]), input);
    }

    [Test]
    public void Padding_surrounds_with_zeros_for_every_type([ValueSource(nameof(Types))] DataType type)
    {
        Tensor input = Numbered(type, 8, DataLayout.NC, 2, 3);
        Tensor output = Run(OperatorKind.Padding, new PaddingParameters([1, 0, 2, 1]), [input], Shape(8, DataLayout.NC, 3, 6));
        float[] x = input.ToSingles();

        Assert.That(output.ToSingles(), Is.EqualTo(new[] { 0, 0, 0, 0, 0, 0, 0, 0, x[0], x[1], x[2], 0, 0, 0, x[3], x[4], x[5], 0 }));
    }

    [Test]
    public void Moves_leave_the_alignment_padding_zero()
    {
        Tensor input = Numbered(DataType.Float16, 8, DataLayout.NC, 3, 5);
        Tensor output = Run(OperatorKind.Repeat, null, [input], Shape(8, DataLayout.NC, 3, 10));

        Assert.That(output.Span<Half>()[10..16].ToArray(), Is.All.EqualTo((Half)0));
    }

    [Test]
    public void Arithmetic_on_integers_is_an_error_that_names_tensor_and_type()
    {
        Tensor input = Numbered(DataType.Int32, 0, DataLayout.NC, 1, 4);

        Assert.That(
            () => Run(OperatorKind.ReLU, null, [input], input.Shape),
            Throws.InstanceOf<ModelException>().With.Message.Contains("in0").And.Message.Contains("Int32"));
    }

    [Test]
    public void Work_of_a_concat_is_one_copy_per_input_with_the_length_of_its_runs()
    {
        Tensor a = Numbered(DataType.Float16, 8, DataLayout.NC, 4, 8), b = Numbered(DataType.Float16, 8, DataLayout.NC, 4, 16);
        OperatorPlan plan = new HostBackend().Plan(Node(OperatorKind.Concat, new ConcatParameters(1), [a, b], Shape(8, DataLayout.NC, 4, 24)), new PlanOptions());

        Assert.Multiple(() =>
        {
            Assert.That(plan.Executor, Is.EqualTo(OperatorPlan.HostExecutor));
            Assert.That(plan.HostBody.Select(t => (t.Elements, t.RunElements, t.Bytes)), Is.EqualTo(new[] { (32L, 8L, 64L), (64L, 16L, 128L) }));
        });
    }

    private static TensorShape Shape(int alignment, DataLayout layout, params int[] dimensions) => new(dimensions, layout, alignment);

    private static Tensor Numbered(DataType type, int alignment, DataLayout layout, params int[] dimensions)
    {
        TensorShape shape = Shape(alignment, layout, dimensions);
        // Distinct in every type but Bool.
        float[] values = [.. Enumerable.Range(0, (int)shape.Size).Select(i => type == DataType.Bool ? i * 7 % 3 % 2 : i + 1f)];
        return Tensor.FromSingles(new TensorSpec("in0", type, shape), values);
    }

    private static Node Node(OperatorKind kind, OperatorParameters? parameters, Tensor[] inputs, params TensorShape[] outputs) => new()
    {
        Name = "op",
        Kind = kind,
        Parameters = parameters,
        Parents = [.. inputs.Select(i => new NodeInput(i.Name, 0))],
        Inputs = [.. inputs.Select(i => i.Spec)],
        Outputs = [.. outputs.Select((o, i) => new TensorSpec($"op/output{i}", inputs[0].Type, o))],
    };

    private static Tensor Run(OperatorKind kind, OperatorParameters? parameters, Tensor[] inputs, TensorShape output) =>
        RunMany(kind, parameters, inputs, output)[0];

    private static Tensor[] RunMany(OperatorKind kind, OperatorParameters? parameters, Tensor[] inputs, params TensorShape[] outputs)
    {
        Node node = Node(kind, parameters, inputs, outputs);
        Tensor[] tensors = [.. node.Outputs.Select(o => new Tensor(o))];
        var backend = new HostBackend();
        backend.Run(backend.Plan(node, new PlanOptions()), inputs, tensors);
        return tensors;
    }

    private static void AssertElements(Tensor output, Func<ImmutableArray<int>, long> sourceIndex, Tensor input)
    {
        int size = output.Type.SizeInBytes();
        var coordinate = new int[output.Shape.Rank];
        for (var element = new RegionIterator(output.Shape); !element.AtEnd; element.MoveNext())
        {
            element.Coordinate.CopyTo(coordinate);
            byte[] expected = input.Bytes.Slice((int)sourceIndex([.. coordinate]) * size, size).ToArray();
            byte[] actual = output.Bytes.Slice((int)element.StorageIndex * size, size).ToArray();
            Assert.That(actual, Is.EqualTo(expected), $"at ({string.Join(", ", coordinate)})");
        }
    }
}
