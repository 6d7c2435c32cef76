using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Scheduling;

/// <summary>Moves operations as late as their consumers allow, so that values wait in registers as briefly as possible.</summary>
internal static class AlapRescheduling
{
    [MethodImpl(HotLoop.Compiled)]
    public static void Run(Datapath datapath, int cycles)
    {
        var context = datapath.Context;
        DependenceGraph graph = context.Graph;
        float period = datapath.Timing.CycleTime;
        int[] start = datapath.Start, completion = datapath.Completion, order = datapath.Order;
        int[] finish = datapath.Reusable;
        finish.AsSpan().Fill((int)Math.Ceiling(cycles * (double)period));
        for (int i = datapath.Executed - 1; i >= 0; i--)
        {
            int n = order[i];
            if (!graph.IsConnected(n)) continue;
            int earliest = (int)(start[n] * period);
            OpcodeClass classes = OpcodeClasses.Of(context.Opcodes[n]);
            if ((classes & (OpcodeClass.Memory | OpcodeClass.Branch)) == 0)
            {
                int latest = (int)Math.Floor(finish[n] / (double)period) - 1;
                if (latest > completion[n])
                {
                    completion[n] = latest;
                    // The reference forgets that special functions take several cycles, too.
                    if ((classes & (context.Corrected ? OpcodeClass.MultiCycle : OpcodeClass.Float)) != 0)
                    {
                        start[n] = latest - datapath.Timing.Cycles(context.Opcodes[n]) + 1;
                        earliest = (int)(start[n] * period);
                    }
                    else
                    {
                        start[n] = latest;
                        earliest = (int)(finish[n] - datapath.Timing.Latency(context.Opcodes[n]));
                    }
                }
            }
            for (int e = graph.InStart[n]; e < graph.InStart[n + 1]; e++)
            {
                int parent = graph.InFrom[e];
                if (finish[parent] > earliest) finish[parent] = earliest;
            }
        }
    }
}
