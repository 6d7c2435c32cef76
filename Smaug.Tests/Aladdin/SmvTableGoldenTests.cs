using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Core;
using Smaug.Tests.Infrastructure;
using Smaug.Tests.SmvEngine;

namespace Smaug.Tests.Aladdin;

/// <summary>The traced C# kernels against schedules of the compiled C kernels: equal to the cycle on every row.</summary>
[TestFixture]
[Category("Golden")]
[Category("Golden.Aladdin")]
internal sealed class SmvTableGoldenTests
{
    public static IEnumerable<TestCaseData> Kernels => GoldenData.Cases(SmvTable.File, _ =>
        SmvTable.Read().Select(r => r.Kernel).Distinct().Select(k => new TestCaseData(k).SetArgDisplayNames(k)));

    [TestCaseSource(nameof(Kernels))]
    public void Cycles_are_those_of_the_compiled_kernel(string kernel)
    {
        List<string> differences = [];
        int compared = 0, errors = 0;
        foreach (SmvTableRow row in SmvTable.Read().Where(r => r.Kernel == kernel))
        {
            DatapathConfiguration configuration = DatapathConfigurationFile.Read(AladdinGolden.Configuration(row.Configuration));
            SmvKernelRun run = SmvTracedKernel.Run(kernel, row.Values);
            if (row.Cycles is { } golden)
            {
                long ours = Cycles(run, configuration);
                compared++;
                if (ours != golden) differences.Add($"{row.Configuration} {row}: golden {golden}, ours {ours} ({100.0 * ours / golden - 100:+0.00;-0.00} %)");
            }
            else
            {
                errors++;
                if (!Fails(run, configuration)) differences.Add($"{row.Configuration} {row}: golden stops with an error, ours runs");
            }
        }
        TestContext.Out.WriteLine($"{kernel}: {compared} rows compared, {compared - differences.Count} equal to the cycle, {errors} error rows");
        Assert.That(differences, Is.Empty);
    }

    private static bool Fails(SmvKernelRun run, DatapathConfiguration configuration)
    {
        try
        {
            Cycles(run, configuration);
            return false;
        }
        catch (SmaugException)
        {
            return true;
        }
    }

    private static long Cycles(SmvKernelRun run, DatapathConfiguration configuration) => AladdinSimulator.Run(run.Trace, configuration).Single().Cycles;
}
