using System.IO.Compression;

namespace Smaug.Tests.Systolic;

internal sealed class ScaleSimCommandTests
{
    private const string Topology = "Layer, H, W, FH, FW, C, N, S,\nfirst, 6, 6, 3, 3, 2, 5, 1,\nsecond, 4, 4, 1, 1, 3, 4, 1,\n";
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("scalesim").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Reports_go_into_the_folder_of_the_run()
    {
        Infrastructure.Cli run = Run();
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(Files(), Is.EquivalentTo(new[] { "BANDWIDTH_REPORT.csv", "COMPUTE_REPORT.csv", "DETAILED_ACCESS_REPORT.csv" }));
        Assert.That(run.Output, Does.StartWith("====").And.EndsWith("************ SCALE SIM Run Complete ****************\n"));
    }

    [Test]
    public void Traces_are_written_when_asked_and_can_be_compressed()
    {
        Infrastructure.Cli run = Run("-s", "Y");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        string plain = File.ReadAllText(Path.Combine(_folder, "out", "run", "layer1", "OFMAP_DRAM_TRACE.csv"));
        Run("-s", "Y", "--gz");
        using var stream = new GZipStream(File.OpenRead(Path.Combine(_folder, "out", "run", "layer1", "OFMAP_DRAM_TRACE.csv.gz")), CompressionMode.Decompress);
        Assert.That(new StreamReader(stream).ReadToEnd(), Is.EqualTo(plain));
        Assert.That(Directory.GetFiles(_folder, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void Energy_writes_repeat_and_action_counts()
    {
        Assert.That(Run("--energy").ExitCode, Is.Zero);
        Assert.That(Files(), Is.SupersetOf(new[] { "REPEAT_CYCLE.csv", "action_counts.yaml" }));
        Assert.That(File.ReadAllText(Path.Combine(_folder, "out", "run", "action_counts.yaml")), Does.Contain("systolic_array.PE[15].mac"));
    }

    [Test]
    public void Version_2_and_corrections_change_the_reports()
    {
        Run("--v2");
        string[] version2 = File.ReadAllLines(Path.Combine(_folder, "out", "run", "COMPUTE_REPORT.csv"));
        Run("--fix-quirks");
        string[] corrected = File.ReadAllLines(Path.Combine(_folder, "out", "run", "COMPUTE_REPORT.csv"));
        Assert.That(version2[0], Does.Not.Contain("incl. prefetch"));
        int cycles = int.Parse(version2[1].Split(", ")[1]);
        Assert.That(int.Parse(corrected[1].Split(", ")[2]), Is.EqualTo(cycles + 1));
    }

    [Test]
    public void Dram_costs_a_faster_array_more_of_its_cycles()
    {
        string user = Configuration().Replace("InterfaceBandwidth : CALC", "InterfaceBandwidth : USER", StringComparison.Ordinal);
        long[] cycles = [.. new[] { "0.5", "1", "3" }.Select(gigahertz =>
        {
            Infrastructure.Cli run = RunFiles(user, Topology, "--dram", "DDR4_2400R_4Gb_x8", "--array-clock", gigahertz);
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            return long.Parse(File.ReadAllLines(Path.Combine(_folder, "out", "run", "COMPUTE_REPORT.csv"))[1].Split(", ")[1]);
        })];
        Assert.That(cycles, Is.Ordered.Ascending.And.Unique);
    }

    [TestCase("0", "must be 0.001 to 100")]
    [TestCase("NaN", "must be 0.001 to 100")]
    [TestCase("2", "only with --dram")]
    public void Bad_array_clocks_are_refused(string gigahertz, string message)
    {
        Infrastructure.Cli run = Run("--array-clock", gigahertz);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(message));
    }

    [TestCase("ArrayHeight : 4", "ArrayHeight : four", "run.cfg(4,15): ArrayHeight = 'four': must be a whole number")]
    [TestCase("ArrayHeight : 4", "ArrayHeight : 0", "ArrayHeight = 0: must be 1 to 65536")]
    [TestCase("ArrayHeight : 4", "", "run.cfg: key ArrayHeight is missing; add it to section [architecture_presets]")]
    [TestCase("InterfaceBandwidth : CALC", "InterfaceBandwidth : FAST", "run.cfg(29,22): InterfaceBandwidth = 'FAST': must be CALC, USER")]
    [TestCase("Dataflow : ws", "Dataflow : rs", "Dataflow = 'rs': must be os, ws, is")]
    [TestCase("[layout]", "[layout", "section '[layout' has no closing ']'")]
    [TestCase("IfmapOffset : 0", "what is this", "'what is this' is neither a [section] nor 'key = value'")]
    [TestCase("IfmapOffset : 0", "ArrayWidth : 4", "key 'ArrayWidth' stands twice in its section")]
    [TestCase("UseRamulatorTrace : False\nInterfaceBandwidth : CALC", "UseRamulatorTrace : True\nInterfaceBandwidth : USER", "give the latencies with --latencies")]
    public void Bad_configurations_are_refused(string found, string replaced, string message)
    {
        Infrastructure.Cli run = RunFiles(Configuration().Replace(found, replaced, StringComparison.Ordinal), Topology);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(message));
    }

    [TestCase("first, 6, 6, 3, 3, 2, 5, 1,", "first, 6, 6, 3, 3, 2, x5-, 1,", "net.csv(2,23): 'x5-' is not a whole number", "--strict")]
    [TestCase("first, 6, 6, 3, 3, 2, 5, 1,", "first, 6, 6, 3, 3,", "net.csv(2): 'first' has 4 values, 7 are needed", "-q")]
    [TestCase("first, 6, 6, 3, 3, 2, 5, 1,", "first, 6, 6, 7, 3, 2, 5, 1,", "the filter (7 x 3) is larger than the ifmap (6 x 6)", "-q")]
    [TestCase("first, 6, 6, 3, 3, 2, 5, 1,", "first, 6, 6, 3, 3, 2, 5, 1", "the last value must be followed by a comma", "--strict")]
    [TestCase("first, 6, 6, 3, 3, 2, 5, 1,", "first, 6, 6, 3, 3, 2, 5, 1, 2-4:x,", "'2-4:x' is not a sparsity; write N:M", "-q")]
    [TestCase("first, 6, 6, 3, 3, 2, 5, 1,", "first, 6, 6, 3, 3, 0, 5, 1,", "channels = 0: must be at least 1", "-q")]
    [TestCase(Topology, "only a header\n", "net.csv: no layers", "-q")]
    public void Bad_topologies_are_refused(string found, string replaced, string message, string option)
    {
        Infrastructure.Cli run = RunFiles(Configuration(), Topology.Replace(found, replaced, StringComparison.Ordinal), option);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(message));
    }

    [Test]
    public void Several_cores_write_their_own_report()
    {
        Infrastructure.Cli run = Run("--cores", "3", "--partition", "ifmap");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(Files(), Is.EquivalentTo(new[] { "MULTICORE_REPORT.csv" }));
        Assert.That(Run("--cores", "3", "-s", "Y").ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void A_missing_file_is_named()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("scalesim", "-c", Path.Combine(_folder, "none.cfg"), "-t", "none.csv");
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("none.cfg"));
    }

    [Test]
    public void Names_in_template_topologies_get_their_values()
    {
        Infrastructure.Cli run = RunFiles(Configuration(), Topology.Replace("2, 5, 1,", "2, B, 1,", StringComparison.Ordinal), "--define", "B=5");
        string with = File.ReadAllText(Path.Combine(_folder, "out", "run", "COMPUTE_REPORT.csv"));
        Run();
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(with, Is.EqualTo(File.ReadAllText(Path.Combine(_folder, "out", "run", "COMPUTE_REPORT.csv"))));
    }

    private Infrastructure.Cli Run(params string[] options) => RunFiles(Configuration(), Topology, options);

    private Infrastructure.Cli RunFiles(string configuration, string topology, params string[] options)
    {
        string config = Path.Combine(_folder, "run.cfg");
        string net = Path.Combine(_folder, "net.csv");
        File.WriteAllText(config, configuration);
        File.WriteAllText(net, topology);
        return Infrastructure.Cli.Run(["scalesim", "-c", config, "-t", net, "-p", Path.Combine(_folder, "out"), .. options]);
    }

    private IEnumerable<string?> Files() => Directory.GetFiles(Path.Combine(_folder, "out", "run")).Select(Path.GetFileName);

    private static string Configuration() => """
        [general]
        run_name = run
        [architecture_presets]
        ArrayHeight : 4
        ArrayWidth : 4
        IfmapSramSzkB : 1
        FilterSramSzkB : 1
        OfmapSramSzkB : 1
        IfmapOffset : 0
        FilterOffset : 10000000
        OfmapOffset : 20000000
        Dataflow : ws
        Bandwidth : 10
        ReadRequestBuffer : 32
        WriteRequestBuffer : 32
        [layout]
        IfmapCustomLayout : False
        IfmapSRAMBankBandwidth : 10
        IfmapSRAMBankNum : 1
        IfmapSRAMBankPort : 2
        FilterCustomLayout : False
        FilterSRAMBankBandwidth : 10
        FilterSRAMBankNum : 1
        FilterSRAMBankPort : 2
        [sparsity]
        SparsitySupport : false
        [run_presets]
        UseRamulatorTrace : False
        InterfaceBandwidth : CALC
        """;
}
