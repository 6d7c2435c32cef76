using System.Globalization;
using Smaug.Core.Reporting;
using Smaug.Tests.Infrastructure;
using Smaug.Tests.Soc;

namespace Smaug.Tests.Validation;

/// <summary>The invocations of the tutorial one by one, with the published first convolution.</summary>
internal sealed class InvocationsSection : IValidationSection
{
    private const string Run = "tutorial_dma_sampled";

    // Published with the original's tutorial, without sampling.
    private const int PublishedFirstConvolution = 89_771;

    public string Name => "tutorial-invocations";

    public string Write()
    {
        GoldenData.Require(GoldenRun.Folder, $"{Run}_invocations.csv");
        RunReport analytical = GoldenRun.Simulate(Run), transaction = GoldenRun.Simulate(Run, MemoryFidelity.Transaction);
        List<string[]> rows = [];
        List<GoldenCsv> measured = GoldenCsv.Read($"{GoldenRun.Folder}/{Run}_invocations.csv");
        for (int i = 0; i < measured.Count; i++)
        {
            double cycles = measured[i].Number("accel_cycles");
            rows.Add([i.ToString(CultureInfo.InvariantCulture), measured[i]["operator"], ValidationPage.Compared(analytical.Invocations[i].Cycles, cycles, "0"), ValidationPage.Compared(transaction.Invocations[i].Cycles, cycles, "0")]);
        }

        rows.Add(["0", "the published value, without sampling", ValidationPage.Compared(analytical.Invocations[0].Cycles, PublishedFirstConvolution, "0"), ValidationPage.Compared(transaction.Invocations[0].Cycles, PublishedFirstConvolution, "0")]);
        return ValidationPage.Table(2, ["invocation", "operator", "cycles, analytical", "cycles, transaction"], rows);
    }
}
