using System.Globalization;
using System.Net;
using System.Text;
using Smaug.Core.Reporting;

namespace Smaug.Cli;

/// <summary>The result of <c>smaug dram</c> as one HTML page without outside resources: pictures, then figures.</summary>
internal static class DramPage
{
    private const double Left = 70;
    private const double PlotWidth = 640;
    private const double PlotHeight = 160;
    private const double Top = 30;
    private const int Columns = 80;

    /// <summary>The page.</summary>
    /// <param name="title">What ran.</param>
    /// <param name="figures">Names and texts of all figures.</param>
    /// <param name="latencies">Read latencies in rising order with their counts.</param>
    /// <param name="latencyUnit">Unit of the latencies.</param>
    /// <param name="bandwidth">Bytes over time.</param>
    /// <param name="unitPicoseconds">Picoseconds of one unit of time in <paramref name="bandwidth"/>.</param>
    /// <param name="peak">Highest data rate of the devices in bytes per second.</param>
    public static string Format(string title, IEnumerable<(string Name, string Text)> figures, IReadOnlyList<(long Latency, long Count)> latencies,
        string latencyUnit, BandwidthSeries bandwidth, double unitPicoseconds, double peak)
    {
        var html = new StringBuilder();
        string heading = WebUtility.HtmlEncode(title);
        html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(heading)
            .Append("</title><style>body{font-family:sans-serif;margin:24px}td{padding:2px 12px 2px 0;font-size:13px}</style></head><body>\n<h1>")
            .Append(heading).Append("</h1>\n").Append(Latencies(latencies, latencyUnit)).Append(Bandwidth(bandwidth, unitPicoseconds, peak))
            .Append("<table>\n");
        foreach ((string name, string text) in figures)
        {
            html.Append("<tr><td>").Append(WebUtility.HtmlEncode(name)).Append("</td><td>").Append(WebUtility.HtmlEncode(text)).Append("</td></tr>\n");
        }

        return html.Append("</table>\n</body></html>\n").ToString();
    }

    /// <summary>How many reads took how long; neighbouring latencies share a column.</summary>
    internal static SvgCanvas Latencies(IReadOnlyList<(long Latency, long Count)> latencies, string unit)
    {
        long longest = latencies.Count == 0 ? 0 : latencies[^1].Latency;
        long width = longest / Columns + 1;
        long[] columns = new long[Columns];
        foreach ((long latency, long count) in latencies) columns[latency / width] += count;
        SvgCanvas canvas = Frame($"Read latency in {unit}, reads per {width} {unit}", columns.Max().ToString(CultureInfo.InvariantCulture),
            width * Columns, value => value.ToString("0", CultureInfo.InvariantCulture));
        for (int i = 0; i < Columns; i++)
        {
            Bar(canvas, i, Columns, (double)columns[i] / Math.Max(1, columns.Max()), $"{i * width} to {(i + 1) * width - 1} {unit}: {columns[i]} reads");
        }

        return canvas;
    }

    /// <summary>Data rate over time; the top of the picture is the devices' peak.</summary>
    internal static SvgCanvas Bandwidth(BandwidthSeries bandwidth, double unitPicoseconds, double peak)
    {
        ReadOnlySpan<long> bytes = bandwidth.Bytes;
        int intervals = Math.Max(1, bytes.Length);
        double seconds = bandwidth.IntervalLength * unitPicoseconds * 1e-12;
        SvgCanvas canvas = Frame($"Bandwidth, up to the peak of {peak / 1e9:0.##} GB/s", (peak / 1e9).ToString("0.##", CultureInfo.InvariantCulture),
            intervals * seconds * 1e6, value => value.ToString("0.###", CultureInfo.InvariantCulture) + " us");
        for (int i = 0; i < bytes.Length; i++)
        {
            double rate = bytes[i] / seconds;
            Bar(canvas, i, intervals, Math.Min(1, rate / peak), string.Create(CultureInfo.InvariantCulture, $"{i * seconds * 1e6:0.###} us: {rate / 1e9:0.##} GB/s"));
        }

        return canvas;
    }

    private static SvgCanvas Frame(string title, string top, double right, Func<double, string> label)
    {
        var canvas = new SvgCanvas(Left + PlotWidth + 40, Top + PlotHeight + 30);
        canvas.Text(4, 16, title, size: 14);
        canvas.Text(Left - 6, Top + 10, top, "end", 10);
        canvas.Text(Left - 6, Top + PlotHeight, "0", "end", 10);
        canvas.Line(Left, Top, Left, Top + PlotHeight, "#888888");
        canvas.Line(Left, Top + PlotHeight, Left + PlotWidth, Top + PlotHeight, "#888888");
        for (int tick = 0; tick <= 4; tick++) canvas.Text(Left + PlotWidth * tick / 4, Top + PlotHeight + 16, label(right * tick / 4), "middle", 10);
        return canvas;
    }

    private static void Bar(SvgCanvas canvas, int index, int count, double share, string hint)
    {
        if (share <= 0) return;
        double width = PlotWidth / count, height = Math.Max(0.5, share * PlotHeight);
        canvas.Rectangle(Left + index * width, Top + PlotHeight - height, Math.Max(0.5, width - 1), height, "#4477aa", hint);
    }
}
