using Smaug.Accelerators.Smv.Engine;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;

namespace Smaug.Cli;

/// <summary>What one way of sampling a network's kernels costs and gives, beside no sampling.</summary>
internal sealed record SamplingFigures
{
    public required string Network { get; init; }
    public required Sampling Sampling { get; init; }

    /// <summary>Dynamic instructions of the traces that were simulated.</summary>
    public required long Instructions { get; init; }

    /// <summary>Instructions without sampling divided by <see cref="Instructions"/>.</summary>
    public required double FewerInstructions { get; init; }

    /// <summary>Processor time, s: the median of the rounds.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Processor time without sampling divided by that with it, of the same round: the median of the rounds.</summary>
    public required double Speedup { get; init; }

    /// <summary>Sum of all launches, in accelerator cycles.</summary>
    public required long Cycles { get; init; }

    /// <summary>How far <see cref="Cycles"/> are from those without sampling.</summary>
    public required double CyclesErrorPercent { get; init; }

    /// <summary>The launch that is furthest off, without its sign.</summary>
    public required double LargestErrorPercent { get; init; }

    public required double TimeMicroseconds { get; init; }

    public required double TimeErrorPercent { get; init; }
}

/// <summary>
/// Runs a network with its kernels traced and scheduled, without and with sampling. Each round runs all ways of sampling one
/// after another, so that what else the machine does meets all of them alike; launches with equal arguments are simulated once.
/// </summary>
internal sealed class SamplingStudy(int rounds)
{
    /// <summary>Studies one network.</summary>
    /// <param name="network">The network, for the SMV backend.</param>
    /// <param name="samplings">The ways of sampling; no sampling is added in front.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    public IReadOnlyList<SamplingFigures> Run(Graph network, IReadOnlyList<Sampling> samplings, CancellationToken cancellationToken)
    {
        Sampling[] all = [Sampling.Off, .. samplings];
        var runs = new Measured[rounds, all.Length];

        // Compiles the code that the first round would otherwise be charged for.
        Measure(network, new Sampling(SamplingLevel.VeryHigh), cancellationToken);
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < all.Length; i++)
            {
                runs[round, i] = Measure(network, all[i], cancellationToken);
                if (runs[round, i].Cycles != runs[0, i].Cycles) throw new SimulationException($"network '{network.Name}': two equal runs differ: {runs[0, i].Cycles} and {runs[round, i].Cycles} cycles");
            }
        }

        return [.. Enumerable.Range(0, all.Length).Select(i => Figures(network.Name, all[i], runs, i))];
    }

    private SamplingFigures Figures(string network, Sampling sampling, Measured[,] runs, int i)
    {
        (Measured none, Measured own) = (runs[0, 0], runs[0, i]);
        return new SamplingFigures
        {
            Network = network,
            Sampling = sampling,
            Instructions = own.Instructions,
            FewerInstructions = (double)none.Instructions / own.Instructions,
            CpuSeconds = Median(r => runs[r, i].CpuSeconds),
            Speedup = Median(r => runs[r, 0].CpuSeconds / runs[r, i].CpuSeconds),
            Cycles = own.Cycles,
            CyclesErrorPercent = Percent(own.Cycles, none.Cycles),
            LargestErrorPercent = own.Report.Invocations.Zip(none.Report.Invocations, (a, b) => Math.Abs(Percent(a.Cycles, b.Cycles))).DefaultIfEmpty().Max(),
            TimeMicroseconds = own.Report.Time.Total.Microseconds,
            TimeErrorPercent = Percent(own.Report.Time.Total.Microseconds, none.Report.Time.Total.Microseconds),
        };
    }

    private static Measured Measure(Graph network, Sampling sampling, CancellationToken cancellationToken)
    {
        var engine = new SmvAladdinModel();
        Soc soc = new SocBuilder().WithEngine(engine).Build();
        ExecutionPlan plan = soc.Plan(network, cancellationToken);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        RunReport report = soc.Run(plan, new RunOptions { Sampling = sampling }, cancellationToken).Report;
        return new Measured(report, engine.TracedInstructions, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private double Median(Func<int, double> value)
    {
        double[] sorted = [.. Enumerable.Range(0, rounds).Select(value).Order()];
        return rounds % 2 == 1 ? sorted[rounds / 2] : (sorted[rounds / 2 - 1] + sorted[rounds / 2]) / 2;
    }

    private static double Percent(double value, double reference) => 100 * (value / reference - 1);

    private readonly record struct Measured(RunReport Report, long Instructions, double CpuSeconds)
    {
        public long Cycles => Report.Invocations.Sum(i => i.Cycles);
    }
}
