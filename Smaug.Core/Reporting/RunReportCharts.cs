using Smaug.Core.Reporting.Charts;
using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>Charts of a run's report as SVG drawings.</summary>
public static class RunReportCharts
{
    private const double LabelWidth = 120;
    private const double PlotWidth = 860;
    private const double RowHeight = 26;
    private const double Top = 46;
    private const string OtherColour = "#bbbbbb";

    private static readonly (string Name, string Colour, Func<OperatorReport, SimTime> Value)[] s_operatorParts =
    [
        ("schedule", OtherColour, o => o.Scheduling),
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
        var chart = new StackedBarChart($"{report.Network} on {report.Soc}: time per operator", Legend());
        foreach (OperatorReport o in report.Operators)
        {
            chart.Add(o.Name, [.. s_operatorParts.Select(p => (double)p.Value(o).Picoseconds)], o.Total.ToString(), part => s_operatorParts[part].Value(o).ToString());
        }

        return chart.Draw();
    }

    /// <summary>One bar per component: its dynamic and static energy.</summary>
    public static SvgCanvas Energy(RunReport report)
    {
        var chart = new StackedBarChart($"{report.Network} on {report.Soc}: energy per component, {report.TotalEnergy} in all", ("dynamic", "#4477aa"), ("static", OtherColour));
        foreach (ComponentEnergy c in report.Components)
        {
            chart.Add(c.Component, [c.Dynamic.Picojoules, c.Static.Picojoules], c.Total.ToString(), part => (part == 0 ? c.Dynamic : c.Static).ToString());
        }

        return chart.Draw();
    }

    /// <summary>What each component did over time; empty when the run recorded no timeline.</summary>
    public static SvgCanvas Timeline(RunReport report)
    {
        string[] tracks = [.. report.Timeline.Select(s => s.Track).Distinct().Order(StringComparer.Ordinal)];
        var canvas = new SvgCanvas(LabelWidth + PlotWidth + 30, Top + RowHeight * tracks.Length + 44);
        canvas.Text(4, 16, $"{report.Network} on {report.Soc}: timeline", size: 14);
        StackedBarChart.Legend(canvas, Legend());
        double total = Math.Max(1e-6, report.Time.Total.Microseconds), bottom = Top + tracks.Length * RowHeight;
        AxisRange time = AxisRange.Linear(0, total, total);
        foreach ((double value, string text) in time.Ticks)
        {
            double x = LabelWidth + PlotWidth * time.Position(value);
            canvas.Line(x, Top, x, bottom + 4, ChartColours.Grid);
            canvas.Text(x, bottom + 17, text, "middle", 11);
        }

        canvas.Text(LabelWidth + PlotWidth / 2, bottom + 36, "time, us", "middle");
        for (int t = 0; t < tracks.Length; t++) canvas.Text(LabelWidth - 6, Top + t * RowHeight + 14, tracks[t], "end", 11);
        foreach (TimelineSpan span in report.Timeline)
        {
            double width = Math.Max(0.1, PlotWidth * time.Position(span.Duration.Microseconds));
            canvas.Rectangle(LabelWidth + PlotWidth * time.Position(span.Start.Microseconds), Top + Array.IndexOf(tracks, span.Track) * RowHeight, width, RowHeight - 6,
                Colour(span.Category), $"{span.Name}, {span.Category}: {span.Start} + {span.Duration}");
        }

        return canvas;
    }

    private static (string Name, string Colour)[] Legend() => [.. s_operatorParts.Select(p => (p.Name, p.Colour))];

    private static string Colour(string category)
    {
        foreach ((string name, string colour, _) in s_operatorParts)
        {
            if (name == category) return colour;
        }

        return OtherColour;
    }
}
