using System.Globalization;
using System.IO.Compression;
using System.Text;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Passes;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Aladdin;

/// <summary>Schedules node by node, final edges, loop boundaries and per-cycle activity of the detail set.</summary>
[TestFixture]
[Category("Golden")]
[Category("Golden.Aladdin")]
internal sealed class DetailGoldenTests
{
    public static IEnumerable<TestCaseData> Cases => GoldenData.Files("aladdin/detail", "*.nodes.csv.gz");

    [TestCaseSource(nameof(Cases))]
    public void Nodes_edges_bounds_and_activity_agree(string file)
    {
        string stem = Path.GetFileName(file)[..^".nodes.csv.gz".Length];
        string[] parts = stem.Split('@');
        var nodes = new StringBuilder();
        var edges = new StringBuilder();
        var bounds = new StringBuilder();
        ActivityTrace? activity = null;
        using (var accelerator = AladdinAccelerator.Open(AladdinGolden.Trace(parts[0] + ".trace.gz"),
            DatapathConfigurationFile.Read(AladdinGolden.Configuration(parts[1] + ".cfg")), new AladdinOptions { RecordActivity = true }))
        {
            while (accelerator.Begin() is { } datapath)
            {
                AladdinAccelerator.Run(datapath);
                int[] start = [.. datapath.Start], complete = [.. datapath.Completion];
                AladdinResult result = accelerator.Finish(datapath);
                activity = result.Activity;
                Nodes(nodes, datapath, start, complete);
                Edges(edges, datapath.Context);
                bounds.Append("node,target_depth\n");
                foreach (LoopBound bound in datapath.Context.Bounds) bounds.Append(CultureInfo.InvariantCulture, $"{bound.Node},{bound.TargetDepth}\n");
            }
        }
        List<string> differences = [];
        Compare(differences, $"{stem}.nodes.csv.gz", nodes.ToString());
        Compare(differences, $"{stem}.edges.csv.gz", edges.ToString());
        Compare(differences, $"{stem}.bounds.csv.gz", bounds.ToString());
        CompareActivity(differences, $"{stem}.percycle.csv.gz", activity!);
        Assert.That(differences, Is.Empty);
    }

    private static void Nodes(StringBuilder text, Datapath datapath, int[] start, int[] complete)
    {
        PassContext context = datapath.Context;
        text.Append("id,opcode,function,line,inductive,connected,asap_start,asap_complete,start,complete,array,partition\n");
        for (int n = 0; n < context.Graph.NodeCount; n++)
        {
            ref StaticInstruction instruction = ref context.Static(n);
            bool memory = context.Is(n, OpcodeClass.Memory);
            int access = context.Trace.Access[n];
            string array = memory ? context.Trace.Program.Names.Text(context.AccessLabel[access]) : "";
            int partition = memory ? context.AccessPartition[access] : -1;
            text.Append(CultureInfo.InvariantCulture, $"{n},{(int)context.Opcodes[n]},{context.Trace.Program.Names.Text(instruction.Function)},")
                .Append(CultureInfo.InvariantCulture, $"{instruction.Line},{(context.Inductive[n] ? 1 : 0)},{(context.Graph.IsConnected(n) ? 1 : 0)},")
                .Append(CultureInfo.InvariantCulture, $"{start[n]},{complete[n]},{datapath.Start[n]},{datapath.Completion[n]},{array},{partition}\n");
        }
    }

    private static void Edges(StringBuilder text, PassContext context)
    {
        text.Append("from,to,label\n");
        for (int n = 0; n < context.Graph.NodeCount; n++)
        {
            for (int k = context.Graph.OutStart[n]; k < context.Graph.OutStart[n + 1]; k++)
                text.Append(CultureInfo.InvariantCulture, $"{n},{context.Graph.OutTo[k]},{context.Graph.Label[context.Graph.OutEdge[k]]}\n");
        }
    }

    private static void Compare(List<string> differences, string file, string ours)
    {
        string[] theirs = [.. GoldenData.ReadLines("aladdin/detail/" + file)];
        string[] mine = ours.TrimEnd('\n').Split('\n');
        if (theirs.Length != mine.Length) differences.Add($"{file}: golden {theirs.Length} lines, ours {mine.Length}");
        int shown = 0;
        for (int i = 0; i < Math.Min(theirs.Length, mine.Length) && shown < 5; i++)
        {
            if (theirs[i] == mine[i]) continue;
            differences.Add($"{file} line {i + 1}: golden {theirs[i]}, ours {mine[i]}");
            shown++;
        }
    }

    /// <summary>Column order is arbitrary in the golden file: columns are matched by name.</summary>
    private static void CompareActivity(List<string> differences, string file, ActivityTrace activity)
    {
        string[] lines = [.. GoldenData.ReadLines("aladdin/detail/" + file)];
        int headerAt = Array.FindLastIndex(lines, l => l.StartsWith("cycles,", StringComparison.Ordinal));
        if (lines[headerAt] != $"cycles,{activity.ReportedCycles},{activity.Nodes}") differences.Add($"{file}: golden {lines[headerAt]}, ours cycles,{activity.ReportedCycles},{activity.Nodes}");
        string[] header = lines[headerAt + 1].Split(',');
        int shown = 0;
        for (int c = 1; c < header.Length && shown < 5; c++)
        {
            if (header[c].Length == 0) continue;
            if (!activity.Columns.Contains(header[c]))
            {
                differences.Add($"{file}: column {header[c]} is missing");
                continue;
            }
            ReadOnlySpan<int> counts = activity[header[c]];
            for (int i = 0; i < activity.Cycles && headerAt + 2 + i < lines.Length; i++)
            {
                string golden = lines[headerAt + 2 + i].Split(',')[c];
                if (golden == counts[i].ToString(CultureInfo.InvariantCulture)) continue;
                differences.Add($"{file} cycle {i} {header[c]}: golden {golden}, ours {counts[i]}");
                shown++;
                break;
            }
        }
    }
}
