using Smaug.Core;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Power;

/// <summary>What the energy formulas need to know of a device. Cycles are clock cycles (tCK).</summary>
public sealed record DramEnergyParameters
{
    /// <summary>Currents and voltages.</summary>
    public required DramCurrents Currents { get; init; }

    /// <summary>Clock period in picoseconds.</summary>
    public required long ClockPicoseconds { get; init; }

    /// <summary>nRAS: activate to precharge.</summary>
    public required int ActivateToPrechargeCycles { get; init; }

    /// <summary>nRC: activate to activate of one bank.</summary>
    public required int RowCycleCycles { get; init; }

    /// <summary>nRP: precharge to activate.</summary>
    public required int PrechargeCycles { get; init; }

    /// <summary>nRFC: refresh.</summary>
    public required int RefreshCycles { get; init; }

    /// <summary>Cycles that one burst holds the data bus.</summary>
    public required int BurstCycles { get; init; }

    /// <summary>Cycles from a read to its automatic precharge.</summary>
    public required int ReadToPrechargeCycles { get; init; }

    /// <summary>Cycles from a write to its automatic precharge: write latency, burst and write recovery.</summary>
    public required int WriteToPrechargeCycles { get; init; }

    /// <summary>Devices of a rank; energies per device are multiplied by it for a rank.</summary>
    public int DevicesPerRank { get; init; } = 1;

    /// <summary>The parameters of a device class: times are rounded up to whole clocks.</summary>
    /// <exception cref="ConfigurationException">The class has no currents.</exception>
    public static DramEnergyParameters From(TransactionConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (!configuration.Currents.IsGiven)
        {
            throw new ConfigurationException($"DRAM {configuration.Name}: has no currents, so no energy can be computed; classes with currents: "
                + string.Join(", ", TransactionPresets.Names.Where(n => TransactionPresets.Get(n).Currents.IsGiven)));
        }

        TransactionTiming t = configuration.Timing;
        long clock = t.Clock.Picoseconds;
        int Cycles(long picoseconds) => (int)((picoseconds + clock - 1) / clock);
        return new DramEnergyParameters
        {
            Currents = configuration.Currents,
            ClockPicoseconds = clock,
            ActivateToPrechargeCycles = Cycles(t.ActivateToPrecharge.Picoseconds),
            RowCycleCycles = Cycles(t.ActivateToPrecharge.Picoseconds + t.Precharge.Picoseconds),
            PrechargeCycles = Cycles(t.Precharge.Picoseconds),
            RefreshCycles = Cycles(t.Refresh.Picoseconds),
            BurstCycles = Cycles(t.Burst.Picoseconds),
            ReadToPrechargeCycles = Cycles(t.ReadToPrecharge.Picoseconds),
            WriteToPrechargeCycles = Cycles(t.ColumnToData.Picoseconds) + Cycles(t.Burst.Picoseconds) + Cycles(t.WriteRecovery.Picoseconds),
            DevicesPerRank = configuration.DevicesPerRank,
        };
    }

    /// <summary>
    /// The parameters of a command-level preset with the currents of a device class: cycles are those of the class, whose clock the
    /// formulas use, except the length of a refresh, which the preset's density decides.
    /// </summary>
    /// <exception cref="ConfigurationException">The class has no currents.</exception>
    public static DramEnergyParameters From(TransactionConfiguration currents, DramPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return From(currents) with { RefreshCycles = preset.RefreshCycles };
    }
}
