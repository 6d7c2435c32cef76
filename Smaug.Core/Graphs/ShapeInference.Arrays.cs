using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <content>Operators that move elements, and control flow.</content>
public static partial class ShapeInference
{
    /// <summary>The shape of a tensor in another layout.</summary>
    /// <param name="shape">A shape in layout NCHW, NHWC, NTC, NCT, NC or CN.</param>
    /// <param name="layout">
    /// NHWC or NC (flatten) for NCHW; NCHW or NC for NHWC; NCT for NTC and the reverse; CN for NC and the reverse.
    /// </param>
    /// <returns>The new shape, or null when there is no such change.</returns>
    /// <exception cref="ModelException">The flattened dimension exceeds 2^31 - 1.</exception>
    public static TensorShape? ChangeLayout(TensorShape shape, DataLayout layout)
    {
        int[] d = shape.Dimensions.ToArray();
        int[]? changed = (shape.Layout, layout) switch
        {
            (DataLayout.NCHW, DataLayout.NHWC) when d.Length == 4 => [d[0], d[2], d[3], d[1]],
            (DataLayout.NHWC, DataLayout.NCHW) when d.Length == 4 => [d[0], d[3], d[1], d[2]],
            (DataLayout.NCHW or DataLayout.NHWC, DataLayout.NC) when d.Length == 4 => [d[0], Flattened(shape)],
            (DataLayout.NTC, DataLayout.NCT) or (DataLayout.NCT, DataLayout.NTC) when d.Length == 3 => [d[0], d[2], d[1]],
            (DataLayout.NC, DataLayout.CN) or (DataLayout.CN, DataLayout.NC) when d.Length == 2 => [d[1], d[0]],
            _ => null,
        };
        return changed is null ? null : shape.WithDimensions(changed, layout);
    }

    private static int Flattened(TensorShape shape)
    {
        long size = shape.Size / shape[0];
        return size <= int.MaxValue ? (int)size : throw new ModelException($"shape {Text(shape)}: flattened, a row would have {size} elements; at most {int.MaxValue} would fit");
    }

    private static TensorShape Reorder(Node node)
    {
        TensorShape input = RequireInputs(node, 1)[0].Shape;
        DataLayout layout = RequireOutput(node).Layout;
        return ChangeLayout(input, layout) ?? throw new ModelException($"{node}: input is {Text(input)}, output is {Text(RequireOutput(node))}; it changes NCHW and NHWC into each other or to NC, NTC and NCT into each other, NC and CN into each other");
    }

    private static TensorShape Concat(Node node)
    {
        if (node.Inputs.Length == 0) throw new ModelException($"{node}: it has no input tensors; at least 1 would fit");
        RequireSameType(node);
        TensorShape first = node.Inputs[0].Shape;
        int axis = RequireAxis(node, RequireParameters<ConcatParameters>(node).Axis, first);
        long total = 0;
        foreach (TensorSpec input in node.Inputs)
        {
            bool same = input.Shape.Rank == first.Rank && input.Shape.Layout == first.Layout;
            for (int i = 0; same && i < first.Rank; i++) same = i == axis || input.Shape[i] == first[i];
            if (!same) throw new ModelException($"{node}: its inputs are {Text(node.Inputs)}; they must be equal in layout and every dimension but {axis}");
            total += input.Shape[axis];
        }

        if (total > int.MaxValue) throw new ModelException($"{node}: its output would have {total} elements along dimension {axis}; at most {int.MaxValue} would fit");
        return first.With(axis, (int)total);
    }

    private static TensorShape[] Split(Node node)
    {
        TensorShape input = RequireInputs(node, 1)[0].Shape;
        int axis = RequireAxis(node, RequireParameters<SplitParameters>(node).Axis, input);
        if (node.Outputs.Length == 0) throw new ModelException($"{node}: it has no output tensors; at least 1 would fit");
        var shapes = new TensorShape[node.Outputs.Length];
        long total = 0;
        for (int i = 0; i < shapes.Length; i++)
        {
            TensorShape output = node.Outputs[i].Shape;
            if (output.Rank != input.Rank) throw new ModelException($"{node}: input is {Text(input)}, output {i} is {Text(output)}; both must have {input.Rank} dimensions");
            shapes[i] = input.With(axis, output[axis]);
            total += output[axis];
        }

        if (total != input[axis])
        {
            throw new ModelException($"{node}: input is {Text(input)}, its outputs have sizes {string.Join(", ", node.Outputs.Select(o => o.Shape[axis]))} along dimension {axis}; they must sum to {input[axis]}");
        }

        return shapes;
    }

    private static TensorShape Reshape(Node node)
    {
        TensorShape input = RequireInputs(node, 1)[0].Shape;
        TensorShape output = RequireOutput(node);
        if (input.Size != output.Size) throw new ModelException($"{node}: input is {Text(input)} with {input.Size} elements, output is {Text(output)} with {output.Size}; both must be equal");
        return output;
    }

    private static TensorShape Repeat(Node node)
    {
        TensorShape input = RequireInputs(node, 1)[0].Shape;
        TensorShape output = RequireOutput(node);
        bool fits = input.Rank == output.Rank && input.Layout == output.Layout;
        for (int i = 0; fits && i < input.Rank; i++) fits = output[i] % input[i] == 0;
        if (!fits) throw new ModelException($"{node}: input is {Text(input)}, output is {Text(output)}; every dimension of the output must be a multiple of the input's");
        return output;
    }

    private static TensorShape[] Switch(Node node)
    {
        TensorSpec[] inputs = RequireInputs(node, 2);
        if (inputs[1].Shape.Size != 1) throw new ModelException($"{node}: the predicate is {Text(inputs[1].Shape)}; a tensor of exactly one element would fit");
        if (inputs[1].Type != DataType.Bool) throw new ModelException($"{node}: the predicate has type {inputs[1].Type}; Bool would fit");
        return [inputs[0].Shape, inputs[0].Shape];
    }

    private static TensorShape Merge(Node node)
    {
        if (node.Inputs.Length == 0) throw new ModelException($"{node}: it has no input tensors; at least 1 would fit");
        RequireSameType(node);
        foreach (TensorSpec input in node.Inputs)
        {
            if (!input.Shape.Equals(node.Inputs[0].Shape)) throw new ModelException($"{node}: its inputs are {Text(node.Inputs)}; all must be equal");
        }

        return node.Inputs[0].Shape;
    }

    private static TensorShape Pad(Node node)
    {
        TensorShape input = RequireInputs(node, 1)[0].Shape;
        var sizes = RequireParameters<PaddingParameters>(node).Sizes;
        if (sizes.Length != 2 * input.Rank) throw new ModelException($"{node}: input is {Text(input)}, {sizes.Length} sizes are given; begin and end of every dimension, {2 * input.Rank} in all, would fit");
        var dimensions = new int[input.Rank];
        for (int i = 0; i < dimensions.Length; i++)
        {
            long size = (long)input[i] + sizes[2 * i] + sizes[2 * i + 1];
            if (sizes[2 * i] < 0 || sizes[2 * i + 1] < 0 || size > int.MaxValue) throw new ModelException($"{node}: dimension {i} is padded by {sizes[2 * i]} and {sizes[2 * i + 1]}; sizes must not be negative nor exceed {int.MaxValue} together");
            dimensions[i] = (int)size;
        }

        return input.WithDimensions(dimensions, input.Layout);
    }
}
