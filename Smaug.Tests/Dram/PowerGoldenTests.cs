using System.Globalization;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Dram;

/// <summary>The energy of command-level runs against DRAMPower.</summary>
[Category("Golden")]
[Category("Golden.Dram")]
internal sealed class PowerGoldenTests
{
    private static IEnumerable<TestCaseData> Rows() => DramGolden.Rows("dram/power.csv", "commands_file");

    [TestCaseSource(nameof(Rows))]
    public void EnergyEqualsGolden(Dictionary<string, string> row)
    {
        TransactionConfiguration device = TransactionPresets.Get(row["gem5_preset"]);
        device = device with
        {
            Timing = device.Timing with { Refresh = SimTime.FromNanoseconds(double.Parse(row["tRFC_ns_used"], CultureInfo.InvariantCulture)) },
        };
        CommandGoldenRun run = Ramulator1GoldenTests.RunOf(row["commands_file"], logsCommands: true);
        Assert.That(DramGolden.Text(run.Memory.Cycle), Is.EqualTo(row["end_cycle"]));
        var meter = new CommandEnergyMeter(run.Memory.Configuration, DramEnergyParameters.From(device));
        foreach (DramCommandRecord command in run.Commands) meter.OnCommand(in command);
        DramEnergyReport r = meter.ReportDevice(0, run.Memory.Cycle);
        DramGolden.AssertRow(row,
        [
            ("acts", DramGolden.Text(r.Activates)),
            ("pres", DramGolden.Text(r.Precharges)),
            ("reads", DramGolden.Text(r.Reads)),
            ("writes", DramGolden.Text(r.Writes)),
            ("refs", DramGolden.Text(r.Refreshes)),
            ("act_cycles", DramGolden.Text(r.ActiveCycles)),
            ("pre_cycles", DramGolden.Text(r.PrechargedCycles)),
            ("act_pJ", Digits(r.Activate.Picojoules)),
            ("pre_pJ", Digits(r.Precharge.Picojoules)),
            ("read_pJ", Digits(r.Read.Picojoules)),
            ("write_pJ", Digits(r.Write.Picojoules)),
            ("ref_pJ", Digits(r.Refresh.Picojoules)),
            ("act_standby_pJ", Digits(r.ActiveStandby.Picojoules)),
            ("pre_standby_pJ", Digits(r.PrechargeStandby.Picojoules)),
            ("total_pJ", Digits(r.Total.Picojoules)),
            ("average_power_mW", Digits(r.AveragePowerMilliwatts)),
        ]);
    }

    private static string Digits(double value) => value.ToString("F6", CultureInfo.InvariantCulture);
}
