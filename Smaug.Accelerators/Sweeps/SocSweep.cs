using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;

namespace Smaug.Sweeps;

/// <summary>
/// Runs networks on every SoC of a sweep, several at a time, and gives the same result whatever their number.
/// <code>
/// SweepSpecification sweep = new SweepSpecification().With("num_accels", "1", "2", "4").With("soc_interface", "dma", "acp");
/// SweepResult result = SocSweep.Run(sweep, network, new SweepOptions { Folder = "sweep" });
/// </code>
/// </summary>
public static class SocSweep
{
    /// <summary>Runs one network on all points.</summary>
    /// <param name="sweep">What to go through; without the parameter <see cref="SweepParameters.Network"/>.</param>
    /// <param name="network">The network.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Stops it; finished points stay in the folder.</param>
    /// <exception cref="SmaugException">A value is wrong, or a point cannot be run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static SweepResult Run(SweepSpecification sweep, Graph network, SweepOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (sweep.Axes.Any(a => a.Parameter == SweepParameters.Network)) throw new ConfigurationException($"the sweep has a parameter {SweepParameters.Network}: give a function that makes networks of names");
        return Run(sweep, _ => network, options, cancellationToken);
    }

    /// <summary>Runs the networks that the sweep names.</summary>
    /// <param name="sweep">What to go through.</param>
    /// <param name="network">Makes the network of a name; asked once for each, and with an empty name where the sweep has no parameter <see cref="SweepParameters.Network"/>.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Stops it; finished points stay in the folder.</param>
    /// <exception cref="SmaugException">A value is wrong, or a point cannot be run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static SweepResult Run(SweepSpecification sweep, Func<string, Graph> network, SweepOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SweepOptions();
        options.Validate();
        ImmutableArray<SweepPoint> points = sweep.Points(options.Soc);
        var networks = new Dictionary<string, Graph>(StringComparer.Ordinal);
        foreach (string name in points.Select(p => p.Network ?? "").Distinct()) networks.Add(name, network(name));
        var store = options.Folder is { } folder ? new SweepStore(folder) : null;
        var rows = new SweepRow[points.Length];
        (int done, int resumed) = (0, 0);
        new ComputeOptions { Threads = options.Jobs, CancellationToken = cancellationToken }.ForEach(points.Length, i =>
        {
            SweepPoint point = points[i];
            Graph graph = networks[point.Network ?? ""];
            if (point.Policy != MemoryPolicy.Unknown) graph = graph.WithMemoryPolicy(point.Policy);
            string key = SweepStore.Key(point.Soc, graph, options.Sampling);
            StoredPoint? known = store?.Find(i, key);
            StoredPoint found = known ?? Simulate(key, point, graph, options, cancellationToken);
            if (known is null) store?.Keep(i, found);
            else Interlocked.Increment(ref resumed);
            rows[i] = new SweepRow(i, point.Network ?? graph.Name, point.Values, found.Figures) { Notes = found.Notes };
            options.Progress?.Report(new SweepProgress(Interlocked.Increment(ref done), points.Length, Volatile.Read(ref resumed)));
        });
        return new SweepResult(sweep, [.. rows], resumed);
    }

    private static StoredPoint Simulate(string key, SweepPoint point, Graph graph, SweepOptions options, CancellationToken cancellationToken)
    {
        RunReport report = new SocBuilder(point.Soc).Build().Run(graph, new RunOptions { Sampling = options.Sampling }, cancellationToken).Report;
        return new StoredPoint(key, SweepFigures.Of(report), report.Notes);
    }
}
