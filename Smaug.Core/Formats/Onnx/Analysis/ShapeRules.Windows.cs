using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Core.Formats.Onnx.Analysis;

/// <content>Convolution, pooling, matrix products and recurrent layers.</content>
internal static partial class ShapeRules
{
    private static IEnumerable<KeyValuePair<string, Action<OnnxNode>>> WindowRules()
    {
        yield return new("Conv", n => Convolution(n, n.Input().Type));
        yield return new("ConvInteger", n => Convolution(n, ElementType.Int32));
        yield return new("QLinearConv", n => Convolution(n, n.Input(7).Type));
        yield return new("ConvTranspose", TransposedConvolution);
        foreach (string name in (string[])["MaxPool", "AveragePool", "LpPool"]) yield return new(name, Pooling);
        foreach (string name in (string[])["GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"]) yield return new(name, GlobalPooling);
        yield return new("MatMul", n => Product(n, n.Input().Type));
        yield return new("MatMulInteger", n => Product(n, ElementType.Int32));
        yield return new("QLinearMatMul", n => Product(n, n.Input(7).Type));
        yield return new("Gemm", Gemm);
        foreach (string name in (string[])["LSTM", "GRU", "RNN"]) yield return new(name, Recurrent);
    }

    /// <summary>The weights of a convolution: the second tensor, or the fourth behind scales and zero points.</summary>
    public static OnnxValue Weights(OnnxNode node) => node.Input(node.Operator.StartsWith("QLinear", StringComparison.Ordinal) ? 3 : 1);

    /// <summary>The windows of a convolution whose input and weights have known sizes.</summary>
    public static WindowGeometry? Windows(OnnxNode node)
    {
        if (node.Input().Dimensions is not { } input || Weights(node).Dimensions is not { } weights) return null;
        long groups = node.Int("group", 1);
        if (weights.Length != input.Length || weights.Length < 3) throw node.Error($"input is {Dims.Text(input)}, weights are {Dims.Text(weights)}; both must have the same number of dimensions, at least 3");
        if (groups < 1 || weights[1] * groups != input[1] || weights[0] % groups != 0)
        {
            throw node.Error($"input is {Dims.Text(input)}, weights are {Dims.Text(weights)}, groups {groups}; weights have channels / groups at axis 1, and a multiple of the groups at axis 0");
        }

        int[]? stated = node.Ints("kernel_shape");
        if (stated is not null && !stated.AsSpan().SequenceEqual(weights.AsSpan(2))) throw node.Error($"kernel_shape is {Dims.Text(stated)}, weights are {Dims.Text(weights)}; both must agree");
        return WindowGeometry.Of(node, input, weights[2..]);
    }

    private static void Convolution(OnnxNode node, ElementType type)
    {
        WindowGeometry? windows = Windows(node);
        Set(node, type, windows is null ? null : [node.Input().Dimensions![0], Weights(node).Dimensions![0], .. windows.Output]);
    }

    private static void TransposedConvolution(OnnxNode node)
    {
        if (node.Input().Dimensions is not { Length: > 2 } input || node.Input(1).Dimensions is not { } weights || weights.Length != input.Length) return;
        int rank = input.Length - 2;
        int[] strides = node.Ints("strides") ?? [.. Enumerable.Repeat(1, rank)];
        int[] dilations = node.Ints("dilations") ?? [.. Enumerable.Repeat(1, rank)];
        int[] pads = node.Ints("pads") ?? new int[2 * rank];
        int[] extra = node.Ints("output_padding") ?? new int[rank];
        int[]? shape = node.Ints("output_shape");
        if (strides.Length != rank || dilations.Length != rank || pads.Length != 2 * rank || extra.Length != rank) throw node.Error($"its input has {rank} spatial dimensions; strides, dilations and output_padding must have as many, pads twice as many");
        bool same = node.Text("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal);
        var dims = new int[input.Length];
        dims[0] = input[0];
        dims[1] = node.Narrow(weights[1] * node.Int("group", 1), "channels");
        for (int i = 0; i < rank; i++)
        {
            long size = same
                ? (long)input[i + 2] * strides[i]
                : (long)strides[i] * (input[i + 2] - 1) + extra[i] + (long)(weights[i + 2] - 1) * dilations[i] + 1 - pads[i] - pads[i + rank];
            dims[i + 2] = shape is not null && shape.Length >= rank ? shape[i + shape.Length - rank] : node.Narrow(size, "output size");
        }

        Set(node, node.Input().Type, dims);
    }

    private static void Pooling(OnnxNode node)
    {
        if (node.Input().Dimensions is not { } input) return;
        int[] dims = [input[0], input.Length > 1 ? input[1] : 0, .. WindowGeometry.Of(node, input, null).Output];
        Set(node, node.Input().Type, dims);
        Set(node, ElementType.Int64, dims, 1);
    }

    private static void GlobalPooling(OnnxNode node)
    {
        if (node.Input().Dimensions is not { } input) return;
        if (input.Length < 3) throw node.Error($"its input is {Dims.Text(input)}; images, channels and at least one more dimension would fit");
        Set(node, node.Input().Type, [input[0], input[1], .. Enumerable.Repeat(1, input.Length - 2)]);
    }

    /// <summary>Sizes of a matrix product's factors, its second one behind scales and zero points where it is quantised.</summary>
    private static void Product(OnnxNode node, ElementType type)
    {
        OnnxValue second = Weights(node);
        if (node.Input().Dimensions is not { } a || second.Dimensions is not { } b) return;
        if (a.Length == 0 || b.Length == 0) throw node.Error($"its inputs are {Dims.Text(a)} and {Dims.Text(b)}; both need a dimension");
        int[] left = a.Length == 1 ? [1, a[0]] : a;
        int[] right = b.Length == 1 ? [b[0], 1] : b;
        int[]? batch = Dims.Broadcast(left.AsSpan(..^2), right.AsSpan(..^2));
        if (left[^1] != right[^2] || batch is null) throw node.Error($"its inputs are {Dims.Text(a)} and {Dims.Text(b)}; (.., M, K) and (.., K, N) would fit");
        Set(node, type, [.. batch, .. a.Length == 1 ? (int[])[] : [left[^2]], .. b.Length == 1 ? (int[])[] : [right[^1]]]);
    }

    private static void Gemm(OnnxNode node)
    {
        if (node.Input().Dimensions is not { } a || node.Input(1).Dimensions is not { } b) return;
        if (a.Length != 2 || b.Length != 2) throw node.Error($"its inputs are {Dims.Text(a)} and {Dims.Text(b)}; two matrices would fit");
        (int m, int depth) = node.Int("transA", 0) != 0 ? (a[1], a[0]) : (a[0], a[1]);
        (int n, int other) = node.Int("transB", 0) != 0 ? (b[0], b[1]) : (b[1], b[0]);
        if (depth != other) throw node.Error($"its inputs are {Dims.Text(a)} and {Dims.Text(b)}, transA {node.Int("transA", 0)}, transB {node.Int("transB", 0)}; the inner sizes {depth} and {other} must be equal");
        Set(node, node.Input().Type, [m, n]);
    }

    private static void Recurrent(OnnxNode node)
    {
        if (node.Input().Dimensions is not { Length: 3 } input || node.Input(2).Dimensions is not { Length: 3 } recurrent) return;
        bool batchFirst = node.Int("layout", 0) != 0;
        (int time, int batch) = batchFirst ? (input[1], input[0]) : (input[0], input[1]);
        (int directions, int hidden) = (recurrent[0], recurrent[2]);
        Set(node, node.Input().Type, batchFirst ? [batch, time, directions, hidden] : [time, directions, batch, hidden]);
        for (int state = 1; state < node.Outputs.Length; state++) Set(node, node.Input().Type, batchFirst ? [batch, directions, hidden] : [directions, batch, hidden], state);
    }
}
