using System.Text.Json;
using Smaug.Accelerators.Smv;
using Smaug.Core;
using Smaug.Core.Tensors;
using Smaug.Tests.Infrastructure;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Shapes;
using Smaug.Tiling.Strategies;
using Smaug.Tiling.Tiles;

namespace Smaug.Tests.Tiling;

/// <summary>Tilings and kernel launches equal those of SMAUG.</summary>
[Category("Golden")]
[Category("Golden.SmaugTiling")]
public sealed class SmaugTilingGoldenTests
{
    private static IEnumerable<TestCaseData> TilingFiles() => GoldenData.Files("smaug/tiling", "*.jsonl.gz");

    private static IEnumerable<TestCaseData> FunctionalFiles() =>
        GoldenData.Files("smaug/functional", "smv_*.jsonl.gz").Concat(GoldenData.Files("smaug/functional", "reference_defects.jsonl.gz"));

    [TestCaseSource(nameof(TilingFiles))]
    public void Tilings_and_launches_equal_the_reference(string file) =>
        GoldenReport.Check(file, golden => golden.GetProperty("op").GetString() switch
        {
            "best" => Best(golden),
            "gen" => Generated(golden),
            _ => Operator(golden),
        });

    [TestCaseSource(nameof(FunctionalFiles))]
    public void Launches_and_transferred_bytes_equal_the_reference(string file) =>
        GoldenReport.Check(file, golden => golden.TryGetProperty("ncalls", out _) ? Operator(golden) : null);

    private static IEnumerable<string> Operator(JsonElement golden)
    {
        var operation = new GoldenOperator(golden);
        SmvPlanner planner = operation.Planner;
        TilingProblem problem = planner.Problem(operation.Node, operation.Options(compatibility: true));
        if (golden.TryGetProperty("error", out _))
        {
            return Fails(() => planner.Pipeline.Cut(problem)) ? [] : ["tiles, but the reference fails"];
        }

        (TileShapes shapes, OperatorTiles tiles) = planner.Pipeline.Cut(problem);
        IEnumerable<string> differences = GoldenComparison.Tiles(golden, shapes, tiles, origins: !operation.LosesOrigins);
        if (golden.TryGetProperty("run_error", out _))
        {
            return Fails(() => operation.Plan(compatibility: true)) ? differences : differences.Append("launches, but the reference fails");
        }

        return differences.Concat(GoldenComparison.Launches(golden, operation.Plan(compatibility: true)));
    }

    private static IEnumerable<string> Best(JsonElement golden)
    {
        TilingDims found = BestTilingDims.Find(Shape(golden), golden.GetProperty("p_max").GetInt64(), GoldenOperator.Ints(golden.GetProperty("p_min")));
        string wanted = golden.TryGetProperty("result", out JsonElement result) ? result.GetString()! : nameof(TilingDims.Invalid);
        return found.ToString() == wanted ? [] : [$"{found}, golden {wanted}"];
    }

    private static IEnumerable<string> Generated(JsonElement golden)
    {
        TensorShape shape = Shape(golden);
        int[] tile = GoldenOperator.Ints(golden.GetProperty("p_tile")), field = GoldenOperator.Ints(golden.GetProperty("p_field"));
        int[] stride = GoldenOperator.Ints(golden.GetProperty("p_stride"));
        bool same = golden.GetProperty("p_pad").GetString() == "same";
        int rows = shape.Layout == DataLayout.NHWC ? 1 : 2;
        var axes = new System.Collections.Immutable.ImmutableArray<TileSpan>[shape.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int window = i - rows;
            axes[i] = shape.Rank == 4 && window is 0 or 1
                ? HaloAxes.Cut(shape[i], tile[i], field[window], stride[window], same ? field[window] / 2 : 0)
                : HaloAxes.Plain(shape[i], tile[i]);
        }

        HaloAxes.JoinSingle(axes, shape);
        var tensor = new TiledTensor("op", new TensorSpec("t", DataType.Float16, shape), axes);
        using JsonDocument wrapped = JsonDocument.Parse($"{{\"result\":{golden.GetProperty("result").GetRawText()}}}");
        return [.. GoldenComparison.Tensor(wrapped.RootElement, "result", tensor)];
    }

    private static TensorShape Shape(JsonElement golden) => new(
        GoldenOperator.Ints(golden.GetProperty("p_shape")), Enum.Parse<DataLayout>(golden.GetProperty("p_layout").GetString()!), golden.GetProperty("p_align").GetInt32());

    private static bool Fails(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (TilingException)
        {
            return true;
        }
    }
}
