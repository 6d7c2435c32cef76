using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Scheduling;

/// <summary>Values that live across a cycle boundary: reads and writes of inferred registers in every cycle.</summary>
internal sealed class RegisterUse
{
    public required int[] Reads { get; init; }

    public required int[] Writes { get; init; }

    public required int Maximum { get; init; }

    public required long TotalReads { get; init; }

    public required long TotalWrites { get; init; }

    /// <param name="datapath">The finished schedule.</param>
    /// <param name="cycles">Cycles of the schedule itself.</param>
    /// <param name="reportedCycles">Cycles with upsampling.</param>
    [MethodImpl(HotLoop.Compiled)]
    public static RegisterUse Of(Datapath datapath, int cycles, long reportedCycles)
    {
        var context = datapath.Context;
        DependenceGraph graph = context.Graph;
        int[] start = datapath.Start, completion = datapath.Completion;
        int[] reads = new int[cycles + 1], writes = new int[cycles + 1], seen = new int[cycles + 1];
        for (int n = 0; n < graph.NodeCount; n++)
        {
            if (context.Is(n, OpcodeClass.Control | OpcodeClass.Index) || !graph.IsConnected(n)) continue;
            int level = completion[n];
            if (level < 0) continue;
            int last = level, lanes = context.Corrected ? Math.Max(1, (int)context.Static(n).Lanes) : 1;
            for (int k = graph.OutStart[n]; k < graph.OutStart[n + 1]; k++)
            {
                int child = graph.OutTo[k];
                if (!ReadsRegister(context.Opcodes[child])) continue;
                int at = start[child];
                if (at > last) last = at;
                if (at <= level || at == reportedCycles - 1 || seen[at] == n + 1) continue;
                seen[at] = n + 1;
                reads[at] += lanes;
            }
            if (last > level && level != 0) writes[level] += lanes;
        }
        int maximumReads = 0, maximumWrites = 0;
        long totalReads = 0, totalWrites = 0;
        for (int c = 0; c < cycles; c++)
        {
            maximumReads = Math.Max(maximumReads, reads[c]);
            maximumWrites = Math.Max(maximumWrites, writes[c]);
            totalReads += reads[c];
            totalWrites += writes[c];
        }
        return new RegisterUse { Reads = reads, Writes = writes, Maximum = maximumReads + maximumWrites, TotalReads = totalReads, TotalWrites = totalWrites };
    }

    private static bool ReadsRegister(TraceOpcode child) =>
        child is not (TraceOpcode.Load or TraceOpcode.Ret) && !OpcodeClasses.Is(child, OpcodeClass.Control | OpcodeClass.Convert);
}
