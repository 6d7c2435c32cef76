using BenchmarkDotNet.Attributes;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Formats;

namespace Smaug.Benchmarks;

/// <summary>
/// Whole networks on a 128 × 128 weight-stationary array, on one core, reports included. SCALE-Sim 3 takes 31.8 s of CPU for
/// AlexNet with an estimated interface, 80.7 s for ResNet-18, and 34.3 s for AlexNet with a fixed one.
/// </summary>
[MemoryDiagnoser]
public class SystolicBenchmarks
{
    private static readonly SystolicConfiguration s_estimate = new()
    {
        Rows = 128,
        Columns = 128,
        IfmapKilobytes = 512,
        FilterKilobytes = 512,
        OfmapKilobytes = 512,
    };

    private static readonly SystolicConfiguration s_smaller = s_estimate with { IfmapKilobytes = 256, FilterKilobytes = 256, OfmapKilobytes = 256 };

    private static readonly SystolicConfiguration s_fixed = s_estimate with
    {
        Mode = BandwidthMode.Fixed,
        Bandwidths = [64],
        IfmapBanking = new() { WordsPerCycle = 64, Banks = 1 },
        FilterBanking = new() { WordsPerCycle = 64, Banks = 1 },
    };

    private static readonly SystolicRunOptions s_oneCore = new() { Parallelism = 1 };

    /// <summary>AlexNet, 512 kB, estimated interface.</summary>
    [Benchmark]
    public int AlexNetEstimate() => Reports(SystolicNetworks.AlexNet, s_estimate, s_oneCore);

    /// <summary>AlexNet, 512 kB, 64 words per cycle.</summary>
    [Benchmark]
    public int AlexNetFixed() => Reports(SystolicNetworks.AlexNet, s_fixed, s_oneCore);

    /// <summary>ResNet-18, 256 kB, estimated interface.</summary>
    [Benchmark]
    public int ResNet18Estimate() => Reports(SystolicNetworks.ResNet18, s_smaller, s_oneCore);

    /// <summary>ResNet-50, 256 kB, estimated interface.</summary>
    [Benchmark]
    public int ResNet50Estimate() => Reports(SystolicNetworks.ResNet50, s_smaller, s_oneCore);

    /// <summary>ResNet-50, 2 MB, where closed forms apply to every layer.</summary>
    [Benchmark]
    public int ResNet50ClosedForms() => Reports(
        SystolicNetworks.ResNet50, s_estimate with { IfmapKilobytes = 2048, FilterKilobytes = 2048, OfmapKilobytes = 2048 }, s_oneCore);

    /// <summary>AlexNet's second layer with its six traces written to files: 13.3 million SRAM addresses.</summary>
    [Benchmark]
    public int Traces()
    {
        string folder = Path.Combine(Path.GetTempPath(), "smaug-trace-benchmark");
        var topology = new SystolicTopology("layer", [SystolicNetworks.AlexNet.Layers[1]]);
        return Reports(topology, s_estimate, s_oneCore with { Traces = layer => new TraceFiles(folder, layer) });
    }

    private static int Reports(SystolicTopology topology, SystolicConfiguration configuration, SystolicRunOptions options)
    {
        int length = 0;
        foreach ((_, string text) in SystolicReports.All(SystolicArray.Simulate(topology, configuration, options))) length += text.Length;
        return length;
    }
}
