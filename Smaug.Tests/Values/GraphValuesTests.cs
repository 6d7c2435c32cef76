using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Values;

/// <summary>Networks with every kind of operator and control flow against the original SMAUG.</summary>
[TestFixture]
internal sealed class GraphValuesTests
{
    private const string Suffix = "_outputs.jsonl";

    public static IEnumerable<TestCaseData> Traces() => GoldenData.Files("smaug/graphs", "*" + Suffix);

    [TestCaseSource(nameof(Traces))]
    [Category("Golden")]
    [Category("Golden.SmaugGraphs")]
    public void Every_operator_gives_the_golden_outputs_launches_and_bytes(string trace) =>
        GoldenNetwork.AssertMatches(Read(trace[..^Suffix.Length]), trace);

    [Test]
    [Category("Golden")]
    [Category("Golden.SmaugGraphs")]
    public void Values_are_the_same_bits_with_one_thread_and_with_four([Values("attention", "bn_conv", "convnet", "lstm")] string name)
    {
        Graph graph = Read($"smaug/graphs/{name}_smv");
        ImmutableArray<IBackend> backends = Backends.Create(graph.Backend);
        var executor = new FunctionalExecutor(Planner.Plan(graph, backends, new PlanOptions { Accelerators = 4 }), backends);

        List<byte[]> one = Outputs(executor, 1), four = Outputs(executor, 4);

        Assert.That(four, Is.EqualTo(one));
    }

    [Test]
    [Category("Golden")]
    [Category("Golden.SmaugGraphs")]
    public void Stand_alone_activations_use_the_parameters_of_the_file()
    {
        Graph graph = Read("smaug/graphs/activations_ref");
        ImmutableArray<IBackend> backends = Backends.Create(graph.Backend);
        float[]? input = null, output = null;
        new FunctionalExecutor(Planner.Plan(graph, backends), backends).Run(new FunctionalOptions
        {
            Observer = r =>
            {
                if (r.Plan.Node.Name == "data") input = r.Outputs[0]!.ToSingles();
                if (r.Plan.Node.Name == "lrelu") output = r.Outputs[0]!.ToSingles();
            },
        });

        Assert.That(output, Is.EqualTo(input!.Select(x => x < 0 ? 0.3f * x : x)));
    }

    private static Graph Read(string stem) =>
        ModelFile.Read(GoldenData.Require($"{stem}_topo.pbtxt"), GoldenData.Require($"{stem}_params.pb"));

    private static List<byte[]> Outputs(FunctionalExecutor executor, int threads)
    {
        var outputs = new List<byte[]>();
        executor.Run(new FunctionalOptions
        {
            Threads = threads,
            Observer = r =>
            {
                foreach (Tensor? tensor in r.Outputs) outputs.Add(tensor is null ? [] : tensor.Bytes.ToArray());
            },
        });
        return outputs;
    }
}
