using System.Collections.Immutable;
using System.Globalization;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>Reads SCALE-Sim's layout files.</summary>
public static class LayoutFile
{
    private const int Values = 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputFormatException">A line does not have 20 whole numbers after its name.</exception>
    public static ImmutableArray<LayerLayout> Read(string path, bool strict = false) => Parse(File.ReadAllText(path), path, strict);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The content of a file; its first line is a header.</param>
    /// <param name="source">Its name, for errors.</param>
    /// <param name="strict">Whether the last number must be followed by a comma, as in SCALE-Sim.</param>
    /// <exception cref="InputFormatException">A line does not have 20 whole numbers after its name.</exception>
    public static ImmutableArray<LayerLayout> Parse(string text, string source, bool strict = false)
    {
        var layouts = ImmutableArray.CreateBuilder<LayerLayout>();
        foreach (CsvLine line in CsvLine.Read(text, source, strict))
        {
            int[] values = Numbers(line);
            var layout = new LayerLayout(
                line.Name,
                new OperandLayout([values[0], values[1], values[4]], [.. values[6..9]], [.. values[9..12]]),
                new OperandLayout([values[5], values[4], values[2], values[3]], [.. values[12..16]], [.. values[16..20]]));
            int copies = line.Name.Contains("DP", StringComparison.Ordinal) ? Math.Max(1, values[4]) : 1;
            for (int copy = 0; copy < copies; copy++)
            {
                string name = copies == 1 ? line.Name : string.Create(CultureInfo.InvariantCulture, $"{line.Name}Channel_{copy}");
                layouts.Add(layout with { Name = name });
            }
        }

        if (layouts.Count == 0) throw new InputFormatException(source, 0, 0, "no layouts; the first line is a header, each further line a layer");
        return layouts.ToImmutable();
    }

    private static int[] Numbers(CsvLine line)
    {
        if (line.Fields.Count - 1 < Values)
            throw line.Error(0, $"layout '{line.Name}' has {line.Fields.Count - 1} numbers, {Values} are needed (6 factors and 14 orders)");
        int[] numbers = new int[Values];
        for (int i = 0; i < Values; i++)
        {
            CsvField field = line.Fields[i + 1];
            if (!int.TryParse(field.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out numbers[i]))
                throw line.Error(field.Column, $"'{field.Text}' is not a whole number");
        }

        return numbers;
    }
}
