using System.Collections.Immutable;
using System.Globalization;
using Smaug.Core.Reporting.Charts;

namespace Smaug.Sweeps;

/// <summary>Drawings of a sweep.</summary>
internal static class SweepCharts
{
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
        var chart = new StackedBarChart("time of each point, relative to the slowest of its network", [.. s_parts.Select(p => (p.Name, p.Colour))]);
        foreach (SweepRow row in result.Rows)
        {
            chart.Add(Label(result, row, varying), [.. s_parts.Select(p => (double)p.Value(row.Figures))], row.Figures.Total.ToString(),
                part => string.Create(CultureInfo.InvariantCulture, $"{s_parts[part].Value(row.Figures) / 1e6:0.0} us (point {row.Index})"), longest[row.Network]);
        }

        return chart.Draw();
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
        SweepAxis over = result.Sweep.Axes[axis];
        var chart = new LineChart($"speed-up over {over.Parameter} = {over.Values[0]}", ChartAxis.OfNames(over.Parameter, over.Values), new ChartAxis("speed-up"));
        foreach (IGrouping<string, SweepRow> line in result.Rows.GroupBy(r => Label(result, r, others)))
        {
            double first = line.First().Figures.Total.Picoseconds;
            chart.Add(line.Key.Length == 0 ? "all" : line.Key, [.. Enumerable.Range(0, over.Values.Length).Select(i => (double)i)], [.. line.Select(r => first / r.Figures.Total.Picoseconds)]);
        }

        return chart.Draw();
    }

    private static string Label(SweepResult result, SweepRow row, ImmutableArray<int> axes) => string.Join(" ", axes.Select(a =>
        result.Sweep.Axes[a].Parameter == SweepParameters.Network ? row.Network : $"{result.Sweep.Axes[a].Parameter}={row.Values[a]}"));
}
