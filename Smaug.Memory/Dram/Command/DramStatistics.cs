namespace Smaug.Memory.Dram.Command;

/// <summary>Counters of one channel or, merged, of a memory. Times are controller cycles.</summary>
public sealed class DramStatistics
{
    /// <summary>Reads accepted, forwarded ones included.</summary>
    public long Reads { get; internal set; }

    /// <summary>Writes accepted, coalesced ones included.</summary>
    public long Writes { get; internal set; }

    /// <summary>Reads served by a queued write of the same address.</summary>
    public long ReadsForwarded { get; internal set; }

    /// <summary>Writes absorbed by a queued write of the same address (rules of Ramulator 2.1).</summary>
    public long WritesCoalesced { get; internal set; }

    /// <summary>Reads whose row was open before their first command.</summary>
    public long ReadRowHits { get; internal set; }

    /// <summary>Reads whose bank was closed before their first command.</summary>
    public long ReadRowMisses { get; internal set; }

    /// <summary>Reads whose bank had another row open before their first command.</summary>
    public long ReadRowConflicts { get; internal set; }

    /// <summary>Writes whose row was open before their first command.</summary>
    public long WriteRowHits { get; internal set; }

    /// <summary>Writes whose bank was closed before their first command.</summary>
    public long WriteRowMisses { get; internal set; }

    /// <summary>Writes whose bank had another row open before their first command.</summary>
    public long WriteRowConflicts { get; internal set; }

    /// <summary>Reads and writes whose row was open.</summary>
    public long RowHits => ReadRowHits + WriteRowHits;

    /// <summary>Reads and writes whose bank was closed.</summary>
    public long RowMisses => ReadRowMisses + WriteRowMisses;

    /// <summary>Reads and writes whose bank had another row open.</summary>
    public long RowConflicts => ReadRowConflicts + WriteRowConflicts;

    /// <summary>Rows that were closed by a single-bank precharge without a column access.</summary>
    public long UselessActivates { get; internal set; }

    /// <summary>Read commands issued: reads served by the devices, their data delivered or on the way.</summary>
    public long ReadsIssued { get; internal set; }

    /// <summary>Refresh commands.</summary>
    public long Refreshes { get; internal set; }

    /// <summary>Write-clock synchronisations (LPDDR5).</summary>
    public long Synchronizations { get; internal set; }

    /// <summary>Sum over delivered reads of departure less arrival; without forwarded reads under the rules of Ramulator 1.</summary>
    public long ReadLatencySum { get; internal set; }

    /// <summary>Longest read latency.</summary>
    public long ReadLatencyMax => Histogram.Max;

    /// <summary><see cref="ReadLatencySum"/> over <see cref="Reads"/>; 0 without reads.</summary>
    public double ReadLatencyAverage => Reads == 0 ? 0 : (double)ReadLatencySum / Reads;

    /// <summary>Latencies of all delivered reads, forwarded ones (1 cycle) included.</summary>
    public LatencyHistogram Histogram { get; } = new();

    /// <summary>Sum over cycles of reads queued or waiting for data, and writes queued.</summary>
    public long QueueLengthSum => ReadQueueLengthSum + WriteQueueLengthSum;

    /// <summary>Sum over cycles of reads queued or waiting for data.</summary>
    public long ReadQueueLengthSum { get; internal set; }

    /// <summary>Sum over cycles of writes queued (not those whose row was already opened for them).</summary>
    public long WriteQueueLengthSum { get; internal set; }

    /// <summary>Bytes moved for requests that went to the devices.</summary>
    public long TransactionBytes { get; internal set; }

    internal void Add(DramStatistics other)
    {
        Reads += other.Reads;
        Writes += other.Writes;
        ReadsForwarded += other.ReadsForwarded;
        WritesCoalesced += other.WritesCoalesced;
        ReadRowHits += other.ReadRowHits;
        ReadRowMisses += other.ReadRowMisses;
        ReadRowConflicts += other.ReadRowConflicts;
        WriteRowHits += other.WriteRowHits;
        WriteRowMisses += other.WriteRowMisses;
        WriteRowConflicts += other.WriteRowConflicts;
        UselessActivates += other.UselessActivates;
        ReadsIssued += other.ReadsIssued;
        Refreshes += other.Refreshes;
        Synchronizations += other.Synchronizations;
        ReadLatencySum += other.ReadLatencySum;
        ReadQueueLengthSum += other.ReadQueueLengthSum;
        WriteQueueLengthSum += other.WriteQueueLengthSum;
        TransactionBytes += other.TransactionBytes;
        Histogram.Add(other.Histogram);
    }
}

/// <summary>
/// Counts of read latencies, one bin per cycle; latencies beyond the last bin (2^20 cycles) are counted together there.
/// </summary>
public sealed class LatencyHistogram
{
    private const int MaxBins = (1 << 20) + 1;
    private long[] _counts = new long[1 << 13];

    /// <summary>The longest latency seen, exact even beyond the last bin.</summary>
    public long Max { get; private set; }

    /// <summary>Number of latencies recorded.</summary>
    public long Total { get; private set; }

    /// <summary>Reads with a latency of this many cycles.</summary>
    public long this[int cycles] => cycles < _counts.Length ? _counts[cycles] : 0;

    /// <summary>The latencies that occurred, in rising order, with their counts.</summary>
    public IEnumerable<(long Cycles, long Count)> Bins
    {
        get
        {
            for (int i = 0; i < _counts.Length; i++)
            {
                if (_counts[i] != 0) yield return (i, _counts[i]);
            }
        }
    }

    /// <summary>The smallest latency that at least this share of the reads does not exceed; 0 without reads.</summary>
    /// <param name="share">From 0 to 1, for example 0.99.</param>
    public long Percentile(double share)
    {
        long needed = (long)Math.Ceiling(share * Total), seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= needed && seen > 0) return i;
        }

        return Max;
    }

    internal void Record(long latency) => Record(latency, 1);

    internal void Add(LatencyHistogram other)
    {
        foreach ((long cycles, long count) in other.Bins) Record(cycles, count);
        Max = Math.Max(Max, other.Max);
    }

    private void Record(long latency, long count)
    {
        int bin = (int)Math.Min(latency, MaxBins - 1);
        if (bin >= _counts.Length) Array.Resize(ref _counts, Math.Min(MaxBins, Math.Max(bin + 1, 2 * _counts.Length)));
        _counts[bin] += count;
        Total += count;
        if (latency > Max) Max = latency;
    }
}
