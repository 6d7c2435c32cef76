using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin;

/// <summary>
/// A trace in memory: the invocations of one accelerator program, ready for any number of configurations. Immutable once
/// made; safe to share between threads.
/// </summary>
public sealed class KernelTrace
{
    private readonly bool readyMode;
    private readonly bool byteAccurate;

    internal KernelTrace(TraceProgram program, IReadOnlyList<DynamicTrace> invocations, bool readyMode, bool byteAccurate)
    {
        Program = program;
        Invocations = invocations;
        this.readyMode = readyMode;
        this.byteAccurate = byteAccurate;
    }

    /// <summary>Number of top-level calls.</summary>
    public int InvocationCount => Invocations.Count;

    /// <summary>Dynamic instructions of all invocations.</summary>
    public long NodeCount => Invocations.Sum(i => (long)i.NodeCount);

    /// <summary>The labelled loops and statements of the traced program, in ascending source line, inlined ones also under their callers.</summary>
    public IReadOnlyList<LoopLabel> Labels => [.. Program.Labels.Entries.Select(e => new LoopLabel(e.Function, e.Label)).Distinct()];

    internal TraceProgram Program { get; }

    internal IReadOnlyList<DynamicTrace> Invocations { get; }

    /// <summary>Reads a whole trace file into memory, for use with several configurations.</summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <param name="options">Numbering and fidelity.</param>
    /// <param name="readyMode">Record dependences for full/empty bits.</param>
    /// <param name="progress">Told how many nodes of the invocation at hand have been read.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="InputFormatException">The file cannot be read.</exception>
    public static KernelTrace Read(
        string path, AladdinOptions? options = null, bool readyMode = false, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new AladdinOptions();
        using TraceReader reader = TraceReader.Open(path, options.Numbering, readyMode, options.ByteAccurate);
        List<DynamicTrace> invocations = [];
        while (reader.Next(progress, cancellation) is { } trace) invocations.Add(trace);
        return new KernelTrace(reader.Program, invocations, readyMode, options.ByteAccurate);
    }

    internal void CheckFits(DatapathConfiguration configuration, AladdinOptions options)
    {
        if (configuration.ReadyMode != readyMode)
            throw new ConfigurationException($"The trace was recorded with ready mode {(readyMode ? "on" : "off")}, the configuration has it {(readyMode ? "off" : "on")}; record it again.");
        if (options.ByteAccurate != byteAccurate)
            throw new ConfigurationException($"The trace was recorded for {(byteAccurate ? "corrected" : "reference-exact")} dependences, the options ask for {options.Fidelity}; record it again.");
    }
}
