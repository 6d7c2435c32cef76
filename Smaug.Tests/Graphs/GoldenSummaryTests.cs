using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Tests.Formats;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Graphs;

/// <summary>Printed summaries and execution orders of whole networks.</summary>
[Category("Golden")]
[Category("Golden.SmaugGraphs")]
internal sealed class GoldenSummaryTests
{
    private static IEnumerable<TestCaseData> Summaries() => GoldenData.Files("smaug/networks", "*.summary.txt");

    [TestCaseSource(nameof(Summaries))]
    public void Summary_of_a_network(string file)
    {
        string name = Path.GetFileName(file)[..^".summary.txt".Length].Replace("_synthetic", "", StringComparison.Ordinal);
        string text = File.ReadAllText(GoldenData.Require(file));
        string golden = text[text.IndexOf("____", StringComparison.Ordinal)..];
        Graph graph = ModelFile.Read(GoldenData.Require($"smaug/models/{name}_topo.pbtxt"));
        string summary = GraphSummary.ToText(graph, compatibility: true);
        Assert.That(summary == golden, Is.True, () => GoldenModelFileTests.FirstDifference(golden, summary));
    }
}
