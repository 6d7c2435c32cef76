namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// What an estimating read scratchpad fetches. An event is the line on which half of the scratchpad has been filled with
/// words that were new since the previous event.
/// </summary>
/// <param name="Misses">Words fetched.</param>
/// <param name="Events">Number of events.</param>
/// <param name="FirstLine">First demand line with a request; -1 for none.</param>
/// <param name="LastEventLine">Line of the last event; -1 for none.</param>
internal readonly record struct EstimatedTraffic(long Misses, long Events, long FirstLine, long LastEventLine);

/// <summary>Sizes that an estimating read scratchpad derives from its capacity.</summary>
internal readonly record struct EstimateSizes(long SetWords)
{
    /// <summary>Sets per half of the scratchpad.</summary>
    public const int SetsPerHalf = 50;

    /// <summary>Words per row of the first burst.</summary>
    public const int FirstBurstWords = 10;

    public static EstimateSizes For(int kilobytes) => new(kilobytes * 1024L / (2 * SetsPerHalf));

    /// <summary>Distinct words from one event to the next.</summary>
    public long EventWords => SetsPerHalf * SetWords;

    public static long Ceiling(long dividend, long divisor) => (dividend + divisor - 1) / divisor;

    /// <summary>DRAM accesses as reported, in cycles with stalls.</summary>
    /// <param name="traffic">What is fetched.</param>
    /// <param name="firstCycle">Cycle of the first line with a request.</param>
    /// <param name="lastEventCycle">Cycle of the last event.</param>
    public AccessSummary Summarise(EstimatedTraffic traffic, long firstCycle, long lastEventCycle)
    {
        if (traffic.Misses == 0) return new AccessSummary(null, null, 0);
        if (traffic.Events == 0)
        {
            long sets = Ceiling(traffic.Misses, SetWords);
            return new AccessSummary(-Ceiling(sets * SetWords, FirstBurstWords), -1, traffic.Misses);
        }

        return new AccessSummary(firstCycle - Ceiling(EventWords, FirstBurstWords), lastEventCycle + 1, traffic.Misses);
    }
}
