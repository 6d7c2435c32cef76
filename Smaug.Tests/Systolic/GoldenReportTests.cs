using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Systolic;

[Category("Golden")]
[Category("Golden.ScaleSim")]
internal sealed class GoldenReportTests
{
    private static IEnumerable<TestCaseData> Runs() => GoldenData.Files("scalesim/runs", "*.json");

    private static IEnumerable<TestCaseData> Upstream() => GoldenData.Files("scalesim/upstream", "*.json");

    [TestCaseSource(nameof(Runs))]
    public void Reports_equal_those_of_scale_sim(string file) => CompareAll(GoldenRun.Read(file));

    [TestCaseSource(nameof(Upstream))]
    public void Reports_equal_those_shipped_with_scale_sim(string file) => CompareAll(GoldenRun.Read(file));

    private static void CompareAll(GoldenRun run)
    {
        int compared = 0;
        foreach ((ScaleSimVersion version, Dictionary<string, string> expected) in run.Results)
        {
            var found = SystolicReports.All(run.Simulate(version)).ToDictionary(report => report.FileName, report => report.Text);
            Assert.That(found.Keys, Is.SupersetOf(expected.Keys), $"{run.Name} {version}");
            foreach ((string name, string text) in expected)
            {
                Assert.That(found[name], Is.EqualTo(text), $"{run.Name} {version} {name}");
                compared++;
            }
        }

        Assert.That(compared, Is.GreaterThanOrEqualTo(2));
    }
}
