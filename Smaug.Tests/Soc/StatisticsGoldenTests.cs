using System.Globalization;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Soc;

/// <summary>
/// Dumped statistics against those of the original simulator: markers and names equal, values where both count the same. Caches and
/// instructions are not among these: the model counts lines of tiles, the original every access of the program.
/// </summary>
[Category("Golden")]
[Category("Golden.Soc")]
public class StatisticsGoldenTests
{
    /// <summary>What the original records and the model has not: micro-operations, the wall clock, and fetches of instructions.</summary>
    private static readonly string[] s_absent =
    [
        "dump", "label", "sim_ops", "host_seconds", "system.ruby.l1_cntrl0.L1Icache.demand_hits", "system.ruby.l1_cntrl0.L1Icache.demand_misses",
    ];

    private static IEnumerable<TestCaseData> Runs() => GoldenData.Cases("gem5aladdin/smaug", folder =>
        Directory.GetFiles(folder, "*_stats.csv").Order(StringComparer.Ordinal).Select(f => Path.GetFileName(f)[..^"_stats.csv".Length]).Select(r => new TestCaseData(r).SetArgDisplayNames(r)));

    [TestCaseSource(nameof(Runs))]
    public void Markers_and_names_are_those_of_the_original(string run)
    {
        List<GoldenCsv> measured = Measured(run);
        IReadOnlyList<StatisticsSnapshot> ours = Simulate(run);
        Assert.That(ours.Select(s => s.Label), Is.EqualTo(measured.Select(r => r["label"])));
        string[] names = [.. ours[0].Values.Select(v => v.Name)];
        IEnumerable<string> recorded = measured[0].Columns.Where(c => measured[1][c].Length > 0);
        Assert.That(recorded.Except(s_absent).Except(names), Is.Empty);
    }

    [TestCaseSource(nameof(Runs))]
    public void Accelerators_flush_and_use_their_port_as_often(string run)
    {
        List<GoldenCsv> measured = Measured(run);
        IReadOnlyList<StatisticsSnapshot> ours = Simulate(run);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < measured.Count; i++)
            {
                // Which of several accelerators moves the last lines of a tensor differs: up to 4 lines, 48 cycles.
                double tolerance = GoldenRun.Accelerators(run) == 1 ? 0 : 48;
                foreach (string name in (string[])["dma_setup_cycles", "total_acp_loads", "total_acp_stores"])
                    Assert.That(Value(ours[i], $"system.acc0_datapath.{name}"), Is.EqualTo(measured[i].Number($"system.acc0_datapath.{name}")).Within(tolerance), $"{i} {ours[i].Label} {name}");
            }
        });
    }

    [TestCaseSource(nameof(Runs))]
    public void Cycles_of_accelerators_and_memory_requests_of_long_intervals_are_near(string run)
    {
        List<GoldenCsv> measured = Measured(run);
        IReadOnlyList<StatisticsSnapshot> ours = Simulate(run);
        var table = new TextTable(1, run, "figure", "ours", "measured", "difference");
        Assert.Multiple(() =>
        {
            for (int i = 0; i < measured.Count; i++)
            {
                // Up to 600 lines are of the program itself: its code and stack, met for the first time.
                Near(i, "system.acc0_datapath.sim_cycles", 1000, GoldenRun.Accelerators(run) < 4 ? 0.10 : 0.15, 0);
                Near(i, "system.mem_ctrls.readReqs", 1000, 0.15, 600);
                Near(i, "system.mem_ctrls.writeReqs", 300, 0.10, 0);
            }
        });
        TestContext.Out.WriteLine(table);

        void Near(int i, string name, double from, double tolerance, double absolute)
        {
            (double expected, double value) = (measured[i].Number(name), Value(ours[i], name));
            if (expected < from) return;
            table.Add($"{i} {ours[i].Label}", name, value.ToString("0", CultureInfo.InvariantCulture), expected.ToString("0", CultureInfo.InvariantCulture), (100 * (value / expected - 1)).ToString("+0.0;-0.0", CultureInfo.InvariantCulture) + " %");
            Assert.That(value, Is.EqualTo(expected).Within(Math.Max(tolerance * expected, absolute)), $"{i} {ours[i].Label} {name}");
        }
    }

    [TestCaseSource(nameof(Runs))]
    public void Instructions_of_a_network_are_near(string run)
    {
        List<GoldenCsv> measured = Measured(run);
        double expected = measured[^1].Number("sim_insts") - measured[0].Number("sim_insts"), ours = Value(Simulate(run)[^1], "sim_insts");
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run}: {ours:0} instructions, measured {expected:0} ({100 * (ours / expected - 1):+0.0;-0.0} %)"));
        Assert.That(ours, Is.EqualTo(expected).Within(15).Percent);
    }

    private static double Value(StatisticsSnapshot interval, string name) => interval.Values.Single(v => v.Name == name).Value;

    /// <summary>The dumps of the network; a last one without a label follows its end.</summary>
    private static List<GoldenCsv> Measured(string run) => [.. GoldenCsv.Read($"gem5aladdin/smaug/{run}_stats.csv").Where(r => r["label"].Length > 0)];

    private static IReadOnlyList<StatisticsSnapshot> Simulate(string run) => GoldenRun.Simulate(run, MemoryFidelity.Transaction, recordStatistics: true).Statistics;
}
