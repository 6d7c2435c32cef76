using Smaug.Core.Graphs;
using Smaug.Core.Modeling;

namespace Smaug.Zoo;

/// <summary>MobileNet v1: table 1 of "MobileNets: efficient convolutional neural networks for mobile vision applications".</summary>
internal static class MobileNet
{
    public static void V1(ModelBuilder m)
    {
        ModelTensor x = m.Input("input", 1, 224, 224, 3)
            .Convolution(32, (3, 3), (2, 2), Padding.Same, name: "conv0")
            .BatchNorm(Relu6, "bn0");
        (int Filters, int Stride)[] blocks =
        [
            (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
        ];
        for (int i = 0; i < blocks.Length; i++)
        {
            (int filters, int stride) = blocks[i];
            x = x
                .DepthwiseConvolution((3, 3), (stride, stride), Padding.Same, name: $"depthwise{i + 1}")
                .BatchNorm(Relu6, $"bn_depthwise{i + 1}")
                .Convolution(filters, (1, 1), padding: Padding.Same, name: $"pointwise{i + 1}")
                .BatchNorm(Relu6, $"bn_pointwise{i + 1}");
        }

        x.GlobalAveragePool("pool").Dense(1000, Activations.Softmax, bias: true, name: "fc");
    }

    private static Activation Relu6 => Activations.HardTanh(0, 6);
}
