using System.Globalization;
using System.Numerics;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>
/// One channel of DRAM and its transaction-level controller: organisation, timing, queues and policies. Presets come
/// from <see cref="TransactionPresets"/>; change one with a <c>with</c> expression.
/// </summary>
public sealed record TransactionConfiguration
{
    /// <summary>Name of the preset this configuration came from; only for messages and reports.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>Capacity of one device in bytes.</summary>
    public long DeviceBytes { get; init; }

    /// <summary>Data pins of one device.</summary>
    public int DeviceBusBits { get; init; }

    /// <summary>Beats of one burst.</summary>
    public int BurstLength { get; init; }

    /// <summary>Bytes of one row in one device.</summary>
    public int DeviceRowBytes { get; init; }

    /// <summary>Devices that work side by side in a rank.</summary>
    public int DevicesPerRank { get; init; }

    /// <summary>Ranks of the channel.</summary>
    public int Ranks { get; init; }

    /// <summary>Bank groups of a rank; 0 for devices without bank groups.</summary>
    public int BankGroups { get; init; }

    /// <summary>Banks of a rank, over all bank groups.</summary>
    public int BanksPerRank { get; init; }

    /// <summary>Whether the device has a delay-locked loop (kept for power-down exit times; power-down is not modelled).</summary>
    public bool HasDll { get; init; }

    /// <summary>Bytes of memory behind the controller; null: the capacity of the devices. Decides how many rows a bank has.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Bursts that the write queue holds.</summary>
    public int WriteQueueBursts { get; init; } = 64;

    /// <summary>Bursts that the read queue and the read responses in flight hold together.</summary>
    public int ReadQueueBursts { get; init; } = 32;

    /// <summary>Fill of the write queue, in per cent, above which the bus turns to writes. Default 85.</summary>
    public int WriteHighPercent { get; init; } = 85;

    /// <summary>Fill of the write queue, in per cent, above which idle reads let writes go. Default 50.</summary>
    public int WriteLowPercent { get; init; } = 50;

    /// <summary>Writes done before waiting reads may turn the bus back. Default 16.</summary>
    public int MinWritesPerSwitch { get; init; } = 16;

    /// <summary>Accesses after which a row is closed whatever the policy. Default 16; 0: no limit.</summary>
    public int MaxAccessesPerRow { get; init; } = 16;

    /// <summary>Page policy. Default open-adaptive.</summary>
    public TransactionPagePolicy PagePolicy { get; init; } = TransactionPagePolicy.OpenAdaptive;

    /// <summary>Scheduler. Default first-ready first-come-first-served.</summary>
    public TransactionScheduler Scheduler { get; init; } = TransactionScheduler.FrFcfs;

    /// <summary>Address mapping. Default row, rank, bank, column.</summary>
    public TransactionMapping Mapping { get; init; } = TransactionMapping.RoRaBaCoCh;

    /// <summary>Bytes that go to one channel before the next one (only for RoCoRaBaCh); null: one channel.</summary>
    public int? ChannelInterleaveBytes { get; init; }

    /// <summary>Time of the front end, part of every response. Default 10 ns.</summary>
    public SimTime FrontendLatency { get; init; } = SimTime.FromNanoseconds(10);

    /// <summary>Time of the back end, part of every read response from the devices. Default 10 ns.</summary>
    public SimTime BackendLatency { get; init; } = SimTime.FromNanoseconds(10);

    /// <summary>Timing of the devices.</summary>
    public TransactionTiming Timing { get; init; } = new();

    /// <summary>Currents and voltages for the energy model; all zero where the preset has none.</summary>
    public DramCurrents Currents { get; init; } = new();

    /// <summary>Bytes moved by one burst of a rank.</summary>
    public int BurstBytes => DevicesPerRank * DeviceBusBits * BurstLength / 8;

    /// <summary>Bytes of one row of a rank.</summary>
    public int RowBytes => DevicesPerRank * DeviceRowBytes;

    /// <summary>Bytes of the devices of all ranks.</summary>
    public long CapacityBytes => DeviceBytes * DevicesPerRank * Ranks;

    /// <summary>Highest data rate in bytes per second: one burst every tBURST.</summary>
    public double PeakBytesPerSecond => BurstBytes / (Timing.Burst.Picoseconds * 1e-12);

    /// <summary>Rows of a bank that the address mapping reaches.</summary>
    public long RowsPerBank =>
        (long)BitOperations.RoundUpToPowerOf2((ulong)(MemoryBytes ?? CapacityBytes)) / ((long)RowBytes * BanksPerRank * Ranks);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or contradicts another one.</exception>
    public void Validate()
    {
        Require(DeviceBytes >= 1, nameof(DeviceBytes), DeviceBytes, "at least 1");
        Require(DeviceBusBits is >= 1 and <= 1024, nameof(DeviceBusBits), DeviceBusBits, "1 to 1024");
        Require(BurstLength is >= 1 and <= 64, nameof(BurstLength), BurstLength, "1 to 64");
        Require(DevicesPerRank is >= 1 and <= 64, nameof(DevicesPerRank), DevicesPerRank, "1 to 64");
        Require(Ranks is >= 1 and <= 16, nameof(Ranks), Ranks, "1 to 16");
        Require(BanksPerRank is >= 1 and <= 64, nameof(BanksPerRank), BanksPerRank, "1 to 64");
        Require(BankGroups >= 0 && (BankGroups == 0 || BanksPerRank % BankGroups == 0), nameof(BankGroups), BankGroups,
            $"0 or a divisor of BanksPerRank ({BanksPerRank})");
        Require(BurstBytes >= 1 && BitOperations.IsPow2(BurstBytes), "burst bytes", BurstBytes, "a power of two");
        Require(DeviceRowBytes >= 1 && RowBytes % BurstBytes == 0, nameof(DeviceRowBytes), DeviceRowBytes,
            $"a whole number of bursts of {BurstBytes} bytes per rank row");
        Require(RowsPerBank >= 1, nameof(MemoryBytes), MemoryBytes ?? CapacityBytes, "at least one row per bank");
        Require(ReadQueueBursts is >= 1 and <= 4096, nameof(ReadQueueBursts), ReadQueueBursts, "1 to 4096");
        Require(WriteQueueBursts is >= 1 and <= 4096, nameof(WriteQueueBursts), WriteQueueBursts, "1 to 4096");
        Require(WriteHighPercent is >= 1 and <= 100, nameof(WriteHighPercent), WriteHighPercent, "1 to 100");
        Require(WriteLowPercent >= 0 && WriteLowPercent < WriteHighPercent, nameof(WriteLowPercent), WriteLowPercent,
            $"0 to below WriteHighPercent ({WriteHighPercent})");
        Require(MinWritesPerSwitch >= 1, nameof(MinWritesPerSwitch), MinWritesPerSwitch, "at least 1");
        Require(MaxAccessesPerRow >= 0, nameof(MaxAccessesPerRow), MaxAccessesPerRow, "0 or more");
        Require(ChannelInterleaveBytes is null || (ChannelInterleaveBytes >= BurstBytes && RowBytes % ChannelInterleaveBytes == 0),
            nameof(ChannelInterleaveBytes), ChannelInterleaveBytes ?? 0, $"{BurstBytes} to {RowBytes}, a divisor of the row");
        Require(FrontendLatency >= SimTime.Zero, nameof(FrontendLatency), FrontendLatency, "0 or more");
        Require(BackendLatency >= SimTime.Zero, nameof(BackendLatency), BackendLatency, "0 or more");
        Timing.Validate(Name);
    }

    private void Require(bool holds, string property, object value, string allowed)
    {
        if (holds) return;
        throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture,
            $"DRAM {Name}: {property} = {value}: must be {allowed}"));
    }
}
