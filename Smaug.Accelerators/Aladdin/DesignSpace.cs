using Smaug.Core.Units;

namespace Smaug.Accelerators.Aladdin;

/// <summary>One choice of a designer.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Configuration">The accelerator.</param>
public sealed record DesignPoint(string Name, DatapathConfiguration Configuration)
{
    /// <summary>What was chosen on each axis, in the order of the axes; empty for a design of one's own.</summary>
    public IReadOnlyList<DesignSetting> Settings { get; init; } = [];
}

/// <summary>One choice on one axis.</summary>
/// <param name="Axis">Name of the axis.</param>
/// <param name="Value">What was chosen, with its unit.</param>
public sealed record DesignSetting(string Axis, string Value);

/// <summary>What designs are compared by; the less, the better.</summary>
[Flags]
public enum DesignObjectives
{
    /// <summary>Time of all invocations.</summary>
    Time = 1,

    /// <summary>Average power.</summary>
    Power = 2,

    /// <summary>Area.</summary>
    Area = 4,

    /// <summary>Energy of all invocations.</summary>
    Energy = 8,
}

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
    /// <summary>Every combination of the axes' choices; the last axis runs fastest.</summary>
    /// <param name="baseline">The design that the choices change.</param>
    /// <param name="axes">What is varied.</param>
    /// <exception cref="Core.ConfigurationException">A combination is not a valid design; the message names it.</exception>
    public static IReadOnlyList<DesignPoint> Combine(DatapathConfiguration baseline, params IReadOnlyList<DesignAxis> axes)
    {
        List<DesignPoint> points = [new DesignPoint("", baseline)];
        foreach (DesignAxis axis in axes)
            points = [.. points.SelectMany(p => axis.Choices.Select(c => new DesignPoint("", c.Apply(p.Configuration)) { Settings = [.. p.Settings, new DesignSetting(axis.Name, c.Value)] }))];
        points = [.. points.Select(p => p with { Name = p.Settings.Count == 0 ? "baseline" : string.Join(", ", p.Settings.Select(s => $"{s.Axis} {s.Value}")) })];
        foreach (DesignPoint point in points) Named(point, () => point.Configuration.Validate());
        return points;
    }

    /// <summary>Runs every design on one trace, several at a time; the order and figures do not depend on how many.</summary>
    /// <param name="trace">The trace; it is shared, not copied.</param>
    /// <param name="points">The designs.</param>
    /// <param name="options">How the model runs.</param>
    /// <param name="parallelism">Designs at a time; 0 = one per processor.</param>
    /// <param name="progress">Told how many designs are done.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="Core.ConfigurationException">A design cannot run; the message says which, and why.</exception>
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
                Named(all[i], () => outcomes[i] = new DesignOutcome(all[i], AladdinSimulator.Run(trace, all[i].Configuration, options, cancellation)));
                progress?.Report(Interlocked.Increment(ref done));
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<Core.SmaugException>().FirstOrDefault() is { } first)
        {
            throw first;
        }
        return outcomes;
    }

    /// <summary>The designs that no other one beats, fastest first. Equal designs are all kept.</summary>
    /// <param name="outcomes">The designs.</param>
    /// <param name="objectives">What they are compared by; default time, power and area together.</param>
    public static IReadOnlyList<DesignOutcome> Pareto(
        IEnumerable<DesignOutcome> outcomes, DesignObjectives objectives = DesignObjectives.Time | DesignObjectives.Power | DesignObjectives.Area)
    {
        DesignOutcome[] all = [.. outcomes.OrderBy(o => o.Time)];
        double[][] figures = [.. all.Select(o => Figures(o, objectives))];
        return [.. all.Where((_, i) => !Array.Exists(figures, other => Beats(other, figures[i])))];
    }

    private static double[] Figures(DesignOutcome o, DesignObjectives objectives) =>
    [
        objectives.HasFlag(DesignObjectives.Time) ? o.Time.Picoseconds : 0,
        objectives.HasFlag(DesignObjectives.Power) ? o.AverageMilliwatts : 0,
        objectives.HasFlag(DesignObjectives.Area) ? o.AreaSquareMicrometres : 0,
        objectives.HasFlag(DesignObjectives.Energy) ? o.Energy.Picojoules : 0,
    ];

    private static bool Beats(double[] a, double[] b)
    {
        bool better = false;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] > b[i]) return false;
            better |= a[i] < b[i];
        }
        return better;
    }

    private static void Named(DesignPoint point, Action action)
    {
        try
        {
            action();
        }
        catch (Core.SmaugException e)
        {
            throw new Core.ConfigurationException($"Design '{point.Name}': {e.Message}", e);
        }
    }
}
