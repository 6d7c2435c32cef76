using System.Globalization;
using System.Text.RegularExpressions;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Dram;

/// <summary>The command-level model against Ramulator 2.1.</summary>
[Category("Golden")]
[Category("Golden.Dram")]
internal sealed partial class Ramulator2GoldenTests
{
    private static IEnumerable<TestCaseData> Runs() =>
        new[] { "ram2", "ram2_short" }.SelectMany(f => DramGolden.Rows($"dram/{f}.csv", "config", "trace"));

    [TestCaseSource(nameof(Runs))]
    public void RunEqualsGolden(Dictionary<string, string> row)
    {
        CommandGoldenRun run = CommandGoldenRun.ToEnd(Configuration(row["config"]), row["trace"]);
        DramStatistics s = run.Memory.Statistics;
        DramGolden.AssertRow(row,
        [
            ("cycles", DramGolden.Text(run.Memory.Cycle)),
            ("row_hits", DramGolden.Text(s.RowHits)),
            ("row_misses", DramGolden.Text(s.RowMisses)),
            ("row_conflicts", DramGolden.Text(s.RowConflicts)),
            ("reads", DramGolden.Text(s.Reads)),
            ("writes", DramGolden.Text(s.Writes)),
            ("reads_forwarded", DramGolden.Text(s.ReadsForwarded)),
            ("writes_coalesced", DramGolden.Text(s.WritesCoalesced)),
            ("refreshes_served", DramGolden.Text(s.Refreshes)),
            ("read_latency_sum", DramGolden.Text(s.ReadLatencySum)),
            ("read_latency_avg", DramGolden.Average(row["read_latency_avg"], s)),
            ("cas_issued", DramGolden.Text(s.Synchronizations)),
        ]);
    }

    private static IEnumerable<TestCaseData> NativeRuns() => DramGolden.Rows("dram/ram2.csv", "config", "trace");

    [TestCaseSource(nameof(NativeRuns))]
    public void RunToLastAcceptanceEqualsGolden(Dictionary<string, string> row)
    {
        long requests = long.Parse(row["reads"], CultureInfo.InvariantCulture) + long.Parse(row["writes"], CultureInfo.InvariantCulture);
        CommandGoldenRun run = CommandGoldenRun.ToLastAcceptance(Configuration(row["config"]), row["trace"], requests);
        DramStatistics s = run.Memory.Statistics;
        DramGolden.AssertRow(row,
        [
            ("native_cycles", DramGolden.Text(run.Memory.Cycle)),
            ("native_row_hits", DramGolden.Text(s.RowHits)),
            ("native_row_misses", DramGolden.Text(s.RowMisses)),
            ("native_row_conflicts", DramGolden.Text(s.RowConflicts)),
            ("native_reads_served", DramGolden.Text(s.ReadsIssued + s.ReadsForwarded)),
            ("native_writes_served", DramGolden.Text(run.CompletedWrites)),
        ]);
    }

    private static IEnumerable<TestCaseData> Histograms() => DramGolden.Rows("dram/ram2_hist.csv.gz", "config", "trace");

    [TestCaseSource(nameof(Histograms))]
    public void LatencyHistogramEqualsGolden(Dictionary<string, string> row)
    {
        CommandGoldenRun run = CommandGoldenRun.ToEnd(Configuration(row["config"]), row["trace"]);
        string histogram = string.Join(';', run.Memory.Statistics.Histogram.Bins.Select(b => $"{b.Cycles}:{b.Count}"));
        Assert.That(histogram, Is.EqualTo(row["latency:count"]));
    }

    private static IEnumerable<TestCaseData> Logs() => GoldenData.Files("dram/requests2", "*.csv.gz");

    [TestCaseSource(nameof(Logs))]
    public void EveryLogLineEqualsGolden(string file)
    {
        string name = Path.GetFileName(file)[..^".csv.gz".Length];
        Match commands = CommandFile().Match(name);
        string run = commands.Success ? commands.Groups[1].Value : name;
        int cut = run.LastIndexOf("_s_", StringComparison.Ordinal);
        CommandGoldenRun golden = CommandGoldenRun.ToEnd(Configuration(run[..cut]), run[(cut + 1)..], commands.Success);
        DramGolden.AssertLines(file, commands.Success
            ? [.. golden.CommandLines(int.Parse(commands.Groups[2].Value, CultureInfo.InvariantCulture))]
            : [.. golden.RequestLines(withOutcome: false)]);
    }

    /// <summary>Golden configuration names shorten the preset's: data rate without unit, then organisation, channels and ranks.</summary>
    internal static DramConfiguration Configuration(string name)
    {
        Match match = ConfigurationName().Match(name);
        Assert.That(match.Success, Is.True, name);
        string speed = match.Groups[1].Value + (name.StartsWith("HBM", StringComparison.Ordinal) ? "Mbps" : "");
        string standard = speed[..speed.IndexOf('_', StringComparison.Ordinal)];
        return new DramConfiguration
        {
            Preset = DramPresets.Get(speed, $"{standard}_{match.Groups[2].Value}", DramRules.Ramulator2),
            Channels = int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture),
            Ranks = match.Groups[4].Success ? int.Parse(match.Groups[4].Value, CultureInfo.InvariantCulture) : null,
        };
    }

    [GeneratedRegex(@"^(.*)\.ch(\d+)\.commands$")]
    private static partial Regex CommandFile();

    [GeneratedRegex(@"^([A-Z0-9]+_[^_]+)_(.+)_(\d+)ch(?:(\d+)r)?$")]
    private static partial Regex ConfigurationName();
}
