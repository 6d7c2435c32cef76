using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Power;

/// <summary>What one rank did, as far as its energy needs it.</summary>
/// <param name="Activates">Rows opened.</param>
/// <param name="Precharges">Banks closed.</param>
/// <param name="Reads">Bursts read.</param>
/// <param name="Writes">Bursts written.</param>
/// <param name="Refreshes">Refreshes begun.</param>
/// <param name="ActiveCycles">Cycles with at least one bank open, refreshes included.</param>
/// <param name="PrechargedCycles">Cycles with all banks closed.</param>
internal readonly record struct RankActivity(long Activates, long Precharges, long Reads, long Writes, long Refreshes, long ActiveCycles, long PrechargedCycles)
{
    /// <summary>The energy of one device by DRAMPower's formulas.</summary>
    public DramEnergyReport Energy(DramEnergyParameters parameters)
    {
        return new DramEnergyReport
        {
            Activates = Activates,
            Precharges = Precharges,
            Reads = Reads,
            Writes = Writes,
            Refreshes = Refreshes,
            ActiveCycles = ActiveCycles,
            PrechargedCycles = PrechargedCycles,
            Activate = Sum(Activates * parameters.ActivateToPrechargeCycles, s => s.ActivatePrecharge - s.ActiveStandby),
            Precharge = Sum(Precharges * (parameters.RowCycleCycles - parameters.ActivateToPrechargeCycles), s => s.ActivatePrecharge - s.PrechargeStandby),
            Read = Sum(Reads * parameters.BurstCycles, s => s.Read - s.ActiveStandby),
            Write = Sum(Writes * parameters.BurstCycles, s => s.Write - s.ActiveStandby),
            Refresh = Sum(Refreshes * parameters.RefreshCycles, s => s.Refresh - s.ActiveStandby),
            ActiveStandby = Sum(ActiveCycles, s => s.ActiveStandby),
            PrechargeStandby = Sum(PrechargedCycles, s => s.PrechargeStandby),
            Window = new SimTime((ActiveCycles + PrechargedCycles) * parameters.ClockPicoseconds),
        };

        // 1 mA at 1 V for 1 ns is 1 pJ.
        Energy Sum(long cycles, Func<DramSupply, double> milliamperes)
        {
            double nanoseconds = cycles * (parameters.ClockPicoseconds / 1e3);
            DramSupply first = parameters.Currents.Primary, second = parameters.Currents.Secondary;
            double energy = nanoseconds * first.Volts * milliamperes(first);
            return new Energy(second.Volts == 0 ? energy : energy + nanoseconds * second.Volts * milliamperes(second));
        }
    }
}
