using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Zoo;

namespace Smaug.Benchmarks;

/// <summary>Values of ResNet-50 (4.1 billion multiply-accumulates) in SMV's arithmetic, parameters already in memory.</summary>
[MemoryDiagnoser]
public class ValuesBenchmarks
{
    private FunctionalExecutor? _executor;

    /// <summary>Host threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Builds and plans the network, and makes its parameters.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Graph graph = ModelZoo.Create("resnet50", Backends.Smv);
        Tensor[] parameters =
            [.. graph.Nodes.Where(n => n.Kind == OperatorKind.Data).Select(n => graph.Parameters!.Find(n.Inputs[0])!)];
        graph = graph.WithParameters(new DictionaryParameterSource(parameters));
        ImmutableArray<IBackend> backends = Backends.Create(graph.Backend);
        _executor = new FunctionalExecutor(Planner.Plan(graph, backends), backends);
    }

    [Benchmark]
    public FunctionalResult ResNet50() => _executor!.Run(new FunctionalOptions { Threads = Threads });
}
