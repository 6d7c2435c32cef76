using Smaug.Core.Graphs;
using Smaug.Core.Modeling;

namespace Smaug.Zoo;

/// <summary>Residual networks of bottleneck blocks, with the names of SMAUG's network.</summary>
internal static class ResNet
{
    public static void ResNet50(ModelBuilder m)
    {
        ModelTensor x = m.Input("input", 1, 225, 225, 3)
            .Convolution(64, (7, 7), (2, 2), Padding.Same, name: "conv0")
            .BatchNorm(Activations.ReLU, "bn0")
            .MaxPool((3, 3), (2, 2), "pool");
        x = Stage(x, 2, 64, blocks: 3, stride: 1);
        x = Stage(x, 3, 128, blocks: 4, stride: 2);
        x = Stage(x, 4, 256, blocks: 6, stride: 2);
        x = Stage(x, 5, 512, blocks: 3, stride: 2);
        x.Dense(10, name: "fc");
    }

    private static ModelTensor Stage(ModelTensor x, int stage, int filters, int blocks, int stride)
    {
        for (int i = 0; i < blocks; i++)
        {
            char block = (char)('a' + i);
            ModelTensor sum = x.Residual(
                y => Bottleneck(y, $"{stage}{block}", filters, first: i == 0, i == 0 ? stride : 1),
                i == 0 ? y => Shortcut(y, $"{stage}{block}", filters, stride) : null,
                name: $"add{stage}_{block}");
            x = sum.ReLU($"relu{stage}_{block}");
        }

        return x;
    }

    private static ModelTensor Bottleneck(ModelTensor x, string block, int filters, bool first, int stride) => x
        .Convolution(filters, (1, 1), padding: Padding.Same, name: $"res{block}_2a")
        .BatchNorm(Activations.ReLU, first ? "batch_norm" : $"bn{block}_2a")
        .Convolution(filters, (3, 3), (stride, stride), Padding.Same, name: $"res{block}_2b")
        .BatchNorm(Activations.ReLU, $"bn{block}_2b")
        .Convolution(4 * filters, (1, 1), padding: Padding.Same, name: $"res{block}_2c")
        .BatchNorm(name: $"bn{block}_2c");

    private static ModelTensor Shortcut(ModelTensor x, string block, int filters, int stride) => x
        .Convolution(4 * filters, (1, 1), (stride, stride), Padding.Same, name: $"res{block}_1")
        .BatchNorm(name: $"bn{block}_1");
}
