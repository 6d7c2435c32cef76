using System.Globalization;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>
/// Reads row latencies from a CSV file with the columns ifmap, filter and ofmap; shorter columns leave their fields empty. It
/// takes the place of the three .npy files of the original.
/// </summary>
public static class LatencyFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InputFormatException">A line does not hold three fields of whole numbers.</exception>
    public static RowLatencies Read(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The content of a file; its first line is a header.</param>
    /// <param name="source">Its name, for errors.</param>
    /// <exception cref="InputFormatException">A line does not hold three fields of whole numbers.</exception>
    public static RowLatencies Parse(string text, string source)
    {
        List<long>[] columns = [[], [], []];
        string[] lines = text.Split('\n');
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0) continue;
            string[] fields = lines[i].Split(',');
            if (fields.Length != columns.Length) throw new InputFormatException(source, i + 1, 0, $"{fields.Length} fields; must be ifmap,filter,ofmap");
            int column = 1;
            for (int operand = 0; operand < columns.Length; column += fields[operand++].Length + 1)
            {
                string field = fields[operand].Trim();
                if (field.Length == 0) continue;
                if (!long.TryParse(field, NumberStyles.Integer, CultureInfo.InvariantCulture, out long latency))
                    throw new InputFormatException(source, i + 1, column, $"'{field}' is not a latency in whole cycles");
                columns[operand].Add(latency);
            }
        }

        return new RowLatencies(columns[0], columns[1], columns[2]);
    }
}
