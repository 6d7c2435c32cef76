namespace Smaug.Accelerators.LoopNests;

/// <summary>
/// Closed forms for the cycles of loops on a datapath whose functional units are unlimited and whose scratchpad partitions
/// have a few ports: only dependences, ports and loop boundaries cost time. A boundary is a barrier: every operation of an
/// iteration completes before the next iteration starts, unless the loop is pipelined.
/// </summary>
public static class LoopCycles
{
    /// <summary>Cycles that the branch at the end of an iteration takes: control dependences always cost one.</summary>
    public const int Boundary = 1;

    /// <summary>A loop whose iterations follow each other.</summary>
    /// <param name="trips">Iterations, or groups of unrolled iterations.</param>
    /// <param name="iteration">Cycles of one, with its boundary.</param>
    public static long Sequential(long trips, long iteration) => trips * iteration;

    /// <summary>A pipelined loop: an iteration starts before the one before it is done.</summary>
    /// <param name="trips">Iterations; none take no time.</param>
    /// <param name="depth">Cycles from the start of an iteration to its end.</param>
    /// <param name="interval">Cycles between the starts of neighbouring iterations.</param>
    public static long Pipelined(long trips, long depth, long interval) => trips <= 0 ? 0 : depth + (trips - 1) * interval;

    /// <summary>Cycles that some accesses to one array need when no more than a number of them is served per cycle.</summary>
    /// <param name="accesses">Reads and writes.</param>
    /// <param name="perCycle">Accesses per cycle: ports times the partitions that the accesses are spread over; at least 1.</param>
    public static long PortBound(long accesses, long perCycle) => (accesses + perCycle - 1) / perCycle;

    /// <summary>Initiation interval: what the recurrence and the busiest array allow, whichever is longer; at least 1.</summary>
    /// <param name="recurrence">Cycles from an iteration's use of a value to its result for the next iteration; 0 for none.</param>
    /// <param name="portBound">Cycles of the busiest array.</param>
    public static long Interval(long recurrence, long portBound) => Math.Max(1, Math.Max(recurrence, portBound));

    /// <summary>Iterations divided by a factor, rounded up.</summary>
    public static long DivideUp(long value, long divisor) => (value + divisor - 1) / divisor;
}
