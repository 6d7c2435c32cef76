using System.Text.Json;
using Smaug.Accelerators.Smv;
using Smaug.Core;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Tiling;

/// <summary>
/// Without compatibility, tilings are those of SMAUG wherever SMAUG's are right, and right where they are not.
/// </summary>
[Category("Golden")]
[Category("Golden.SmaugTiling")]
public sealed class CorrectedTilingGoldenTests
{
    private static IEnumerable<TestCaseData> Files() =>
        GoldenData.Files("smaug/tiling", "*.jsonl.gz").Concat(GoldenData.Files("smaug/functional", "*.jsonl.gz"));

    [TestCaseSource(nameof(Files))]
    public void Tilings_differ_from_the_reference_only_where_it_is_wrong(string file)
    {
        int corrected = 0, unsupported = 0;
        GoldenReport.Check(file, golden =>
        {
            if (!golden.TryGetProperty("ncalls", out _) && !golden.TryGetProperty("error", out _) && !golden.TryGetProperty("run_error", out _)) return null;
            if (golden.TryGetProperty("p_shape", out _)) return null;
            var operation = new GoldenOperator(golden);
            if (!operation.Planner.Supports(operation.Node))
            {
                unsupported++;
                return golden.TryGetProperty("error", out _) ? [] : ["not supported, but the reference runs it"];
            }

            SmvOperatorPlan plan = operation.Plan(compatibility: false);
            string[] faults = [.. TilingChecker.Faults(plan.Tiling)];
            if (faults.Length > 0 || !ReferenceIsRight(operation)) corrected++;
            return faults.Length > 0 || !ReferenceIsRight(operation)
                ? faults
                : GoldenComparison.Tiles(golden, plan.Tiling.Shapes, plan.Tiles, !operation.LosesOrigins).Concat(GoldenComparison.Launches(golden, plan));
        });
        TestContext.Out.WriteLine($"{file}: {corrected} corrected, {unsupported} for the host");
    }

    private static bool ReferenceIsRight(GoldenOperator operation)
    {
        try
        {
            return !TilingChecker.Faults(operation.Plan(compatibility: true).Tiling).Any();
        }
        catch (TilingException)
        {
            return false;
        }
    }
}
