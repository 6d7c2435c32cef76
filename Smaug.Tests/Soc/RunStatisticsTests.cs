using System.Text.Json;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>Statistics of components at the markers of a run.</summary>
public class RunStatisticsTests
{
    private static RunReport Run(MemoryFidelity fidelity = MemoryFidelity.Transaction, int threads = 1, bool record = true) =>
        new SocBuilder().WithMemory(fidelity).WithThreads(threads).Build().Run(ModelZoo.Create("tutorial", Backends.Smv), new RunOptions { RecordStatistics = record }).Report;

    private static double Sum(RunReport report, string name) => report.Statistics.Sum(s => s.Values.Single(v => v.Name == name).Value);

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

    [Test]
    public void A_run_that_is_not_asked_records_none_and_takes_the_same_time()
    {
        RunReport report = Run(record: false);
        Assert.That(report.Statistics, Is.Empty);
        Assert.That(report.Time, Is.EqualTo(Run().Time));
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
