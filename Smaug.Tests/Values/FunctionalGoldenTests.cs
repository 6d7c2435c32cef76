using System.Text.Json;
using Smaug.Core.Tensors;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Values;

/// <summary>
/// Single operators against the original SMAUG: the SMV backend bit for bit, the reference backend bit for bit too, except
/// up to 2 units in the last place where an exponential is involved.
/// </summary>
[TestFixture]
[Category("Golden")]
[Category("Golden.SmaugValues")]
internal sealed class FunctionalGoldenTests
{
    private const string Defects = "reference_defects.jsonl.gz";

    public static IEnumerable<TestCaseData> Files() => GoldenData.Files("smaug/functional", "*.jsonl.gz")
        .Where(c => !((string)c.Arguments[0]!).EndsWith(Defects, StringComparison.Ordinal));

    [TestCaseSource(nameof(Files))]
    public void Operators_give_the_golden_values(string file)
    {
        var differences = new List<string>();
        int compared = 0;
        foreach (JsonElement json in GoldenData.ReadJsonLines(file))
        {
            var functional = new FunctionalCase(json);
            compared++;
            string? difference = GoldenTensor.Difference(functional.Run(), functional.ExpectedOutput, functional.HasExponential ? 2 : 0);
            if (difference is not null) differences.Add($"{functional}: {difference}");
        }

        GoldenReport.Assert(file, compared, differences);
    }

    [Test]
    public void Where_the_original_is_defective_the_values_are_those_of_the_definition()
    {
        string file = "smaug/functional/" + Defects;
        var differences = new List<string>();
        int compared = 0;
        foreach (JsonElement json in GoldenData.ReadJsonLines(file))
        {
            var functional = new FunctionalCase(json);
            compared++;
            // Sums of float16 results are compared with one float32 pass over the whole tensor.
            float[] actual = functional.Run().ToSingles(), expected = DoubleModel.Compute(functional.Node, functional.Inputs);
            float tolerance = functional.IsReference ? 1e-5f : 4e-3f;
            int bad = Array.FindIndex(actual, 0, x => float.IsNaN(x));
            for (int i = 0; i < actual.Length && bad < 0; i++)
            {
                if (MathF.Abs(actual[i] - expected[i]) > tolerance * MathF.Max(1, MathF.Abs(expected[i]))) bad = i;
            }

            if (bad >= 0) differences.Add($"{functional}: element {bad} is {actual[bad]} in place of {expected[bad]}");
        }

        GoldenReport.Assert(file, compared, differences);
    }
}
