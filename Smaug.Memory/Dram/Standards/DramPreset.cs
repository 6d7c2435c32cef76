using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Standards;

/// <summary>Whose rules a command-level controller follows. Both decide what happens in every clock cycle; they differ in details.</summary>
public enum DramRules
{
    /// <summary>The rules of Ramulator 1.0: DDR3, DDR4, LPDDR3, LPDDR4, GDDR5, HBM.</summary>
    Ramulator1,

    /// <summary>The rules of Ramulator 2.1: DDR3, DDR4, DDR5, LPDDR5, GDDR6, HBM1 to HBM4.</summary>
    Ramulator2,
}

/// <summary>"After command A at a level, command B not before a number of cycles", with its latency resolved.</summary>
/// <param name="Level">Index into <see cref="DramPreset.Levels"/> (0 is the channel).</param>
/// <param name="From">The earlier command.</param>
/// <param name="To">The later command.</param>
/// <param name="Cycles">Cycles between the two; may be negative, which never restricts.</param>
/// <param name="Window">n: counts from the n-th last command <paramref name="From"/> (activation windows); 1: from the last.</param>
/// <param name="Sibling">Whether it holds for the other nodes of the level instead of the addressed one.</param>
public readonly record struct TimingConstraint(int Level, DramCommandKind From, DramCommandKind To, int Cycles, int Window, bool Sibling);

/// <summary>
/// One speed grade of one standard in one organisation: everything the command-level model knows about the devices. Presets
/// come from <see cref="DramPresets"/>.
/// </summary>
public sealed record DramPreset
{
    internal DramPreset() { }

    /// <summary>Name: speed grade and organisation, for example <c>DDR4_2400R_8Gb_x8</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whose rules the controller of this preset follows.</summary>
    public required DramRules Rules { get; init; }

    /// <summary>The standard, for example <c>DDR4</c>.</summary>
    public required string Standard { get; init; }

    /// <summary>The speed grade, for example <c>DDR4_2400R</c>.</summary>
    public required string Speed { get; init; }

    /// <summary>The organisation, for example <c>DDR4_8Gb_x8</c>.</summary>
    public required string Organization { get; init; }

    /// <summary>Density of one device in megabits as the reference states it (decides refresh times).</summary>
    public required int DensityMegabits { get; init; }

    /// <summary>Data pins of one device.</summary>
    public required int DeviceBits { get; init; }

    /// <summary>Data pins of the channel (of the pseudo channel where the standard has them).</summary>
    public required int ChannelBits { get; init; }

    /// <summary>Beats of one access.</summary>
    public required int Prefetch { get; init; }

    /// <summary>Transfers per second and pin, in millions.</summary>
    public required int MegatransfersPerSecond { get; init; }

    /// <summary>Picoseconds of one controller cycle; half a clock for HBM3 and HBM4.</summary>
    public required double CyclePicoseconds { get; init; }

    /// <summary>Level names from Channel down to Column.</summary>
    public required IReadOnlyList<string> Levels { get; init; }

    /// <summary>Children per node of each level; entry 0 (channels) is 1.</summary>
    public required IReadOnlyList<int> Counts { get; init; }

    /// <summary>Whether the number of ranks is part of the standard (GDDR5: 1) or the standard has no ranks.</summary>
    public required bool HasFixedRanks { get; init; }

    /// <summary>Timing parameters in controller cycles by their JEDEC-like names, for example nRCD.</summary>
    public required IReadOnlyDictionary<string, int> Timing { get; init; }

    /// <summary>Cycles from a read command to the end of its data.</summary>
    public required int ReadLatencyCycles { get; init; }

    /// <summary>All constraints between commands that the controllers issue.</summary>
    public required IReadOnlyList<TimingConstraint> Constraints { get; init; }

    /// <summary>The standard's own names of the commands.</summary>
    public required IReadOnlyDictionary<DramCommandKind, string> CommandNames { get; init; }

    /// <summary>Whether row and column commands have a bus each (HBM).</summary>
    public required bool HasSplitCommandBus { get; init; }

    /// <summary>Controller cycles per clock: 2 for HBM3 and HBM4, else 1.</summary>
    public required int CyclesPerClock { get; init; }

    /// <summary>Bytes of one request (one access of the channel).</summary>
    public int TransactionBytes => Prefetch * ChannelBits / 8;

    /// <summary>Index of the bank level in <see cref="Levels"/>.</summary>
    public int BankLevel => Levels.Count - 3;

    /// <summary>Banks of one channel at the preset's own number of ranks.</summary>
    public int BanksPerChannel
    {
        get
        {
            int banks = 1;
            for (int level = 1; level <= BankLevel; level++) banks *= Counts[level];
            return banks;
        }
    }

    /// <summary>Rows of a bank.</summary>
    public int Rows => Counts[^2];

    /// <summary>Columns of a row, before the prefetch is taken off.</summary>
    public int Columns => Counts[^1];

    /// <summary>Cycles between refreshes (nREFI).</summary>
    public int RefreshIntervalCycles => Timing["nREFI"];

    /// <summary>Cycles of one all-bank refresh (nRFC or nRFCab).</summary>
    public int RefreshCycles => Timing.TryGetValue("nRFC", out int cycles) ? cycles : Timing["nRFCab"];

    /// <summary>Whether the standard can refresh banks one by one.</summary>
    public bool HasPerBankRefresh => CommandNames.ContainsKey(DramCommandKind.RefreshBank);

    /// <summary>Length of one all-bank refresh.</summary>
    public SimTime RefreshTime => new((long)Math.Round(RefreshCycles * CyclePicoseconds));

    /// <summary>Bytes of one channel with one rank: channel width times all counts.</summary>
    public long CapacityBytesPerRank => (long)ChannelBits / 8 * Columns * Rows * BanksPerChannel;

    /// <summary>Highest data rate of one channel in bytes per second.</summary>
    public double PeakBytesPerSecond => MegatransfersPerSecond * 1e6 * ChannelBits / 8
        * (Levels.Contains("PseudoChannel") ? Counts[1] : 1);

    internal string NameOf(DramCommandKind kind) => CommandNames[kind];
}
