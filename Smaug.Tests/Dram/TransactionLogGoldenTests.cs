using System.Globalization;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Dram;

/// <summary>Replays the requests of the controller logs of gem5-Aladdin runs and compares every event.</summary>
[Category("Golden")]
[Category("Golden.Dram")]
internal sealed class TransactionLogGoldenTests
{
    private static IEnumerable<TestCaseData> Logs() => GoldenData.Files("gem5aladdin/dramctrl", "*.csv.gz");

    [TestCaseSource(nameof(Logs))]
    public void EveryEventEqualsTheLog(string file)
    {
        string[][] rows = [.. GoldenData.ReadLines(file).Skip(1).Select(l => l.Split(','))];
        string name = Path.GetFileName(file).ToUpperInvariant();
        string preset = TransactionPresets.Names.Single(n => name.Contains("_" + n.ToUpperInvariant() + "_", StringComparison.Ordinal));
        var replay = new Replay(TransactionPresets.Get(preset) with { MemoryBytes = 1L << 30 }, long.Parse(rows[0][1], CultureInfo.InvariantCulture));
        int compared = 0;
        for (int i = 1; i < rows.Length; i++)
        {
            string[] row = rows[i];
            if (row[0] == "REJECT") continue;
            if (row[0].StartsWith("REQ", StringComparison.Ordinal))
            {
                bool rejected = i + 1 < rows.Length && rows[i + 1][0] == "REJECT";
                // The refused offer itself changes nothing but the retry flag; the replay needs no retries.
                if (!rejected) replay.Offer(row);
                continue;
            }

            string expected = string.Join(',', row);
            Assert.That(replay.Next(), Is.EqualTo(expected), $"row {i + 1} of {file}, after {compared} equal events");
            compared++;
        }

        TestContext.Out.WriteLine($"{file}: {compared} events equal");
        Assert.That(compared, Is.GreaterThan(10_000));
    }

    private sealed class Replay : ITransactionListener, ITransactionObserver
    {
        private readonly Queue<string> _log = [];
        private readonly TransactionController _controller;

        public Replay(TransactionConfiguration configuration, long start) =>
            _controller = new TransactionController(configuration, this, new SimTime(start), this);

        public void Offer(string[] row)
        {
            var time = new SimTime(long.Parse(row[1], CultureInfo.InvariantCulture));
            ulong address = ulong.Parse(row[2], CultureInfo.InvariantCulture);
            bool accepted = _controller.TryAccept(time, address, int.Parse(row[3], CultureInfo.InvariantCulture), row[0] == "REQ_W", 0);
            Assert.That(accepted, Is.True, string.Join(',', row));
        }

        public string Next()
        {
            while (_log.Count == 0) _controller.ProcessNextEvent();
            return _log.Dequeue();
        }

        public void OnResponse(in TransactionResponse response) => Log($"RESP,{_controller.Now.Picoseconds},{response.Address},,,,,,");

        public void OnRetry(bool isWrite) => Log($"RETRY,{_controller.Now.Picoseconds}");

        public void OnBurst(in BurstRecord b) =>
            Log($"BURST,{b.Time.Picoseconds},{b.Address},,{b.Rank},{b.Bank},{b.Row},{b.Ready.Picoseconds},{b.NextBurst.Picoseconds}");

        public void OnRefreshDue(int rank, SimTime time) => Log($"REFRESH_DUE,{time.Picoseconds},,,,,,,");

        public void OnRefreshDone(int rank, SimTime time) => Log($"REFRESH_DONE,{time.Picoseconds},,,,,,,");

        private void Log(FormattableString line) => _log.Enqueue(line.ToString(CultureInfo.InvariantCulture));
    }
}
