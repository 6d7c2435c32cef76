using Smaug.Memory.Dram.Command;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Dram;

/// <summary>The command-level model against Ramulator 1.0.</summary>
[Category("Golden")]
[Category("Golden.Dram")]
internal sealed class Ramulator1GoldenTests
{
    private static readonly string[] Keys = ["speed", "org", "channels", "ranks", "scheduler", "row_policy", "mapping", "trace"];

    private static IEnumerable<TestCaseData> Runs() => new[] { "ram1", "ram1_short", "ram1_variants", "ram1_mapping", "ram1_timed" }
        .SelectMany(f => DramGolden.Rows($"dram/{f}.csv", Keys));

    [TestCaseSource(nameof(Runs))]
    public void RunEqualsGolden(Dictionary<string, string> row)
    {
        CommandGoldenRun run = CommandGoldenRun.ToEnd(CommandGoldenRun.FromRow(row), row["trace"]);
        DramStatistics s = run.Memory.Statistics;
        DramGolden.AssertRow(row,
        [
            ("dram_cycles", DramGolden.Text(run.Memory.Cycle)),
            ("incoming", DramGolden.Text(s.Reads + s.Writes)),
            ("reads", DramGolden.Text(s.Reads)),
            ("writes", DramGolden.Text(s.Writes)),
            ("row_hits", DramGolden.Text(s.RowHits)),
            ("row_misses", DramGolden.Text(s.RowMisses)),
            ("row_conflicts", DramGolden.Text(s.RowConflicts)),
            ("read_row_hits", DramGolden.Text(s.ReadRowHits)),
            ("read_row_misses", DramGolden.Text(s.ReadRowMisses)),
            ("read_row_conflicts", DramGolden.Text(s.ReadRowConflicts)),
            ("write_row_hits", DramGolden.Text(s.WriteRowHits)),
            ("write_row_misses", DramGolden.Text(s.WriteRowMisses)),
            ("write_row_conflicts", DramGolden.Text(s.WriteRowConflicts)),
            ("useless_activates", DramGolden.Text(s.UselessActivates)),
            ("reads_forwarded", DramGolden.Text(s.ReadsForwarded)),
            ("read_latency_sum", DramGolden.Text(s.ReadLatencySum)),
            ("read_latency_avg", DramGolden.Average(row["read_latency_avg"], s)),
            ("read_latency_max", s.Reads == 0 ? "" : DramGolden.Text(s.ReadLatencyMax)),
            ("queue_len_sum", DramGolden.Text(s.QueueLengthSum)),
            ("read_queue_len_sum", DramGolden.Text(s.ReadQueueLengthSum)),
            ("write_queue_len_sum", DramGolden.Text(s.WriteQueueLengthSum)),
            ("active_cycles", DramGolden.Text(run.Memory.ActiveCycles)),
        ]);
    }

    private static IEnumerable<TestCaseData> Histograms() =>
        DramGolden.Rows("dram/ram1_hist.csv.gz", "speed", "org", "channels", "ranks", "trace");

    [TestCaseSource(nameof(Histograms))]
    public void LatencyHistogramEqualsGolden(Dictionary<string, string> row)
    {
        CommandGoldenRun run = CommandGoldenRun.ToEnd(CommandGoldenRun.FromRow(row), row["trace"]);
        string histogram = string.Join(';', run.Memory.Statistics.Histogram.Bins.Select(b => $"{b.Cycles}:{b.Count}"));
        Assert.That(histogram, Is.EqualTo(row["latency:count"]));
    }

    private static IEnumerable<TestCaseData> Requests() => GoldenData.Files("dram/requests", "*.requests.csv.gz");

    [TestCaseSource(nameof(Requests))]
    public void EveryRequestEqualsGolden(string file) =>
        DramGolden.AssertLines(file, [.. RunOf(file, logsCommands: false).RequestLines(withOutcome: true)]);

    private static IEnumerable<TestCaseData> Commands() => GoldenData.Files("dram/requests", "*.commands.csv.gz");

    [TestCaseSource(nameof(Commands))]
    public void EveryCommandEqualsGolden(string file) =>
        DramGolden.AssertLines(file, [.. RunOf(file, logsCommands: true).CommandLines()]);

    /// <summary>The run that a log belongs to: its name is that of a row of one of the tables.</summary>
    internal static CommandGoldenRun RunOf(string file, bool logsCommands)
    {
        string name = Path.GetFileName(file).Split('.')[0];
        bool mapped = name.StartsWith("mapped_", StringComparison.Ordinal);
        string[] tables = mapped ? ["ram1_mapping"] : ["ram1_short", "ram1_timed"];
        Dictionary<string, string> row = tables.SelectMany(t => DramGolden.Table($"dram/{t}.csv")).First(r => mapped
            ? name.EndsWith("_" + r["trace"], StringComparison.Ordinal)
            : name == $"{r["speed"]}_{r["org"]}_{r["channels"]}ch{r["ranks"]}r_{r["trace"]}");
        return CommandGoldenRun.ToEnd(CommandGoldenRun.FromRow(row), row["trace"], logsCommands);
    }
}
