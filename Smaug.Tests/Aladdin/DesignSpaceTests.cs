using System.Text.Json;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Core;

namespace Smaug.Tests.Aladdin;

/// <summary>One trace with many designs: combinations, fronts, files, the command.</summary>
[TestFixture]
internal sealed class DesignSpaceTests
{
    private static readonly LoopLabel Loop = new("smv_eltwise_add_nc_vec_fxp", "eltwise_add_loop");

    private static readonly KernelTrace Trace = SmvTracedKernels.Elementwise(SmvElementwiseKind.Add, 256).Trace;

    private static readonly IReadOnlyList<DesignPoint> Points = DesignSpace.Combine(
        SmvDatapath.Published, DesignAxis.Unrolling([Loop], 1, 8), DesignAxis.Partitions(4, 8), DesignAxis.CycleTime(1, 2), DesignAxis.Pipelining([Loop]));

    private static readonly IReadOnlyList<DesignOutcome> Outcomes = DesignSpace.Explore(Trace, Points, parallelism: 1);

    [Test]
    public void Axes_are_combined_and_the_last_one_runs_fastest()
    {
        Assert.That(Points, Has.Count.EqualTo(16));
        Assert.That(Points[1].Name, Is.EqualTo("unrolling of eltwise_add_loop 1, partitions 4, cycle time 1 ns, pipelining of eltwise_add_loop yes"));
        DatapathConfiguration last = Points[^1].Configuration;
        Assert.That((last.Unrolling[Loop], last.Arrays[0].Factor, last.CycleTimeNanoseconds, last.Pipelined.Contains(Loop)), Is.EqualTo((8, 8, 2f, true)));
    }

    [Test]
    public void Results_do_not_depend_on_how_many_designs_run_at_a_time()
    {
        IReadOnlyList<DesignOutcome> many = DesignSpace.Explore(Trace, Points, parallelism: 4);
        Assert.That(many.Select(o => (o.Point.Name, o.Cycles, o.AverageMilliwatts)), Is.EqualTo(Outcomes.Select(o => (o.Point.Name, o.Cycles, o.AverageMilliwatts))));
    }

    [Test]
    public void A_front_holds_what_nothing_beats_and_nothing_else([Values(DesignObjectives.Time | DesignObjectives.Power, DesignObjectives.Time | DesignObjectives.Area)] DesignObjectives objectives)
    {
        double Other(DesignOutcome o) => objectives.HasFlag(DesignObjectives.Power) ? o.AverageMilliwatts : o.AreaSquareMicrometres;
        IReadOnlyList<DesignOutcome> front = DesignSpace.Pareto(Outcomes, objectives);
        Assert.That(front[0].Time, Is.EqualTo(Outcomes.Min(o => o.Time)));
        Assert.That(front.Select(Other), Is.Ordered.Descending, "slower only for less");
        foreach (DesignOutcome outside in Outcomes.Except(front)) Assert.That(front.Any(f => f.Time <= outside.Time && Other(f) <= Other(outside)), outside.Point.Name);
    }

    [Test]
    public void The_picture_marks_every_design_in_both_panels_and_lists_the_fronts()
    {
        string picture = AladdinCharts.Pareto(Outcomes).ToString();
        Assert.That(picture.Split("<title>"), Has.Length.EqualTo(1 + 2 * Points.Count));
        foreach (string text in new[] { "16 designs", "time, us", "average power, mW", "area, mm2", DesignSpace.Pareto(Outcomes, DesignObjectives.Time | DesignObjectives.Area)[0].Point.Name })
            Assert.That(picture, Does.Contain(">" + text).Or.Contain(text + "<"));
    }

    [Test]
    public void A_single_design_can_be_drawn() =>
        Assert.That(AladdinCharts.Pareto([Outcomes[0]]).ToString(), Does.Contain("1 designs").And.Not.Contain("NaN"));

    [Test]
    public void A_design_that_is_not_valid_is_named() => Assert.That(
        () => DesignSpace.Combine(SmvDatapath.Published, DesignAxis.Partitions("inputs", 8, 32768)),
        Throws.InstanceOf<ConfigurationException>().With.Message.Contains("Design 'partitions of inputs 32768': ").And.Message.Contains("fewer than its 32768 partitions"));

    [Test]
    public void An_unknown_scratchpad_is_named() => Assert.That(
        () => DesignSpace.Combine(SmvDatapath.Published, DesignAxis.Partitions("nowhere", 2)),
        Throws.InstanceOf<ConfigurationException>().With.Message.Contains("no scratchpad 'nowhere'").And.Message.Contains("inputs0"));

    [Test]
    public void A_design_that_cannot_run_is_named() => Assert.That(
        () => DesignSpace.Explore(Trace, [new DesignPoint("empty", new DatapathConfiguration())]),
        Throws.InstanceOf<ConfigurationException>().With.Message.Contains("Design 'empty': "));

    [Test]
    public void The_command_writes_tables_picture_and_page()
    {
        using var folder = new DesignFolder();
        Infrastructure.Cli run = Explore(folder, "--unroll", $"{Loop.Function}/{Loop.Label}=1,4,8", "--partitions", "inputs0=4,8", "--partitions", "4,8", "--ports", "1,2", "--cycle-time", "1,5", "--out", folder.Path);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Does.StartWith("48 designs, "));
        string[] lines = File.ReadAllLines(folder.File("designs.csv"));
        Assert.That(lines, Has.Length.EqualTo(49));
        Assert.That(lines[0], Is.EqualTo("design,unrolling of eltwise_add_loop,partitions of inputs0,partitions,ports,cycle time,cycles,timeNanoseconds,averageMilliwatts,energyPicojoules,areaSquareMicrometres,paretoTimePower,paretoTimeArea,paretoTimePowerArea"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder.File("designs.json")));
        JsonElement first = json.RootElement[0];
        Assert.That((json.RootElement.GetArrayLength(), first.GetProperty("settings").GetProperty("ports").GetString(), first.GetProperty("cycles").GetDouble()), Is.EqualTo((48, "1", double.Parse(lines[1].Split(',')[^8]))));
        Assert.That(File.ReadAllText(folder.File("pareto.svg")), Does.StartWith("<svg "));
        Assert.That(File.ReadAllText(folder.File("designs.html")).Split("<tr"), Has.Length.EqualTo(50));
    }

    [TestCase(new string[0], "there is nothing to choose")]
    [TestCase(new[] { "--unroll", "f/l=1,2" }, "--unroll f/l: the trace has no such loop; it has ")]
    [TestCase(new[] { "--unroll", "f/l" }, "must be NAME=VALUE")]
    [TestCase(new[] { "--cycle-time", "1,fast" }, "'fast' is not a period in ns")]
    [TestCase(new[] { "--cycle-time", "0" }, "Design 'cycle time 0 ns': ")]
    public void The_command_reports_a_bad_choice_on_one_line(string[] arguments, string message)
    {
        using var folder = new DesignFolder();
        Infrastructure.Cli run = Explore(folder, arguments);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(message));
        Assert.That(run.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    private static Infrastructure.Cli Explore(DesignFolder folder, params string[] arguments)
    {
        string trace = folder.File("k.trace.gz"), configuration = folder.File("k.cfg");
        Assert.That(Infrastructure.Cli.Run("trace", "eltadd", "elements=64", "-o", trace).ExitCode, Is.Zero);
        File.WriteAllText(configuration, """
            partition,cyclic,inputs0,65536,4,8
            partition,cyclic,inputs1,65536,4,8
            partition,cyclic,results,65536,4,8
            """);
        return Infrastructure.Cli.Run(["aladdin", "explore", trace, configuration, .. arguments]);
    }

    private sealed class DesignFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("designs").FullName;

        public string File(string name) => System.IO.Path.Combine(Path, name);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
