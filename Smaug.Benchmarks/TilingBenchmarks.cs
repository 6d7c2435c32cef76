using BenchmarkDotNet.Attributes;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Zoo;

namespace Smaug.Benchmarks;

/// <summary>Tiling and loop nests of all layers of ResNet-50, as the SMV engine runs them.</summary>
[MemoryDiagnoser]
public class TilingBenchmarks
{
    private readonly SmvPlanner _planner = new();
    private readonly PlanOptions _options = new();
    private Node[] _layers = [];

    /// <summary>Lists the operators of the network that the engine runs.</summary>
    [GlobalSetup]
    public void ListLayers() => _layers = [.. ModelZoo.Create("resnet50", Backends.Smv).Nodes.Where(_planner.Supports)];

    /// <summary>Plans every layer: tiles, launches, host copies. The result is the number of kernel launches.</summary>
    [Benchmark]
    public int TileResNet50()
    {
        int launches = 0;
        foreach (Node layer in _layers) launches += _planner.Plan(layer, _options).Launches.Length;
        return launches;
    }
}
