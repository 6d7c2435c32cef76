using System.Text.Json;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>Statistics of components at the markers of a run.</summary>
public class RunStatisticsTests
{
    private static RunReport Run(MemoryFidelity fidelity = MemoryFidelity.Transaction, int threads = 1, bool record = true) =>
        new SocBuilder().WithMemory(fidelity).WithThreads(threads).Build().Run(ModelZoo.Create("tutorial", Backends.Smv), new RunOptions { RecordStatistics = record }).Report;

    private static double Sum(RunReport report, string name) => report.Statistics.Sum(s => s.Values.Single(v => v.Name == name).Value);

    private static double SumOf(RunReport report, Func<string, bool> names) => report.Statistics.Sum(s => s.Values.Where(v => names(v.Name)).Sum(v => v.Value));

    private static double Value(StatisticsSnapshot interval, string name) => interval.Values.Single(v => v.Name == name).Value;

    [Test]
    public void Intervals_follow_the_markers_of_the_network()
    {
        Assert.That(Run().Statistics.Select(s => s.Label), Is.EqualTo(new[]
        {
            "Network start",
            "Tensor preparation start", "Tensor preparation end", "Tensor finalization start", "Tensor finalization end",
            "Tensor preparation start", "Tensor preparation end", "Tensor finalization start", "Tensor finalization end",
            "Reordering start", "Reordering end",
            "Tensor preparation start", "Tensor preparation end", "Tensor finalization start", "Tensor finalization end",
            "Network end",
        }));
    }

    [TestCase(MemoryFidelity.Analytical)]
    [TestCase(MemoryFidelity.Transaction)]
    public void Sums_over_the_intervals_are_the_totals_of_the_report(MemoryFidelity fidelity)
    {
        RunReport report = Run(fidelity);
        Assert.Multiple(() =>
        {
            Assert.That(Sum(report, "sim_ticks"), Is.EqualTo(report.Time.Total.Picoseconds));
            Assert.That(Sum(report, "system.acc0_datapath.sim_cycles"), Is.EqualTo(report.Invocations.Sum(i => i.Cycles + 2)));
            Assert.That(Sum(report, "system.acc0_datapath.dma_setup_cycles"), Is.EqualTo(12 * report.Invocations.Sum(i => i.TransferInBytes + i.TransferOutBytes) / 32.0).Within(1).Percent);
            Assert.That(Sum(report, "system.mem_ctrls.readReqs"), Is.GreaterThan(0));
        });
    }

    [Test]
    public void Preparation_is_the_interval_that_ends_with_it()
    {
        RunReport report = Run();
        double prepared = report.Statistics.Where(s => s.Label == "Tensor preparation end").Sum(s => (s.To - s.From).Picoseconds);
        Assert.That(prepared, Is.EqualTo(report.Time.TensorPreparation.Picoseconds));
    }

    [Test]
    public void A_core_is_asleep_while_accelerators_work()
    {
        RunReport report = Run();
        StatisticsSnapshot body = report.Statistics.First(s => s.Label == "Tensor finalization start");
        Assert.That(body.Values.Single(v => v.Name == "system.switch_cpus.numCycles").Value, Is.LessThan(0.2 * (body.To - body.From).Nanoseconds));
    }

    [Test]
    public void Several_cores_have_figures_of_their_own()
    {
        RunReport report = Run(threads: 2);
        Assert.That(Sum(report, "system.switch_cpus1.committedInsts"), Is.GreaterThan(0).And.EqualTo(Sum(report, "system.switch_cpus2.committedInsts")).Within(1).Percent);
        Assert.That(Sum(report, "system.ruby.l1_cntrl1.L1Dcache.demand_misses"), Is.GreaterThan(0));
    }

    [TestCase(MemoryFidelity.Transaction)]
    [TestCase(MemoryFidelity.Message)]
    public void A_run_that_is_not_asked_records_none_and_takes_the_same_time(MemoryFidelity fidelity)
    {
        RunReport report = Run(fidelity, record: false);
        Assert.That(report.Statistics, Is.Empty);
        Assert.That(report.Time, Is.EqualTo(Run(fidelity).Time));
    }

    [Test]
    public void Messages_of_the_directory_protocol_add_up()
    {
        RunReport report = Run(MemoryFidelity.Message);
        double kinds = SumOf(report, n => n.StartsWith("system.ruby.network.messages.", StringComparison.Ordinal));
        double classes = SumOf(report, n => n.StartsWith("system.ruby.network.msg_count.", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(kinds, Is.Positive.And.EqualTo(classes));
            Assert.That(Sum(report, "system.ruby.network.messages.Fetch"), Is.EqualTo(Sum(report, "system.ruby.l2_cntrl0.L2cache.demand_misses")));
            Assert.That(Sum(report, "system.ruby.network.msg_byte.Response_Data"), Is.EqualTo(40 * Sum(report, "system.ruby.network.msg_count.Response_Data")));
            Assert.That(Sum(report, "system.ruby.l2_cntrl0.L2cache.read_hits") + Sum(report, "system.ruby.l2_cntrl0.L2cache.write_hits"), Is.EqualTo(Sum(report, "system.ruby.l2_cntrl0.L2cache.demand_hits")));
        });
    }

    [Test]
    public void Links_are_used_for_part_of_the_time_and_as_much_as_their_messages_say()
    {
        RunReport report = Run(MemoryFidelity.Message);
        StatisticsSnapshot body = report.Statistics.First(s => s.Label == "Tensor finalization start");
        double received = Value(body, "system.ruby.network.dma_cntrl0.in.link_utilization");

        // What comes to a DMA engine is lines it has read and acknowledgements of those it has written.
        double bytes = (40 * Value(body, "system.ruby.network.messages.DmaData")) + (8 * Value(body, "system.ruby.network.messages.DmaAck"));
        Assert.Multiple(() =>
        {
            Assert.That(received, Is.EqualTo(100 * bytes / 16 / ((body.To - body.From).Picoseconds / 500.0)).Within(0.1).Percent);
            Assert.That(report.Statistics.SelectMany(s => s.Values).Where(v => v.Name.EndsWith("link_utilization", StringComparison.Ordinal) && !double.IsNaN(v.Value)).Select(v => v.Value), Has.All.InRange(0, 100));
            Assert.That(Value(body, "system.ruby.network.percent_links_utilized"), Is.InRange(0.1, received));
        });
    }

    [Test]
    public void Histograms_hold_each_line_once()
    {
        RunReport report = Run(MemoryFidelity.Message);
        double lines = Sum(report, "system.acc0_datapath.dma_latency::samples");
        Assert.Multiple(() =>
        {
            Assert.That(lines, Is.Positive.And.EqualTo(Sum(report, "system.ruby.network.messages.DmaRead") + Sum(report, "system.ruby.network.messages.DmaWrite")).Within(0));
            Assert.That(SumOf(report, n => n.StartsWith("system.acc0_datapath.dma_latency::", StringComparison.Ordinal) && (n.Contains('-') || n.EndsWith("overflows", StringComparison.Ordinal))), Is.EqualTo(lines));
            Assert.That(Sum(report, "system.ruby.latency_hist_seqr::samples"), Is.EqualTo(Sum(report, "system.ruby.l1_cntrl0.sequencer.latency_hist_seqr::samples")));
            Assert.That(Sum(report, "system.acc0_datapath.acp_latency::samples"), Is.Zero);
        });
    }

    [TestCase(MemoryFidelity.Transaction)]
    [TestCase(MemoryFidelity.Message)]
    public void Ranks_power_is_the_energy_of_DRAM(MemoryFidelity fidelity)
    {
        RunReport report = new SocBuilder().WithMemory(fidelity).Configure(c => c with { Memory = c.Memory with { DramRanks = 2 } }).Build()
            .Run(ModelZoo.Create("tutorial", Backends.Smv), new RunOptions { RecordStatistics = true }).Report;
        ComponentEnergy dram = report.Components.Single(c => c.Component == "DRAM");
        double[] ranks = [Sum(report, "system.mem_ctrls_0.totalEnergy"), Sum(report, "system.mem_ctrls_1.totalEnergy")];
        Assert.Multiple(() =>
        {
            Assert.That(ranks.Sum(), Is.EqualTo(dram.Total.Picojoules).Within(2).Percent);
            Assert.That(SumOf(report, n => n.StartsWith("system.mem_ctrls_1.", StringComparison.Ordinal) && n.EndsWith("Energy", StringComparison.Ordinal) && !n.EndsWith("totalEnergy", StringComparison.Ordinal)), Is.EqualTo(ranks[1]).Within(1e-6).Percent);
            StatisticsSnapshot body = report.Statistics.First(s => s.Label == "Tensor finalization start");
            Assert.That(Value(body, "system.mem_ctrls_0.averagePower"), Is.EqualTo(Value(body, "system.mem_ctrls_0.totalEnergy") / (body.To - body.From).Nanoseconds).Within(1e-6).Percent);
        });
    }

    [TestCase(MemoryFidelity.Transaction)]
    [TestCase(MemoryFidelity.Message)]
    public void Refreshes_count_in_the_interval_in_which_they_happen(MemoryFidelity fidelity)
    {
        // Whether or not anything else happens, the energy of refreshes is a constant power. Shorter intervals have a few refreshes only.
        IEnumerable<StatisticsSnapshot> intervals = Run(fidelity).Statistics.Where(s => s.To - s.From > 100.Microseconds());
        double[] power = [.. intervals.Select(s => Value(s, "system.mem_ctrls_0.refreshEnergy") / (s.To - s.From).Nanoseconds)];
        Assert.That(power, Has.Length.GreaterThan(3).And.All.EqualTo(power.Average()).Within(8).Percent);
    }

    [Test]
    public void Queues_of_DRAM_have_the_length_that_waiting_times_say()
    {
        StatisticsSnapshot body = Run().Statistics.First(s => s.Label == "Tensor finalization start");
        double picoseconds = (body.To - body.From).Picoseconds;
        Assert.Multiple(() =>
        {
            Assert.That(Value(body, "system.mem_ctrls.avgRdQLen"), Is.EqualTo(Value(body, "system.mem_ctrls.totMemAccLat") / picoseconds).Within(1).Percent.And.Positive);
            Assert.That(Value(body, "system.mem_ctrls.avgMemAccLat"), Is.GreaterThan(Value(body, "system.mem_ctrls.avgQLat")).And.InRange(30, 1000));
            Assert.That(Value(body, "system.mem_ctrls.avgWrQLen"), Is.InRange(0.1, 64));
        });
    }

    [Test]
    public void Text_has_a_labelled_block_for_each_interval()
    {
        string[] lines = StatisticsText.Format(Run().Statistics).Split('\n');
        Assert.That(lines.Count(l => l == "---------- Begin Simulation Statistics ----------"), Is.EqualTo(16));
        Assert.That(lines.Count(l => l == "---------- End Simulation Statistics   ----------"), Is.EqualTo(16));
        Assert.That(lines[2], Is.EqualTo("# Stats desc: Network start"));
        Assert.That(lines, Has.Some.Matches("^system\\.mem_ctrls\\.readRowHitRate +[0-9]+\\.[0-9]{6} +# Row buffer hit rate"));
        Assert.That(lines, Has.Some.Matches("^sim_ticks +[0-9]+ +# "));
    }

    [Test]
    public void Command_writes_text_and_report()
    {
        string folder = Directory.CreateTempSubdirectory("smaug-stats-").FullName;
        try
        {
            (string text, string json) = (Path.Combine(folder, "stats.txt"), Path.Combine(folder, "report.json"));
            Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--stats", text, "--json", json);
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(File.ReadAllText(text), Does.Contain("# Stats desc: Reordering end"));
            using JsonDocument report = JsonDocument.Parse(File.ReadAllText(json));
            JsonElement first = report.RootElement.GetProperty("statistics")[1];
            Assert.That(first.GetProperty("label").GetString(), Is.EqualTo("Tensor preparation start"));
            Assert.That(first.GetProperty("values").GetProperty("system.mem_ctrls.readReqs").GetDouble(), Is.Zero.Or.Positive);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
