using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Passes;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin;

/// <summary>Statistics by loop and by function.</summary>
internal static class ExecutionStatistics
{
    private sealed class LoopTotals
    {
        public int Iterations, Shortest = int.MaxValue, Longest, Gaps;
        public long Total, GapCycles;
        public bool Pipelined;
        public float Factor = 1;
    }

    public static IReadOnlyList<LoopStatistics> Loops(Datapath datapath)
    {
        var totals = new Dictionary<LabelEntry, LoopTotals>();
        Visit(datapath, datapath.Context.Loops.Root, totals);
        return [.. totals.OrderBy(t => t.Key.Line).ThenBy(t => t.Key.Function, StringComparer.Ordinal).Select(t => new LoopStatistics(
            t.Key.Function, t.Key.Label, t.Key.Line, t.Value.Iterations, t.Value.Total, t.Value.Shortest, t.Value.Longest,
            t.Value.Gaps == 0 ? 0 : (double)t.Value.GapCycles / t.Value.Gaps, t.Value.Pipelined, t.Value.Factor))];
    }

    private static void Visit(Datapath datapath, LoopIteration parent, Dictionary<LabelEntry, LoopTotals> totals)
    {
        if (parent.Children.Count == 0) return;
        var previousEnd = new Dictionary<LabelEntry, (int Node, int Cycle)>();
        foreach (LoopIteration iteration in parent.Children)
        {
            if (!totals.TryGetValue(iteration.Label, out LoopTotals? t)) totals.Add(iteration.Label, t = new LoopTotals());
            int end = datapath.Completion[iteration.End];
            int length = Math.Max(0, end - datapath.Completion[iteration.Start]);
            t.Iterations++;
            t.Total += length;
            t.Shortest = Math.Min(t.Shortest, length);
            t.Longest = Math.Max(t.Longest, length);
            t.Pipelined |= iteration.IsPipelined;
            if (iteration.IsSampled) t.Factor = iteration.Factor;
            if (previousEnd.TryGetValue(iteration.Label, out (int Node, int Cycle) previous) && previous.Node == iteration.TreeStart)
            {
                t.Gaps++;
                t.GapCycles += end - previous.Cycle;
            }
            previousEnd[iteration.Label] = (iteration.End, end);
            Visit(datapath, iteration, totals);
        }
    }

    [MethodImpl(HotLoop.Compiled)]
    public static IReadOnlyList<FunctionStatistics> Functions(Datapath datapath)
    {
        PassContext context = datapath.Context;
        var index = new Dictionary<int, int>();
        List<int[]> rows = [];
        List<int> names = [];
        int lastName = -1;
        int[] row = [];
        for (int n = 0; n < context.Graph.NodeCount; n++)
        {
            if (datapath.Completion[n] < 0) continue;
            int name = context.Static(n).Function;
            if (name != lastName)
            {
                lastName = name;
                if (!index.TryGetValue(name, out int at))
                {
                    index.Add(name, at = rows.Count);
                    rows.Add([0, 0, 0, 0, int.MaxValue, 0]);
                    names.Add(name);
                }
                row = rows[at];
            }
            row[0]++;
            if (context.Opcodes[n] == TraceOpcode.Load) row[1]++;
            else if (context.Opcodes[n] == TraceOpcode.Store) row[2]++;
            else if (context.Is(n, (OpcodeClass.Compute | OpcodeClass.SpecialMath) & ~OpcodeClass.Index)) row[3]++;
            row[4] = Math.Min(row[4], datapath.Start[n]);
            row[5] = Math.Max(row[5], datapath.Completion[n]);
        }
        return [.. rows.Select((r, i) => new FunctionStatistics(context.Trace.Program.Names.Text(names[i]), r[0], r[1], r[2], r[3], r[4], r[5]))];
    }
}
