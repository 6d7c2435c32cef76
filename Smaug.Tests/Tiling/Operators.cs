using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Tiling;

/// <summary>Single operators for tiling tests, as models for the SMV engine have them.</summary>
internal static class Operators
{
    public static Node Convolution(int n, int h, int w, int c, int k, int r, int s, int rowStride, int columnStride, Padding padding)
    {
        int rows = (h - r + (padding == Padding.Same ? r - 1 : 0)) / rowStride + 1;
        int columns = (w - s + (padding == Padding.Same ? s - 1 : 0)) / columnStride + 1;
        return Make(
            OperatorKind.Convolution3d,
            [Tensor("in", n, h, w, c), Tensor("w", k, r, s, c)],
            Tensor("out", n, rows, columns, k),
            new ConvolutionParameters(padding, rowStride, columnStride));
    }

    public static Node InnerProduct(int n, int c, int k) =>
        Make(OperatorKind.InnerProduct, [Tensor("in", n, c), Tensor("w", k, c)], Tensor("out", n, k), null);

    public static Node Pool(int n, int h, int w, int c, int r, int s, int rowStride, int columnStride) => Make(
        OperatorKind.MaxPooling,
        [Tensor("in", n, h, w, c)],
        Tensor("out", n, (h - r) / rowStride + 1, (w - s) / columnStride + 1, c),
        new PoolParameters(r, s, rowStride, columnStride));

    public static Node BatchNorm(params int[] shape) => Make(
        OperatorKind.BatchNorm,
        [Tensor("in", shape), .. Enumerable.Range(0, 4).Select(i => Tensor("p" + i, 1, shape[^1]))],
        Tensor("out", shape), null);

    public static Node Elementwise(OperatorKind kind, params int[] shape)
    {
        bool binary = kind is OperatorKind.EltwiseAdd or OperatorKind.Less;
        return Make(kind, binary ? [Tensor("in", shape), Tensor("in1", shape)] : [Tensor("in", shape)], Tensor("out", shape), null);
    }

    public static Node Make(OperatorKind kind, TensorSpec[] inputs, TensorSpec output, OperatorParameters? parameters) =>
        new() { Name = "op", Kind = kind, Inputs = [.. inputs], Outputs = [output], Parameters = parameters };

    public static TensorSpec Tensor(string name, params int[] shape) =>
        new(name, DataType.Float16, new TensorShape(shape, shape.Length == 4 ? DataLayout.NHWC : DataLayout.NC, 8));
}
