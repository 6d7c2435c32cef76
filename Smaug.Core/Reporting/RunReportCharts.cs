using System.Globalization;
using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>Charts of a run's report as SVG drawings.</summary>
public static class RunReportCharts
{
    private const double LabelWidth = 190;
    private const double PlotWidth = 760;
    private const double RowHeight = 18;
    private const double Top = 46;

    private static readonly (string Name, string Colour, Func<OperatorReport, SimTime> Value)[] s_operatorParts =
    [
        ("schedule", "#bbbbbb", o => o.Scheduling),
        ("prepare", "#4477aa", o => o.CpuPreparation),
        ("transfer in", "#ccbb44", o => o.TransferIn),
        ("compute", "#228833", o => o.Compute),
        ("transfer out", "#ee7733", o => o.TransferOut),
        ("CPU body", "#aa3377", o => o.CpuBody),
        ("finalise", "#66ccee", o => o.CpuFinalization),
    ];

    /// <summary>One stacked bar per operator: where its time went.</summary>
    public static SvgCanvas Breakdown(RunReport report)
    {
        var canvas = new SvgCanvas(LabelWidth + PlotWidth + 90, Top + RowHeight * report.Operators.Length + 10);
        canvas.Text(4, 16, $"{report.Network} on {report.Soc}: time per operator", size: 14);
        double x = 4;
        foreach ((string name, string colour, _) in s_operatorParts)
        {
            canvas.Rectangle(x, 24, 10, 10, colour);
            canvas.Text(x + 14, 33, name, size: 11);
            x += 24 + 7 * name.Length;
        }

        double longest = 1;
        foreach (OperatorReport o in report.Operators) longest = Math.Max(longest, o.Total.Picoseconds);
        for (int row = 0; row < report.Operators.Length; row++)
        {
            OperatorReport o = report.Operators[row];
            double y = Top + row * RowHeight;
            canvas.Text(LabelWidth - 6, y + 12, Shortened(o.Name), "end", 11);
            x = LabelWidth;
            foreach ((string name, string colour, Func<OperatorReport, SimTime> value) in s_operatorParts)
            {
                double width = value(o).Picoseconds / longest * PlotWidth;
                if (width < 0.05) continue;
                canvas.Rectangle(x, y, width, RowHeight - 4, colour, $"{o.Name}, {name}: {value(o)}");
                x += width;
            }

            canvas.Text(x + 4, y + 12, o.Total.ToString(), size: 10);
        }

        return canvas;
    }

    /// <summary>One bar per component: its dynamic and static energy.</summary>
    public static SvgCanvas Energy(RunReport report)
    {
        var canvas = new SvgCanvas(LabelWidth + PlotWidth + 90, Top + RowHeight * report.Components.Length + 10);
        canvas.Text(4, 16, $"{report.Network} on {report.Soc}: energy per component, {report.TotalEnergy} in all", size: 14);
        canvas.Rectangle(4, 24, 10, 10, "#4477aa");
        canvas.Text(18, 33, "dynamic", size: 11);
        canvas.Rectangle(84, 24, 10, 10, "#bbbbbb");
        canvas.Text(98, 33, "static", size: 11);
        double largest = Math.Max(1, report.Components.Select(c => c.Total.Picojoules).DefaultIfEmpty().Max());
        for (int row = 0; row < report.Components.Length; row++)
        {
            ComponentEnergy c = report.Components[row];
            double y = Top + row * RowHeight, split = c.Dynamic.Picojoules / largest * PlotWidth, end = c.Total.Picojoules / largest * PlotWidth;
            canvas.Text(LabelWidth - 6, y + 12, c.Component, "end", 11);
            canvas.Rectangle(LabelWidth, y, split, RowHeight - 4, "#4477aa", $"{c.Component}, dynamic: {c.Dynamic}");
            canvas.Rectangle(LabelWidth + split, y, end - split, RowHeight - 4, "#bbbbbb", $"{c.Component}, static: {c.Static}");
            canvas.Text(LabelWidth + end + 4, y + 12, c.Total.ToString(), size: 10);
        }

        return canvas;
    }

    /// <summary>What each component did over time; empty when the run recorded no timeline.</summary>
    public static SvgCanvas Timeline(RunReport report)
    {
        var tracks = new List<string>();
        foreach (TimelineSpan span in report.Timeline)
        {
            if (!tracks.Contains(span.Track)) tracks.Add(span.Track);
        }

        tracks.Sort(StringComparer.Ordinal);
        const double height = 26;
        var canvas = new SvgCanvas(LabelWidth + PlotWidth + 20, Top + height * tracks.Count + 26);
        canvas.Text(4, 16, $"{report.Network} on {report.Soc}: timeline", size: 14);
        double total = Math.Max(1, report.Time.Total.Picoseconds);
        for (int t = 0; t < tracks.Count; t++) canvas.Text(LabelWidth - 6, Top + t * height + 14, tracks[t], "end", 11);
        foreach (TimelineSpan span in report.Timeline)
        {
            double width = Math.Max(0.1, span.Duration.Picoseconds / total * PlotWidth);
            canvas.Rectangle(LabelWidth + span.Start.Picoseconds / total * PlotWidth, Top + tracks.IndexOf(span.Track) * height, width, height - 6,
                Colour(span.Category), $"{span.Name}, {span.Category}: {span.Start} + {span.Duration}");
        }

        double bottom = Top + tracks.Count * height;
        for (int tick = 0; tick <= 10; tick++)
        {
            double x = LabelWidth + PlotWidth * tick / 10;
            canvas.Line(x, Top, x, bottom + 4, "#cccccc");
            canvas.Text(x, bottom + 16, (report.Time.Total.Microseconds * tick / 10).ToString("0", CultureInfo.InvariantCulture) + " us", "middle", 10);
        }

        return canvas;
    }

    private static string Shortened(string name) => name.Length <= 28 ? name : name[..12] + "…" + name[^15..];

    private static string Colour(string category)
    {
        foreach ((string name, string colour, _) in s_operatorParts)
        {
            if (name == category) return colour;
        }

        return "#bbbbbb";
    }
}
