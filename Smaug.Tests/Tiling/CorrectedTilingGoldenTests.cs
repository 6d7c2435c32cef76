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
    /// <summary>All files but those on single steps of tiling.</summary>
    private static IEnumerable<TestCaseData> Files() => GoldenData.Files("smaug/tiling", "*.jsonl.gz")
        .Where(f => f.Arguments[0] is not ("smaug/tiling/find_best.jsonl.gz" or "smaug/tiling/generate_tiles.jsonl.gz"))
        .Concat(GoldenData.Files("smaug/functional", "smv_*.jsonl.gz"))
        .Concat(GoldenData.Files("smaug/functional", "reference_defects.jsonl.gz"));

    [TestCaseSource(nameof(Files))]
    public void Tilings_differ_from_the_reference_only_where_it_is_wrong(string file)
    {
        int corrected = 0, unsupported = 0;
        GoldenReport.Check(file, golden =>
        {
            if (!golden.TryGetProperty("ncalls", out _) && !golden.TryGetProperty("error", out _) && !golden.TryGetProperty("run_error", out _)) return null;
            var operation = new GoldenOperator(golden);
            if (!operation.Planner.Supports(operation.Node))
            {
                unsupported++;
                return golden.TryGetProperty("error", out _) ? [] : ["not supported, but the reference runs it"];
            }

            SmvOperatorPlan plan = operation.Plan(compatibility: false);
            string[] faults = [.. TilingChecker.Faults(plan.Tiling)];
            if (faults.Length > 0) return faults;
            if (ReferenceIsRight(operation))
            {
                return GoldenComparison.Tiles(golden, plan.Tiling.Shapes, plan.Tiles, !operation.LosesOrigins).Concat(GoldenComparison.Launches(golden, plan));
            }

            corrected++;
            return [];
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
