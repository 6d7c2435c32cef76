using System.Globalization;
using Smaug.Tests.Infrastructure;
using Smaug.Tests.Memory;

namespace Smaug.Tests.Validation;

/// <summary>The micro-benchmarks of DMA engine or coherency port, a row for each configuration.</summary>
/// <param name="kind">dma or acp.</param>
/// <param name="fidelity">message or transaction, of the directory memory system, or classic, for the name.</param>
/// <param name="simulate">Runs the rows of a file at that fidelity.</param>
internal sealed class DmaSection(string kind, string fidelity, Func<string, List<DmaRow>, List<DmaResult>> simulate) : IValidationSection
{
    public string Name => $"{kind}-{fidelity}";

    public string Write()
    {
        string folder = GoldenData.Require("gem5aladdin", kind);
        string[] files = [.. Directory.GetFiles(folder, $"{kind}_{(fidelity == "classic" ? "classic" : "ruby")}_*.csv").Order(StringComparer.Ordinal)];
        return ValidationPage.Table(1, ["configuration", "rows", "equal", "within 2 %", "mean error %", "largest error %"], files.Select(f => Row(Path.GetFileName(f))));
    }

    private string[] Row(string file)
    {
        string path = $"gem5aladdin/{kind}/{file}";
        (List<DmaRow> rows, List<int> expected) = GoldenRows.Read(path);
        List<DmaResult> results = simulate(path, rows);
        double[] errors = [.. results.Select((r, i) => 100 * ((double)r.Cycles / expected[i] - 1))];
        return
        [
            Path.GetFileNameWithoutExtension(file), Number(rows.Count), Number(errors.Count(e => e == 0)), Number(errors.Count(e => Math.Abs(e) <= 2)),
            errors.Average().ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture), errors.MaxBy(Math.Abs).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture),
        ];
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
