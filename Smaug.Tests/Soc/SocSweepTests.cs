using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Sweeps;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>Sweeps over SoCs.</summary>
public class SocSweepTests
{
    private static readonly Graph s_network = ModelZoo.Create("tutorial", Backends.Smv);
    private static readonly SweepSpecification s_sweep = new SweepSpecification().With("soc_interface", "dma", "acp").With("num_accels", "1", "2").With("num_threads", "1", "2");
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("smaug-sweep-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Points_are_the_cross_product_in_the_fixed_order_whatever_the_order_of_naming()
    {
        SweepResult result = SocSweep.Run(s_sweep, s_network);
        Assert.That(result.Rows.Select(r => string.Join(' ', r.Values)), Is.EqualTo(new[]
        {
            "1 1 dma", "1 1 acp", "1 2 dma", "1 2 acp", "2 1 dma", "2 1 acp", "2 2 dma", "2 2 acp",
        }));
        Assert.That(result.Rows.Select(r => r.Index), Is.EqualTo(Enumerable.Range(0, 8)));
    }

    [Test]
    public void A_point_is_the_run_of_its_SoC()
    {
        SweepRow point = SocSweep.Run(s_sweep, s_network).Rows[7];
        Core.Reporting.RunReport report = new SocBuilder().WithAccelerators(2).WithThreads(2).Build().Run(s_network, new RunOptions { MemoryPolicy = MemoryPolicy.AllAcp }).Report;
        Assert.That((point.Figures.Total, point.Figures.BusyShare), Is.EqualTo((report.Time.Total, report.AcceleratorBusyShare)));
    }

    [Test]
    public void Result_does_not_depend_on_the_number_of_jobs()
    {
        SweepResult one = SocSweep.Run(s_sweep, s_network, new SweepOptions { Jobs = 1 }), eight = SocSweep.Run(s_sweep, s_network, new SweepOptions { Jobs = 8 });
        Assert.That(SweepReport.Csv(eight), Is.EqualTo(SweepReport.Csv(one)));
        Assert.That(SweepReport.Html(eight), Is.EqualTo(SweepReport.Html(one)));
    }

    [Test]
    public void A_sweep_that_was_stopped_goes_on_where_it_ended_and_gives_the_same()
    {
        using var stop = new CancellationTokenSource();
        var options = new SweepOptions { Jobs = 1, Folder = _folder, Progress = new Stopper(stop, after: 3) };
        Assert.That(() => SocSweep.Run(s_sweep, s_network, options, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(3));
        SweepResult resumed = SocSweep.Run(s_sweep, s_network, options with { Progress = null });
        Assert.That(resumed.Resumed, Is.EqualTo(3));
        Assert.That(SweepReport.Csv(resumed), Is.EqualTo(SweepReport.Csv(SocSweep.Run(s_sweep, s_network))));
    }

    [Test]
    public void Points_of_another_SoC_or_network_or_damaged_ones_are_run_again()
    {
        var options = new SweepOptions { Folder = _folder };
        SocSweep.Run(s_sweep, s_network, options);
        File.WriteAllText(Path.Combine(_folder, "point-0002.json"), "{ broken");
        Assert.That(SocSweep.Run(s_sweep, s_network, options).Resumed, Is.EqualTo(7));
        Assert.That(SocSweep.Run(s_sweep, s_network, options with { Soc = SocPresets.TutorialNominal }).Resumed, Is.Zero);
        Assert.That(SocSweep.Run(s_sweep, ModelZoo.Create("minerva", Backends.Smv), options).Resumed, Is.Zero);
    }

    [Test]
    public void Networks_are_a_parameter_too()
    {
        SweepSpecification sweep = new SweepSpecification().With(SweepParameters.Network, "tutorial", "minerva").With("num_accels", "1", "4");
        SweepResult result = SocSweep.Run(sweep, name => ModelZoo.Create(name, Backends.Smv));
        Assert.That(result.Rows.Select(r => r.Network), Is.EqualTo(new[] { "tutorial", "tutorial", "minerva", "minerva" }));
        Assert.That(SweepReport.Html(result), Does.Contain("network=").Or.Contain("minerva"));
        Assert.That(() => SocSweep.Run(sweep, s_network), Throws.TypeOf<ConfigurationException>());
    }

    [Test]
    public void The_originals_files_are_read_and_parameters_without_effect_are_told()
    {
        // The example of the original's sweeper.
        SweepSpecification sweep = SweepSpecification.Parse("""
            {
              "dma_chunk_size": [128], "num_dma_channels": [2], "max_dma_requests": [16], "invalidate_on_dma_store": [0], "ignore_cache_flush": [0], "pipelined_dma": [1],
              "cpu_clock": [0.8], "acc_clock": [2], "l2_assoc": [2], "l1d_assoc": [2], "l2_size": [131072], "l1d_size": [32768], "l1d_hit_latency": [1], "l2_hit_latency": [6],
              "num_accels": [2], "soc_interface": ["dma"], "mem_type": ["LPDDR3_1600_1x32"]
            }
            """);
        Assert.That(sweep.Notes, Has.Length.EqualTo(1).And.All.StartsWith("dma_chunk_size has no effect"));
        Assert.That(sweep.Axes.Select(a => a.Parameter), Is.EqualTo(SweepParameters.Names.Where(n => sweep.Axes.Any(a => a.Parameter == n))), "in the sweeper's order");
        SweepResult result = SocSweep.Run(sweep, s_network, new SweepOptions { Soc = SocPresets.Sweep });
        Assert.That(result.Rows, Has.Length.EqualTo(1));
        Assert.That(result.Notes, Has.Some.Contains("(--l1d_hit_latency)"));
    }

    [Test]
    public void Every_parameter_with_effect_changes_a_run()
    {
        (string Parameter, string A, string B)[] pairs =
        [
            ("num_threads", "1", "2"), ("num_accels", "1", "2"), ("soc_interface", "dma", "acp"), ("l1d_size", "4096", "65536"), ("l2_size", "65536", "2097152"), ("l1d_assoc", "1", "4"), ("l2_assoc", "1", "16"),
            ("acc_clock", "1", "2"), ("mem_type", "LPDDR3_1600_1x32", "DDR4_2400_8x8"), ("cpu_clock", "0.5", "1"), ("pipelined_dma", "0", "1"), ("ignore_cache_flush", "0", "1"), ("invalidate_on_dma_store", "0", "1"),
            ("max_dma_requests", "4", "16"), ("num_dma_channels", "1", "4"), ("cpu_type", "instant", "DerivO3CPU"),
            ("cpu_width", "1", "8"), ("cpu_rob", "8", "192"), ("cpu_lq", "2", "32"), ("cpu_sq", "2", "32"), ("cpu_mshrs", "1", "16"), ("memory", "Analytical", "Transaction"), ("dram", "Analytical", "Transaction"),
        ];
        SocConfiguration soc = SocPresets.Tutorial with { Memory = SocPresets.Tutorial.Memory with { Fidelity = MemoryFidelity.Transaction, CacheSize = new Core.Units.ByteSize(131072) } };
        Assert.Multiple(() =>
        {
            foreach ((string parameter, string a, string b) in pairs)
            {
                // The tutorial copies in runs so short that no read is ahead of its store.
                Graph network = parameter == "cpu_mshrs" ? ModelZoo.Create("lenet5", Backends.Smv) : s_network;
                SweepResult result = SocSweep.Run(new SweepSpecification().With(parameter, a, b), network, new SweepOptions { Soc = soc });
                Assert.That(result.Rows[0].Figures, Is.Not.EqualTo(result.Rows[1].Figures), parameter);
            }

            SweepOptions classic = new() { Soc = SocPresets.Tutorial with { Memory = SocPresets.Tutorial.Memory with { Fidelity = MemoryFidelity.Classic } } };
            foreach ((string parameter, string a, string b) in (ReadOnlySpan<(string, string, string)>)[("l1d_hit_latency", "1", "6"), ("l2_hit_latency", "5", "20")])
            {
                SweepResult result = SocSweep.Run(new SweepSpecification().With(parameter, a, b), s_network, classic);
                Assert.That(result.Rows[0].Figures, Is.Not.EqualTo(result.Rows[1].Figures), parameter);
                Assert.That(result.Notes, Is.Empty);
            }

            Assert.That(pairs.Select(p => p.Parameter).Concat(["network", "l1d_hit_latency", "l2_hit_latency", "dma_chunk_size"]), Is.EquivalentTo(SweepParameters.Names));
        });
    }

    [Test]
    public void Remarks_of_the_runs_come_once_with_their_points_and_stay_when_the_sweep_goes_on()
    {
        SweepSpecification sweep = new SweepSpecification().With("mem_type", "LPDDR4_3200_2x16", "DDR3_1600_8x8", "lpddr3_1600_1x32").With("l1d_size", "32768", "65536").With("memory", "Analytical", "Transaction");
        const string Note = "Memory.Dram (--mem-type) has no effect on times of the analytical memory model: it counts with --memory transaction";
        SweepResult result = SocSweep.Run(sweep, s_network, new SweepOptions { Folder = _folder });
        string[] with = [.. result.Rows.Where(r => r.Notes.Contains(Note)).Select(r => string.Join(' ', r.Values))];
        Assert.That(with, Is.EqualTo(new[] { "32768 DDR3_1600_8x8 Analytical", "32768 lpddr3_1600_1x32 Analytical", "65536 DDR3_1600_8x8 Analytical", "65536 lpddr3_1600_1x32 Analytical" }));
        Assert.That(result.Notes, Is.EqualTo(new[] { $"{Note} (points 2, 4, 8, 10)" }));
        Assert.That(SweepReport.Html(result), Does.Contain("(points 2, 4, 8, 10)"));
        Assert.That(SweepReport.Csv(result).Split('\n')[0], Does.EndWith(",notes"));
        Assert.That(SweepReport.Csv(result).Split('\n')[3], Does.EndWith(Note));
        SweepResult again = SocSweep.Run(sweep, s_network, new SweepOptions { Folder = _folder });
        Assert.That((again.Resumed, SweepReport.Html(again)), Is.EqualTo((12, SweepReport.Html(result))));
    }

    [Test]
    public void Remarks_of_all_points_have_no_numbers_and_neighbours_are_ranges()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("sweep", "--set", "l2_assoc=4,8,16", "--set", "num_dma_channels=1,2,4");
        Assert.That(run.Output, Does.Contain("note: Memory.Caches.LastLevelWays (--l2_assoc), Accelerators.DmaChannels (num_dma_channels) have no effect on times of the analytical memory model: they count with --memory transaction (points 1, 2, 4, 5)"), run.Error);
        Assert.That(Infrastructure.Cli.Run("sweep", "--set", "l2_assoc=4,8").Output, Does.Contain("counts with --memory transaction\n"));
    }

    [TestCase("""{ "colour": [1] }""", "sweep parameter 'colour' is unknown; there are network, num_threads")]
    [TestCase("""{ "num_accels": [] }""", "sweep parameter num_accels has no value")]
    [TestCase("""{ "num_accels": [1, 1] }""", "a value stands twice")]
    [TestCase("""{ "num_accels": [{}] }""", "values must be numbers or strings")]
    [TestCase("""{ "num_accels": [1, 9] }""", "point 1 of the sweep: Accelerators.Count = 9: must be 1 to 8")]
    [TestCase("""{ "cpu_width": [8, 0] }""", "point 1 of the sweep: Cpu.Costs.Width = 0: must be 1 to 64")]
    [TestCase("""{ "num_accels": ["two"] }""", "sweep parameter num_accels = 'two': must be a whole number")]
    [TestCase("""{ "soc_interface": ["usb"] }""", "must be dma, acp or acp-dma-weights")]
    [TestCase("""{ "mem_type": ["SDR"] }""", "Memory.Dram = SDR: must be one of")]
    [TestCase("""{ "l2_assoc": [3, 4] }""", "point 0 of the sweep: Memory.CacheSize = 2 MiB (--l2_size): must be a multiple of its Memory.Caches.LastLevelWays = 3 (--l2_assoc) with lines of 32 bytes, 96 B")]
    [TestCase("""{ "l2_hit_latency": ["few"] }""", "option --l2_hit_latency = 'few': must be a whole number, at least 0")]
    [TestCase("""{ "acc_clock": [0] }""", "a clock period in nanoseconds")]
    [TestCase("""{ "pipelined_dma": [2] }""", "must be 0 or 1")]
    [TestCase("""{ "memory": ["exact"] }""", "must be one of Analytical")]
    [TestCase("[1]", "a sweep is an object")]
    [TestCase("{", "not JSON")]
    public void Wrong_sweeps_are_one_error(string json, string message) =>
        Assert.That(() => SocSweep.Run(SweepSpecification.Parse(json), s_network), Throws.InstanceOf<SmaugException>().With.Message.Contains(message));

    [Test]
    public void Command_prints_a_table_writes_everything_and_resumes()
    {
        string[] command = ["sweep", "--set", "num_accels=1,4", "--set", "soc_interface=dma,acp", "--model", "zoo:minerva", "--jobs", "2", "--out", _folder];
        Infrastructure.Cli first = Infrastructure.Cli.Run(command), second = Infrastructure.Cli.Run(command);
        Assert.That(first.ExitCode, Is.Zero, first.Error);
        Assert.That(first.Output, Does.Contain("num_accels").And.Contain("speed-up"));
        Assert.That(second.Output, Does.Contain("4 of 4 points had been finished before"));
        Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "sweep.csv", "sweep.html", "breakdown.svg", "speedup.svg" }));
        Assert.That(File.ReadLines(Path.Combine(_folder, "sweep.csv")).Count(), Is.EqualTo(5));
    }

    [TestCase("the sweep has no parameter")]
    [TestCase("--set num_accels: must be NAME=VALUE,VALUE", "--set", "num_accels")]
    [TestCase("cannot read the sweep", "nowhere.json")]
    [TestCase("there is no SoC preset 'huge'", "--set", "num_accels=1", "--soc", "huge")]
    [TestCase("SweepOptions.Jobs = 0: must be 1 to 1024", "--set", "num_accels=1", "--jobs", "0")]
    public void Bad_command_lines_end_with_one_line(string message, params string[] options)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run(["sweep", .. options]);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error.TrimEnd(), Does.Contain(message).And.Not.Contain("\n"));
    }

    private sealed class Stopper(CancellationTokenSource stop, int after) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            if (value.Done == after) stop.Cancel();
        }
    }
}
