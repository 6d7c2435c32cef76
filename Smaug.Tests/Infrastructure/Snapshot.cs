namespace Smaug.Tests.Infrastructure;

/// <summary>
/// Snapshot tests with Verify's conventions: the approved text lies in <c>Snapshots/CLASS.METHOD.verified.txt</c>; on a
/// difference the text found is written beside it as <c>.received.txt</c> before the test fails. The variable
/// <c>SMAUG_APPROVE=1</c> approves what is received.
/// </summary>
internal static class Snapshot
{
    /// <summary>Compares a text with the approved one of the running test.</summary>
    /// <param name="actual">The text to compare; line ends and the repository's path are normalised.</param>
    /// <param name="name">Name of the snapshot where a test has several; default: class and method of the running test.</param>
    public static void Matches(string actual, string? name = null)
    {
        TestContext.TestAdapter test = TestContext.CurrentContext.Test;
        string className = test.ClassName![(test.ClassName!.LastIndexOf('.') + 1)..];
        name ??= $"{className}.{test.MethodName}";
        string folder = Path.Combine(ProjectFolder.Tests, "Snapshots");
        string verified = Path.Combine(folder, name + ".verified.txt");
        string received = Path.Combine(folder, name + ".received.txt");
        string normalised = Normalise(actual);
        string? expected = File.Exists(verified) ? Normalise(File.ReadAllText(verified)) : null;
        if (expected == normalised)
        {
            File.Delete(received);
            return;
        }

        Directory.CreateDirectory(folder);
        if (Environment.GetEnvironmentVariable("SMAUG_APPROVE") == "1")
        {
            File.WriteAllText(verified, normalised);
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, normalised);
        Assert.Fail($"Snapshot {name} differs. Received: {received}. Approve with SMAUG_APPROVE=1. {Difference(expected, normalised)}");
    }

    private static string Normalise(string text) =>
        text.ReplaceLineEndings("\n").Replace(ProjectFolder.Repository, "{repository}", StringComparison.Ordinal);

    private static string Difference(string? expected, string actual)
    {
        if (expected is null) return "No approved text yet.";
        string[] left = expected.Split('\n');
        string[] right = actual.Split('\n');
        int line = 0;
        while (line < left.Length && line < right.Length && left[line] == right[line]) line++;
        string At(string[] lines) => line < lines.Length ? lines[line] : "(end of text)";
        return $"First difference in line {line + 1}:\n  approved: {At(left)}\n  received: {At(right)}";
    }
}
