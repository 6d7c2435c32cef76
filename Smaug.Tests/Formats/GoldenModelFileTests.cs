using System.Text;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Formats;

/// <summary>Every model file of the goldens is read, validated and written back byte for byte.</summary>
[Category("Golden")]
[Category("Golden.SmaugGraphs")]
internal sealed class GoldenModelFileTests
{
    private static IEnumerable<TestCaseData> Topologies() =>
        GoldenData.Files("smaug/graphs", "*_topo.pbtxt")
            .Concat(GoldenData.Files("smaug/models", "*_topo.pbtxt"))
            .Concat(GoldenData.Files("smaug/models/python_test_inputs", "*_topo.txt"))
            .Concat(GoldenData.Files("gem5aladdin/smaug/models", "*_topo.pbtxt"));

    private static IEnumerable<TestCaseData> Parameters() =>
        GoldenData.Files("smaug/graphs", "*_params.pb")
            .Concat(GoldenData.Files("smaug/models", "*_params.pb"))
            .Concat(GoldenData.Files("smaug/models/python_test_inputs", "*_params.pb"))
            .Concat(GoldenData.Files("gem5aladdin/smaug/models", "*_params.pb"));

    [TestCaseSource(nameof(Topologies))]
    public void Topology_is_read_and_rewritten(string file)
    {
        string text = File.ReadAllText(GoldenData.Require(file));
        Graph graph = ModelFile.ReadText(text, file);
        string written = ModelFile.ToText(graph);
        Assert.That(written == text, Is.True, () => FirstDifference(text, written));
    }

    [TestCaseSource(nameof(Parameters))]
    public void Parameters_are_read_and_rewritten(string file)
    {
        string path = GoldenData.Require(file);
        string stem = path[..^"_params.pb".Length];
        string topology = File.Exists(stem + "_topo.pbtxt") ? stem + "_topo.pbtxt" : stem + "_topo.txt";
        Graph graph = ModelFile.Read(topology, path);
        using var stream = new MemoryStream();
        ParameterFile.Write(graph, stream);
        Assert.That(stream.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(path)), Is.True);
    }

    internal static string FirstDifference(string expected, string actual)
    {
        string[] left = expected.Split('\n');
        string[] right = actual.Split('\n');
        int line = 0;
        while (line < left.Length && line < right.Length && left[line] == right[line]) line++;
        var text = new StringBuilder($"first difference in line {line + 1}\n");
        for (int i = Math.Max(0, line - 5); i < line + 3; i++)
        {
            text.AppendLine($"  golden:  {(i < left.Length ? left[i] : "(end)")}");
            text.AppendLine($"  written: {(i < right.Length ? right[i] : "(end)")}");
        }

        return text.ToString();
    }
}
