using BenchmarkDotNet.Attributes;
using Smaug.Accelerators.Smv.Kernels;

namespace Smaug.Benchmarks;

/// <summary>
/// The SMV engine's multiply-accumulate arithmetic: 8 ofmaps of a 14 x 14 x 128 layer with 3 x 3 kernels, 1.8 million
/// multiply-accumulates per call.
/// </summary>
public class MacArrayBenchmarks
{
    private const int Channels = 128;
    private const int Kernel = 3;
    private const int Size = 14;
    private readonly float[] _inputs = Filled((Size + 2) * (Size + 2) * Channels);
    private readonly float[] _weights = Filled(Kernel * Kernel * Channels * MacArray.Lanes);
    private readonly float[] _results = new float[Size * Size * MacArray.Lanes];
    private readonly int[] _pixels = [.. Enumerable.Range(0, Size * Size).Select(i => (i / Size * (Size + 2) + i % Size) * Channels)];
    private readonly MacWindow _window = new(Kernel, Kernel, Channels, (Size + 2) * Channels, Channels);

    [Benchmark(Baseline = true)]
    public void Scalar() => MacArray.AccumulateScalar(_window, _inputs, _weights, _pixels, _results, MacArray.Lanes);

    [Benchmark]
    public void FourLanes() => MacArray.Accumulate<Lanes128>(_window, _inputs, _weights, _pixels, _results, MacArray.Lanes);

    [Benchmark]
    public void EightLanes() => MacArray.Accumulate<Lanes256>(_window, _inputs, _weights, _pixels, _results, MacArray.Lanes);

    private static float[] Filled(int count)
    {
        float[] values = new float[count];
        var random = new Random(1);
        foreach (ref float x in values.AsSpan()) x = random.NextSingle() - 0.5f;
        return values;
    }
}
