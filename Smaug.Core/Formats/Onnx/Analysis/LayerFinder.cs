using System.Collections.Immutable;
using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Core.Formats.Onnx.Analysis;

/// <summary>Finds the convolutions and matrix products of a network whose shapes are known.</summary>
internal static class LayerFinder
{
    /// <summary>The layers in the order in which they can run.</summary>
    /// <exception cref="InputFormatException">The shape of a layer cannot be known.</exception>
    public static ImmutableArray<OnnxLayer> Find(OnnxNetwork network)
    {
        var layers = ImmutableArray.CreateBuilder<OnnxLayer>();
        foreach (OnnxNode node in network.Nodes)
        {
            switch (node.Operator)
            {
                case "Conv" or "ConvInteger" or "QLinearConv":
                    layers.Add(Convolution(node));
                    break;
                case "MatMul" or "MatMulInteger" or "QLinearMatMul" or "Gemm":
                    if (node.Output.Constant is null) layers.Add(Product(node));
                    break;
            }
        }

        return layers.ToImmutable();
    }

    /// <summary>Operators with multiply-accumulates that are none of the layers.</summary>
    public static bool IsOtherMatrixWork(OnnxNode node) =>
        node.Operator is "ConvTranspose" or "LSTM" or "GRU" or "RNN" or "Einsum" or "DeformConv" or "Attention" or "If" or "Loop" or "Scan";

    private static OnnxLayer Convolution(OnnxNode node)
    {
        if (ShapeRules.Windows(node) is not { } windows) throw Unknown(node);
        int[] weights = ShapeRules.Weights(node).Dimensions!;
        int groups = (int)node.Int("group", 1);
        bool isPlane = windows.Rank <= 2;
        (int outputRows, int rows, int stride) = windows.Rank == 2 ? (windows.Output[0], windows.Kernel[0], windows.Strides[0]) : (1, 1, 1);
        return new OnnxLayer
        {
            Name = node.Name,
            Operator = node.Operator,
            Copies = node.Narrow((long)node.Input().Dimensions![0] * groups, "number of images and groups"),
            Rows = Dims.Count(windows.Output),
            Columns = weights[0] / groups,
            Depth = Dims.Count(weights.AsSpan(1)),
            Window = isPlane
                ? new OnnxWindow(outputRows, windows.Output[^1], rows, windows.Kernel[^1], stride, windows.Strides[^1], weights[1], windows.IsDilated)
                : null,
        };
    }

    private static OnnxLayer Product(OnnxNode node)
    {
        bool isGemm = node.Operator == "Gemm";
        if (node.Input().Dimensions is not { } a || ShapeRules.Weights(node).Dimensions is not { } b) throw Unknown(node);
        int depth = isGemm && node.Int("transA", 0) != 0 ? a[0] : a[^1];
        int columns = isGemm && node.Int("transB", 0) != 0 ? b[0] : b.Length == 1 ? 1 : b[^1];

        // One matrix of weights serves all rows of a batch; a batch of second factors makes a product of each.
        long copies = b.Length > 2 ? Dims.Count(b.AsSpan(..^2)) : 1;
        long total = Dims.Count(node.Output.Dimensions!);
        return new OnnxLayer
        {
            Name = node.Name,
            Operator = node.Operator,
            Copies = node.Narrow(copies, "number of products"),
            Rows = columns == 0 || copies == 0 ? 0 : total / columns / copies,
            Columns = columns,
            Depth = depth,
        };
    }

    private static InputFormatException Unknown(OnnxNode node) => node.Error(
        $"the shape of its input cannot be known: {string.Join(", ", node.Inputs.Where(v => v is { Dimensions: null }).Select(v => v!.ToString()))}; run shape inference on the model before, so that its value_info holds the shapes");
}
