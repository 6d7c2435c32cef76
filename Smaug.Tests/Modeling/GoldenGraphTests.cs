using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Tests.Formats;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Modeling;

/// <summary>Golden graphs built through the API: topology and parameters must be the golden files, byte for byte.</summary>
[Category("Golden")]
[Category("Golden.SmaugGraphs")]
internal sealed class GoldenGraphTests
{
    private static IEnumerable<TestCaseData> Topologies() => GoldenData.Files("smaug/graphs", "*_topo.pbtxt");

    [TestCaseSource(nameof(Topologies))]
    public void Graph_built_through_the_API_is_the_golden_file(string file)
    {
        string path = GoldenData.Require(file);
        string stem = path[..^"_topo.pbtxt".Length];
        string name = Path.GetFileName(stem)[..Path.GetFileName(stem).LastIndexOf('_')];
        if (!GoldenGraphBuilders.All.TryGetValue(name, out Action<ModelBuilder>? build)) Assert.Ignore($"no builder for graph '{name}'; its file was read and rewritten only");
        string text = File.ReadAllText(path);
        Graph golden = ModelFile.ReadText(text, file);
        var builder = new ModelBuilder(golden.Name, Backends.Get(golden.Backend), new ModelOptions { MemoryPolicy = golden.MemoryPolicy });
        build!(builder);
        Graph graph = builder.Build();
        string written = ModelFile.ToText(graph);
        using var parameters = new MemoryStream();
        ParameterFile.Write(graph.WithParameters(new ParameterFile(stem + "_params.pb")), parameters);
        Assert.Multiple(() =>
        {
            Assert.That(written == text, Is.True, () => GoldenModelFileTests.FirstDifference(text, written));
            Assert.That(parameters.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(stem + "_params.pb")), Is.True, "parameters");
        });
    }
}
