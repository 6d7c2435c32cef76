using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Passes;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Scheduling;

/// <summary>Cycles that the iterations left out by sampling would have taken.</summary>
internal static class LoopSampling
{
    public static long UpsampledCycles(Datapath datapath)
    {
        LoopTree tree = datapath.Context.Loops;
        if (tree.Sampled.Count == 0) return 0;
        long total = 0;
        HashSet<LoopIteration> handled = [];
        foreach (LoopIteration iteration in tree.Sampled)
        {
            if (iteration.Parent is null || !handled.Add(iteration)) continue;
            int correction = iteration.IsPipelined
                ? Pipelined(datapath, iteration, handled)
                : (int)(Elapsed(datapath, iteration) * (iteration.Factor - 1f));
            for (LoopIteration? ancestor = iteration.Parent; ancestor is not null; ancestor = ancestor.Parent)
                correction = (int)(correction * ancestor.Factor);
            total += correction;
        }
        return total;
    }

    private static int Pipelined(Datapath datapath, LoopIteration iteration, HashSet<LoopIteration> handled)
    {
        if (iteration.Children.Count > 0)
        {
            throw new SimulationException($"Loop {iteration.Label.Function}/{iteration.Label.Label} is sampled and pipelined, but holds loops that are not " +
                "flattened; flatten them, or do not pipeline or sample it.");
        }
        int count = 0, previous = 0;
        long sum = 0;
        foreach (LoopIteration sibling in iteration.Parent!.Children)
        {
            if (sibling.Label != iteration.Label) continue;
            handled.Add(sibling);
            int end = datapath.Completion[sibling.End];
            if (count++ > 0) sum += end - previous;
            previous = end;
        }
        int average = count > 1 ? (int)(sum / (count - 1)) : 0;
        return (int)(average * count * (iteration.Factor - 1f));
    }

    /// <summary>Cycles of one iteration, without the time it waited for its host data.</summary>
    [MethodImpl(HotLoop.Compiled)]
    private static int Elapsed(Datapath datapath, LoopIteration iteration)
    {
        int begin = datapath.Completion[iteration.Start], end = datapath.Completion[iteration.End];
        PassContext context = datapath.Context;
        if (context.Trace.HostOperations.Count == 0) return end - begin;
        DependenceGraph graph = context.Graph;
        int loaded = -1;
        for (int n = iteration.Start + 1; n < iteration.End; n++)
        {
            for (int e = graph.InStart[n]; e < graph.InStart[n + 1]; e++)
            {
                int source = graph.InFrom[e];
                if (context.Is(source, OpcodeClass.HostLoad)) loaded = Math.Max(loaded, datapath.Completion[source]);
            }
        }
        return loaded < begin ? end - begin : end - loaded;
    }
}
