namespace Smaug.Core.Reporting.Charts;

/// <summary>One horizontal bar per row, made of parts of several colours, with a legend above and the sum behind each bar.</summary>
/// <param name="title">What is shown.</param>
/// <param name="parts">Names and colours of the parts, from left to right.</param>
public sealed class StackedBarChart(string title, params (string Name, string Colour)[] parts)
{
    private const double PlotWidth = 740, RowHeight = 18, Top = 46;
    private const int LongestLabel = 44;
    private readonly List<(string Label, double[] Values, double Scale, string Text, Func<int, string> Hint)> _rows = [];

    /// <summary>Adds a bar.</summary>
    /// <param name="label">Its name, to the left of it; shortened in the middle where it is long.</param>
    /// <param name="values">Lengths of the parts, not negative, one for each part.</param>
    /// <param name="text">What is written behind the bar.</param>
    /// <param name="hint">Text of a part, shown when the pointer rests on it.</param>
    /// <param name="scale">The value that fills the width; null: the largest sum of all bars without a scale.</param>
    /// <returns>This chart.</returns>
    /// <exception cref="ArgumentException">There are not as many values as parts.</exception>
    public StackedBarChart Add(string label, double[] values, string text, Func<int, string> hint, double? scale = null)
    {
        if (values.Length != parts.Length) throw new ArgumentException($"{values.Length} values for {parts.Length} parts", nameof(values));
        _rows.Add((label, values, scale ?? 0, text, hint));
        return this;
    }

    /// <summary>The drawing.</summary>
    public SvgCanvas Draw()
    {
        double left = 16 + 6.2 * _rows.Select(r => Math.Min(r.Label.Length, LongestLabel)).DefaultIfEmpty(10).Max();
        double largest = _rows.Where(r => r.Scale == 0).Select(r => r.Values.Sum()).DefaultIfEmpty(0).Max();
        if (!(largest > 0)) largest = 1;
        var canvas = new SvgCanvas(left + PlotWidth + 90, Top + RowHeight * _rows.Count + 10);
        canvas.Text(4, 16, title, size: 14);
        Legend(canvas, parts);
        for (int row = 0; row < _rows.Count; row++)
        {
            (string label, double[] values, double scale, string text, Func<int, string> hint) = _rows[row];
            double x = left, y = Top + row * RowHeight;
            canvas.Text(left - 6, y + 11, Shortened(label), "end", 11);
            for (int part = 0; part < parts.Length; part++)
            {
                double width = values[part] / (scale > 0 ? scale : largest) * PlotWidth;
                if (width < 0.05) continue;
                canvas.Rectangle(x, y, width, RowHeight - 4, parts[part].Colour, $"{label}, {parts[part].Name}: {hint(part)}");
                x += width;
            }

            canvas.Text(x + 4, y + 11, text, size: 10);
        }

        return canvas;
    }

    /// <summary>Writes a legend in one line, 24 to 34 pixels from the top.</summary>
    internal static void Legend(SvgCanvas canvas, ReadOnlySpan<(string Name, string Colour)> entries)
    {
        double x = 4;
        foreach ((string name, string colour) in entries)
        {
            canvas.Rectangle(x, 24, 10, 10, colour);
            canvas.Text(x + 14, 33, name, size: 11);
            x += 28 + 6.4 * name.Length;
        }
    }

    private static string Shortened(string name) => name.Length <= LongestLabel ? name : name[..20] + "…" + name[^23..];
}
