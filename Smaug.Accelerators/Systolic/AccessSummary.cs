namespace Smaug.Accelerators.Systolic;

/// <summary>First and last cycle of the accesses to one memory, and their number in words.</summary>
/// <param name="StartCycle">Cycle of the first access; negative before the array starts; null when there is none.</param>
/// <param name="StopCycle">Cycle of the last access; null when there is none.</param>
/// <param name="Words">Words read or written.</param>
public readonly record struct AccessSummary(long? StartCycle, long? StopCycle, long Words)
{
    /// <summary>Words per cycle from start to stop; 0 when there are no accesses.</summary>
    public double WordsPerCycle => StartCycle is { } start && StopCycle is { } stop ? (double)Words / (stop - start + 1) : 0;
}
