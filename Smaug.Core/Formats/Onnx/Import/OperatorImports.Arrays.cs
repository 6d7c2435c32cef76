using Smaug.Core.Formats.Onnx.Analysis;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <content>Operators that move elements.</content>
internal sealed partial class OperatorImports
{
    private IEnumerable<KeyValuePair<string, Func<OnnxNode, ImportedTensor>>> Movements()
    {
        yield return new("Identity", n => _forms.Get(n.Input()));
        yield return new("Dropout", Dropout);
        yield return new("Cast", Cast);
        foreach (string name in (string[])["Reshape", "Flatten", "Squeeze", "Unsqueeze"]) yield return new(name, n => _forms.Reshape(_forms.Get(n.Input()), n.Output.Dimensions!, n.Name));
        yield return new("Transpose", n => _forms.Transpose(_forms.Get(n.Input()), ShapeRules.Permutation(n, n.Input().Dimensions!.Length), n.Name));
        yield return new("Concat", Concat);
        yield return new("Slice", Slice);
        yield return new("Gather", Gather);
        yield return new("Pad", Pad);
        yield return new("Expand", n => Repeat(_forms.Reshape(_forms.Get(n.Input()), Dims.Expand(n.Input().Dimensions, n.Output.Dimensions!.Length), n.Name), n.Output.Dimensions!, n.Name));
        yield return new("Tile", n => Repeat(_forms.Ordered(n.Input()), n.Output.Dimensions!, n.Name));
        yield return new("Upsample", Enlarge);
        yield return new("Resize", Enlarge);
        yield return new("DepthToSpace", DepthToSpace);
        yield return new("SpaceToDepth", SpaceToDepth);
    }

    private ImportedTensor Dropout(OnnxNode node) => node.Optional(2) switch
    {
        null => _forms.Get(node.Input()),
        { Constant: { Count: 1 } training } when training.Integers()[0] == 0 => _forms.Get(node.Input()),
        _ => throw new UnsupportedOperatorException("it trains; Smaug runs models without dropout"),
    };

    private ImportedTensor Cast(OnnxNode node)
    {
        if (node.Input().Type == node.Output.Type) return _forms.Get(node.Input());
        throw new UnsupportedOperatorException($"it changes {node.Input().Type} to {node.Output.Type}; Smaug's operators keep the type of their input");
    }

    private ImportedTensor Concat(OnnxNode node)
    {
        int rank = node.Output.Dimensions!.Length;
        int axis = node.Axis(node.Int("axis", 1), rank);
        bool channelsLast = rank == 4 && Array.Exists(node.Inputs, v => v!.Constant is null && _forms.Get(v).IsChannelsLast);
        DataLayout layout = channelsLast ? DataLayout.NHWC : ImportedTensor.LayoutOf(rank);
        ImportedTensor[] inputs = Array.ConvertAll(node.Inputs, v => _forms.InForm(v!, rank, layout));
        return inputs.Length == 1 ? inputs[0] : new ImportedTensor(_model.Concat(inputs.Select(t => t.Tensor), inputs[0].Axis(axis), NameOf(node)), node.Output.Dimensions!);
    }

    private void Split(OnnxNode node)
    {
        ImportedTensor input = _forms.Get(node.Input());
        int axis = node.Axis(node.Int("axis", 0), input.Rank);
        int[] sizes = ShapeRules.Pieces(node, input.Dimensions[axis]) ?? throw new UnsupportedOperatorException("the sizes of its pieces are computed while the model runs; they must be constants");
        if (sizes.AsSpan().Contains(0)) throw new UnsupportedOperatorException($"one of its pieces {Dims.Text(sizes)} has no elements; every dimension must be at least 1");
        IReadOnlyList<ModelTensor> pieces = _model.Split(input.Tensor, sizes, input.Axis(axis), NameOf(node));
        for (int i = 0; i < pieces.Count; i++)
        {
            if (node.Outputs[i] is { } output) _forms.Set(output, new ImportedTensor(pieces[i], output.Dimensions!));
        }
    }

    /// <summary>A part of a tensor along one dimension.</summary>
    private ImportedTensor Part(ImportedTensor tensor, int axis, int start, int count, string name)
    {
        int size = tensor.Dimensions[axis];
        if (count == size) return tensor;
        int[] sizes = [.. ((int[])[start, count, size - start - count]).Where(s => s > 0)];
        IReadOnlyList<ModelTensor> pieces = _model.Split(tensor.Tensor, sizes, tensor.Axis(axis), name);
        int[] dims = [.. tensor.Dimensions];
        dims[axis] = count;
        return new ImportedTensor(pieces[start > 0 ? 1 : 0], dims);
    }

    private ImportedTensor Slice(OnnxNode node)
    {
        ImportedTensor tensor = _forms.Get(node.Input());
        SliceRange[] ranges = SliceRange.Of(node, tensor.Dimensions) ?? throw new UnsupportedOperatorException("its bounds are computed while the model runs; they must be constants");
        for (int axis = 0; axis < ranges.Length; axis++)
        {
            SliceRange range = ranges[axis];
            if (range.Step != 1 && range.Count > 1) throw new UnsupportedOperatorException($"it takes every element number {range.Step} along axis {axis}; only steps of 1 can be represented");
            tensor = Part(tensor, axis, range.Start, range.Count, NameOf(node));
        }

        return tensor;
    }

    /// <summary>Slices for runs of neighbouring indices, joined.</summary>
    private ImportedTensor Gather(OnnxNode node)
    {
        ImportedTensor tensor = _forms.Get(node.Input());
        int axis = node.Axis(node.Int("axis", 0), tensor.Rank);
        if (node.Input(1).Constant is not { } constant) throw new UnsupportedOperatorException("its indices are computed while the model runs; they must be constants");
        RequireFew(constant.Count, "indices");
        int[] indices = Array.ConvertAll(constant.Integers(), i => node.Axis(i, tensor.Dimensions[axis]));
        var parts = new List<ModelTensor>();
        for (int i = 0; i < indices.Length;)
        {
            int end = i + 1;
            while (end < indices.Length && indices[end] == indices[end - 1] + 1) end++;
            parts.Add(Part(tensor, axis, indices[i], end - i, NameOf(node)).Tensor);
            i = end;
        }

        int[] dims = [.. tensor.Dimensions];
        dims[axis] = indices.Length;
        ModelTensor joined = parts.Count == 1 ? parts[0] : _model.Concat(parts, tensor.Axis(axis), Part(node, "join"));
        return _forms.Reshape(new ImportedTensor(joined, dims), node.Output.Dimensions!, node.Name);
    }

    private ImportedTensor Pad(OnnxNode node)
    {
        ImportedTensor tensor = _forms.Get(node.Input());
        int[] sides = ShapeRules.Pads(node, tensor.Rank) ?? throw new UnsupportedOperatorException("its pads are computed while the model runs; they must be constants");
        string mode = node.Text("mode", "constant");
        if (mode == "edge") return Edges(tensor, sides, NameOf(node));
        if (mode != "constant") throw new UnsupportedOperatorException($"mode '{mode}' cannot be represented; constant and edge can");
        if (node.Optional(2) is { Constant: not { Count: 1 } }) throw new UnsupportedOperatorException("the value of its border is computed while the model runs; it must be a constant");
        return Surround(tensor, sides, node.Float("value", Scalar(node.Optional(2)) ?? 0), NameOf(node));
    }

    /// <summary>A tensor with its outermost elements repeated around it.</summary>
    private ImportedTensor Edges(ImportedTensor tensor, int[] sides, string name)
    {
        int rank = tensor.Rank;
        if (Array.Exists(sides, s => s < 0)) throw new UnsupportedOperatorException("it cuts elements off by negative pads; Slice does");
        for (int axis = 0; axis < rank; axis++)
        {
            (int before, int after, int size) = (sides[axis], sides[axis + rank], tensor.Dimensions[axis]);
            List<ModelTensor> parts = [tensor.Tensor];
            if (before > 0) parts.Insert(0, Copies(Part(tensor, axis, 0, 1, name), axis, before, name).Tensor);
            if (after > 0) parts.Add(Copies(Part(tensor, axis, size - 1, 1, name), axis, after, name).Tensor);
            if (parts.Count == 1) continue;
            int[] dims = [.. tensor.Dimensions];
            dims[axis] = checked(size + before + after);
            tensor = new ImportedTensor(_model.Concat(parts, tensor.Axis(axis), $"{name}:pad"), dims);
        }

        return tensor;
    }

    private ImportedTensor Copies(ImportedTensor tensor, int axis, int count, string name)
    {
        int[] multiples = Dims.Expand([], tensor.Rank);
        multiples[tensor.Axis(axis)] = count;
        int[] dims = [.. tensor.Dimensions];
        dims[axis] = checked(dims[axis] * count);
        return new ImportedTensor(count == 1 ? tensor.Tensor : _model.Repeat(tensor.Tensor, multiples, $"{name}:repeat"), dims);
    }

    /// <summary>A tensor in ONNX's order repeated to larger dimensions.</summary>
    private ImportedTensor Repeat(ImportedTensor tensor, int[] dims, string name)
    {
        tensor = _forms.Ordered(tensor);
        int[] multiples = [.. dims.Select((d, i) => d / tensor.Dimensions[i])];
        if (Array.TrueForAll(multiples, m => m == 1)) return tensor;
        return new ImportedTensor(_model.Repeat(tensor.Tensor, multiples, $"{TensorForms.NodeName(name)}:repeat"), dims);
    }

    /// <summary>Every element several times, for nearest-neighbour resizing by whole factors.</summary>
    private ImportedTensor Enlarge(OnnxNode node)
    {
        ImportedTensor input = _forms.Ordered(node.Input());
        int[] dims = TensorForms.Known(node.Output);
        string rounding = node.Text("nearest_mode", "round_prefer_floor"), place = node.Text("coordinate_transformation_mode", "half_pixel");
        bool nearest = node.Text("mode", "nearest") == "nearest" && dims.Where((d, i) => d % input.Dimensions[i] != 0).Any() == false;
        bool copies = node.Operator == "Upsample" || node.Opset < 11
            || (place is "half_pixel" or "half_pixel_symmetric" or "pytorch_half_pixel" && rounding.StartsWith("round", StringComparison.Ordinal)) || (place == "asymmetric" && rounding == "floor");
        if (!nearest || !copies) throw new UnsupportedOperatorException("it interpolates, shrinks or rounds in a way that copies of elements cannot represent; nearest neighbours by whole factors can");
        int[] between = [.. input.Dimensions.SelectMany(d => (int[])[d, 1])];
        int[] larger = [.. input.Dimensions.SelectMany((d, i) => (int[])[d, dims[i] / d])];
        return _forms.Reshape(Repeat(_forms.Reshape(input, between, node.Name), larger, node.Name), dims, node.Name);
    }

    private ImportedTensor DepthToSpace(OnnxNode node)
    {
        ImportedTensor input = _forms.Ordered(node.Input());
        int[] d = input.Dimensions;
        int block = (int)node.Int("blocksize", 1), channels = d[1] / (block * block);
        bool channelFirst = node.Text("mode", "DCR") == "CRD";
        int[] blocks = channelFirst ? [d[0], channels, block, block, d[2], d[3]] : [d[0], block, block, channels, d[2], d[3]];
        int[] order = channelFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
        return _forms.Reshape(_forms.Transpose(_forms.Reshape(input, blocks, node.Name), order, node.Name), node.Output.Dimensions!, node.Name);
    }

    private ImportedTensor SpaceToDepth(OnnxNode node)
    {
        ImportedTensor input = _forms.Ordered(node.Input());
        int[] d = input.Dimensions;
        int block = (int)node.Int("blocksize", 1);
        ImportedTensor blocks = _forms.Reshape(input, [d[0], d[1], d[2] / block, block, d[3] / block, block], node.Name);
        return _forms.Reshape(_forms.Transpose(blocks, [0, 3, 5, 1, 2, 4], node.Name), node.Output.Dimensions!, node.Name);
    }
}
