using System.Text.Json;
using Smaug.Cli;
using CommandRun = Smaug.Tests.Infrastructure.Cli;

namespace Smaug.Tests.Dram;

/// <summary>The command line <c>smaug dram</c>.</summary>
internal sealed class DramCommandTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("smaug-dram").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void CommandLevelRunWritesItsFiles()
    {
        CommandRun cli = CommandRun.Run("dram", Trace("0x0 R\n0x40 R\n0x80 W\n"), "--preset", "DDR4_2400R_8Gb_x8", "--channels", "2", "--ranks", "2",
            "--scheduler", "frfcfs", "--row-policy", "closed", "--currents", "DDR4_2400_8x8", "--json", In("s.json"),
            "--requests", In("r.csv"), "--commands", In("c.csv"));
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(In("s.json")));
        string[] requests = File.ReadAllLines(In("r.csv")), commands = File.ReadAllLines(In("c.csv"));
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("requests").GetInt64(), Is.EqualTo(3));
            Assert.That(json.RootElement.GetProperty("energy_total_pj").GetDouble(), Is.GreaterThan(0));
            Assert.That(requests, Has.Length.EqualTo(4));
            Assert.That(requests, Has.One.StartsWith("0,R,0x0,0,0,37,"));
            Assert.That(commands[0], Is.EqualTo("cycle,command,Channel,Rank,BankGroup,Bank,Row,Column"));
            Assert.That(commands[1], Is.EqualTo("1,ACT,0,0,0,0,0,0"));
            Assert.That(cli.Output, Does.Contain("row_misses").And.Contain("bandwidth_bytes_per_second"));
        });
    }

    [Test]
    public void TransactionLevelRunWritesItsFiles()
    {
        CommandRun cli = CommandRun.Run("dram", Trace("0x0 R\n0x1000 W\n0x0 R 500\n"), "--preset", "LPDDR4_3200_2x16", "--row-policy", "close_adaptive",
            "--json", In("s.json"), "--requests", In("r.csv"), "--commands", In("c.csv"));
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(In("s.json")));
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("rules").GetString(), Is.EqualTo("gem5"));
            Assert.That(File.ReadAllLines(In("r.csv")), Has.Length.EqualTo(4));
            Assert.That(File.ReadAllLines(In("c.csv")), Has.Some.Contains(",ACT,0,0"));
        });
    }

    [Test]
    public void TransactionLevelRunTakesChannelsAndRanks()
    {
        CommandRun cli = CommandRun.Run("dram", Trace("0x0 R\n0x40 R\n0x80 W\n0xC0 R\n"), "--preset", "LPDDR4_3200_2x16", "--channels", "4", "--ranks", "1",
            "--json", In("s.json"), "--commands", In("c.csv"), "--requests", In("r.csv"));
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(In("s.json")));
        string[] activates = [.. File.ReadAllLines(In("c.csv")).Where(l => l.Contains(",ACT,", StringComparison.Ordinal))];
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("capacity_bytes").GetInt64(), Is.EqualTo(8L << 30));
            Assert.That(json.RootElement.GetProperty("peak_bandwidth_bytes_per_second").GetDouble(), Is.EqualTo(51.2e9));
            Assert.That(json.RootElement.GetProperty("energy_total_pj").GetDouble(), Is.GreaterThan(0));
            Assert.That(json.RootElement.GetProperty("read_latency_histogram_ns").EnumerateObject().Sum(p => p.Value.GetInt64()), Is.EqualTo(3));
            Assert.That(activates.Select(a => a.Split(',')[2]), Is.EquivalentTo(new[] { "0", "1", "3" }), "the write stays queued");
            Assert.That(File.ReadAllLines(In("r.csv")), Has.Some.StartsWith("3,R,0xc0,"));
        });
    }

    [TestCase("DDR4_2400R_8Gb_x8", "cycles")]
    [TestCase("LPDDR4_3200_2x16", "ns")]
    public void PageShowsLatenciesAndBandwidth(string preset, string unit)
    {
        string trace = Trace(string.Concat(Enumerable.Range(0, 500).Select(i => $"0x{i * 64:x} R\n")));
        CommandRun cli = CommandRun.Run("dram", trace, "--preset", preset, "--html", In("p.html"));
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        string page = File.ReadAllText(In("p.html"));
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain($"latency, {unit}").And.Contain("Bandwidth, up to the peak of").And.Contain("t.trace"));
            Assert.That(page, Does.Contain("row_hits").And.Contain("<rect"));
            Assert.That(() => System.Xml.Linq.XDocument.Parse(page[page.IndexOf("<svg", StringComparison.Ordinal)..(page.IndexOf("</svg>", StringComparison.Ordinal) + 6)]),
                Throws.Nothing);
        });
    }

    [Test]
    public void BandwidthSeriesKeepsAllBytesInABoundedNumberOfIntervals()
    {
        var series = new BandwidthSeries();
        for (long time = 0; time < 100_000; time += 7) series.Add(time, 64);
        Assert.Multiple(() =>
        {
            Assert.That(series.Bytes.ToArray().Sum(), Is.EqualTo(64 * ((100_000 + 6) / 7)));
            Assert.That(series.IntervalLength, Is.EqualTo(1024));
            Assert.That(series.Bytes.Length, Is.EqualTo(98).And.LessThanOrEqualTo(BandwidthSeries.Intervals));
        });
    }

    [Test]
    public void InterleavingMovesTheChannelBits()
    {
        CommandRun cli = CommandRun.Run("dram", Trace("0x0 R\n0x80 R\n0x100 R\n"), "--preset", "DDR4_2400R_8Gb_x8", "--channels", "2",
            "--interleave", "256", "--requests", In("r.csv"));
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        IEnumerable<string> channels = File.ReadAllLines(In("r.csv")).Skip(1).Order().Select(l => l.Split(',')[3]);
        Assert.That(channels, Is.EqualTo(new[] { "0", "0", "1" }));
    }

    [Test]
    public void ListShowsPoliciesOfAllRules() => Assert.That(CommandRun.Run("dram", "--list").Output,
        Does.Contain("FRFCFS_RowHit").And.Contain("ClosedCAP").And.Contain("PerBank").And.Contain("CloseAdaptive"));

    [Test]
    public void ListShowsPresetsOfAllRules()
    {
        CommandRun cli = CommandRun.Run("dram", "--list");
        Assert.That(cli.Output, Does.Contain("DDR4_2400R_8Gb_x8").And.Contain("HBM3_6400Mbps_16Gb_8hi").And.Contain("HBM_1000_4H_1x128"));
    }

    [TestCase("--preset DDR4_9999_8Gb_x8", "DDR4_9999_8Gb_x8")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --channels 0", "Channels = 0")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --scheduler best", "FRFCFS_PriorHit")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --mapping nowhere.map", "nowhere.map")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --mapping MOP4CLXOR", "RoBaRaCoCh, ChRaBaRoCo")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --interleave 100", "power of two")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --refresh PerBank", "no per-bank refresh")]
    [TestCase("--preset LPDDR4_3200_2x16 --channels 0", "Channels = 0")]
    [TestCase("--preset LPDDR4_3200_2x16 --channels 3", "Channels = 3")]
    [TestCase("--preset LPDDR4_3200_2x16 --ranks 0", "Ranks = 0")]
    [TestCase("--preset LPDDR4_3200_2x16 --interleave 48", "ChannelInterleaveBytes = 48")]
    [TestCase("--preset LPDDR4_3200_2x16 --row-policy Timeout", "CloseAdaptive")]
    [TestCase("--preset HBM_1000_4H_1x64 --currents DDR3_1600_8x8", "--currents")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --currents HBM_1000_4H_1x64", "no currents")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --rules ramulator3", "gem5")]
    [TestCase("", "--preset")]
    public void BadOptionsExitWithOneLine(string options, string contains)
    {
        CommandRun cli = CommandRun.Run(["dram", Trace("0x0 R\n"), .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Multiple(() =>
        {
            Assert.That(cli.ExitCode, Is.EqualTo(2));
            Assert.That(cli.Error, Does.Contain(contains));
            Assert.That(cli.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        });
    }

    [Test]
    public void FailedRunLeavesNoFiles()
    {
        CommandRun cli = CommandRun.Run("dram", Trace("0x0 R\n0x0 Q\n"), "--preset", "DDR4_2400R_8Gb_x8", "--requests", In("r.csv"));
        Assert.That(cli.ExitCode, Is.EqualTo(2));
        Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName), Is.EqualTo(new[] { "t.trace" }));
    }

    private string In(string name) => Path.Combine(_folder, name);

    private string Trace(string text)
    {
        File.WriteAllText(In("t.trace"), text);
        return In("t.trace");
    }
}
