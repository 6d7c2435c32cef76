using System.Text.Json;
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
    public void ListShowsPresetsOfAllRules()
    {
        CommandRun cli = CommandRun.Run("dram", "--list");
        Assert.That(cli.Output, Does.Contain("DDR4_2400R_8Gb_x8").And.Contain("HBM3_6400Mbps_16Gb_8hi").And.Contain("HBM_1000_4H_1x128"));
    }

    [TestCase("--preset DDR4_9999_8Gb_x8", "DDR4_9999_8Gb_x8")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --channels 0", "Channels = 0")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --scheduler best", "FRFCFS_PriorHit")]
    [TestCase("--preset DDR4_2400R_8Gb_x8 --mapping nowhere.map", "nowhere.map")]
    [TestCase("--preset LPDDR4_3200_2x16 --channels 2", "must be 1")]
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
