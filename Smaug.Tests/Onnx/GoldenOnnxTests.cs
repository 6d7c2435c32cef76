using System.Globalization;
using System.Text;
using Smaug.Core;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Onnx;

/// <summary>
/// ONNX's own conformance cases: each gives the expected values on the reference backend, or is refused in one clear error. The
/// snapshot lists the cases with values, so that none is lost.
/// </summary>
[Category("Golden")]
[Category("Golden.Onnx")]
internal sealed class GoldenOnnxTests
{
    private static readonly string[] s_folders = ["onnx/node", "onnx/pytorch-converted", "onnx/pytorch-operator"];

    private static IEnumerable<TestCaseData> Cases() => s_folders.SelectMany(folder => GoldenData.Cases(folder, Folders));

    private static IEnumerable<TestCaseData> Folders(string path) => Directory.GetDirectories(path).Order(StringComparer.Ordinal).Select(f =>
    {
        string relative = Path.GetRelativePath(GoldenData.Root, f).Replace('\\', '/');
        return new TestCaseData(relative).SetArgDisplayNames(relative);
    });

    [TestCaseSource(nameof(Cases))]
    public void A_case_gives_the_expected_values_or_one_clear_refusal(string folder)
    {
        string? refusal = new OnnxCase(folder).Run(Backends.Reference).Refusal;
        if (refusal is null) return;
        Assert.That(refusal, Does.Contain("nodes cannot be represented").Or.Contain("has no elements"));
        TestContext.Out.WriteLine($"refused: {refusal}");
    }

    /// <summary>On images in ONNX's order (Reference) and with channels innermost (Systolic).</summary>
    [TestCase("Reference")]
    [TestCase("Systolic")]
    public void The_supported_cases_are_those_of_the_snapshot(string backend)
    {
        string[] folders = [.. Cases().Where(c => c.RunState == NUnit.Framework.Interfaces.RunState.Runnable).Select(c => (string)c.Arguments[0]!)];
        if (folders.Length == 0) Assert.Ignore("no golden data: onnx");
        var supported = new StringBuilder();
        foreach (IGrouping<string, string> group in folders.GroupBy(f => Path.GetDirectoryName(f)!))
        {
            (string Folder, OnnxOutcome Outcome)[] cases = [.. group.Select(f => (f, new OnnxCase(f).Run(Backends.Get(backend))))];
            (string Folder, OnnxOutcome Outcome)[] passed = [.. cases.Where(c => c.Outcome.Refusal is null)];
            int folded = passed.Count(c => c.Outcome.IsFolded);
            string line = string.Create(CultureInfo.InvariantCulture, $"{group.Key}: {passed.Length - folded} run, {folded} computed on import, {cases.Length - passed.Length} refused");
            TestContext.Out.WriteLine(line);
            supported.Append(line).Append('\n');
            foreach ((string folder, OnnxOutcome outcome) in passed) supported.Append("  ").Append(Path.GetFileName(folder)).Append(outcome.IsFolded ? " (computed on import)" : "").Append('\n');
        }

        Snapshot.Matches(supported.ToString());
    }
}
