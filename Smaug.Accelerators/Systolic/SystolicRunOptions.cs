using System.Collections.Immutable;

namespace Smaug.Accelerators.Systolic;

/// <summary>What a run needs besides layers and configuration.</summary>
public sealed record SystolicRunOptions
{
    /// <summary>Layouts, for configurations with custom layouts: one row per layer, of which SCALE-Sim uses only the first.</summary>
    public ImmutableArray<LayerLayout> Layouts { get; init; } = [];

    /// <summary>
    /// Makes the memory behind the scratchpads of a layer, given its index; null for fixed bandwidth without latency. Only a
    /// fixed interface waits for it.
    /// </summary>
    public Func<int, IScratchpadMemory>? Memory { get; init; }

    /// <summary>Makes the receiver of a layer's traces, given its index; null for none. A disposable one is disposed after its layer.</summary>
    public Func<int, ITraceSink?>? Traces { get; init; }

    /// <summary>Layers simulated at the same time; 0 (default) for all processors. Results do not depend on it.</summary>
    public int Parallelism { get; init; }

    /// <summary>Told the number of finished layers.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Cancels the run.</summary>
    public CancellationToken Cancellation { get; init; }
}
