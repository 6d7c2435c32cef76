using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Graphs;

namespace Smaug.Tests.Aladdin;

/// <summary>Every figure of the result table, and the graph after every pass.</summary>
[TestFixture]
[Category("Golden")]
[Category("Golden.Aladdin")]
internal sealed class ResultGoldenTests
{
    public static IEnumerable<TestCaseData> ResultPairs => AladdinGolden.Pairs("results.csv");

    public static IEnumerable<TestCaseData> PassPairs => AladdinGolden.Pairs("passes.csv");

    [TestCaseSource(nameof(ResultPairs))]
    public void Every_field_of_the_result_table_agrees(string trace, string configuration)
    {
        var golden = AladdinGolden.Table("results.csv").FindAll(r => r["trace"] == trace && r["config"] == configuration);
        if (golden[0]["error"].Length > 0)
        {
            Assert.That(() => AladdinGolden.Run(trace, configuration), Throws.InstanceOf<Core.SmaugException>());
            return;
        }
        List<AladdinResult> results = AladdinGolden.Run(trace, configuration);
        Assert.That(results, Has.Count.EqualTo(golden.Count));
        List<string> differences = [];
        for (int i = 0; i < golden.Count; i++)
            differences.AddRange(AladdinGolden.Differences(golden[i], results[i]).Select(d => $"invocation {i} {d}"));
        Assert.That(differences, Is.Empty);
    }

    [TestCaseSource(nameof(ResultPairs))]
    public void Scratchpad_accesses_agree(string trace, string configuration)
    {
        var golden = AladdinGolden.Table("spad.csv").FindAll(r => r["trace"] == trace && r["config"] == configuration);
        if (golden.Count == 0) return;
        List<AladdinResult> results = AladdinGolden.Run(trace, configuration);
        List<string> differences = [];
        foreach (Dictionary<string, string> row in golden)
        {
            AladdinResult result = results[int.Parse(row["invocation"])];
            ScratchpadUse? use = result.Scratchpads.SingleOrDefault(s => s.Array == row["array"]);
            string ours = use is null ? "absent" : $"{use.Bytes},{use.Partitions},{use.WordBytes},{use.Reads},{use.Writes}";
            string theirs = $"{row["bytes"]},{row["partitions"]},{row["word_bytes"]},{row["reads"]},{row["writes"]}";
            if (ours != theirs) differences.Add($"invocation {row["invocation"]} {row["array"]}: golden {theirs}, ours {ours}");
        }
        Assert.That(differences, Is.Empty);
    }

    [TestCaseSource(nameof(PassPairs))]
    public void The_graph_agrees_after_every_pass(string trace, string configuration)
    {
        var golden = AladdinGolden.Table("passes.csv").FindAll(r => r["trace"] == trace && r["config"] == configuration)
            .ToDictionary(r => (int.Parse(r["invocation"]), r["after_pass"]));
        List<string> differences = [];
        int compared = 0;
        AladdinGolden.Run(trace, configuration, observe: (invocation, pass, graph) =>
        {
            if (!golden.TryGetValue((invocation, pass), out Dictionary<string, string>? row)) return;
            compared++;
            string ours = $"{graph.EdgeCount},{graph.ConnectedNodes()},{graph.Hash()}";
            string theirs = $"{row["edges"]},{row["connected_nodes"]},{row["edge_hash"]}";
            if (ours != theirs) differences.Add($"invocation {invocation} after {pass}: golden {theirs}, ours {ours}");
        });
        Assert.That(compared, Is.EqualTo(golden.Count));
        Assert.That(differences, Is.Empty);
    }
}
