using System.Globalization;
using Smaug.Accelerators.Systems.Gem5;
using Smaug.Core.Units;
using Smaug.Tests.Infrastructure;
using Smaug.Tests.Integration;
using Smaug.Tests.Soc;

namespace Smaug.Tests.Validation;

/// <summary>The original's own integration programs on both memory systems.</summary>
internal sealed class IntegrationSection : IValidationSection
{
    private const string Measured = "gem5aladdin/integration_measured.csv";

    public string Name => "integration";

    public string Write()
    {
        GoldenData.Require(Measured);
        List<string[]> rows = [];
        foreach (string[][] program in GoldenData.ReadLines(Measured).Skip(1).Select(l => l.Split(',')).Where(f => f[2].Length > 0).GroupBy(f => (f[0], f[1], f[^1])).Select(g => g.ToArray()))
        {
            string test = program[0][0] == "aes" ? "test_aes" : program[0][0];
            int[] expected = [.. program.Select(f => int.Parse(f[3], CultureInfo.InvariantCulture))];
            List<long[]> cycles = [.. IntegrationGoldenTests.StartUps.Select(s => Cycles(test, program[0][^1], program[0][1] == "ruby", s))];
            for (int i = 0; i < expected.Length; i++)
            {
                long nearest = cycles.Select(c => c[i]).MinBy(c => Math.Abs(c - expected[i]));
                rows.Add([program[0][1] == "ruby" ? "directory" : "classic", expected.Length == 1 ? test : $"{test}, accelerator {i}", ValidationPage.Compared(nearest, expected[i], "0"), string.Join(", ", cycles.Select(c => c[i].ToString(CultureInfo.InvariantCulture)))]);
            }
        }

        return ValidationPage.Table(2, ["memory", "program", "cycles", "by launch time"], rows);
    }

    private static long[] Cycles(string test, string options, bool ruby, double startUp)
    {
        Gem5RunOptions run = Gem5CommandLine.Parse(options.Split(' ', StringSplitOptions.RemoveEmptyEntries)) with { Ruby = ruby };
        using Gem5System system = IntegrationProgram.Build(GoldenData.Require("gem5aladdin/integration", test, "gem5.cfg"), run, out Gem5Configuration configuration);
        new IntegrationProgram(system, configuration, test, SimTime.FromMicroseconds(startUp)).Run();
        return [.. system.Devices.Select(d => d.TotalCycles)];
    }
}
