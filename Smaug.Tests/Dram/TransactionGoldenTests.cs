using System.Globalization;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Dram;

/// <summary>The transaction-level controller against gem5's controller.</summary>
[Category("Golden")]
[Category("Golden.Dram")]
internal sealed class TransactionGoldenTests
{
    private static IEnumerable<TestCaseData> Runs() =>
        DramGolden.Rows("dram/gem5.csv", "preset", "page_policy", "mapping", "scheduler", "trace", "period_ps");

    [TestCaseSource(nameof(Runs))]
    public void RunEqualsGolden(Dictionary<string, string> row)
    {
        TransactionDriver driver = Run(row);
        TransactionStatistics s = driver.Controller.Statistics;
        DramGolden.AssertRow(row,
        [
            ("responses", DramGolden.Text(driver.Responses)),
            ("last_response_ps", DramGolden.Text(driver.Departures.Max())),
            ("read_latency_sum_ps", DramGolden.Text(s.ReadLatencySum.Picoseconds)),
            ("reads", DramGolden.Text(s.ReadPackets)),
            ("read_bursts", DramGolden.Text(s.ReadBursts)),
            ("write_bursts", DramGolden.Text(s.WriteBursts)),
            ("serviced_by_wrq", DramGolden.Text(s.ReadsServedByWriteQueue)),
            ("merged_write_bursts", DramGolden.Text(s.MergedWriteBursts)),
            ("read_row_hits", DramGolden.Text(s.ReadRowHits)),
            ("write_row_hits", DramGolden.Text(s.WriteRowHits)),
            ("tot_q_lat_ps", DramGolden.Text(s.ReadQueueTime.Picoseconds)),
            ("tot_mem_acc_lat_ps", DramGolden.Text(s.ReadAccessTime.Picoseconds)),
            ("bytes_written", DramGolden.Text(s.BytesWritten)),
            ("writes_left", DramGolden.Text(driver.Controller.QueuedWrites)),
            ("end_ps", DramGolden.Text(driver.End.Picoseconds)),
        ]);
    }

    private static IEnumerable<TestCaseData> Requests() => GoldenData.Files("dram/requests_gem5", "*.csv.gz");

    [TestCaseSource(nameof(Requests))]
    public void EveryRequestEqualsGolden(string file)
    {
        string name = Path.GetFileName(file)[..^".csv.gz".Length];
        string preset = TransactionPresets.Names.Single(n => name.StartsWith(n + "_", StringComparison.Ordinal));
        string rest = name[(preset.Length + 1)..];
        int period = rest.LastIndexOf('_');
        TransactionDriver driver = Run(new Dictionary<string, string>
        {
            ["preset"] = preset,
            ["page_policy"] = "open_adaptive",
            ["mapping"] = "RoRaBaCoCh",
            ["scheduler"] = "frfcfs",
            ["trace"] = rest[..period],
            ["period_ps"] = rest[(period + 1)..],
        });
        List<(ulong Address, bool IsWrite, long Cycle)> trace = DramGolden.Trace(rest[..period]);
        DramGolden.AssertLines(file, [.. trace.Select((t, i) => string.Create(CultureInfo.InvariantCulture,
            $"{i},{(t.IsWrite ? 'W' : 'R')},{driver.Address(i):x},{driver.Arrivals[i]},{driver.Departures[i]}"))]);
    }

    private static TransactionDriver Run(Dictionary<string, string> row)
    {
        TransactionConfiguration configuration = TransactionPresets.Get(row["preset"]) with
        {
            PagePolicy = Enum.Parse<TransactionPagePolicy>(row["page_policy"].Replace("_", ""), ignoreCase: true),
            Mapping = Enum.Parse<TransactionMapping>(row["mapping"]),
            Scheduler = Enum.Parse<TransactionScheduler>(row["scheduler"], ignoreCase: true),
        };
        List<(ulong, bool)> trace = [.. DramGolden.Trace(row["trace"]).Select(t => (t.Address, t.IsWrite))];
        var driver = new TransactionDriver(configuration, trace, new SimTime(long.Parse(row["period_ps"], CultureInfo.InvariantCulture)));
        driver.Run();
        return driver;
    }
}
