namespace Smaug.Cli;

/// <summary>
/// Bytes moved over time in a bounded number of equal intervals: when time outgrows them, neighbours are joined, so that a run of
/// any length fits.
/// </summary>
internal sealed class BandwidthSeries
{
    /// <summary>Most intervals held.</summary>
    public const int Intervals = 128;

    private readonly long[] _bytes = new long[Intervals];

    /// <summary>Length of one interval in the unit of the times.</summary>
    public long IntervalLength { get; private set; } = 1;

    /// <summary>Bytes of each interval up to the last one with any.</summary>
    public ReadOnlySpan<long> Bytes => _bytes.AsSpan(0, Array.FindLastIndex(_bytes, b => b != 0) + 1);

    /// <summary>Counts bytes at a time.</summary>
    /// <param name="time">At least 0.</param>
    /// <param name="bytes">Bytes moved.</param>
    public void Add(long time, long bytes)
    {
        while (time / IntervalLength >= Intervals) Join();
        _bytes[time / IntervalLength] += bytes;
    }

    private void Join()
    {
        for (int i = 0; i < Intervals / 2; i++) _bytes[i] = _bytes[2 * i] + _bytes[2 * i + 1];
        Array.Clear(_bytes, Intervals / 2, Intervals / 2);
        IntervalLength *= 2;
    }
}
