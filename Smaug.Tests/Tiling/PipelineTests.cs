using System.Collections.Immutable;
using Smaug.Accelerators.Smv;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Tests.Infrastructure;
using Smaug.Tiling;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Shapes;
using Smaug.Tiling.Strategies;
using Smaug.Tiling.Tiles;

namespace Smaug.Tests.Tiling;

/// <summary>Each of the four steps of tiling can be replaced alone.</summary>
public sealed class PipelineTests
{
    private static readonly Node s_convolution = Operators.Convolution(1, 32, 32, 32, 32, 3, 3, 1, 1, Padding.Same);

    [Test]
    public void A_custom_strategy_decides_what_is_cut()
    {
        Node node = Operators.Convolution(1, 16, 16, 32, 48, 3, 3, 1, 1, Padding.Same);

        OperandDims standard = Plan(node, TilingPipeline.Standard).Tiling.Shapes.Dims;
        SmvOperatorPlan plan = Plan(node, TilingPipeline.Standard with { Strategy = new WeightsFirstStrategy() });

        Assert.That(plan.Tiling.Shapes.Dims, Is.Not.EqualTo(standard));
        Assert.That(plan.Tiling.Shapes.Dims.Input, Is.EqualTo(TilingDims.DimNH));
        Assert.That(TilingChecker.Faults(plan.Tiling), Is.Empty);
    }

    [Test]
    public void The_strategy_in_the_guide_is_the_tested_one()
    {
        const string Begin = "// <custom-strategy>", End = "// </custom-strategy>";
        string source = File.ReadAllText(Path.Combine(ProjectFolder.Repository, "Smaug.Tests", "Tiling", "WeightsFirstStrategy.cs"));
        string code = source[(source.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..source.IndexOf(End, StringComparison.Ordinal)].Trim();

        string guide = File.ReadAllText(Path.Combine(ProjectFolder.Repository, "docs", "tiling.md"));

        Assert.That(guide.ReplaceLineEndings("\n"), Does.Contain(code.ReplaceLineEndings("\n")));
    }

    [Test]
    public void A_custom_search_decides_how_large_tiles_are()
    {
        SmvOperatorPlan plan = Plan(s_convolution, TilingPipeline.Standard with { ShapeSearch = new EightRows() });

        Assert.That(plan.Tiling.Shapes.Input[1], Is.EqualTo(8));
        Assert.That(TilingChecker.Faults(plan.Tiling), Is.Empty);
    }

    [Test]
    public void A_custom_generator_makes_the_tiles()
    {
        var generator = new CountingGenerator();

        Plan(s_convolution, TilingPipeline.Standard with { Generator = generator });

        Assert.That(generator.Calls, Is.EqualTo(1));
    }

    [Test]
    public void A_custom_loop_nest_orders_the_launches()
    {
        SmvOperatorPlan plan = Plan(s_convolution, TilingPipeline.Standard with { LoopNest = new BackwardNest() });

        Assert.That(((ConvolutionLaunch)plan.Launches[^1]).Output, Is.Zero);
    }

    [Test]
    public void Tiles_that_do_not_fit_are_refused_whoever_made_them()
    {
        var error = Assert.Throws<TilingException>(() => Plan(s_convolution, TilingPipeline.Standard with { ShapeSearch = new AllRows() }));

        Assert.That(error.Message, Does.Contain("tile of tensor 'in' takes 32768 elements: a scratchpad holds 16384"));
    }

    private static SmvOperatorPlan Plan(Node node, TilingPipeline pipeline) => new SmvPlanner(pipeline: pipeline).Plan(node, new PlanOptions());

    private sealed class EightRows : ITileShapeSearch
    {
        public TileShapes? Find(TilingProblem problem, OperandDims dims) =>
            new FullestScratchpadSearch().Find(problem, dims) is { } found
                ? found with { Input = found.Input.SetItem(1, 8), Output = found.Output.SetItem(1, 7) }
                : null;
    }

    private sealed class AllRows : ITileShapeSearch
    {
        public TileShapes? Find(TilingProblem problem, OperandDims dims) =>
            new TileShapes(dims, problem.Input.Shape.ToImmutableArray(), [32, 3, 3, 32], problem.Output.Shape.ToImmutableArray(), 0);
    }

    private sealed class CountingGenerator : ITileGenerator
    {
        public int Calls { get; private set; }

        public OperatorTiles? Generate(TilingProblem problem, TileShapes shapes)
        {
            Calls++;
            return new HaloTileGenerator().Generate(problem, shapes);
        }
    }

    private sealed class BackwardNest : ILoopNest
    {
        public ImmutableArray<KernelLaunch> Launches(TilingProblem problem, OperatorTiles tiles) =>
            [.. new StandardLoopNest().Launches(problem, tiles).Reverse()];
    }
}
