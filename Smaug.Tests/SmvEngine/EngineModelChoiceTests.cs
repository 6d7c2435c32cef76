using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Tests.Infrastructure;
using Smaug.Zoo;

namespace Smaug.Tests.SmvEngine;

/// <summary>The simulated engine in place of the formula.</summary>
[TestFixture]
internal sealed class EngineModelChoiceTests
{
    private static readonly Sampling s_sampling = new(SamplingLevel.VeryHigh);

    [Test]
    public void Reusing_equal_launches_changes_no_report([Values("tutorial", "minerva", "lstm")] string name)
    {
        Graph network = ModelZoo.Create(name, Backends.Smv);
        var reusing = new SmvAladdinModel();
        RunResult once = Run(network, reusing), each = Run(network, new SmvAladdinModel(reuse: false));
        Assert.Multiple(() =>
        {
            Assert.That(Json(once.Report), Is.EqualTo(Json(each.Report)));
            Assert.That(reusing.Simulated, Is.InRange(1, once.Plan.Operators.Sum(o => o.Launches.Length) - 1));
        });
    }

    [Test]
    public void The_built_in_datapath_is_the_published_configuration()
    {
        DatapathConfiguration published = DatapathConfigurationFile.Read(GoldenData.Require("aladdin", "configs", "smv-accel-params.cfg"));
        DatapathConfiguration ours = SmvDatapath.Published;
        Assert.Multiple(() =>
        {
            Assert.That(ours.Unrolling, Is.EquivalentTo(published.Unrolling));
            Assert.That(ours.Pipelined, Is.EquivalentTo(published.Pipelined));
            Assert.That(ours.Arrays.OrderBy(a => a.Name), Is.EqualTo(Last(published.Arrays)));
        });
    }

    [Test]
    public void The_command_line_chooses_the_engine_model()
    {
        string formula = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--sample-level", "very_high").Output;
        string aladdin = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--sample-level", "very_high", "--engine-model", "aladdin").Output;
        Assert.That(aladdin, Is.Not.EqualTo(formula).And.Contains("convolution").IgnoreCase);
    }

    private static IEnumerable<DatapathArray> Last(IEnumerable<DatapathArray> arrays) => arrays.GroupBy(a => a.Name).Select(g => g.Last()).OrderBy(a => a.Name);

    private static string Json(RunReport report)
    {
        using var stream = new MemoryStream();
        RunReportJson.Write(report, stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static RunResult Run(Graph network, ISmvEngineModel engine) =>
        new SocBuilder().WithEngine(engine).Build().Run(network, new RunOptions { Sampling = s_sampling });
}
