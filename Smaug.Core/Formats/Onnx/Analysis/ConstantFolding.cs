using System.Collections.Frozen;
using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Core.Formats.Onnx.Analysis;

/// <summary>
/// Computes what does not depend on the model's input: the chains by which exporters find the shapes of reshapes, and
/// operators between weights. Values are computed when somebody asks for them.
/// </summary>
internal static class ConstantFolding
{
    private static readonly FrozenDictionary<string, Func<double, double>> s_unary = new Dictionary<string, Func<double, double>>(StringComparer.Ordinal)
    {
        ["Neg"] = x => -x,
        ["Abs"] = Math.Abs,
        ["Floor"] = Math.Floor,
        ["Ceil"] = Math.Ceiling,
        ["Sqrt"] = Math.Sqrt,
        ["Exp"] = Math.Exp,
        ["Log"] = Math.Log,
        ["Reciprocal"] = x => 1 / x,
        ["Not"] = x => x == 0 ? 1 : 0,
        ["Relu"] = x => Math.Max(x, 0),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Func<double, double, double>> s_binary = new Dictionary<string, Func<double, double, double>>(StringComparer.Ordinal)
    {
        ["Add"] = (x, y) => x + y,
        ["Sub"] = (x, y) => x - y,
        ["Mul"] = (x, y) => x * y,
        ["Div"] = (x, y) => x / y,
        ["Pow"] = Math.Pow,
        ["Max"] = Math.Max,
        ["Min"] = Math.Min,
        ["And"] = (x, y) => x != 0 && y != 0 ? 1 : 0,
        ["Or"] = (x, y) => x != 0 || y != 0 ? 1 : 0,
        ["Equal"] = (x, y) => x == y ? 1 : 0,
        ["Greater"] = (x, y) => x > y ? 1 : 0,
        ["GreaterOrEqual"] = (x, y) => x >= y ? 1 : 0,
        ["Less"] = (x, y) => x < y ? 1 : 0,
        ["LessOrEqual"] = (x, y) => x <= y ? 1 : 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Sets the constants of a node's outputs where they can be known. Sizes must have been inferred before.</summary>
    public static void Apply(OnnxNode node)
    {
        switch (node.Operator)
        {
            case "Constant":
                node.Output.Set(Constant(node));
                return;
            case "Shape" when node.Input().Dimensions is { } dims:
                (int start, int end) = ShapeRules.ShapeSpan(node, dims.Length);
                node.Output.Set(OnnxConstant.Integers([end - start], Array.ConvertAll(dims[start..end], d => (long)d)));
                return;
            case "Size" when node.Input().Dimensions is { } dims:
                node.Output.Set(OnnxConstant.Integers([], Dims.Count(dims)));
                return;
        }

        bool known = node.Inputs.Length > 0 && Array.TrueForAll(node.Inputs, v => v is null || v.Constant is not null);
        if (!known || node.Inputs[0] is null) return;
        if (node.Operator == "Split") FoldSplit(node);
        else if (node.Output.Dimensions is { } sizes && Fold(node, sizes) is { } constant) node.Output.Set(constant);
    }

    private static OnnxConstant Constant(OnnxNode node)
    {
        if (node.Tensor("value") is { } tensor) return tensor;
        if (node.Has("value_int")) return OnnxConstant.Integers([], node.Int("value_int", 0));
        if (node.Ints("value_ints") is { } ints) return OnnxConstant.Integers([ints.Length], Array.ConvertAll(ints, v => (long)v));
        float[]? floats = node.Has("value_float") ? [node.Float("value_float", 0)] : node.Floats("value_floats");
        if (floats is null) throw node.Error("it has no value that can be read; value, value_int, value_ints, value_float and value_floats can");
        return new OnnxConstant(ElementType.Float, node.Has("value_float") ? [] : [floats.Length], () => floats);
    }

    private static OnnxConstant? Fold(OnnxNode node, int[] dims)
    {
        OnnxConstant first = node.Input().Constant!;
        switch (node.Operator)
        {
            case "Identity" or "Dropout":
                return first;
            case "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze":
                return first.Reshape(dims);
            case "Transpose":
                return first.Transpose(ShapeRules.Permutation(node, first.Dimensions.Length));
            case "Expand":
                return first.BroadcastTo(dims);
            case "Slice" when SliceRange.Of(node, first.Dimensions) is { } ranges:
                return Cut(first, dims, ranges);
            case "Gather":
                return Gather(node, first, dims);
            case "Concat":
                return Concat(node, dims);
            case "ConstantOfShape":
                return Uniform(node, dims);
            case "Range":
                double[] bounds = Array.ConvertAll(node.Inputs, v => v!.Constant!.Doubles()[0]);
                return Computed(first.Type, dims, () => [.. Enumerable.Range(0, dims[0]).Select(i => bounds[0] + i * bounds[2])]);
            case "Where":
                return Where(node, dims);
            case "Cast" when node.Output.Type.IsNumeric():
                return Computed(node.Output.Type, dims, () => Array.ConvertAll(first.Doubles(), v => node.Output.Type == ElementType.Bool ? v != 0 ? 1 : 0 : v));
            case "ReduceProd" when dims.Length == 0 || Dims.Count(dims) == 1:
                return Computed(first.Type, dims, () => [first.Doubles().Aggregate(1.0, (x, y) => x * y)]);
        }

        if (s_unary.TryGetValue(node.Operator, out Func<double, double>? unary)) return Computed(node.Output.Type, dims, () => Array.ConvertAll(first.Doubles(), v => unary(v)));
        return s_binary.TryGetValue(node.Operator, out Func<double, double, double>? binary) && node.Inputs.Length == 2 && !node.Has("broadcast") ? Combine(node, dims, binary) : null;
    }

    private static OnnxConstant Combine(OnnxNode node, int[] dims, Func<double, double, double> function)
    {
        OnnxConstant a = node.Input(0).Constant!.BroadcastTo(dims), b = node.Input(1).Constant!.BroadcastTo(dims);
        bool divides = node.Operator == "Div" && !a.Type.IsFloat();
        return Computed(node.Output.Type, dims, () =>
        {
            if (divides && b.Integers().AsSpan().Contains(0)) throw node.Error("it divides whole numbers by 0");
            double[] x = a.Doubles(), y = b.Doubles();
            return [.. x.Select((v, i) => function(v, y[i]))];
        });
    }

    /// <summary>Numbers that were computed in double precision, as their type holds them; whole numbers are cut off.</summary>
    private static OnnxConstant Computed(ElementType type, int[] dims, Func<double[]> compute) => new(type, dims, () => type.IsFloat()
        ? Array.ConvertAll(compute(), v => (float)v)
        : Array.ConvertAll(compute(), v => (long)v));

    private static OnnxConstant Uniform(OnnxNode node, int[] dims)
    {
        OnnxConstant? value = node.Tensor("value");
        if (value is { Count: not 1 }) throw node.Error($"its value has {value.Count} elements; one would fit");
        return value is null
            ? new OnnxConstant(ElementType.Float, dims, () => new float[Dims.Count(dims)])
            : new OnnxConstant(value.Type, dims, () => Fill(value, dims));
    }

    private static Array Fill(OnnxConstant value, int[] dims)
    {
        if (value.Values() is float[] single)
        {
            var singles = new float[Dims.Count(dims)];
            Array.Fill(singles, single[0]);
            return singles;
        }

        var integers = new long[Dims.Count(dims)];
        Array.Fill(integers, value.Integers()[0]);
        return integers;
    }

    private static OnnxConstant Cut(OnnxConstant source, int[] dims, SliceRange[] ranges) => source.Pick(dims, () =>
    {
        int[] strides = Dims.Strides(source.Dimensions);
        int offset = 0;
        for (int i = 0; i < ranges.Length; i++) offset += ranges[i].Start * strides[i];
        return Dims.Walk(dims, [.. strides.Select((s, i) => s * ranges[i].Step)], offset);
    });

    private static void FoldSplit(OnnxNode node)
    {
        OnnxConstant source = node.Input().Constant!;
        int axis = node.Axis(node.Int("axis", 0), source.Dimensions.Length);
        int start = 0;
        foreach (OnnxValue? output in node.Outputs)
        {
            if (output?.Dimensions is not { } dims) return;
            output.Set(source.Slice(axis, start, dims[axis]));
            start += dims[axis];
        }
    }

    private static OnnxConstant Gather(OnnxNode node, OnnxConstant source, int[] dims)
    {
        int axis = node.Axis(node.Int("axis", 0), source.Dimensions.Length);
        OnnxConstant indices = node.Input(1).Constant!;
        int size = source.Dimensions[axis];
        return source.Pick(dims, () =>
        {
            int outer = (int)Dims.Count(source.Dimensions.AsSpan(..axis)), inner = (int)Dims.Count(source.Dimensions.AsSpan((axis + 1)..));
            int[] picked = Array.ConvertAll(indices.Integers(), i => node.Axis(i, size));
            return Dims.Walk([outer, picked.Length, inner], [size * inner, 0, 1])
                .Select((start, k) => start + picked[k / inner % picked.Length] * inner).ToArray();
        });
    }

    private static OnnxConstant Concat(OnnxNode node, int[] dims)
    {
        int axis = node.Axis(node.Int("axis", 1), dims.Length);
        OnnxConstant[] parts = Array.ConvertAll(node.Inputs, v => v!.Constant!);
        return new OnnxConstant(parts[0].Type, dims, () =>
        {
            int rows = (int)Dims.Count(dims.AsSpan(..axis));
            Array[] values = Array.ConvertAll(parts, p => p.Values());
            Array result = parts[0].Type.IsFloat() ? new float[Dims.Count(dims)] : new long[Dims.Count(dims)];
            int at = 0;
            for (int row = 0; row < rows; row++)
            {
                foreach (Array part in values)
                {
                    int run = part.Length / rows;
                    Array.Copy(part, row * run, result, at, run);
                    at += run;
                }
            }

            return result;
        });
    }

    private static OnnxConstant Where(OnnxNode node, int[] dims)
    {
        OnnxConstant[] inputs = Array.ConvertAll(node.Inputs, v => v!.Constant!.BroadcastTo(dims));
        return Computed(inputs[1].Type, dims, () =>
        {
            double[] whenTrue = inputs[1].Doubles(), whenFalse = inputs[2].Doubles();
            return [.. inputs[0].Integers().Select((c, i) => c != 0 ? whenTrue[i] : whenFalse[i])];
        });
    }
}
