using System.Text.RegularExpressions;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Soc;

/// <summary><c>smaug run</c> prints what the original SMAUG prints about tiling, kernel launches and the last output.</summary>
[Category("Golden")]
[Category("Golden.SmaugNetworks")]
public sealed partial class RunConsoleGoldenTests
{
    private const string FinalOutput = "Final network output:";

    // Each case with one of the two ways to write an option's value.
    [TestCaseSource(nameof(Consoles))]
    public void Debug_lines_are_those_of_the_original(string file)
    {
        string[] golden = GoldenData.ReadLines(file).ToArray();
        Match name = ConsoleName().Match(Path.GetFileName(file));
        string level = name.Groups["level"].Value, accelerators = name.Groups["accelerators"].Success ? name.Groups["accelerators"].Value : "1";
        string[] expected = Described(golden);
        string[] joined = Described(Run(name.Groups["model"].Value, $"--debug-level={level}", $"--num-accels={accelerators}", "--no-values"));
        string[] apart = Described(Run(name.Groups["model"].Value, "--debug-level", level, "--num-accels", accelerators, "--no-values"));
        Assert.Multiple(() =>
        {
            Assert.That(expected, Is.Not.Empty);
            Assert.That(joined, Is.EqualTo(expected));
            Assert.That(apart, Is.EqualTo(expected));
        });
    }

    [TestCase("lenet5_smv")]
    [TestCase("minerva_smv")]
    public void Last_output_is_that_of_the_original(string model)
    {
        string[] golden = LastOutput(GoldenData.ReadLines($"smaug/console/{model}.txt").ToArray());
        Assert.That(golden, Has.Length.GreaterThan(2));
        Assert.That(LastOutput(Run(model, "--print-last-output")), Is.EqualTo(golden));
    }

    private static IEnumerable<TestCaseData> Consoles() => GoldenData.Files("smaug/console", "*_debug*.txt");

    private static string[] Run(string model, params string[] options)
    {
        string topology = GoldenData.Require("smaug", "models", $"{model}_topo.pbtxt"), parameters = GoldenData.Require("smaug", "models", $"{model}_params.pb");
        Infrastructure.Cli run = Infrastructure.Cli.Run(["run", topology, parameters, .. options]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run.Output.ReplaceLineEndings("\n").Split('\n');
    }

    /// <summary>The lines that tell what is added, tiled, scheduled and launched.</summary>
    private static string[] Described(string[] lines) => lines.Where(l => DebugLine().IsMatch(l)).ToArray();

    /// <summary>From the heading to the end of the last block.</summary>
    private static string[] LastOutput(string[] lines) =>
        lines.SkipWhile(l => l != FinalOutput).TakeWhile(l => l.Length > 0).ToArray();

    [GeneratedRegex(@"^(?<model>.+)_debug(?<level>\d+)(_accels(?<accelerators>\d+))?\.txt$")]
    private static partial Regex ConsoleName();

    [GeneratedRegex(@"^(Adding .*\(\w+\)\.|Tiling .*\(\w+\)\.|Scheduling .*\(\w+\)\.|  Tiling dimensions chosen:|    input: .*|  Tiled Tensor .*|    original tensor shape.*|    tile shape.*|    number of tiles.*|Input0?: .*|Switched to .*|Waiting for all .*|All accelerators .*)$")]
    private static partial Regex DebugLine();
}
