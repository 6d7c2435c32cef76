using System.Text.Json.Serialization;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Aladdin;

/// <summary>Size and dependences of an invocation's graph.</summary>
/// <param name="Nodes">Dynamic instructions.</param>
/// <param name="Edges">Distinct dependences (ordered pairs) as traced.</param>
/// <param name="RegisterEdgeInsertions">Register dependences, repeated pairs counted each time.</param>
/// <param name="MemoryEdges">Distinct pairs dependent through memory.</param>
/// <param name="ControlEdges">Distinct pairs ordered by calls, returns and fences.</param>
/// <param name="ConnectedNodes">Nodes that are scheduled after optimisation.</param>
/// <param name="ScheduledEdges">Edges after optimisation.</param>
public sealed record GraphStatistics(
    int Nodes, int Edges, long RegisterEdgeInsertions, long MemoryEdges, long ControlEdges, int ConnectedNodes, int ScheduledEdges);

/// <summary>How many functional units the datapath needs.</summary>
/// <param name="SingleMultipliers">32-bit floating-point multipliers.</param>
/// <param name="SingleAdders">32-bit floating-point adders.</param>
/// <param name="DoubleMultipliers">64-bit floating-point multipliers.</param>
/// <param name="DoubleAdders">64-bit floating-point adders.</param>
/// <param name="SpecialMath">Special-function units.</param>
/// <param name="Multipliers">32-bit integer multipliers.</param>
/// <param name="Adders">32-bit integer adders.</param>
/// <param name="Bitwise">32-bit bitwise operators.</param>
/// <param name="Shifters">32-bit shifters.</param>
/// <param name="Registers">32-bit registers for values that live across cycles.</param>
public sealed record UnitCounts(
    int SingleMultipliers, int SingleAdders, int DoubleMultipliers, int DoubleAdders, int SpecialMath,
    int Multipliers, int Adders, int Bitwise, int Shifters, int Registers);

/// <summary>One scratchpad's use.</summary>
/// <param name="Array">Array name.</param>
/// <param name="Bytes">Size, bytes.</param>
/// <param name="Partitions">Partitions.</param>
/// <param name="WordBytes">Word size, bytes.</param>
/// <param name="Reads">Reads of all partitions.</param>
/// <param name="Writes">Writes of all partitions.</param>
public sealed record ScratchpadUse(string Array, long Bytes, int Partitions, int WordBytes, long Reads, long Writes);

/// <summary>What one loop took.</summary>
/// <param name="Function">Function name.</param>
/// <param name="Label">Statement label.</param>
/// <param name="Line">Source line.</param>
/// <param name="Iterations">Iterations, or groups of unrolled iterations, that were run.</param>
/// <param name="TotalCycles">Cycles from the start to the end of each, summed.</param>
/// <param name="ShortestCycles">The fastest.</param>
/// <param name="LongestCycles">The slowest.</param>
/// <param name="InitiationInterval">Mean cycles between the ends of neighbouring iterations of one execution of the loop; 0 with a single one.</param>
/// <param name="IsPipelined">Iterations overlap.</param>
/// <param name="SamplingFactor">Iterations each one stands for; 1 without sampling.</param>
public sealed record LoopStatistics(
    string Function, string Label, int Line, int Iterations, long TotalCycles, int ShortestCycles, int LongestCycles,
    [property: JsonPropertyName("initiationIntervalCycles")] double InitiationInterval, bool IsPipelined, float SamplingFactor);

/// <summary>What one function executed.</summary>
/// <param name="Function">Function name.</param>
/// <param name="Nodes">Scheduled nodes.</param>
/// <param name="Loads">Loads.</param>
/// <param name="Stores">Stores.</param>
/// <param name="Computations">Integer and floating-point operations that need a unit.</param>
/// <param name="FirstCycle">Cycle in which its first node started.</param>
/// <param name="LastCycle">Cycle in which its last node completed.</param>
public sealed record FunctionStatistics(string Function, int Nodes, int Loads, int Stores, int Computations, int FirstCycle, int LastCycle);

/// <summary>Average power, mW. The averages run over all reported cycles, upsampled ones included.</summary>
/// <param name="UnitDynamic">Dynamic power of functional units and registers.</param>
/// <param name="UnitLeakage">Leakage of functional units and registers.</param>
/// <param name="MemoryDynamic">Dynamic power of scratchpads.</param>
/// <param name="MemoryLeakage">Leakage of scratchpads.</param>
public sealed record PowerBreakdown(double UnitDynamic, double UnitLeakage, double MemoryDynamic, double MemoryLeakage)
{
    /// <summary>Functional units and registers, mW.</summary>
    public double Units => UnitDynamic + UnitLeakage;

    /// <summary>Scratchpads, mW.</summary>
    public double Memory => MemoryDynamic + MemoryLeakage;

    /// <summary>Everything, mW.</summary>
    public double Total => Units + Memory;
}

/// <summary>Silicon area, um² in 40 nm.</summary>
/// <param name="Units">Functional units and registers.</param>
/// <param name="Memory">Scratchpads.</param>
public sealed record AreaBreakdown(double Units, double Memory)
{
    /// <summary>Everything, um².</summary>
    public double Total => Units + Memory;
}

/// <summary>What one invocation of an accelerator takes: time, units, power, area.</summary>
public sealed record AladdinResult
{
    /// <summary>Number of the invocation in its trace, from 0.</summary>
    public required int Invocation { get; init; }

    /// <summary>The function that was called.</summary>
    public required string TopFunction { get; init; }

    /// <summary>Clock period, ns.</summary>
    public required double CycleTimeNanoseconds { get; init; }

    /// <summary>Cycles from start to end, upsampled ones included.</summary>
    public required long Cycles { get; init; }

    /// <summary>Of those, cycles that sampling left out and that were added by scaling.</summary>
    public required long UpsampledCycles { get; init; }

    /// <summary>Cycles in which no functional unit works (exact mode: single-precision adders do not count as work).</summary>
    public required long IdleCycles { get; init; }

    /// <summary>The graph.</summary>
    public required GraphStatistics Graph { get; init; }

    /// <summary>Functional units.</summary>
    public required UnitCounts Units { get; init; }

    /// <summary>Average power, mW.</summary>
    public required PowerBreakdown Power { get; init; }

    /// <summary>Area, um².</summary>
    public required AreaBreakdown Area { get; init; }

    /// <summary>Scratchpads in configuration order; in exact mode counters run on over the invocations of one run.</summary>
    public required IReadOnlyList<ScratchpadUse> Scratchpads { get; init; }

    /// <summary>Labelled loops in ascending source line.</summary>
    public required IReadOnlyList<LoopStatistics> Loops { get; init; }

    /// <summary>Functions in order of first execution.</summary>
    public required IReadOnlyList<FunctionStatistics> Functions { get; init; }

    /// <summary>Per-cycle activity, when it was asked for.</summary>
    public ActivityTrace? Activity { get; init; }

    /// <summary>Time from start to end.</summary>
    public SimTime Time => SimTime.FromPicoseconds((long)Math.Round(Cycles * CycleTimeNanoseconds * 1000));

    /// <summary>Energy of the invocation: average power times time.</summary>
    public Energy Energy => new(Power.Total * Cycles * CycleTimeNanoseconds);
}
