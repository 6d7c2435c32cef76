using System.Globalization;
using Smaug.Core.Reporting;
using Smaug.Tests.Infrastructure;
using Smaug.Tests.Soc;

namespace Smaug.Tests.Validation;

/// <summary>The statements that the measured runs support, with our figures beside theirs.</summary>
internal sealed class FindingsSection : IValidationSection
{
    public string Name => "findings";

    public string Write()
    {
        GoldenData.Require(GoldenRun.Folder, "breakdown.csv");
        Dictionary<string, GoldenCsv> measured = GoldenCsv.Read($"{GoldenRun.Folder}/breakdown.csv").ToDictionary(r => r["run"]);
        Dictionary<string, (RunReport Analytical, RunReport Transaction)> ours = new[]
        {
            "tutorial_dma_sampled", "tutorial_acp_sampled", "tutorial_dma_sampled_2accels", "tutorial_dma_sampled_2threads", "tutorial_dma_sampled_4threads", "minerva_dma_sampled", "minerva_dma_sampled_4accels", "lenet5_dma_sampled",
        }.ToDictionary(r => r, r => (GoldenRun.Simulate(r), GoldenRun.Simulate(r, MemoryFidelity.Transaction)));
        List<string[]> rows = [];
        foreach (string run in (string[])["tutorial_dma_sampled", "minerva_dma_sampled", "lenet5_dma_sampled"])
            Add($"{run}: an accelerator is busy, % of the time", r => 100 * r.AcceleratorBusyShare, m => 100 * m.Number("accel_busy_union_ps") / m.Number("total_ps"), run, null);
        Add("ACP instead of DMA, tutorial: speed-up", Total, m => m.Number("total_ps"), "tutorial_dma_sampled", "tutorial_acp_sampled");
        Add("two accelerators, tutorial: speed-up of the bodies", Body, m => m.Number("operator_body_ps"), "tutorial_dma_sampled", "tutorial_dma_sampled_2accels");
        Add("four accelerators, Minerva: speed-up of the bodies", Body, m => m.Number("operator_body_ps"), "minerva_dma_sampled", "minerva_dma_sampled_4accels");
        Add("two threads, tutorial: speed-up of preparation and finalisation", Software, m => m.Number("tensor_preparation_ps") + m.Number("tensor_finalization_ps"), "tutorial_dma_sampled", "tutorial_dma_sampled_2threads");
        Add("four threads for two tiles, tutorial: speed-up over two threads", Total, m => m.Number("total_ps"), "tutorial_dma_sampled_2threads", "tutorial_dma_sampled_4threads");
        return ValidationPage.Table(1, ["finding", "analytical", "transaction", "measured"], rows);

        void Add(string finding, Func<RunReport, double> value, Func<GoldenCsv, double> golden, string run, string? than)
        {
            double Of(Func<(RunReport Analytical, RunReport Transaction), RunReport> pick) => than is null ? value(pick(ours[run])) : value(pick(ours[run])) / value(pick(ours[than]));
            double theirs = than is null ? golden(measured[run]) : golden(measured[run]) / golden(measured[than]);
            rows.Add([finding, Format(Of(o => o.Analytical)), Format(Of(o => o.Transaction)), Format(theirs)]);
        }
    }

    private static double Total(RunReport report) => report.Time.Total.Picoseconds;

    private static double Body(RunReport report) => report.Time.OperatorBody.Picoseconds;

    private static double Software(RunReport report) => (report.Time.TensorPreparation + report.Time.TensorFinalization).Picoseconds;

    private static string Format(double value) => value.ToString(value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
