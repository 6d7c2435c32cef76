using BenchmarkDotNet.Attributes;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Benchmarks;

/// <summary>Tiling and loop nests of all layers of ResNet-50 on 224 x 224 images, as the SMV engine runs them.</summary>
[MemoryDiagnoser]
public class TilingBenchmarks
{
    private readonly SmvPlanner _planner = new();
    private readonly PlanOptions _options = new();
    private readonly List<Node> _layers = [];

    /// <summary>Lists the convolutions, batch norms, sums, pools and the inner product of the network.</summary>
    [GlobalSetup]
    public void ListLayers()
    {
        Convolution(230, 3, 64, kernel: 7, stride: 2, Padding.Valid);
        Add(OperatorKind.MaxPooling, [Tensor("in", 1, 114, 114, 64)], Tensor("out", 1, 56, 56, 64), new PoolParameters(3, 3, 2, 2));
        int channels = 64;
        (int Blocks, int Size, int Width)[] stages = [(3, 56, 64), (4, 28, 128), (6, 14, 256), (3, 7, 512)];
        foreach ((int blocks, int size, int width) in stages)
        {
            for (int block = 0; block < blocks; block++)
            {
                int input = block == 0 && width != 64 ? size * 2 : size, stride = input == size ? 1 : 2;
                Convolution(input, channels, width, 1, stride, Padding.Same);
                Convolution(size, width, width, 3, 1, Padding.Same);
                Convolution(size, width, 4 * width, 1, 1, Padding.Same);
                if (block == 0) Convolution(input, channels, 4 * width, 1, stride, Padding.Same);
                Add(OperatorKind.EltwiseAdd, [Tensor("a", 1, size, size, 4 * width), Tensor("b", 1, size, size, 4 * width)], Tensor("out", 1, size, size, 4 * width), null);
                channels = 4 * width;
            }
        }

        Add(OperatorKind.AveragePooling, [Tensor("in", 1, 7, 7, 2048)], Tensor("out", 1, 1, 1, 2048), new PoolParameters(7, 7, 7, 7));
        Add(OperatorKind.InnerProduct, [Tensor("in", 1, 2048), Tensor("w", 1000, 2048)], Tensor("out", 1, 1000), null);
    }

    /// <summary>Plans every layer; the result is the number of kernel launches.</summary>
    [Benchmark]
    public int TileResNet50()
    {
        int launches = 0;
        foreach (Node layer in _layers) launches += _planner.Plan(layer, _options).Launches.Length;
        return launches;
    }

    private void Convolution(int size, int channels, int maps, int kernel, int stride, Padding padding)
    {
        int output = (size - kernel + (padding == Padding.Same ? kernel - 1 : 0)) / stride + 1;
        Add(
            OperatorKind.Convolution3d,
            [Tensor("in", 1, size, size, channels), Tensor("w", maps, kernel, kernel, channels)],
            Tensor("out", 1, output, output, maps),
            new ConvolutionParameters(padding, stride, stride));
        Add(
            OperatorKind.BatchNorm,
            [Tensor("in", 1, output, output, maps), Tensor("m", 1, maps), Tensor("v", 1, maps), Tensor("g", 1, maps), Tensor("b", 1, maps)],
            Tensor("out", 1, output, output, maps), null);
    }

    private void Add(OperatorKind kind, TensorSpec[] inputs, TensorSpec output, OperatorParameters? parameters) =>
        _layers.Add(new Node { Name = $"layer{_layers.Count}", Kind = kind, Inputs = [.. inputs], Outputs = [output], Parameters = parameters });

    private static TensorSpec Tensor(string name, params int[] shape) =>
        new(name, DataType.Float16, new TensorShape(shape, shape.Length == 4 ? DataLayout.NHWC : DataLayout.NC, 8));
}
