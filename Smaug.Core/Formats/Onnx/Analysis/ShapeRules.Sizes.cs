using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Core.Formats.Onnx.Analysis;

/// <content>Operators on sizes, reductions, and resizing.</content>
internal static partial class ShapeRules
{
    private static IEnumerable<KeyValuePair<string, Action<OnnxNode>>> SizeRules()
    {
        yield return new("Shape", Shape);
        yield return new("Size", n => Set(n, ElementType.Int64, []));
        yield return new("ConstantOfShape", ConstantOfShape);
        yield return new("Range", Range);
        string[] reductions = ["Mean", "Sum", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp"];
        foreach (string name in reductions) yield return new("Reduce" + name, Reduction);
        foreach (string name in (string[])["ArgMax", "ArgMin"]) yield return new(name, Extreme);
        yield return new("Upsample", n => Resize(n, scales: 1, sizes: int.MaxValue));
        yield return new("Resize", n => Resize(n, scales: n.Opset < 11 ? 1 : 2, sizes: 3));
    }

    /// <summary>The axes that a reduction runs over; null when they are computed while the model runs.</summary>
    public static int[]? ReducedAxes(OnnxNode node, int rank)
    {
        if (!node.TryInts("axes", 1, out int[]? axes)) return null;
        if (axes is { Length: > 0 }) return [.. axes.Select(a => node.Axis(a, rank)).Distinct().Order()];
        return node.Int("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, rank)];
    }

    private static void Reduction(OnnxNode node)
    {
        Set(node, node.Input().Type, null);
        if (node.Input().Dimensions is not { } input || ReducedAxes(node, input.Length) is not { } axes) return;
        Set(node, node.Input().Type, Reduced(input, axes, node.Int("keepdims", 1) != 0));
    }

    private static void Extreme(OnnxNode node)
    {
        if (node.Input().Dimensions is { } input) Set(node, ElementType.Int64, Reduced(input, [node.Axis(node.Int("axis", 0), input.Length)], node.Int("keepdims", 1) != 0));
    }

    private static int[] Reduced(int[] input, int[] axes, bool keep) => keep
        ? [.. input.Select((d, i) => axes.Contains(i) ? 1 : d)]
        : [.. input.Where((_, i) => !axes.Contains(i))];

    private static void Shape(OnnxNode node)
    {
        if (node.Input().Dimensions is not { } input)
        {
            Set(node, ElementType.Int64, null);
            return;
        }

        (int start, int end) = ShapeSpan(node, input.Length);
        Set(node, ElementType.Int64, [end - start]);
    }

    /// <summary>Which dimensions a Shape node gives.</summary>
    public static (int Start, int End) ShapeSpan(OnnxNode node, int rank)
    {
        long start = node.Int("start", 0), end = node.Int("end", rank);
        if (start < 0) start += rank;
        if (end < 0) end += rank;
        int first = (int)Math.Clamp(start, 0, rank);
        return (first, (int)Math.Clamp(end, first, rank));
    }

    private static void ConstantOfShape(OnnxNode node)
    {
        Set(node, node.Tensor("value")?.Type ?? ElementType.Float, null);
        if (!node.TryInts("", 0, out int[]? dims) || dims is null) return;
        if (Array.Exists(dims, d => d < 0)) throw node.Error($"the shape is {Dims.Text(dims)}; sizes must not be negative");
        Set(node, node.Tensor("value")?.Type ?? ElementType.Float, dims);
    }

    private static void Range(OnnxNode node)
    {
        Set(node, node.Input().Type, null);
        if (node.Inputs.Length != 3 || !Array.TrueForAll(node.Inputs, v => v?.Constant is { Count: 1 })) return;
        double[] bounds = Array.ConvertAll(node.Inputs, v => v!.Constant!.Doubles()[0]);
        if (bounds[2] == 0 || !Array.TrueForAll(bounds, double.IsFinite)) throw node.Error($"it counts from {bounds[0]} to {bounds[1]} by {bounds[2]}; finite numbers, and a step that is not 0, would fit");
        double count = Math.Max(0, Math.Ceiling((bounds[1] - bounds[0]) / bounds[2]));
        if (count > int.MaxValue) throw node.Error($"it counts from {bounds[0]} to {bounds[1]} by {bounds[2]}; at most {int.MaxValue} numbers would fit");
        Set(node, node.Input().Type, [(int)count]);
    }

    private static void Resize(OnnxNode node, int scales, int sizes)
    {
        Set(node, node.Input().Type, null);
        if (node.Input().Dimensions is not { } input || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch") return;
        if (node.Optional(sizes)?.Constant is { } target && target.Count == input.Length)
        {
            Set(node, node.Input().Type, Array.ConvertAll(target.Integers(), v => node.Narrow(v, "size")));
            return;
        }

        float[]? factors = node.Floats("scales") ?? (node.Optional(scales)?.Constant is { } given && given.Count == input.Length ? given.Singles() : null);
        if (factors is null || factors.Length != input.Length) return;
        Set(node, node.Input().Type, [.. input.Select((d, i) => node.Narrow((long)Math.Clamp(Math.Floor((double)d * factors[i]), long.MinValue, int.MaxValue + 1.0), "size"))]);
    }
}
