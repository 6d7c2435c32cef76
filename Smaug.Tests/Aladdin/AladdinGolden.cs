using System.Globalization;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Aladdin;

/// <summary>Golden tables and what the tests share in reading and comparing them.</summary>
internal static class AladdinGolden
{
    public const string Folder = "aladdin";

    private static readonly string[] Exact =
    [
        "nodes", "edges", "reg_edge_inserts", "mem_edges", "ctrl_edges", "connected_nodes", "edges_at_schedule", "top_function", "cycles",
        "upsampled_cycles", "idle_fu_cycles", "fp_sp_mul", "fp_sp_add", "fp_dp_mul", "fp_dp_add", "trig", "mul", "add", "bit", "shifter", "registers",
    ];

    public static string Configuration(string name) => GoldenData.Require(Folder, "configs", name);

    public static string Trace(string name) => GoldenData.Require(Folder, "traces", name);

    /// <summary>The rows of a table as column dictionaries.</summary>
    public static List<Dictionary<string, string>> Table(string file)
    {
        List<Dictionary<string, string>> rows = [];
        string[]? header = null;
        foreach (string line in GoldenData.ReadLines($"{Folder}/{file}"))
        {
            string[] fields = line.Split(',');
            if (header is null)
            {
                header = fields;
                continue;
            }
            var row = new Dictionary<string, string>();
            for (int i = 0; i < header.Length; i++) row[header[i]] = fields[i];
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>One case per trace and configuration that a table names.</summary>
    public static IEnumerable<TestCaseData> Pairs(string file) => GoldenData.Cases($"{Folder}/{file}", _ =>
        Table(file).Select(r => (r["trace"], r["config"])).Distinct()
            .Select(p => new TestCaseData(p.Item1, p.Item2).SetArgDisplayNames(p.Item1.Replace(".trace.gz", ""), p.Item2.Replace(".cfg", ""))));

    public static List<AladdinResult> Run(
        string trace, string configuration, AladdinOptions? options = null, Action<int, string, DependenceGraph>? observe = null)
    {
        List<AladdinResult> results = [];
        using var accelerator = AladdinAccelerator.Open(Trace(trace), DatapathConfigurationFile.Read(Configuration(configuration)), options);
        int invocation = 0;
        if (observe is not null) accelerator.ObservePass = (name, graph) => observe(invocation, name, graph);
        while (accelerator.Begin() is { } datapath)
        {
            AladdinAccelerator.Run(datapath);
            results.Add(accelerator.Finish(datapath));
            invocation++;
        }
        return results;
    }

    /// <summary>The fields that differ from a golden row.</summary>
    public static List<string> Differences(Dictionary<string, string> row, AladdinResult result)
    {
        List<string> differences = [];
        Dictionary<string, string> actual = Columns(result);
        foreach (string column in Exact)
        {
            if (row[column] != actual[column]) differences.Add($"{column}: golden {row[column]}, ours {actual[column]}");
        }
        foreach ((string column, double value) in Real(result))
        {
            double golden = double.Parse(row[column], CultureInfo.InvariantCulture);
            if (Math.Abs(golden - value) > 1.5e-5 * Math.Abs(golden) + 1e-12) differences.Add($"{column}: golden {golden}, ours {value}");
        }
        return differences;
    }

    public static Dictionary<string, string> Columns(AladdinResult r) => new()
    {
        ["nodes"] = Text(r.Graph.Nodes),
        ["edges"] = Text(r.Graph.Edges),
        ["reg_edge_inserts"] = Text(r.Graph.RegisterEdgeInsertions),
        ["mem_edges"] = Text(r.Graph.MemoryEdges),
        ["ctrl_edges"] = Text(r.Graph.ControlEdges),
        ["connected_nodes"] = Text(r.Graph.ConnectedNodes),
        ["edges_at_schedule"] = Text(r.Graph.ScheduledEdges),
        ["top_function"] = r.TopFunction,
        ["cycles"] = Text(r.Cycles),
        ["upsampled_cycles"] = Text(r.UpsampledCycles),
        ["idle_fu_cycles"] = Text(r.IdleCycles),
        ["fp_sp_mul"] = Text(r.Units.SingleMultipliers),
        ["fp_sp_add"] = Text(r.Units.SingleAdders),
        ["fp_dp_mul"] = Text(r.Units.DoubleMultipliers),
        ["fp_dp_add"] = Text(r.Units.DoubleAdders),
        ["trig"] = Text(r.Units.SpecialMath),
        ["mul"] = Text(r.Units.Multipliers),
        ["add"] = Text(r.Units.Adders),
        ["bit"] = Text(r.Units.Bitwise),
        ["shifter"] = Text(r.Units.Shifters),
        ["registers"] = Text(r.Units.Registers),
    };

    public static IEnumerable<(string Column, double Value)> Real(AladdinResult r) =>
    [
        ("avg_power_mw", r.Power.Total), ("avg_fu_power_mw", r.Power.Units), ("avg_fu_dynamic_mw", r.Power.UnitDynamic),
        ("fu_leakage_mw", r.Power.UnitLeakage), ("avg_mem_power_mw", r.Power.Memory), ("avg_mem_dynamic_mw", r.Power.MemoryDynamic),
        ("mem_leakage_mw", r.Power.MemoryLeakage), ("total_area_um2", r.Area.Total), ("fu_area_um2", r.Area.Units), ("mem_area_um2", r.Area.Memory),
    ];

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
