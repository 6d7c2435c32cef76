using Smaug.Core.Graphs;
using Smaug.Core.Modeling;

namespace Smaug.Zoo;

/// <summary>VGG networks: blocks of 3 x 3 convolutions, each followed by a 2 x 2 pooling.</summary>
internal static class Vgg
{
    public static void Cifar(ModelBuilder m) =>
        Blocks(m.Input(1, 32, 32, 3), [[64, 128], [128, 128], [256, 256, 256], [512, 512, 512]])
            .Dense(512, Activations.ReLU)
            .Dense(10);

    public static void ImageNet(ModelBuilder m) =>
        Blocks(m.Input(1, 224, 224, 3), [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]])
            .Dense(4096, Activations.ReLU)
            .Dense(4096, Activations.ReLU)
            .Dense(1000, Activations.Softmax);

    private static ModelTensor Blocks(ModelTensor x, int[][] blocks)
    {
        foreach (int[] block in blocks)
        {
            foreach (int filters in block) x = x.Convolution(filters, (3, 3), padding: Padding.Same, activation: Activations.ReLU);
            x = x.MaxPool((2, 2));
        }

        return x;
    }
}
