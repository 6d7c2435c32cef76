using System.Globalization;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Aladdin;

/// <summary>
/// The traced C# kernels against schedules of the compiled C kernels: cycles within 5 % on every row, 2 % in the mean.
/// </summary>
[TestFixture]
[Category("Golden")]
[Category("Golden.Aladdin")]
internal sealed class SmvTableGoldenTests
{
    public static IEnumerable<TestCaseData> Kernels => GoldenData.Cases("aladdin/smv_table.csv", _ =>
        AladdinGolden.Table("smv_table.csv").Select(r => r["kernel"]).Distinct().Select(k => new TestCaseData(k).SetArgDisplayNames(k)));

    [TestCaseSource(nameof(Kernels))]
    public void Cycles_agree_with_the_compiled_kernel(string kernel)
    {
        List<string> differences = [];
        double sum = 0;
        int compared = 0, equal = 0, errors = 0;
        foreach (Dictionary<string, string> row in AladdinGolden.Table("smv_table.csv").FindAll(r => r["kernel"] == kernel))
        {
            DatapathConfiguration configuration = DatapathConfigurationFile.Read(AladdinGolden.Configuration(row["config"]));
            SmvKernelRun run = SmvTableRow.Run(kernel, row["params"]);
            if (row["error"].Length > 0)
            {
                errors++;
                if (!Fails(run, configuration)) differences.Add($"{row["config"]} {row["params"]}: golden {row["error"]}, ours runs");
                continue;
            }
            long golden = long.Parse(row["cycles"], CultureInfo.InvariantCulture);
            long ours = Cycles(run, configuration);
            double error = Math.Abs(ours - golden) / (double)golden;
            sum += error;
            compared++;
            if (ours == golden) equal++;
            if (ours != golden) TestContext.Out.WriteLine($"  {row["config"]} {row["params"]}: golden {golden}, ours {ours}");
            if (error > 0.05) differences.Add($"{row["config"]} {row["params"]}: golden {golden}, ours {ours} ({error:P1})");
        }
        TestContext.Out.WriteLine($"{kernel}: {compared} rows compared, {equal} equal to the cycle, mean error {sum / compared:P2}, {errors} error rows");
        Assert.That(differences, Is.Empty);
        Assert.That(sum / compared, Is.LessThan(0.02));
    }

    private static bool Fails(SmvKernelRun run, DatapathConfiguration configuration)
    {
        try
        {
            Cycles(run, configuration);
            return false;
        }
        catch (Core.SmaugException)
        {
            return true;
        }
    }

    private static long Cycles(SmvKernelRun run, DatapathConfiguration configuration)
    {
        using AladdinAccelerator accelerator = AladdinAccelerator.Create(run.Trace, configuration);
        var datapath = accelerator.Begin()!;
        AladdinAccelerator.Run(datapath);
        return accelerator.Finish(datapath).Cycles;
    }
}
