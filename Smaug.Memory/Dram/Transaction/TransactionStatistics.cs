using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>Counters of a <see cref="TransactionController"/> since its start.</summary>
public sealed class TransactionStatistics
{
    /// <summary>Read packets accepted.</summary>
    public long ReadPackets { get; internal set; }

    /// <summary>Write packets accepted.</summary>
    public long WritePackets { get; internal set; }

    /// <summary>Bursts of accepted read packets, those served by the write queue included.</summary>
    public long ReadBursts { get; internal set; }

    /// <summary>Bursts of accepted write packets, merged ones included.</summary>
    public long WriteBursts { get; internal set; }

    /// <summary>Read bursts that a queued write covered completely; they never reach the devices.</summary>
    public long ReadsServedByWriteQueue { get; internal set; }

    /// <summary>Write bursts dropped because a write to the same burst was queued.</summary>
    public long MergedWriteBursts { get; internal set; }

    /// <summary>Read bursts whose row was open when they were scheduled.</summary>
    public long ReadRowHits { get; internal set; }

    /// <summary>Write bursts whose row was open when they were scheduled.</summary>
    public long WriteRowHits { get; internal set; }

    /// <summary>Sum over scheduled read bursts of column command time less arrival.</summary>
    public SimTime ReadQueueTime => new(ReadQueueTimePicoseconds);

    /// <summary>Sum over scheduled write bursts of the time of the decision less arrival.</summary>
    public SimTime WriteQueueTime => new(WriteQueueTimePicoseconds);

    /// <summary>Sum over scheduled read bursts of end of data less arrival.</summary>
    public SimTime ReadAccessTime => new(ReadAccessTimePicoseconds);

    /// <summary>Sum over answered read packets of response less arrival, static latencies included.</summary>
    public SimTime ReadLatencySum => new(ReadLatencySumPicoseconds);

    /// <summary>Bytes of the write bursts that went to the devices (whole bursts).</summary>
    public long BytesWritten => Ranks.Sum(r => r.BytesWritten);

    /// <summary>Bytes of the read bursts that came from the devices (whole bursts).</summary>
    public long BytesRead => Ranks.Sum(r => r.BytesRead);

    /// <summary>Activates.</summary>
    public long Activates => Ranks.Sum(r => r.Activates);

    /// <summary>Precharges of single banks, automatic ones included, and banks closed for a refresh.</summary>
    public long Precharges => Ranks.Sum(r => r.Precharges);

    /// <summary>Time in which a bank was open or refreshed, summed over ranks; a span counts when it has ended.</summary>
    public SimTime ActiveTime => new(Ranks.Sum(r => r.ActivePicoseconds));

    /// <summary>Refreshes started.</summary>
    public long Refreshes => Ranks.Sum(r => r.Refreshes);

    /// <summary>Changes of the bus from reads to writes or back.</summary>
    public long BusTurnarounds { get; internal set; }

    /// <summary>The latest response time reported.</summary>
    public SimTime LastResponse => new(LastResponsePicoseconds);

    /// <summary>Time the data bus carried bursts.</summary>
    public SimTime BusBusy => new(Ranks.Sum(r => r.BusPicoseconds));

    /// <summary>The ranks of all channels.</summary>
    internal List<RankCounters> Ranks { get; } = [];

    // What is counted with every burst is counted in plain numbers.
    internal long ReadQueueTimePicoseconds { get; set; }

    internal long WriteQueueTimePicoseconds { get; set; }

    internal long ReadAccessTimePicoseconds { get; set; }

    internal long ReadLatencySumPicoseconds { get; set; }

    internal long LastResponsePicoseconds { get; set; }

    internal void Add(TransactionStatistics other)
    {
        ReadPackets += other.ReadPackets;
        WritePackets += other.WritePackets;
        ReadBursts += other.ReadBursts;
        WriteBursts += other.WriteBursts;
        ReadsServedByWriteQueue += other.ReadsServedByWriteQueue;
        MergedWriteBursts += other.MergedWriteBursts;
        ReadRowHits += other.ReadRowHits;
        WriteRowHits += other.WriteRowHits;
        ReadQueueTimePicoseconds += other.ReadQueueTimePicoseconds;
        WriteQueueTimePicoseconds += other.WriteQueueTimePicoseconds;
        ReadAccessTimePicoseconds += other.ReadAccessTimePicoseconds;
        ReadLatencySumPicoseconds += other.ReadLatencySumPicoseconds;
        Ranks.AddRange(other.Ranks);
        BusTurnarounds += other.BusTurnarounds;
        LastResponsePicoseconds = Math.Max(LastResponsePicoseconds, other.LastResponsePicoseconds);
    }
}
