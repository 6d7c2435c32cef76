using System.Globalization;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Tests.Infrastructure;
using Smaug.Tests.Soc;
using Smaug.Tests.Systolic;

namespace Smaug.Tests.Validation;

/// <summary>Cycles of the systolic-array device, case by case.</summary>
internal sealed class SystolicDeviceSection : IValidationSection
{
    private const string File = "gem5aladdin/systolic/systolic.csv";

    public string Name => "systolic-device";

    public string Write()
    {
        GoldenData.Require(File);
        List<string[]> rows = [];
        (int equal, int compared) = (0, 0);
        foreach (IGrouping<string, GoldenCsv> row in GoldenCsv.Read(File).GroupBy(r => r.First))
        {
            DeviceGolden golden = DeviceGolden.Read(row.Key);
            (DeviceInvocation invocation, OutputStationaryOptions options) = (golden.Invocation, golden.Options);
            var device = new OutputStationaryDevice(options);
            foreach (GoldenCsv measured in row)
            {
                (long prefill, long compute) = (device.PrefillCycles(invocation), device.ComputeCycles(invocation));
                compared++;
                if (prefill == measured.Number("prefill_cycles") && compute == measured.Number("compute_cycles")) equal++;
            }

            rows.Add([row.Key, $"{options.Rows} × {options.Columns}", Cell(device.PrefillCycles(invocation), row, "prefill_cycles"), Cell(device.ComputeCycles(invocation), row, "compute_cycles"), .. Transfers(golden)]);
        }

        return $"{compared} cases compared, cycles of {equal} equal. Cycles, ours / measured; transfers in ns with memory message by message, the shortest of three starts.\n\n"
            + ValidationPage.Table(2, ["case", "array", "prefill", "streaming and drain", "inputs and weights in", "results out"], rows);
    }

    private static string[] Transfers(DeviceGolden golden)
    {
        DeviceGoldenRow measured = golden.Rows().Single(r => r.Memory == "ruby");
        InvocationReport[] launches = DeviceInSocGoldenTests.LineByLine(golden);
        string Compared(Func<InvocationReport, SimTime> part, long picoseconds) => ValidationPage.Compared(launches.Min(l => part(l).Picoseconds) / 1e3, picoseconds / 1e3, "0");

        // The original leaves the tail of results with padding channels behind.
        bool isWhole = golden.Invocation.OutputChannels % 8 == 0;
        return [Compared(l => l.TransferIn, measured["c0"] - measured["in0"]), isWhole ? Compared(l => l.TransferOut, measured["f"] - measured["c1"]) : "–"];
    }

    private static string Cell(long ours, IEnumerable<GoldenCsv> measured, string column) =>
        string.Create(CultureInfo.InvariantCulture, $"{ours} / {string.Join(", ", measured.Select(m => m[column]).Distinct())}");
}
