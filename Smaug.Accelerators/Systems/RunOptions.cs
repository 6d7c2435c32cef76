using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>How a network is run on an SoC.</summary>
public sealed record RunOptions
{
    /// <summary>Whether values are computed besides the time; default false. They need the model's parameters.</summary>
    public bool ComputeValues { get; init; }

    /// <summary>How accelerators reach host memory; <see cref="MemoryPolicy.Unknown"/>, the default, takes the graph's own policy.</summary>
    public MemoryPolicy MemoryPolicy { get; init; }

    /// <summary>Which loops of the kernels are sampled and scaled up; default none.</summary>
    public Sampling Sampling { get; init; } = Sampling.Off;

    /// <summary>Whether the report has a timeline; default false, since it is large.</summary>
    public bool RecordTimeline { get; init; }

    /// <summary>Whether the report has statistics of every component, dumped at the markers of the network and its operators; default false.</summary>
    public bool RecordStatistics { get; init; }

    /// <summary>How many times the network runs, one input after the other; default 1. The memory system keeps its state between
    /// them, and a source of frames (<see cref="SocBuilder.WithFrameSource"/>) decides when each may begin.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>
    /// Simulated time by which the run must have ended: one that has not is an error that names who waits. Null, the default, for no limit;
    /// a component that never ends, such as a source that never offers a frame, then makes a run that never ends.
    /// </summary>
    public SimTime? MaximumTime { get; init; }

    /// <summary>Remarks that the report is to carry, for example on options without effect.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>How values are computed.</summary>
    public FunctionalOptions Values { get; init; } = new();

    /// <summary>Told at the begin of each operator's simulation.</summary>
    public IProgress<RunProgress>? Progress { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(MemoryPolicy)) throw new ConfigurationException($"RunOptions.MemoryPolicy = {(int)MemoryPolicy}: must be AllDma, AllAcp or AllAcpWithDmaForWeights");
        if (Frames < 1) throw new ConfigurationException($"RunOptions.Frames = {Frames}: must be at least 1");
        if (MaximumTime is { } limit && limit <= SimTime.Zero) throw new ConfigurationException($"RunOptions.MaximumTime = {limit}: must be above 0");
        Sampling.Validate();
    }
}

/// <summary>How far a run has come.</summary>
/// <param name="Operator">Name of the operator that begins.</param>
/// <param name="Done">Operators that have been simulated.</param>
/// <param name="Total">Operators of the network.</param>
public readonly record struct RunProgress(string Operator, int Done, int Total);

/// <summary>What a run gave.</summary>
/// <param name="Report">Where the time went.</param>
/// <param name="Plan">How the network was tiled and launched.</param>
/// <param name="Values">What the network computed; null when no values were asked for.</param>
public sealed record RunResult(RunReport Report, ExecutionPlan Plan, FunctionalResult? Values);
