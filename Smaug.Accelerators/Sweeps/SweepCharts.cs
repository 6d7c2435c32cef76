using System.Collections.Immutable;
using System.Globalization;
using Smaug.Core.Reporting;

namespace Smaug.Sweeps;

/// <summary>Drawings of a sweep.</summary>
internal static class SweepCharts
{
    private const double LabelWidth = 260, PlotWidth = 620, RowHeight = 18, Top = 46;

    private static readonly string[] s_colours = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#000000"];

    private static readonly (string Name, string Colour, Func<SweepFigures, long> Value)[] s_parts =
    [
        ("preparation", "#4477aa", f => f.PreparationPicoseconds),
        ("bodies", "#228833", f => f.BodyPicoseconds),
        ("finalisation", "#66ccee", f => f.FinalizationPicoseconds),
        ("reordering", "#ccbb44", f => f.ReorderingPicoseconds),
        ("other", "#bbbbbb", f => f.OtherPicoseconds),
    ];

    /// <summary>The axes with more than one value.</summary>
    public static ImmutableArray<int> Varying(SweepSpecification sweep) => [.. Enumerable.Range(0, sweep.Axes.Length).Where(a => sweep.Axes[a].Values.Length > 1)];

    /// <summary>One stacked bar per point, as a part of the slowest point of its network.</summary>
    public static SvgCanvas Breakdown(SweepResult result)
    {
        ImmutableArray<int> varying = Varying(result.Sweep);
        Dictionary<string, long> longest = result.Rows.GroupBy(r => r.Network).ToDictionary(g => g.Key, g => Math.Max(1, g.Max(r => r.Figures.Total.Picoseconds)));
        var canvas = new SvgCanvas(LabelWidth + PlotWidth + 110, Top + RowHeight * result.Rows.Length + 10);
        canvas.Text(4, 16, "time of each point, relative to the slowest of its network", size: 14);
        double x = 4;
        foreach ((string name, string colour, _) in s_parts)
        {
            canvas.Rectangle(x, 24, 10, 10, colour);
            canvas.Text(x + 14, 33, name, size: 11);
            x += 28 + 7 * name.Length;
        }

        for (int i = 0; i < result.Rows.Length; i++)
        {
            SweepRow row = result.Rows[i];
            double y = Top + i * RowHeight;
            canvas.Text(LabelWidth - 6, y + 12, Label(result, row, varying), "end", 11);
            x = LabelWidth;
            foreach ((string name, string colour, Func<SweepFigures, long> value) in s_parts)
            {
                double width = PlotWidth * value(row.Figures) / longest[row.Network];
                if (width < 0.05) continue;
                canvas.Rectangle(x, y, width, RowHeight - 4, colour, string.Create(CultureInfo.InvariantCulture, $"point {row.Index}, {name}: {value(row.Figures) / 1e6:0.0} us"));
                x += width;
            }

            canvas.Text(x + 4, y + 12, row.Figures.Total.ToString(), size: 10);
        }

        return canvas;
    }

    /// <summary>
    /// Speed-up over the first value of the first varying parameter with numbers, a line for each choice of the others; null when no
    /// such parameter varies.
    /// </summary>
    public static SvgCanvas? Speedup(SweepResult result)
    {
        ImmutableArray<int> varying = Varying(result.Sweep);
        int axis = varying.FirstOrDefault(a => result.Sweep.Axes[a].Values.All(v => double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out _)), -1);
        if (axis < 0) return null;
        ImmutableArray<int> others = varying.Remove(axis);
        List<(string Name, double[] Y)> lines = [];
        foreach (IGrouping<string, SweepRow> line in result.Rows.GroupBy(r => Label(result, r, others)))
        {
            double first = line.First().Figures.Total.Picoseconds;
            lines.Add((line.Key, [.. line.Select(r => first / r.Figures.Total.Picoseconds)]));
        }

        return Lines(result.Sweep.Axes[axis], lines);
    }

    private static SvgCanvas Lines(SweepAxis axis, List<(string Name, double[] Y)> lines)
    {
        const double left = 70, top = 50, width = 480, height = 280;
        double largest = Math.Max(1, Math.Ceiling(lines.Max(l => l.Y.Max()) * 2) / 2);
        var canvas = new SvgCanvas(left + width + 320, Math.Max(top + height + 60, top + 20 * lines.Count + 20));
        canvas.Text(left, 28, $"speed-up over {axis.Parameter} = {axis.Values[0]}", size: 14);
        for (int tick = 0; tick <= 4; tick++)
        {
            double y = top + height * (1 - tick / 4.0);
            canvas.Line(left, y, left + width, y, "#dddddd");
            canvas.Text(left - 8, y + 4, (largest * tick / 4).ToString("0.##", CultureInfo.InvariantCulture), "end");
        }

        double X(int i) => left + 20 + (width - 40) * i / (axis.Values.Length - 1);
        double Y(double value) => top + height * (1 - value / largest);
        for (int i = 0; i < axis.Values.Length; i++) canvas.Text(X(i), top + height + 20, axis.Values[i], "middle");
        canvas.Text(left + width / 2, top + height + 44, axis.Parameter, "middle");
        for (int l = 0; l < lines.Count; l++)
        {
            (string name, double[] y) = lines[l];
            string colour = s_colours[l % s_colours.Length];
            for (int i = 0; i < y.Length; i++)
            {
                if (i > 0) canvas.Line(X(i - 1), Y(y[i - 1]), X(i), Y(y[i]), colour);
                canvas.Rectangle(X(i) - 3, Y(y[i]) - 3, 6, 6, colour, string.Create(CultureInfo.InvariantCulture, $"{name} {axis.Parameter}={axis.Values[i]}: {y[i]:0.00}"));
            }

            canvas.Rectangle(left + width + 15, top + 20 * l, 12, 12, colour);
            canvas.Text(left + width + 34, top + 20 * l + 11, name.Length == 0 ? "all" : name, size: 11);
        }

        return canvas;
    }

    private static string Label(SweepResult result, SweepRow row, ImmutableArray<int> axes) => string.Join(" ", axes.Select(a =>
        result.Sweep.Axes[a].Parameter == SweepParameters.Network ? row.Network : $"{result.Sweep.Axes[a].Parameter}={row.Values[a]}"));
}
