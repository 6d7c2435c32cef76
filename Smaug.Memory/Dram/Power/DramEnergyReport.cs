using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Power;

/// <summary>
/// Energy of one device (or, after <see cref="Times"/> or <see cref="Add"/>, of several) over a window, by component.
/// Formulas: DRAMPower; each sums over both supplies.
/// </summary>
public sealed record DramEnergyReport
{
    /// <summary>Activates.</summary>
    public long Activates { get; init; }

    /// <summary>Banks closed: one per single-bank precharge of an open bank, the open banks of an all-bank precharge.</summary>
    public long Precharges { get; init; }

    /// <summary>Read commands.</summary>
    public long Reads { get; init; }

    /// <summary>Write commands.</summary>
    public long Writes { get; init; }

    /// <summary>Refresh commands.</summary>
    public long Refreshes { get; init; }

    /// <summary>Cycles with at least one bank open, refreshes included.</summary>
    public long ActiveCycles { get; init; }

    /// <summary>Cycles with all banks closed. Active and precharged cycles together are the window.</summary>
    public long PrechargedCycles { get; init; }

    /// <summary>nRAS of active current above standby, per activate.</summary>
    public Energy Activate { get; init; }

    /// <summary>The rest of the row cycle, per bank closed.</summary>
    public Energy Precharge { get; init; }

    /// <summary>Read bursts above active standby.</summary>
    public Energy Read { get; init; }

    /// <summary>Write bursts above active standby.</summary>
    public Energy Write { get; init; }

    /// <summary>Refreshes above active standby.</summary>
    public Energy Refresh { get; init; }

    /// <summary>Standby while a bank is open.</summary>
    public Energy ActiveStandby { get; init; }

    /// <summary>Standby while all banks are closed.</summary>
    public Energy PrechargeStandby { get; init; }

    /// <summary>Length of the window.</summary>
    public SimTime Window { get; init; }

    /// <summary>Sum of all components.</summary>
    public Energy Total => Activate + Precharge + Read + Write + Refresh + ActiveStandby + PrechargeStandby;

    /// <summary>Total over the window in milliwatts; 0 for an empty window.</summary>
    public double AveragePowerMilliwatts => Window == SimTime.Zero ? 0 : Total.Picojoules / Window.Nanoseconds;

    /// <summary>The energy of a number of devices that work in step; counts and window stay those of one.</summary>
    public DramEnergyReport Times(int devices) => this with
    {
        Activate = Activate * devices,
        Precharge = Precharge * devices,
        Read = Read * devices,
        Write = Write * devices,
        Refresh = Refresh * devices,
        ActiveStandby = ActiveStandby * devices,
        PrechargeStandby = PrechargeStandby * devices,
    };

    /// <summary>The sum over two ranks; the window stays that of the longer one.</summary>
    public DramEnergyReport Add(DramEnergyReport other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new DramEnergyReport
        {
            Activates = Activates + other.Activates,
            Precharges = Precharges + other.Precharges,
            Reads = Reads + other.Reads,
            Writes = Writes + other.Writes,
            Refreshes = Refreshes + other.Refreshes,
            ActiveCycles = ActiveCycles + other.ActiveCycles,
            PrechargedCycles = PrechargedCycles + other.PrechargedCycles,
            Activate = Activate + other.Activate,
            Precharge = Precharge + other.Precharge,
            Read = Read + other.Read,
            Write = Write + other.Write,
            Refresh = Refresh + other.Refresh,
            ActiveStandby = ActiveStandby + other.ActiveStandby,
            PrechargeStandby = PrechargeStandby + other.PrechargeStandby,
            Window = SimTime.Max(Window, other.Window),
        };
    }
}
