using BenchmarkDotNet.Attributes;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Zoo;

namespace Smaug.Benchmarks;

/// <summary>Time-only runs of whole networks on the tutorial's SoC.</summary>
[MemoryDiagnoser]
public class RunBenchmarks
{
    private Graph _graph = null!;
    private ExecutionPlan _plan = null!;
    private Soc _soc = null!;

    [Params("tutorial", "resnet50")]
    public string Network { get; set; } = "";

    [Params(MemoryFidelity.Analytical, MemoryFidelity.Transaction)]
    public MemoryFidelity Memory { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _soc = new SocBuilder(SocPresets.Tutorial).WithMemory(Memory).Build();
        _graph = ModelZoo.Create(Network, Backends.Smv).WithParameters(null);
        _plan = _soc.Plan(_graph);
    }

    [Benchmark(Description = "plan and simulate")]
    public RunReport PlanAndSimulate() => _soc.Run(_graph).Report;

    [Benchmark(Description = "simulate a plan")]
    public RunReport Simulate() => _soc.Run(_plan).Report;
}
