using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Accelerators.Systems.Power;

/// <summary>Energy of DRAM from what it did, by DRAMPower's formulas.</summary>
internal static class DramEnergy
{
    public const string Component = "DRAM";

    /// <summary>The energy that a meter has counted.</summary>
    public static ComponentEnergy Of(DramEnergyReport report) => new(
        Component, report.Activate + report.Precharge + report.Read + report.Write, report.Refresh + report.ActiveStandby + report.PrechargeStandby, 0);

    /// <summary>The energy of some equal channels over a run, all devices together.</summary>
    public static ComponentEnergy Of(TransactionConfiguration channel, int channels, DramActivity activity, SimTime window)
    {
        DramEnergyParameters p = DramEnergyParameters.From(channel);
        SimTime all = window * (channel.Ranks * channels);
        SimTime active = SimTime.Min(activity.ActiveTime, all);
        double refreshes = channel.Timing.RefreshInterval == SimTime.Zero ? 0 : all.Picoseconds / channel.Timing.RefreshInterval.Picoseconds;
        double cycle = p.ClockPicoseconds / 1e3;
        double dynamic = Sum(activity.Activates * p.ActivateToPrechargeCycles * cycle, s => s.ActivatePrecharge - s.ActiveStandby)
            + Sum(activity.Activates * (p.RowCycleCycles - p.ActivateToPrechargeCycles) * cycle, s => s.ActivatePrecharge - s.PrechargeStandby)
            + Sum(activity.ReadBursts * p.BurstCycles * cycle, s => s.Read - s.ActiveStandby)
            + Sum(activity.WriteBursts * p.BurstCycles * cycle, s => s.Write - s.ActiveStandby);
        double standing = Sum(refreshes * p.RefreshCycles * cycle, s => s.Refresh - s.ActiveStandby)
            + Sum(active.Nanoseconds, s => s.ActiveStandby) + Sum((all - active).Nanoseconds, s => s.PrechargeStandby);
        return new ComponentEnergy(Component, new Energy(dynamic * p.DevicesPerRank), new Energy(standing * p.DevicesPerRank), 0);

        // 1 mA at 1 V for 1 ns is 1 pJ.
        double Sum(double nanoseconds, Func<DramSupply, double> milliamperes) =>
            nanoseconds * (p.Currents.Primary.Volts * milliamperes(p.Currents.Primary) + p.Currents.Secondary.Volts * milliamperes(p.Currents.Secondary));
    }
}
