using System.Globalization;
using System.Numerics;
using Smaug.Core;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Command;

/// <summary>A command-level DRAM: devices, number of channels and ranks, and the policies of its controllers.</summary>
public sealed record DramConfiguration
{
    /// <summary>Speed grade and organisation.</summary>
    public required DramPreset Preset { get; init; }

    /// <summary>Channels, a power of two from 1 to 64. Default 1.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Ranks of a channel, a power of two from 1 to 16. Default: the preset's own number (1).</summary>
    public int? Ranks { get; init; }

    /// <summary>Address mapping. Default RoBaRaCoCh.</summary>
    public IAddressMapping Mapping { get; init; } = FieldOrderMapping.RoBaRaCoCh;

    /// <summary>Scheduler. Default: FR-FCFS with a cap of 16 (rules of Ramulator 1), plain FR-FCFS (rules of Ramulator 2.1).</summary>
    public IRequestScheduler? Scheduler { get; init; }

    /// <summary>Row policy. Default: rows stay open.</summary>
    public IRowPolicy RowPolicy { get; init; } = RowPolicies.Opened;

    /// <summary>Refresh manager. Default: all ranks every nREFI.</summary>
    public IRefreshManager Refresh { get; init; } = RefreshManagers.AllBank;

    /// <summary>Entries of the read queue and of the write queue of each channel, 1 to 64. Default 32.</summary>
    public int QueueEntries { get; init; } = 32;

    /// <summary>Fill of the write queue above which writes go first, 0 to 1. Default 0.8.</summary>
    public float WriteHighWatermark { get; init; } = 0.8f;

    /// <summary>Fill of the write queue below which reads go first again, 0 to 1. Default 0.2.</summary>
    public float WriteLowWatermark { get; init; } = 0.2f;

    /// <summary>
    /// Whether addresses beyond the devices wrap round, as in the references. Default false: they are errors.
    /// </summary>
    public bool WrapAddresses { get; init; }

    /// <summary>Whether the write clock of LPDDR5 runs always, so that no CAS command is needed. Default false.</summary>
    public bool WriteClockAlwaysOn { get; init; }

    /// <summary>Ranks that are simulated.</summary>
    public int EffectiveRanks => Ranks ?? (Preset.Levels[1] == "Rank" ? Preset.Counts[1] : 1);

    /// <summary>Bytes of all channels and ranks.</summary>
    public long CapacityBytes => Preset.CapacityBytesPerRank * Channels * (Preset.Levels[1] == "Rank" ? EffectiveRanks : 1);

    /// <summary>Highest data rate of all channels in bytes per second.</summary>
    public double PeakBytesPerSecond => Preset.PeakBytesPerSecond * Channels;

    internal IRequestScheduler EffectiveScheduler =>
        Scheduler ?? (Preset.Rules == DramRules.Ramulator1 ? RequestSchedulers.FrFcfsCap : RequestSchedulers.FrFcfs);

    internal int[] Counts
    {
        get
        {
            int[] counts = [.. Preset.Counts];
            if (Preset.Levels[1] == "Rank") counts[1] = EffectiveRanks;
            return counts;
        }
    }

    /// <summary>Banks of one channel, over all ranks.</summary>
    internal int BanksPerChannel
    {
        get
        {
            int[] counts = Counts;
            int banks = 1;
            for (int level = 1; level <= Preset.BankLevel; level++) banks *= counts[level];
            return banks;
        }
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or contradicts another one.</exception>
    public void Validate()
    {
        Require(Channels is >= 1 and <= 64 && BitOperations.IsPow2(Channels), nameof(Channels), Channels, "a power of two from 1 to 64");
        if (Ranks is { } ranks)
        {
            Require(ranks is >= 1 and <= 16 && BitOperations.IsPow2(ranks), nameof(Ranks), ranks, "a power of two from 1 to 16");
            Require(!Preset.HasFixedRanks || ranks == 1, nameof(Ranks), ranks, $"1: {Preset.Standard} has no choice of ranks");
        }

        Require(QueueEntries is >= 1 and <= RequestQueue.MaxCapacity, nameof(QueueEntries), QueueEntries, $"1 to {RequestQueue.MaxCapacity}");
        Require(WriteHighWatermark is >= 0 and <= 1, nameof(WriteHighWatermark), WriteHighWatermark, "0 to 1");
        Require(WriteLowWatermark >= 0 && WriteLowWatermark <= WriteHighWatermark, nameof(WriteLowWatermark), WriteLowWatermark,
            "from 0 to WriteHighWatermark");
        Require(!Refresh.IsPerBank || Preset.HasPerBankRefresh, nameof(Refresh), Refresh.Name,
            $"a manager of all-bank refreshes: {Preset.Standard} has no per-bank refresh; LPDDR3 to LPDDR5, GDDR6 and HBM have it");
        Require(RowPolicy.MaxAccesses >= 1, "RowPolicy.MaxAccesses", RowPolicy.MaxAccesses, "at least 1");
    }

    private void Require(bool holds, string property, object value, string allowed)
    {
        if (holds) return;
        throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture,
            $"DRAM {Preset.Name}: {property} = {value}: must be {allowed}"));
    }
}
