using System.Globalization;
using Smaug.Accelerators.Aladdin.Device;
using Smaug.Accelerators.Systems.Gem5;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Integration;

/// <summary>
/// The reference's own integration programs, from their traces and configuration files: accelerator cycles within 5 % of the
/// measured ones.
/// </summary>
[Category("Golden")]
[Category("Golden.Soc")]
public class IntegrationGoldenTests
{
    private const double Tolerance = 0.05;
    private const string Measured = "gem5aladdin/integration_measured.csv";

    private static IEnumerable<TestCaseData> Programs() => GoldenData.Cases(Measured, _ => GoldenData.ReadLines(Measured).Skip(1)
        .Select(l => l.Split(',')).Where(f => f[2].Length > 0)
        .GroupBy(f => (Test: Folder(f[0]), System: f[1], Options: f[^1]))
        .Select(g => new TestCaseData(g.Key.Test, g.Key.System, g.Key.Options, g.Select(f => int.Parse(f[3], CultureInfo.InvariantCulture)).ToArray())
            .SetArgDisplayNames(g.Key.Test, g.Key.System)));

    [TestCaseSource(nameof(Programs))]
    public void CyclesOfTheProgramAreThoseMeasured(string test, string memory, string options, int[] expected)
    {
        Gem5RunOptions run = Gem5CommandLine.Parse(options.Split(' ', StringSplitOptions.RemoveEmptyEntries)) with { Ruby = memory == "ruby" };
        if (!run.Ruby) Assert.Ignore("the classic memory system (snooping caches and crossbars) cannot be composed with accelerators yet");
        string file = GoldenData.Require("gem5aladdin/integration", test, "gem5.cfg");
        using Gem5System system = IntegrationProgram.Build(file, run, out Gem5Configuration configuration);
        new IntegrationProgram(system, configuration, test).Run();
        List<string> bad = [];
        for (int i = 0; i < expected.Length; i++)
        {
            AladdinDevice device = system.Devices[i];
            double error = ((double)device.TotalCycles / expected[i]) - 1;
            string line = string.Create(CultureInfo.InvariantCulture,
                $"{device.Name} on {memory}: {device.TotalCycles} cycles, measured {expected[i]} ({error:+0.00 %;-0.00 %})");
            TestContext.Out.WriteLine(line);
            if (Math.Abs(error) > Tolerance) bad.Add(line);
        }

        Assert.That(bad, Is.Empty);
    }

    private static string Folder(string test) => test == "aes" ? "test_aes" : test;
}
