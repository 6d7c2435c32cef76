using System.IO.Compression;
using System.Text.Json;

namespace Smaug.Tests.Infrastructure;

/// <summary>
/// Finds golden data: outputs of the systems that Smaug re-implements. The root is the environment variable
/// <c>SMAUG_GOLDEN</c>, else <c>../shared/golden</c> beside the repository. Where a file or folder is not there, the test
/// that needs it is reported as skipped, never as passed.
/// </summary>
internal static class GoldenData
{
    /// <summary>The root folder; it need not exist.</summary>
    public static string Root { get; } = Environment.GetEnvironmentVariable("SMAUG_GOLDEN") is { Length: > 0 } root
        ? Path.GetFullPath(root)
        : Path.GetFullPath(Path.Combine(ProjectFolder.Repository, "..", "shared", "golden"));

    /// <summary>Full path of a file or folder under the root; skips the running test when it is not there.</summary>
    public static string Require(params string[] parts)
    {
        string path = Path.Combine([Root, .. parts]);
        if (!File.Exists(path) && !Directory.Exists(path)) Assert.Ignore($"no golden data: {Path.Combine(parts)} is not under {Root}");
        return path;
    }

    /// <summary>
    /// The files of a folder as NUnit cases (argument: path relative to the root). A folder that is missing or has no
    /// such file gives one case that is reported as skipped.
    /// </summary>
    public static IEnumerable<TestCaseData> Files(string folder, string pattern)
    {
        string path = Path.Combine(Root, folder);
        string[] files = Directory.Exists(path) ? Directory.GetFiles(path, pattern) : [];
        if (files.Length == 0) return [Missing($"{folder}/{pattern}")];
        Array.Sort(files, StringComparer.Ordinal);
        return files.Select(f =>
        {
            string relative = Path.GetRelativePath(Root, f).Replace('\\', '/');
            return new TestCaseData(relative).SetArgDisplayNames(relative);
        });
    }

    /// <summary>Cases read from a golden file by the caller; one skipped case when the file is not there or holds none.</summary>
    public static IEnumerable<TestCaseData> Cases(string file, Func<string, IEnumerable<TestCaseData>> read)
    {
        string path = Path.Combine(Root, file);
        TestCaseData[] cases = File.Exists(path) || Directory.Exists(path) ? read(path).ToArray() : [];
        return cases.Length == 0 ? [Missing(file)] : cases;
    }

    /// <summary>A stream over a golden file, decompressed when its name ends in .gz; skips the test when it is not there.</summary>
    public static Stream OpenRead(string relative)
    {
        FileStream file = File.OpenRead(Require(relative));
        return relative.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>The lines of a golden text file, decompressed when its name ends in .gz.</summary>
    public static IEnumerable<string> ReadLines(string relative)
    {
        using var reader = new StreamReader(OpenRead(relative));
        while (reader.ReadLine() is { } line) yield return line;
    }

    /// <summary>The objects of a golden .jsonl or .jsonl.gz file.</summary>
    public static IEnumerable<JsonElement> ReadJsonLines(string relative)
    {
        foreach (string line in ReadLines(relative))
        {
            if (line.Length == 0) continue;
            using JsonDocument document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static TestCaseData Missing(string what) =>
        new TestCaseData("").SetArgDisplayNames(what).Ignore($"no golden data: {what} is not under {Root}");
}
