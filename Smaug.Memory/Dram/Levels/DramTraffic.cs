using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Levels;

/// <summary>What a main memory did since its start. A burst is one access of the devices.</summary>
public readonly record struct DramTraffic
{
    /// <summary>Read packets accepted.</summary>
    public long ReadPackets { get; init; }

    /// <summary>Write packets accepted.</summary>
    public long WritePackets { get; init; }

    /// <summary>Bursts of the read packets, those that a queued write served included.</summary>
    public long ReadBursts { get; init; }

    /// <summary>Bursts of the write packets, those that joined a queued write included.</summary>
    public long WriteBursts { get; init; }

    /// <summary>Read bursts that the devices have begun to serve.</summary>
    public long DeviceReads { get; init; }

    /// <summary>Write bursts that the devices have begun to serve; others still wait in a queue.</summary>
    public long DeviceWrites { get; init; }

    /// <summary>Read bursts that found their row open; 0 where there are no rows.</summary>
    public long ReadRowHits { get; init; }

    /// <summary>Write bursts that found their row open; 0 where there are no rows.</summary>
    public long WriteRowHits { get; init; }

    /// <summary>Time in which data was on the bus, mean of all channels.</summary>
    public SimTime BusBusy { get; init; }

    /// <summary>Bytes of one burst.</summary>
    public int BurstBytes { get; init; }

    /// <summary>Bytes read by the requesters, in whole bursts.</summary>
    public long ReadBytes => ReadBursts * BurstBytes;

    /// <summary>Bytes written by the requesters, in whole bursts.</summary>
    public long WriteBytes => WriteBursts * BurstBytes;
}
