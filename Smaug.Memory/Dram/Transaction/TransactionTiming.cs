using System.Globalization;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>Timing of the devices behind the transaction-level controller. Names follow the JEDEC parameters.</summary>
public sealed record TransactionTiming
{
    /// <summary>tCK: clock period.</summary>
    public SimTime Clock { get; init; }

    /// <summary>tBURST: time one burst holds the data bus.</summary>
    public SimTime Burst { get; init; }

    /// <summary>tCCD_L: reads of the same bank group; 0 without bank groups.</summary>
    public SimTime ColumnToColumnLong { get; init; }

    /// <summary>tCCD_L_WR: writes of the same bank group; 0 without bank groups.</summary>
    public SimTime WriteToWriteLong { get; init; }

    /// <summary>tRCD: activate to column command.</summary>
    public SimTime ActivateToColumn { get; init; }

    /// <summary>tCL: column command to data.</summary>
    public SimTime ColumnToData { get; init; }

    /// <summary>tRP: precharge to activate.</summary>
    public SimTime Precharge { get; init; }

    /// <summary>tRAS: activate to precharge.</summary>
    public SimTime ActivateToPrecharge { get; init; }

    /// <summary>tWR: end of write data to precharge.</summary>
    public SimTime WriteRecovery { get; init; }

    /// <summary>tRTP: read command to precharge.</summary>
    public SimTime ReadToPrecharge { get; init; }

    /// <summary>tRRD: activates of one rank.</summary>
    public SimTime ActivateToActivate { get; init; }

    /// <summary>tRRD_L: activates of the same bank group; 0 without bank groups.</summary>
    public SimTime ActivateToActivateLong { get; init; }

    /// <summary>tXAW: window that holds at most <see cref="ActivationLimit"/> activates of a rank.</summary>
    public SimTime ActivationWindow { get; init; }

    /// <summary>Activates allowed in <see cref="ActivationWindow"/>; 0: no limit.</summary>
    public int ActivationLimit { get; init; }

    /// <summary>tRFC: length of a refresh.</summary>
    public SimTime Refresh { get; init; }

    /// <summary>tREFI: refresh interval. The controller refreshes every tREFI - tRP (section "quirks" of the guide).</summary>
    public SimTime RefreshInterval { get; init; }

    /// <summary>tWTR: end of write data to read command of the same rank.</summary>
    public SimTime WriteToRead { get; init; }

    /// <summary>tRTW: bus turnaround from read to write.</summary>
    public SimTime ReadToWrite { get; init; }

    /// <summary>tCS: change of the rank that drives the bus.</summary>
    public SimTime RankSwitch { get; init; }

    /// <summary>tXP: exit from power-down (not modelled by the controller; kept for energy models).</summary>
    public SimTime PowerDownExit { get; init; }

    /// <summary>tXS: exit from self-refresh (not modelled by the controller; kept for energy models).</summary>
    public SimTime SelfRefreshExit { get; init; }

    internal void Validate(string name)
    {
        Positive(name, "tCK", Clock);
        Positive(name, "tBURST", Burst);
        Positive(name, "tRCD", ActivateToColumn);
        Positive(name, "tCL", ColumnToData);
        Positive(name, "tRP", Precharge);
        Positive(name, "tRFC", Refresh);
        if (RefreshInterval <= Precharge + Refresh)
        {
            throw new ConfigurationException(
                $"DRAM {name}: tREFI = {RefreshInterval}: must be above tRP + tRFC ({Precharge + Refresh})"
                + (RefreshInterval == SimTime.Zero ? "; the preset has no refresh interval, set Timing.RefreshInterval" : ""));
        }

        if (ActivationLimit is < 0 or > 64)
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture,
                $"DRAM {name}: ActivationLimit = {ActivationLimit}: must be 0 (off) to 64"));
        }
    }

    private static void Positive(string name, string parameter, SimTime value)
    {
        if (value <= SimTime.Zero) throw new ConfigurationException($"DRAM {name}: {parameter} = {value}: must be above 0");
    }
}
