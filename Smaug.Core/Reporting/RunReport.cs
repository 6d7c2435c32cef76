using System.Collections.Immutable;
using Smaug.Core.Graphs;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>
/// Where the time of one network run went. Every figure is defined in <c>docs/report-schema.md</c>; the parts add up to the
/// total to the picosecond, which <see cref="Verify"/> checks.
/// </summary>
public sealed record RunReport
{
    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>Name of the backend it was built for.</summary>
    public required string Backend { get; init; }

    /// <summary>Name of the SoC.</summary>
    public required string Soc { get; init; }

    /// <summary>How accelerators reached host memory.</summary>
    public required MemoryPolicy MemoryPolicy { get; init; }

    /// <summary>Accelerators in the pool.</summary>
    public required int Accelerators { get; init; }

    /// <summary>CPU threads that fill and gather tiles.</summary>
    public required int Threads { get; init; }

    /// <summary>The five parts of the run's time.</summary>
    public required TimeBreakdown Time { get; init; }

    /// <summary>One entry per operator that ran, in the order of execution.</summary>
    public required ImmutableArray<OperatorReport> Operators { get; init; }

    /// <summary>One entry per kernel launch, in the order of activation.</summary>
    public required ImmutableArray<InvocationReport> Invocations { get; init; }

    /// <summary>One entry per accelerator of the pool.</summary>
    public required ImmutableArray<AcceleratorReport> AcceleratorUse { get; init; }

    /// <summary>One entry per run of the network: one, unless a stream of inputs was asked for.</summary>
    public ImmutableArray<FrameReport> Frames { get; init; } = [];

    /// <summary>Bytes moved, by who moved them.</summary>
    public required TrafficReport Traffic { get; init; }

    /// <summary>Spans of work over time, when the run recorded them; else empty.</summary>
    public ImmutableArray<TimelineSpan> Timeline { get; init; } = [];

    /// <summary>
    /// Statistics of every component over the intervals between markers, when the run recorded them; else empty. Labels say what ends
    /// with the interval; names are those of the original simulator where it has the figure. <c>docs/statistics.md</c> lists them.
    /// </summary>
    public ImmutableArray<StatisticsSnapshot> Statistics { get; init; } = [];

    /// <summary>Remarks on the run, for example options that have no effect in the chosen mode.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Energy and area by component: cores, caches, interconnect, DRAM, accelerators.</summary>
    public ImmutableArray<ComponentEnergy> Components { get; init; } = [];

    /// <summary>Energy of all components.</summary>
    public Energy TotalEnergy => new(Components.Sum(c => c.Total.Picojoules));

    /// <summary>Energy of the accelerators.</summary>
    public Energy AcceleratorEnergy => new(AcceleratorUse.Sum(a => a.Energy.Picojoules));

    /// <summary>Multiply-accumulate operations of the network, from the shapes of its operators.</summary>
    public long MultiplyAccumulates => Operators.Sum(o => o.MultiplyAccumulates);

    /// <summary>Part of the run, between 0 and 1, in which at least one accelerator was busy.</summary>
    public double AcceleratorBusyShare => Share(AnyAcceleratorBusy, Time.Total);

    /// <summary>Time in which at least one accelerator was busy.</summary>
    public required SimTime AnyAcceleratorBusy { get; init; }

    /// <summary>Checks that the parts of the report add up.</summary>
    /// <exception cref="SimulationException">They do not; the message names the figures.</exception>
    public void Verify() => ReportConservation.Verify(this);

    internal double ShareOf(ComponentEnergy component) => TotalEnergy == Energy.Zero ? 0 : component.Total.Picojoules / TotalEnergy.Picojoules;

    internal static double Share(SimTime part, SimTime whole) =>
        whole.Picoseconds == 0 ? 0 : (double)part.Picoseconds / whole.Picoseconds;
}

/// <summary>The five parts into which the time of a run falls.</summary>
/// <param name="TensorPreparation">The CPU fills activation tiles.</param>
/// <param name="OperatorBody">Operators run, apart from reordering: accelerators transfer and compute, the CPU launches them or computes itself.</param>
/// <param name="TensorFinalization">The CPU gathers output tiles.</param>
/// <param name="Reordering">The CPU changes layouts or flattens.</param>
/// <param name="Other">The framework: begin and end of the network, choice of the next operator.</param>
public readonly record struct TimeBreakdown(
    SimTime TensorPreparation, SimTime OperatorBody, SimTime TensorFinalization, SimTime Reordering, SimTime Other)
{
    /// <summary>Time from the begin to the end of the network.</summary>
    public SimTime Total => TensorPreparation + OperatorBody + TensorFinalization + Reordering + Other;
}

/// <summary>Bytes moved in a run.</summary>
/// <param name="TransferInBytes">From host memory to the accelerators' scratchpads.</param>
/// <param name="TransferOutBytes">From the scratchpads to host memory.</param>
/// <param name="CpuReadBytes">Read by the CPU for tiles, layouts and operators.</param>
/// <param name="CpuWriteBytes">Written by the CPU.</param>
/// <param name="MemoryReadBytes">Read from DRAM, in whole accesses of <see cref="MemoryAccessBytes"/>.</param>
/// <param name="MemoryWriteBytes">Written to DRAM, in whole accesses.</param>
public readonly record struct TrafficReport(
    long TransferInBytes, long TransferOutBytes, long CpuReadBytes, long CpuWriteBytes, long MemoryReadBytes, long MemoryWriteBytes)
{
    /// <summary>
    /// Bytes of an access as bytes at DRAM count it: a cache line in the analytical memory model, a burst of the devices where DRAM is simulated line by line, so that
    /// a line that is shorter than a burst counts as much as one; 0 where the memory model does not say.
    /// </summary>
    public int MemoryAccessBytes { get; init; }
}
