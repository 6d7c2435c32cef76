using System.Globalization;
using System.Text.Json;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.EnergyCounts;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Accelerators.Systolic.MultiCore;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Systolic;

/// <summary>Energy, DRAM exchange, console, partitioning and topology files against SCALE-Sim's.</summary>
[Category("Golden")]
[Category("Golden.ScaleSim")]
internal sealed class GoldenStudyTests
{
    private static IEnumerable<TestCaseData> EnergyRuns() => GoldenData.Files("scalesim/energy", "*.json");

    private static IEnumerable<TestCaseData> Exchanges() => GoldenData.Files("scalesim/ramulator_glue", "*.json.gz");

    [TestCaseSource(nameof(EnergyRuns))]
    public void Action_counts_equal_those_of_the_energy_branch(string file)
    {
        GoldenRun run = GoldenRun.Read(file);
        (SystolicResult result, RepeatCounts repeats) = Simulate(run.Topology(ScaleSimVersion.V2), run.Configuration(ScaleSimVersion.V2));
        using var document = JsonDocument.Parse(File.ReadAllText(GoldenData.Require(file)));
        JsonElement golden = document.RootElement;
        JsonElement reports = golden.GetProperty("results");
        Assert.That(SystolicReports.DetailedAccess(result, withRegisters: true), Is.EqualTo(reports.GetProperty("DETAILED_ACCESS_REPORT").GetString()));
        Assert.That(SystolicReports.Compute(result), Is.EqualTo(reports.GetProperty("COMPUTE_REPORT").GetString()));

        var counts = new ActionCounts(result, repeats, golden.GetProperty("dram_row_size").GetInt32());
        var found = counts.Actions.Select(action => Describe(
            "systolic_array." + action.Component, action.Action, action.Deltas is { } d ? $"{d.Address},{d.Data}" : "", action.Count)).ToList();
        var expected = golden.GetProperty("action_counts").EnumerateObject().SelectMany(component => component.Value.EnumerateArray().Select(action => Describe(
            component.Name,
            action[0].GetString()!,
            action[1].ValueKind == JsonValueKind.Null ? "" : $"{action[1].GetProperty("address_delta")},{action[1].GetProperty("data_delta")}",
            action[2].GetDouble()))).ToList();
        Assert.That(found, Is.EquivalentTo(expected));
    }

    [Test]
    public void Repeat_counts_equal_those_of_the_energy_branch()
    {
        string[] row = File.ReadAllLines(GoldenData.Require("scalesim", "repeat_counts.csv"))[1].Split(',');
        SystolicLayer layer = new()
        {
            Name = "example",
            IfmapHeight = 7,
            IfmapWidth = 7,
            FilterHeight = 3,
            FilterWidth = 3,
            Channels = 192,
            Filters = 384,
        };
        SystolicConfiguration configuration = new()
        {
            Rows = 32,
            Columns = 32,
            IfmapKilobytes = 64,
            FilterKilobytes = 64,
            OfmapKilobytes = 64,
            Dataflow = Dataflow.OutputStationary,
            Version = ScaleSimVersion.V2,
        };
        (SystolicResult result, RepeatCounts repeats) = Simulate(new SystolicTopology("example", [layer]), configuration);
        RegisterAccesses registers = result.Layers[0].RegisterAccesses;
        double[] found =
        [
            repeats.IfmapSram, repeats.FilterSram, repeats.OfmapSram, repeats.IfmapDram, repeats.FilterDram, repeats.OfmapDram,
            registers.IfmapWrites, registers.IfmapReads, registers.FilterWrites, registers.FilterReads,
            registers.PartialSumWrites, registers.PartialSumReads,
        ];
        Assert.That(found, Is.EqualTo(row.Skip(2).Select(text => double.Parse(text, CultureInfo.InvariantCulture))));
        Assert.That(new ActionCounts(result, repeats, 2).TotalPicojoules(EnergyTable.Ones), Is.EqualTo(158_662_440));
    }

    [TestCaseSource(nameof(Exchanges))]
    public void Dram_exchange_equals_that_of_scale_sim(string file)
    {
        using var stream = GoldenData.OpenRead(file);
        using var document = JsonDocument.Parse(stream);
        JsonElement golden = document.RootElement;
        string Text(string property) => golden.GetProperty(property).GetString()!;
        SystolicTopology topology = TopologyFile.Parse(Text("topology"), "topology", new TopologyReadOptions
        {
            Kind = Text("input") == "gemm" ? TopologyKind.MatrixProduct : TopologyKind.Convolution,
        }).Topology;
        int layer = int.Parse(Text("layer")["layer".Length..]);
        var trace = new DramRequestTrace();
        SystolicArray.Simulate(topology.Layers[layer], ConfigurationFile.Parse(Text("config"), "config").Configuration, new() { Traces = _ => trace });
        using var requests = new StringWriter();
        trace.Write(requests);
        Assert.That(requests.ToString(), Is.EqualTo(Text("request_trace")));

        RowLatencies latencies = DramAnswers.Parse(Text("ramulator_output"), file);
        JsonElement expected = golden.GetProperty("latencies");
        long[] List(string name) => [.. expected.GetProperty(name).EnumerateArray().Select(value => value.GetInt64())];
        Assert.That(latencies.Ifmap, Is.EqualTo(List("ifmap")));
        Assert.That(latencies.Filter, Is.EqualTo(List("filter")));
        Assert.That(latencies.Ofmap, Is.EqualTo(List("ofmap")));
    }

    [TestCase("v2")]
    [TestCase("v3")]
    public void Console_text_equals_that_of_scale_sim(string version)
    {
        string expected = File.ReadAllText(GoldenData.Require("scalesim", "console", version + ".txt"));
        SystolicResult result = GoldenRun.Case("trace_convT_4x4_m1-1-1_os_USER").Simulate(GoldenRun.Version(version));
        string found = ConsoleSummary.Banner(result.Configuration, "topology.csv", "layouts/conv_nets/test.csv")
            + string.Concat(result.Layers.Select((layer, index) => ConsoleSummary.Layer(layer, index, result.Configuration.Version, tracesSaved: true)))
            + ConsoleSummary.End;
        Assert.That(found, Is.EqualTo(expected));
    }

    [Test]
    public void Analytical_partitioning_equals_that_of_scale_sim()
    {
        string[] lines = File.ReadAllLines(GoldenData.Require("scalesim", "analytical_multicore.csv"));
        int compared = 0;
        var differences = new List<string>();
        foreach (string line in lines.Skip(1).Where(line => line.Length > 0))
        {
            double[] values = [.. line.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            var found = AnalyticalPartitioning.Search((long)values[0], (long)values[1], (long)values[2], (int)values[3], (int)values[4], (int)values[5])
                .SelectMany(f => new[] { f.SmallestFootprint, f.CyclesAtSmallestFootprint, f.FewestCycles, f.FootprintAtFewestCycles, f.FootprintTimesCycles });
            if (!found.SequenceEqual(values.Skip(6))) differences.Add($"{line}\n   found {string.Join(",", found)}");
            compared++;
        }

        TestContext.Out.WriteLine($"{compared} rows compared");
        Assert.That(differences, Is.Empty, string.Join("\n", differences.Take(5)));
        Assert.That(compared, Is.EqualTo(lines.Length - 1));
    }

    [TestCase(TopologyKind.Convolution, ScaleSimVersion.V2, 1)]
    [TestCase(TopologyKind.MatrixProduct, ScaleSimVersion.V2, 2)]
    [TestCase(TopologyKind.Convolution, ScaleSimVersion.V3, 3)]
    [TestCase(TopologyKind.MatrixProduct, ScaleSimVersion.V3, 4)]
    public void Strict_reading_accepts_what_scale_sim_accepts(TopologyKind kind, ScaleSimVersion version, int column)
    {
        var differences = new List<string>();
        foreach (string[] row in ParseRows())
        {
            string found;
            try
            {
                var options = new TopologyReadOptions { Kind = kind, Version = version, Strict = true };
                found = TopologyFile.Read(GoldenData.Require("scalesim", "topologies", row[0]), options).Topology.Layers.Length.ToString();
            }
            catch (Smaug.Core.InputFormatException exception)
            {
                found = "ERROR " + exception.Message;
            }

            bool expectError = row[column].StartsWith("ERROR", StringComparison.Ordinal);
            if (expectError ? !found.StartsWith("ERROR", StringComparison.Ordinal) : found != row[column]) differences.Add($"{row[0]}: expected {row[column]}, found {found}");
        }

        Assert.That(differences, Is.Empty, string.Join("\n", differences));
    }

    [Test]
    public void Lenient_reading_accepts_every_topology_file()
    {
        var differences = new List<string>();
        foreach (string[] row in ParseRows())
        {
            // A file that SCALE-Sim reads as matrix products only is one; every other file holds convolutions.
            bool matrix = row[1].StartsWith("ERROR", StringComparison.Ordinal) && row[3].StartsWith("ERROR", StringComparison.Ordinal) && !row[4].StartsWith("ERROR", StringComparison.Ordinal);
            string known = row[matrix ? 4 : 1].StartsWith("ERROR", StringComparison.Ordinal) ? row[3] : row[matrix ? 4 : 1];
            try
            {
                var options = new TopologyReadOptions { Kind = matrix ? TopologyKind.MatrixProduct : TopologyKind.Convolution };
                int found = TopologyFile.Read(GoldenData.Require("scalesim", "topologies", row[0]), options).Topology.Layers.Length;
                if (found < 1 || (int.TryParse(known, out int count) && count != found)) differences.Add($"{row[0]}: expected {known}, found {found}");
            }
            catch (Smaug.Core.InputFormatException exception)
            {
                differences.Add(exception.Message);
            }
        }

        Assert.That(differences, Is.Empty, string.Join("\n", differences));
    }

    private static IEnumerable<string[]> ParseRows() =>
        File.ReadLines(GoldenData.Require("scalesim", "topologies", "parse.csv")).Skip(1).Select(line => line.Split(','));

    private static string Describe(string component, string action, string arguments, double count) => $"{component} {action}({arguments}) {count:R}";

    private static (SystolicResult Result, RepeatCounts Repeats) Simulate(SystolicTopology topology, SystolicConfiguration configuration)
    {
        var counters = new RepeatCounter[topology.Layers.Length];
        SystolicResult result = SystolicArray.Simulate(topology, configuration, new() { Traces = layer => counters[layer] = new RepeatCounter() });
        return (result, counters.Aggregate(default(RepeatCounts), (sum, counter) => sum + counter.Counts));
    }
}
