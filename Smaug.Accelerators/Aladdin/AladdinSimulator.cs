namespace Smaug.Accelerators.Aladdin;

/// <summary>The standalone model: every invocation of a trace from its graph to its figures.</summary>
public static class AladdinSimulator
{
    /// <summary>Runs a trace file (plain or gzip); one invocation at a time is in memory.</summary>
    /// <param name="tracePath">The trace.</param>
    /// <param name="configuration">The accelerator.</param>
    /// <param name="options">How the model runs.</param>
    /// <param name="progress">Told how many nodes of the invocation at hand have been read.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="Core.SmaugException">The trace or configuration cannot be used; the message says where and why.</exception>
    public static IEnumerable<AladdinResult> Run(
        string tracePath, DatapathConfiguration configuration, AladdinOptions? options = null, IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        using AladdinAccelerator accelerator = AladdinAccelerator.Open(tracePath, configuration, options);
        while (Next(accelerator, progress, cancellation) is { } result) yield return result;
    }

    /// <summary>Runs a trace in memory.</summary>
    /// <exception cref="Core.SmaugException">The trace and the configuration do not fit together.</exception>
    public static IReadOnlyList<AladdinResult> Run(
        KernelTrace trace, DatapathConfiguration configuration, AladdinOptions? options = null, CancellationToken cancellation = default)
    {
        using AladdinAccelerator accelerator = AladdinAccelerator.Create(trace, configuration, options);
        List<AladdinResult> results = [];
        while (Next(accelerator, null, cancellation) is { } result) results.Add(result);
        return results;
    }

    private static AladdinResult? Next(AladdinAccelerator accelerator, IProgress<long>? progress, CancellationToken cancellation)
    {
        if (accelerator.Begin(null, progress, cancellation) is not { } datapath) return null;
        AladdinAccelerator.Run(datapath, cancellation);
        return accelerator.Finish(datapath);
    }
}
