using System.Globalization;
using Smaug.Core.Reporting.Charts;

namespace Smaug.Accelerators.Aladdin;

/// <summary>Pictures of schedules and of design spaces as SVG drawings.</summary>
public static class AladdinCharts
{
    private const double LabelWidth = 210, PlotWidth = 760, RowHeight = 18, Top = 46;
    private const string Axis = "#888888", Bar = "#4477aa";

    /// <summary>
    /// The schedule of one invocation from left to right: when each function ran, then per kind of unit, registers and
    /// scratchpads how much was active, dark for the most. Needs <see cref="AladdinOptions.RecordActivity"/>.
    /// </summary>
    /// <exception cref="Core.ConfigurationException">The result has no activity.</exception>
    public static SvgCanvas Activity(AladdinResult result)
    {
        ActivityTrace activity = result.Activity
            ?? throw new Core.ConfigurationException("The result has no activity; set AladdinOptions.RecordActivity.");
        List<(string Name, long[] Sums)> rows = Rows(activity, Math.Min((int)PlotWidth, Math.Max(1, activity.Cycles)));
        var canvas = new SvgCanvas(LabelWidth + PlotWidth + 90, Top + RowHeight * (result.Functions.Count + rows.Count + 1));
        canvas.Text(4, 16, $"{result.TopFunction}: {Number(result.Cycles)} cycles, {Number(result.UpsampledCycles)} of them scaled up", size: 14);
        canvas.Text(LabelWidth, 38, "cycle 0", size: 10);
        canvas.Text(LabelWidth + PlotWidth, 38, Number(activity.Cycles), "end", 10);
        double y = Top;
        foreach (FunctionStatistics f in result.Functions)
        {
            double scale = PlotWidth / Math.Max(1, activity.Cycles);
            canvas.Text(LabelWidth - 6, y + 12, Shortened(f.Function), "end", 11);
            canvas.Rectangle(LabelWidth + f.FirstCycle * scale, y, Math.Max(1, (f.LastCycle - f.FirstCycle + 1) * scale), RowHeight - 5, Bar,
                $"{f.Function}: cycles {f.FirstCycle} to {f.LastCycle}, {f.Computations} computations, {f.Loads} loads, {f.Stores} stores");
            y += RowHeight;
        }
        foreach ((string name, long[] sums) in rows)
        {
            Row(canvas, y, name, sums, activity.Cycles);
            y += RowHeight;
        }
        return canvas;
    }

    /// <summary>
    /// Every design by time against average power, and by time against area, with the front of each: the designs than which no other
    /// one is both faster and less hungry, or both faster and smaller. They are numbered and listed below.
    /// </summary>
    /// <param name="outcomes">The designs, at least one.</param>
    public static SvgCanvas Pareto(IReadOnlyCollection<DesignOutcome> outcomes) => new DesignChart(outcomes).Draw();

    private static void Row(SvgCanvas canvas, double y, string name, long[] sums, int cycles)
    {
        canvas.Text(LabelWidth - 6, y + 12, Shortened(name), "end", 11);
        long most = sums.Max();
        double width = PlotWidth / sums.Length;
        for (int bin = 0; bin < sums.Length; bin++)
        {
            if (sums[bin] == 0) continue;
            int from = Begin(bin, sums.Length, cycles), to = Begin(bin + 1, sums.Length, cycles) - 1;
            double share = sums[bin] / (double)most;
            // From light to dark blue.
            string colour = string.Create(CultureInfo.InvariantCulture, $"#{(int)(214 - 180 * share):x2}{(int)(226 - 150 * share):x2}{(int)(240 - 90 * share):x2}");
            canvas.Rectangle(LabelWidth + bin * width, y, width + 0.2, RowHeight - 5, colour,
                string.Create(CultureInfo.InvariantCulture, $"{name}, cycles {from} to {to}: {sums[bin] / (double)(to - from + 1):0.##} per cycle"));
        }
        canvas.Text(LabelWidth + PlotWidth + 6, y + 12, string.Create(CultureInfo.InvariantCulture, $"sum {sums.Sum()}"), size: 10);
    }

    /// <summary>Units of all functions together, then registers and scratchpads; what never worked is left out.</summary>
    private static List<(string Name, long[] Sums)> Rows(ActivityTrace activity, int bins)
    {
        List<(string Name, long[] Sums)> rows = [];
        foreach (string column in activity.Columns)
        {
            string name = column;
            foreach ((string suffix, _) in ActivityTrace.UnitColumns)
            {
                if (column.EndsWith("-" + suffix, StringComparison.Ordinal)) name = suffix;
            }
            ReadOnlySpan<int> counts = activity[column];
            if (!counts.ContainsAnyExcept(0)) continue;
            int row = rows.FindIndex(r => r.Name == name);
            if (row < 0)
            {
                row = rows.Count;
                rows.Add((name, new long[bins]));
            }
            long[] sums = rows[row].Sums;
            for (int bin = 0; bin < bins; bin++)
            {
                for (int c = Begin(bin, bins, counts.Length); c < Begin(bin + 1, bins, counts.Length); c++) sums[bin] += counts[c];
            }
        }
        return rows;
    }

    private static int Begin(int bin, int bins, int cycles) => (int)((long)bin * cycles / bins);

    private static string Shortened(string name) => name.Length <= 30 ? name : name[..14] + "…" + name[^15..];

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
