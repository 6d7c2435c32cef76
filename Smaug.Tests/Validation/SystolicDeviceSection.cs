using System.Globalization;
using Smaug.Accelerators.Systolic.Device;
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

            rows.Add([row.Key, $"{options.Rows} × {options.Columns}", Cell(device.PrefillCycles(invocation), row, "prefill_cycles"), Cell(device.ComputeCycles(invocation), row, "compute_cycles")]);
        }

        return $"{compared} cases compared, {equal} equal. Cycles, ours / measured.\n\n" + ValidationPage.Table(2, ["case", "array", "prefill", "streaming and drain"], rows);
    }

    private static string Cell(long ours, IEnumerable<GoldenCsv> measured, string column) =>
        string.Create(CultureInfo.InvariantCulture, $"{ours} / {string.Join(", ", measured.Select(m => m[column]).Distinct())}");
}
