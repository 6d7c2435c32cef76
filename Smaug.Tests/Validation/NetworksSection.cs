using System.Globalization;
using Smaug.Core.Reporting;
using Smaug.Tests.Infrastructure;
using Smaug.Tests.Soc;

namespace Smaug.Tests.Validation;

/// <summary>Whole networks: the parts of their time, and the mean error of an invocation.</summary>
internal sealed class NetworksSection(string name, MemoryFidelity fidelity) : IValidationSection
{
    public string Name => name;

    public string Write()
    {
        GoldenData.Require(GoldenRun.Folder, "breakdown.csv");
        return ValidationPage.Table(1, ["run, us", "total", "preparation", "bodies", "finalisation", "reordering", "other", "an accelerator busy", "mean error of an invocation"],
            GoldenCsv.Read($"{GoldenRun.Folder}/breakdown.csv").Select(Row));
    }

    private string[] Row(GoldenCsv measured)
    {
        string run = measured["run"];
        RunReport report = GoldenRun.Simulate(run, fidelity);
        TimeBreakdown time = report.Time;
        string Part(Core.Units.SimTime ours, string column) => ValidationPage.Compared(ours.Microseconds, measured.Number(column) / 1e6);
        return
        [
            run, Part(time.Total, "total_ps"), Part(time.TensorPreparation, "tensor_preparation_ps"), Part(time.OperatorBody, "operator_body_ps"),
            Part(time.TensorFinalization, "tensor_finalization_ps"), Part(time.Reordering, "reordering_ps"), Part(time.Other, "other_ps"),
            Part(report.AnyAcceleratorBusy, "accel_busy_union_ps"), string.Create(CultureInfo.InvariantCulture, $"{100 * InvocationError(run, report):0.0} %"),
        ];
    }

    private static double InvocationError(string run, RunReport report)
    {
        List<GoldenCsv> measured = GoldenCsv.Read($"{GoldenRun.Folder}/{run}_invocations.csv");
        return measured.Select((m, i) => Math.Abs(report.Invocations[i].Cycles / m.Number("accel_cycles") - 1)).Average();
    }
}
