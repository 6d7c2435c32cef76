using System.Globalization;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Core.Execution;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.SmvEngine;

/// <summary>The loop-nest model of the SMV engine against the simulated kernels of the published configuration.</summary>
[TestFixture]
[Category("Golden")]
[Category("Golden.SmvEngine")]
internal sealed class LoopNestGoldenTests
{
    private const double MeanPercent = 0.8, MaximumPercent = 5, LargeTileMaximumPercent = 2.5, PowerPercent = 5;
    private const long LargeTileCycles = 2000;

    [Test]
    public void Cycles_and_power_agree_with_the_simulated_kernel(
        [Values("conv", "mm", "maxpool", "avgpool", "bnnhwc", "bnnchw", "bnfc", "eltadd", "eltmul", "less", "greater", "act", "softmax")] string kernel)
    {
        GoldenData.Require(SmvTable.File);
        var model = new SmvLoopNestModel();
        List<SmvTableRow> rows = SmvTable.Published(kernel);
        List<double> cycleErrors = [], powerErrors = [];
        List<string> differences = [];
        int exact = 0;
        foreach (SmvTableRow row in rows)
        {
            SmvKernelTiming timing = model.Time(row.Arguments, row.Sampling);
            long cycles = row.Cycles!.Value;
            double error = 100 * (timing.TotalCycles / cycles - 1);
            cycleErrors.Add(Math.Abs(error));
            if (Math.Round(timing.TotalCycles) == cycles) exact++;
            if (Math.Abs(error) > (cycles > LargeTileCycles ? LargeTileMaximumPercent : MaximumPercent))
                differences.Add(Text($"{row}: {cycles} cycles simulated, {timing.TotalCycles:0} here ({error:+0.0;-0.0} %)"));

            // The reference spreads the energy of sampled iterations over all cycles; this model counts that of all iterations.
            if (row.Sampling.Level != SamplingLevel.None) continue;
            double milliwatts = timing.LeakageMilliwatts + timing.DynamicPicojoules / timing.TotalCycles;
            double powerError = 100 * (milliwatts / row.Milliwatts - 1);
            powerErrors.Add(Math.Abs(powerError));
            if (Math.Abs(powerError) > PowerPercent) differences.Add(Text($"{row}: {row.Milliwatts} mW simulated, {milliwatts:0.00} here ({powerError:+0.0;-0.0} %)"));
        }

        TestContext.Out.WriteLine(Text($"{kernel}: {rows.Count} rows, {exact} exact, cycles mean {cycleErrors.Average():0.000} % largest {cycleErrors.Max():0.00} %, power mean {powerErrors.Average():0.00} % largest {powerErrors.Max():0.00} %"));
        Assert.Multiple(() =>
        {
            Assert.That(differences, Is.Empty, string.Join("\n", differences.Take(20)));
            Assert.That(cycleErrors.Average(), Is.LessThanOrEqualTo(MeanPercent));
        });
    }

    [Test]
    public void Cycles_are_nearer_than_those_of_the_published_regressions(
        [Values("conv", "mm", "maxpool", "avgpool", "bnnhwc", "bnfc", "eltadd", "eltmul", "less", "greater", "act", "softmax")] string kernel)
    {
        GoldenData.Require(SmvTable.File);
        List<SmvTableRow> rows = SmvTable.Published(kernel).FindAll(r => r.Sampling.Level == SamplingLevel.None);
        double loops = Mean(new SmvLoopNestModel()), regressions = Mean(new SmvRegressionModel());
        TestContext.Out.WriteLine(Text($"{kernel}: {rows.Count} rows, mean error {loops:0.000} %, of the regressions {regressions:0.000} %"));
        Assert.That(loops, Is.LessThanOrEqualTo(regressions));

        double Mean(ISmvEngineModel model) => rows.Average(r => 100 * Math.Abs(model.Time(r.Arguments, Sampling.Off).TotalCycles / r.Cycles!.Value - 1));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
