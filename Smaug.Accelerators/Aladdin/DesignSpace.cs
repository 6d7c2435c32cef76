using Smaug.Core.Units;

namespace Smaug.Accelerators.Aladdin;

/// <summary>One choice of a designer.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Configuration">The accelerator.</param>
public sealed record DesignPoint(string Name, DatapathConfiguration Configuration);

/// <summary>What a design achieves on a trace.</summary>
/// <param name="Point">The design.</param>
/// <param name="Results">One result per invocation of the trace.</param>
public sealed record DesignOutcome(DesignPoint Point, IReadOnlyList<AladdinResult> Results)
{
    /// <summary>Cycles of all invocations.</summary>
    public long Cycles => Results.Sum(r => r.Cycles);

    /// <summary>Time of all invocations, one after another.</summary>
    public SimTime Time => SimTime.FromPicoseconds(Results.Sum(r => r.Time.Picoseconds));

    /// <summary>Energy of all invocations.</summary>
    public Energy Energy => new(Results.Sum(r => r.Energy.Picojoules));

    /// <summary>Average power over all invocations, mW.</summary>
    public double AverageMilliwatts => Energy.Picojoules / Time.Nanoseconds;

    /// <summary>Area of the largest invocation, um².</summary>
    public double AreaSquareMicrometres => Results.Max(r => r.Area.Total);
}

/// <summary>One trace, many designs.</summary>
public static class DesignSpace
{
    /// <summary>All combinations of unroll factors, partition factors and clock periods of a base design.</summary>
    /// <param name="baseline">The design to vary.</param>
    /// <param name="loops">Loops whose unroll factor is varied together.</param>
    /// <param name="unrollings">Unroll factors; 0 flattens.</param>
    /// <param name="partitions">Partition factors of all scratchpads.</param>
    /// <param name="cycleTimes">Clock periods, ns.</param>
    /// <param name="pipelining">Whether those loops are pipelined; null leaves them as they are.</param>
    public static IEnumerable<DesignPoint> Grid(
        DatapathConfiguration baseline, IReadOnlyList<LoopLabel> loops, IReadOnlyList<int> unrollings, IReadOnlyList<int> partitions,
        IReadOnlyList<float> cycleTimes, IReadOnlyList<bool>? pipelining = null)
    {
        foreach (int unrolling in unrollings)
        {
            foreach (int partition in partitions)
            {
                foreach (float cycleTime in cycleTimes)
                {
                    foreach (bool? pipelined in pipelining is null ? [null] : pipelining.Select(p => (bool?)p))
                    {
                        DatapathConfiguration c = baseline.WithPartitions(partition) with { CycleTimeNanoseconds = cycleTime };
                        foreach (LoopLabel loop in loops)
                        {
                            c = c.WithUnrolling(loop.Function, loop.Label, unrolling);
                            if (pipelined is { } on) c = c.WithPipelining(loop.Function, loop.Label, on);
                        }
                        yield return new DesignPoint(FormattableString.Invariant($"u{unrolling}-p{partition}-ct{cycleTime}{(pipelined == true ? "-P" : "")}"), c);
                    }
                }
            }
        }
    }

    /// <summary>Runs every design on one trace, several at a time; the order and figures do not depend on how many.</summary>
    /// <param name="trace">The trace; it is shared, not copied.</param>
    /// <param name="points">The designs.</param>
    /// <param name="options">How the model runs.</param>
    /// <param name="parallelism">Designs at a time; 0 = one per processor.</param>
    /// <param name="progress">Told how many designs are done.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="Core.SmaugException">A design cannot run; the message says why.</exception>
    public static IReadOnlyList<DesignOutcome> Explore(
        KernelTrace trace, IEnumerable<DesignPoint> points, AladdinOptions? options = null, int parallelism = 0,
        IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        DesignPoint[] all = [.. points];
        var outcomes = new DesignOutcome[all.Length];
        int done = 0;
        try
        {
            Parallel.For(0, all.Length, new ParallelOptions
            {
                MaxDegreeOfParallelism = parallelism > 0 ? parallelism : Environment.ProcessorCount,
                CancellationToken = cancellation,
            }, i =>
            {
                outcomes[i] = new DesignOutcome(all[i], AladdinSimulator.Run(trace, all[i].Configuration, options, cancellation));
                progress?.Report(Interlocked.Increment(ref done));
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<Core.SmaugException>().FirstOrDefault() is { } first)
        {
            throw first;
        }
        return outcomes;
    }

    /// <summary>
    /// The designs that no other one beats in time, power and area together, fastest first. Equal designs are all kept.
    /// </summary>
    public static IReadOnlyList<DesignOutcome> Pareto(IEnumerable<DesignOutcome> outcomes)
    {
        DesignOutcome[] all = [.. outcomes];
        return [.. all.Where(a => !Array.Exists(all, b => Beats(b, a))).OrderBy(a => a.Time)];
    }

    private static bool Beats(DesignOutcome a, DesignOutcome b)
    {
        bool notWorse = a.Time <= b.Time && a.AverageMilliwatts <= b.AverageMilliwatts && a.AreaSquareMicrometres <= b.AreaSquareMicrometres;
        bool better = a.Time < b.Time || a.AverageMilliwatts < b.AverageMilliwatts || a.AreaSquareMicrometres < b.AreaSquareMicrometres;
        return notWorse && better;
    }
}
