using System.Globalization;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Soc;

/// <summary>One row of a golden table with named columns.</summary>
internal sealed class GoldenCsv(Dictionary<string, int> columns, string[] cells)
{
    public string this[string column] => cells[columns[column]];

    /// <summary>The first cell.</summary>
    public string First => cells[0];

    public IEnumerable<string> Columns => columns.Keys;

    public double Number(string column) => double.Parse(this[column], CultureInfo.InvariantCulture);

    /// <summary>The rows of a file; empty when it is not there.</summary>
    public static List<GoldenCsv> Read(string relative)
    {
        string path = Path.Combine(GoldenData.Root, relative);
        if (!File.Exists(path)) return [];
        string[] lines = File.ReadAllLines(path);
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in lines[0].Split(',')) columns.TryAdd(name, columns.Count);
        return [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => new GoldenCsv(columns, l.Split(',')))];
    }
}
