using System.Globalization;
using Smaug.Memory.Dram.Command;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Dram;

/// <summary>Reads the traces and tables of the DRAM golden data and collects differences.</summary>
internal static class DramGolden
{
    /// <summary>One line of a trace; the cycle is 0 where the trace has no times.</summary>
    public static List<(ulong Address, bool IsWrite, long Cycle)> Trace(string name)
    {
        List<(ulong, bool, long)> trace = [];
        foreach (string line in GoldenData.ReadLines($"dram/traces/{name}.trace.gz"))
        {
            string[] field = line.Split(' ');
            trace.Add((Hex(field[0]), field[1] == "W", field.Length > 2 ? long.Parse(field[2], CultureInfo.InvariantCulture) : 0));
        }

        return trace;
    }

    public static IEnumerable<Dictionary<string, string>> Table(string file)
    {
        string[]? header = null;
        foreach (string line in GoldenData.ReadLines(file))
        {
            string[] field = line.Split(',');
            if (header is null) header = field;
            else yield return header.Zip(field).ToDictionary(p => p.First, p => p.Second);
        }
    }

    /// <summary>A CSV file as NUnit cases, one per row, named by the given columns.</summary>
    public static IEnumerable<TestCaseData> Rows(string file, params string[] keys) =>
        GoldenData.Cases(file, _ => Table(file).Select(row =>
            new TestCaseData(row).SetArgDisplayNames(string.Join("/", keys.Select(k => row[k])))));

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The average latency in the golden's own spelling where both are equal to six digits (no reads: empty).</summary>
    public static string Average(string golden, DramStatistics statistics)
    {
        string actual = Math.Round(statistics.ReadLatencyAverage, 6).ToString(CultureInfo.InvariantCulture);
        bool equal = golden.Length == 0 ? statistics.Reads == 0 : double.Parse(golden, CultureInfo.InvariantCulture) == double.Parse(actual, CultureInfo.InvariantCulture);
        return equal ? golden : actual;
    }

    public static ulong Hex(string text) =>
        ulong.Parse(text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Compares named values with a golden row; every difference is listed.</summary>
    public static void AssertRow(Dictionary<string, string> golden, IEnumerable<(string Column, string Value)> actual)
    {
        int compared = 0;
        List<string> differences = [];
        foreach ((string column, string value) in actual)
        {
            compared++;
            if (golden[column] != value) differences.Add($"{column}: {value}, golden {golden[column]}");
        }

        Assert.That(differences, Is.Empty, $"{differences.Count} of {compared} columns differ");
        Assert.That(compared, Is.GreaterThan(0));
    }

    /// <summary>Compares lines of a log with a golden file (without its header).</summary>
    public static void AssertLines(string file, IReadOnlyList<string> actual)
    {
        List<string> golden = [.. GoldenData.ReadLines(file).Skip(1)];
        List<string> differences = [];
        for (int i = 0; i < Math.Max(golden.Count, actual.Count) && differences.Count < 10; i++)
        {
            string expected = i < golden.Count ? golden[i] : "(end)";
            string found = i < actual.Count ? actual[i] : "(end)";
            if (expected != found) differences.Add($"line {i + 1}: {found}, golden {expected}");
        }

        Assert.That(differences, Is.Empty, $"{file}: {golden.Count} lines");
        TestContext.Out.WriteLine($"{file}: {golden.Count} lines equal");
    }
}
