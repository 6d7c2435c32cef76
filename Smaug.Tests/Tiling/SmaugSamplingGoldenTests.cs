using System.Globalization;
using System.Text.Json;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Tiling;

/// <summary>Sampling factors of every launch equal those that SMAUG's kernels announce.</summary>
[Category("Golden")]
[Category("Golden.SmaugSampling")]
public sealed class SmaugSamplingGoldenTests
{
    private static IEnumerable<TestCaseData> Files() => GoldenData.Files("smaug/sampling", "*.jsonl.gz");

    [TestCaseSource(nameof(Files))]
    public void Factors_equal_the_reference(string file) => GoldenReport.Check(file, Differences);

    private static IEnumerable<string> Differences(JsonElement golden)
    {
        var operation = new GoldenOperator(golden);
        SmvOperatorPlan plan = operation.Plan(compatibility: true);
        var options = new Sampling((SamplingLevel)operation.Number("p_slevel", 0), operation.Number("p_snum", 1));
        foreach (string difference in GoldenComparison.Launches(golden, plan)) yield return difference;
        int i = 0;
        foreach (JsonElement call in golden.GetProperty("calls").EnumerateArray())
        {
            string found = Describe(SmvSampling.Loops(plan, plan.Launches[i], options).Select(l => (l.Label, l.Factor)));
            string wanted = Describe(call.GetProperty("samp").EnumerateArray().Select(s => (s[0].GetString()!, s[1].GetSingle())));
            if (found != wanted) yield return $"launch {i} {found}, golden {wanted}";
            i++;
        }
    }

    private static string Describe(IEnumerable<(string Label, float Factor)> loops) =>
        string.Join(" ", loops.Select(l => l.Label + "=" + l.Factor.ToString("R", CultureInfo.InvariantCulture)));
}
