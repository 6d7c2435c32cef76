using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Modeling;

/// <content>Operators that move elements.</content>
public sealed partial class ModelBuilder
{
    /// <summary>
    /// Changes the layout: NCHW and NHWC into each other or to NC (flatten), NTC and NCT into each other, NC and CN into each
    /// other.
    /// </summary>
    /// <exception cref="ModelException">There is no such change.</exception>
    public ModelTensor Reorder(ModelTensor input, DataLayout layout, string name = "reorder")
    {
        TensorShape shape = ShapeInference.ChangeLayout(input.Shape, layout) ?? throw new ModelException(
            $"{name} (Reorder): input is {input.Shape} {input.Shape.Layout}, wanted is {layout}; NCHW and NHWC change into each other or to NC, NTC and NCT into each other, NC and CN into each other");
        return Add(OperatorKind.Reorder, name, [input], output: shape);
    }

    /// <summary>Makes rows of a 4-D tensor: (N, everything else) in NC.</summary>
    /// <exception cref="ModelException">The input is not 4-D.</exception>
    public ModelTensor Flatten(ModelTensor input, string name = "flatten")
    {
        if (input.Shape.Rank != 4) throw new ModelException($"{name} (Reorder): input is {input.Shape} {input.Shape.Layout}; a 4-D tensor would fit");
        return Reorder(input, DataLayout.NC, name);
    }

    /// <summary>Joins tensors along one dimension.</summary>
    /// <exception cref="ModelException">Other dimensions differ.</exception>
    public ModelTensor Concat(IEnumerable<ModelTensor> inputs, int axis = 0, string name = "concat")
    {
        ModelTensor[] all = [.. inputs];
        if (all.Length == 0) throw new ModelException($"{name} (Concat): it has no inputs; at least 1 would fit");
        return Add(OperatorKind.Concat, name, all, new ConcatParameters(axis));
    }

    /// <summary>Cuts a tensor into equal pieces along one dimension; one piece is the input itself.</summary>
    /// <exception cref="ModelException">The number of pieces does not divide the dimension.</exception>
    public IReadOnlyList<ModelTensor> Split(ModelTensor input, int pieces, int axis = 0, string name = "split")
    {
        int size = RequireAxis(input, axis, "Split", name);
        if (pieces < 1 || size % pieces != 0) throw new ModelException($"{name} (Split): input is {input.Shape} {input.Shape.Layout}, {pieces} pieces along dimension {axis}; a divisor of {size} would fit");
        var sizes = new int[pieces];
        Array.Fill(sizes, size / pieces);
        return Split(input, sizes, axis, name);
    }

    /// <summary>Cuts a tensor into pieces of given sizes along one dimension; one piece is the input itself.</summary>
    /// <exception cref="ModelException">The sizes do not sum to the dimension.</exception>
    public IReadOnlyList<ModelTensor> Split(ModelTensor input, ReadOnlySpan<int> sizes, int axis = 0, string name = "split")
    {
        int size = RequireAxis(input, axis, "Split", name);
        long total = 0;
        foreach (int piece in sizes) total += piece;
        if (total != size || sizes.Contains(0)) throw new ModelException($"{name} (Split): input is {input.Shape} {input.Shape.Layout}, sizes along dimension {axis} are {string.Join(", ", sizes.ToArray())}; positive sizes that sum to {size} would fit");
        if (sizes.Length == 1) return [input];
        var outputs = new TensorShape[sizes.Length];
        for (int i = 0; i < outputs.Length; i++) outputs[i] = input.Shape.With(axis, sizes[i]);
        return AddNode(OperatorKind.Split, name, [input], new SplitParameters(axis), null, outputs);
    }

    /// <summary>Gives the elements, in order, new dimensions and a new layout.</summary>
    /// <exception cref="ModelException">The numbers of elements differ.</exception>
    public ModelTensor Reshape(ModelTensor input, ReadOnlySpan<int> dimensions, DataLayout layout, string name = "reshape") =>
        Add(OperatorKind.Reshape, name, [input], output: input.Shape.WithDimensions(dimensions, layout));

    /// <summary>Adds a dimension of size 1 to a tensor in NC: at axis 1 (giving NTC) or axis 2 (giving NCT).</summary>
    /// <exception cref="ModelException">Another layout or axis.</exception>
    public ModelTensor ExpandDims(ModelTensor input, int axis = 1, string name = "expand_dims")
    {
        TensorShape shape = input.Shape;
        if (shape.Layout != DataLayout.NC || shape.Rank != 2 || axis is not (1 or 2)) throw new ModelException($"{name} (Reshape): input is {shape} {shape.Layout}, axis {axis}; a tensor in NC and axis 1 (to NTC) or 2 (to NCT) would fit");
        return axis == 1
            ? Reshape(input, [shape[0], 1, shape[1]], DataLayout.NTC, name)
            : Reshape(input, [shape[0], shape[1], 1], DataLayout.NCT, name);
    }

    /// <summary>Removes a dimension of size 1 from a tensor in NTC or NCT, giving NC.</summary>
    /// <exception cref="ModelException">Another layout, or the dimension is larger.</exception>
    public ModelTensor Squeeze(ModelTensor input, int axis, string name = "squeeze")
    {
        TensorShape shape = input.Shape;
        bool fits = shape.Layout is DataLayout.NTC or DataLayout.NCT && shape.Rank == 3 && axis is >= 0 and < 3 && shape[axis] == 1;
        if (!fits) throw new ModelException($"{name} (Reshape): input is {shape} {shape.Layout}, axis {axis}; a tensor in NTC or NCT with size 1 there would fit");
        List<int> dimensions = [.. shape.Dimensions];
        dimensions.RemoveAt(axis);
        return Reshape(input, [.. dimensions], DataLayout.NC, name);
    }

    /// <summary>Repeats a tensor along its dimensions.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="multiples">How often, for every dimension; at least 1.</param>
    /// <param name="name">Name.</param>
    /// <exception cref="ModelException">Too many or too few multiples, or one is not positive.</exception>
    public ModelTensor Repeat(ModelTensor input, ReadOnlySpan<int> multiples, string name = "repeat")
    {
        var dimensions = new int[input.Shape.Rank];
        bool fits = multiples.Length == dimensions.Length;
        for (int i = 0; fits && i < dimensions.Length; i++)
        {
            long size = (long)input.Shape[i] * multiples[i];
            fits = size is > 0 and <= int.MaxValue;
            dimensions[i] = fits ? (int)size : 0;
        }

        if (!fits) throw new ModelException($"{name} (Repeat): input is {input.Shape} {input.Shape.Layout}, multiples are {string.Join(", ", multiples.ToArray())}; {input.Shape.Rank} positive numbers would fit");
        return Add(OperatorKind.Repeat, name, [input], output: input.Shape.WithDimensions(dimensions, input.Shape.Layout));
    }

    /// <summary>Repeats a tensor in NC along a new dimension (<see cref="ExpandDims"/>, then <see cref="Repeat"/>).</summary>
    public ModelTensor Stack(ModelTensor input, int multiple, int axis, string name = "stack")
    {
        ModelTensor expanded = ExpandDims(input, axis, $"{name}:expand_dims");
        int[] multiples = [1, 1, 1];
        multiples[axis] = multiple;
        return Repeat(expanded, multiples, $"{name}:repeat");
    }

    /// <summary>Cuts a tensor in NTC or NCT into its slices along one dimension, each in NC.</summary>
    public IReadOnlyList<ModelTensor> Unstack(ModelTensor input, int axis, string name = "unstack")
    {
        int size = RequireAxis(input, axis, "Split", name);
        IReadOnlyList<ModelTensor> pieces = Split(input, size, axis, $"{name}:split");
        return [.. pieces.Select(piece => Squeeze(piece, axis, $"{name}:squeeze"))];
    }

    /// <summary>Adds zeros around a tensor.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="sizes">Elements to add at the begin and end of every dimension, in its layout's order: begin 0, end 0, begin 1, …</param>
    /// <param name="name">Name.</param>
    /// <exception cref="ModelException">Too many or too few sizes, or one is negative.</exception>
    public ModelTensor Pad(ModelTensor input, ReadOnlySpan<int> sizes, string name = "padding") =>
        Add(OperatorKind.Padding, name, [input], new PaddingParameters([.. sizes]));

    private static int RequireAxis(ModelTensor input, int axis, string kind, string name) => axis >= 0 && axis < input.Shape.Rank
        ? input.Shape[axis]
        : throw new ModelException($"{name} ({kind}): input is {input.Shape} {input.Shape.Layout}, axis {axis}; 0 to {input.Shape.Rank - 1} would fit");
}
