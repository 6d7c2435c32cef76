using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Modeling;

/// <summary>The networks of the golden graphs, each built through the modelling API as SMAUG's scripts built them.</summary>
internal static class GoldenGraphBuilders
{
    public static IReadOnlyDictionary<string, Action<ModelBuilder>> All { get; } = new Dictionary<string, Action<ModelBuilder>>
    {
        ["activations"] = Activation,
        ["attention"] = Attention,
        ["bilstm"] = m => new BidirectionalLstm(
            (m.Tensor([32, 8], DataLayout.NC), m.Tensor([32, 8], DataLayout.NC)), (m.Tensor([32, 8], DataLayout.NC), m.Tensor([32, 8], DataLayout.NC))).Run(m.Tensor([1, 3, 8], DataLayout.NTC)),
        ["bn_conv"] = m => BatchNorm(m, m.Convolution(m.Tensor([1, 5, 6, 8], DataLayout.NHWC), m.Tensor([8, 3, 3, 8], DataLayout.NHWC), (1, 1), Padding.Same), 8, Activations.ReLU),
        ["bn_fc"] = m => BatchNorm(m, m.MatMul(m.Tensor([1, 20], DataLayout.NC), m.Tensor([16, 20], DataLayout.NC)), 16, Activations.Sigmoid),
        ["broadcast_nc"] = m => m.Multiply(m.Add(m.Tensor([2, 16], DataLayout.NC), m.Tensor([2, 1], DataLayout.NC)), m.Tensor([1, 16], DataLayout.NC)),
        ["broadcast_nhwc"] = m => m.Multiply(m.Tensor([1, 4, 1, 8], DataLayout.NHWC), m.Tensor([1, 1, 3, 8], DataLayout.NHWC)),
        ["compare"] = m => m.Less(m.Tensor([2, 12], DataLayout.NC), m.Tensor([2, 12], DataLayout.NC)),
        ["concat_split"] = ConcatSplit,
        ["cond_true"] = m => Condition(m, m.Less(Scalar(m), Scalar(m))),
        ["cond_false"] = m => Condition(m, m.Greater(Scalar(m), Scalar(m))),
        ["cond_nested"] = NestedCondition,
        ["conv_acts"] = ConvolutionActivations,
        ["convnet"] = ConvolutionNetwork,
        ["expand_reshape_repeat"] = m =>
        {
            ModelTensor x = m.Squeeze(m.ExpandDims(m.Tensor([2, 24], DataLayout.NC), 1), 1);
            m.Repeat(m.Reshape(x, [4, 12], DataLayout.NC), [2, 2]);
        },
        ["layouts_shared"] = SharedLayouts,
        ["lstm"] = m => new Lstm(m.Tensor([32, 8], DataLayout.NC), m.Tensor([32, 8], DataLayout.NC)).Run(m.Tensor([2, 3, 8], DataLayout.NTC)),
        ["matmul_layouts"] = m => m.MatMul(
            m.MatMul(m.Tensor([2, 12], DataLayout.NC), m.Tensor([12, 8], DataLayout.CN)), m.Tensor([6, 8], DataLayout.NC), Activations.HardTanh()),
        ["names"] = Names,
        ["no_layout_transform"] = m =>
        {
            m.LayoutTransforms = false;
            m.Convolution(m.Tensor([1, 6, 6, 3], DataLayout.NHWC), m.Tensor([4, 3, 3, 3], DataLayout.NHWC), (1, 1), Padding.Same);
        },
        ["padding"] = m => m.Pad(m.Tensor([1, 3, 4, 4], DataLayout.NCHW), [0, 0, 0, 0, 1, 1, 2, 0]),
        ["reorder_ntc"] = m => m.Reorder(m.Tensor([2, 3, 10], DataLayout.NTC), DataLayout.NCT),
        ["softmax"] = m => m.Softmax(m.Tensor([2, 16], DataLayout.NC), "sm"),
        ["stack_unstack"] = m =>
        {
            IReadOnlyList<ModelTensor> parts = m.Unstack(m.Stack(m.Tensor([2, 10], DataLayout.NC), 3, 1), 1);
            m.Add(m.Add(parts[0], parts[1]), parts[2]);
        },
        ["subgraphs"] = m =>
        {
            ModelTensor x = m.Tensor([1, 8], DataLayout.NC);
            ModelTensor inner = m.SubGraph("first", () => m.SubGraph("second", () => m.Add(m.Add(x, x), x)));
            m.Multiply(inner, x, "add");
        },
        ["switch_merge"] = m =>
        {
            (ModelTensor whenFalse, ModelTensor whenTrue) = m.Switch(m.Tensor([1, 8], DataLayout.NC), m.Tensor([1], DataLayout.N, type: DataType.Bool));
            m.Merge([m.ReLU(whenFalse, "on_false"), m.Tanh(whenTrue, "on_true")]);
        },
        ["transpose2d"] = m => m.Reorder(m.Tensor([3, 10], DataLayout.NC), DataLayout.CN),
    };

    private static ModelTensor Scalar(ModelBuilder m) => m.Tensor([1], DataLayout.N);

    private static void Activation(ModelBuilder m)
    {
        ModelTensor x = m.ELU(m.LReLU(m.Tensor([1, 16], DataLayout.NC), 0.3f), 0.6f, "relu");
        m.ReLU(m.Tanh(m.Sigmoid(m.HardTanh(m.SELU(x), -0.5f, 2))));
    }

    private static void Attention(ModelBuilder m)
    {
        var attention = new BahdanauAttention(
            m.Tensor([2, 8, 8], DataLayout.NTC), m.Tensor([8, 8], DataLayout.NC), m.Tensor([8, 8], DataLayout.NC), m.Tensor([1, 8], DataLayout.NC));
        ModelTensor input = m.Concat([m.Tensor([2, 8], DataLayout.NC), m.Tensor([2, 8], DataLayout.NC)], 1);
        var cell = new Lstm(m.Tensor([32, 16], DataLayout.NC), m.Tensor([32, 8], DataLayout.NC));
        attention.Run(cell.Run([input]).Last);
    }

    private static void BatchNorm(ModelBuilder m, ModelTensor x, int channels, Activation activation)
    {
        ModelTensor Parameter() => m.Tensor([1, channels], DataLayout.NC);
        m.BatchNorm(x, Parameter(), Parameter(), Parameter(), Parameter(), activation);
    }

    private static void ConcatSplit(ModelBuilder m)
    {
        ModelTensor joined = m.Concat([m.Tensor([2, 8], DataLayout.NC), m.Tensor([2, 12], DataLayout.NC)], 1);
        IReadOnlyList<ModelTensor> parts = m.Split(joined, [4, 16], 1);
        ModelTensor first = m.ReLU(parts[0]);
        m.Concat([m.ReLU(parts[1]), first], 1, "out");
    }

    private static void Condition(ModelBuilder m, ModelTensor predicate)
    {
        ModelTensor x = Scalar(m);
        ModelTensor y = Scalar(m);
        m.Cond(predicate, () => [m.Add(x, y)], () => [m.Multiply(x, y)]);
    }

    private static void NestedCondition(ModelBuilder m)
    {
        ModelTensor x = Scalar(m), y = Scalar(m), z = Scalar(m), w = Scalar(m);
        m.Cond(
            m.Less(Scalar(m), Scalar(m)),
            () =>
            {
                ModelTensor inner = m.Cond(m.Less(x, y), () => [m.Add(x, m.Multiply(y, z))], () => [m.Add(x, y)])[0];
                return [m.Multiply(inner, inner)];
            },
            () => m.Cond(m.Greater(x, y), () => [m.Multiply(x, w)], () => [m.Multiply(y, w)]));
    }

    private static void ConvolutionActivations(ModelBuilder m)
    {
        Activation[] activations =
            [Activations.ReLU, Activations.LReLU(), Activations.ELU(), Activations.SELU(), Activations.Tanh, Activations.HardTanh(), Activations.Sigmoid];
        ModelTensor x = m.Tensor([1, 5, 5, 8], DataLayout.NHWC);
        for (int i = 0; i < activations.Length; i++) x = m.Convolution(x, m.Tensor([8, 1, 1, 8], DataLayout.NHWC), (1, 1), Padding.Same, activations[i], name: $"c{i}");
    }

    private static void ConvolutionNetwork(ModelBuilder m)
    {
        ModelTensor x = m.Convolution(m.Tensor([1, 10, 10, 3], DataLayout.NHWC, "input"), m.Tensor([8, 3, 3, 3], DataLayout.NHWC, "conv0/kernels"), (1, 1), Padding.Same, Activations.ReLU, name: "conv0");
        m.MatMul(m.Flatten(m.MaxPool(x, (2, 2), (2, 2), "pool")), m.Tensor([10, 200], DataLayout.NC, "fc/weights"), name: "fc");
    }

    private static void SharedLayouts(ModelBuilder m)
    {
        ModelTensor x = m.Data(m.Tensor([1, 8, 6, 6], DataLayout.NCHW, "input"));
        ModelTensor a = m.Convolution(x, m.Tensor([8, 8, 3, 3], DataLayout.NCHW), (1, 1), Padding.Same);
        ModelTensor b = m.Convolution(x, m.Tensor([8, 1, 1, 8], DataLayout.NHWC), (1, 1), Padding.Same, Activations.ELU(0.5f));
        m.Tanh(m.Add(a, b));
    }

    private static void Names(ModelBuilder m)
    {
        ModelTensor x = m.Tensor([1, 8], DataLayout.NC);
        ModelTensor y = m.Tensor([1, 8], DataLayout.NC);
        foreach (string name in new[] { "add", "add_1", "add", "add", "add_1" }) x = m.Add(x, y, name);
        m.Multiply(x, x);
    }
}
