using System.Collections.Immutable;

namespace Smaug.Accelerators.Systolic;

/// <summary>Topologies of well-known networks, with inputs unpadded as in SCALE-Sim's files.</summary>
public static class SystolicNetworks
{
    /// <summary>AlexNet's five convolutions (Krizhevsky et al., 2012).</summary>
    public static SystolicTopology AlexNet { get; } = new("alexnet",
    [
        Convolution("Conv1", 224, 11, 3, 96, 4),
        Convolution("Conv2", 27, 5, 96, 256, 1),
        Convolution("Conv3", 13, 3, 256, 384, 1),
        Convolution("Conv4", 13, 3, 384, 384, 1),
        Convolution("Conv5", 13, 3, 384, 256, 1),
    ]);

    /// <summary>ResNet-18 (He et al., 2015).</summary>
    public static SystolicTopology ResNet18 { get; } = new("resnet18", BuildResNet18());

    /// <summary>ResNet-50 (He et al., 2015).</summary>
    public static SystolicTopology ResNet50 { get; } = new("resnet50", BuildResNet50());

    private static SystolicLayer Convolution(string name, int size, int window, int channels, int filters, int stride) => new()
    {
        Name = name,
        IfmapHeight = size,
        IfmapWidth = size,
        FilterHeight = window,
        FilterWidth = window,
        Channels = channels,
        Filters = filters,
        RowStride = stride,
        ColumnStride = stride,
    };

    private static ImmutableArray<SystolicLayer> BuildResNet18()
    {
        var layers = ImmutableArray.CreateBuilder<SystolicLayer>();
        layers.Add(Convolution("Conv1", 224, 7, 3, 64, 2));
        int size = 56;
        for (int stage = 2; stage <= 5; stage++)
        {
            int filters = 64 << (stage - 2);
            bool shrinks = stage > 2;
            int channels = shrinks ? filters / 2 : filters;
            layers.Add(Convolution($"Conv{stage}_1a", size, 3, channels, filters, shrinks ? 2 : 1));
            int before = size;
            if (shrinks) size /= 2;
            layers.Add(Convolution($"Conv{stage}_1b", size, 3, filters, filters, 1));
            if (shrinks) layers.Add(Convolution($"Conv{stage}_s", before, 1, channels, filters, 2));
            layers.Add(Convolution($"Conv{stage}_2a", size, 3, filters, filters, 1));
            layers.Add(Convolution($"Conv{stage}_2b", size, 3, filters, filters, 1));
        }

        layers.Add(Convolution("FC", 1, 1, 512, 1000, 1));
        return layers.ToImmutable();
    }

    private static ImmutableArray<SystolicLayer> BuildResNet50()
    {
        int[] blocks = [3, 4, 6, 3];
        var layers = ImmutableArray.CreateBuilder<SystolicLayer>();
        layers.Add(Convolution("Conv1", 224, 7, 3, 64, 2));
        int size = 56;
        int channels = 64;
        for (int stage = 0; stage < blocks.Length; stage++)
        {
            int width = 64 << stage;
            for (int block = 0; block < blocks[stage]; block++)
            {
                string name = $"Conv{stage + 2}_{block + 1}";
                int stride = stage > 0 && block == 0 ? 2 : 1;
                layers.Add(Convolution(name + "a", size, 1, channels, width, stride));
                layers.Add(Convolution(name + "b", size / stride, 3, width, width, 1));
                layers.Add(Convolution(name + "c", size / stride, 1, width, 4 * width, 1));
                if (block == 0) layers.Add(Convolution(name + "s", size, 1, channels, 4 * width, stride));
                channels = 4 * width;
                size /= stride;
            }
        }

        layers.Add(Convolution("FC", 1, 1, 2048, 1000, 1));
        return layers.ToImmutable();
    }
}
