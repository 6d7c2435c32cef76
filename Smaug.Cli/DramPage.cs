using System.Globalization;
using Smaug.Core.Reporting;
using Smaug.Core.Reporting.Charts;

namespace Smaug.Cli;

/// <summary>The result of <c>smaug dram</c> as one HTML page without outside resources: pictures, then figures.</summary>
internal static class DramPage
{
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
        return new HtmlPage(title).Drawing(Latencies(latencies, latencyUnit)).Drawing(Bandwidth(bandwidth, unitPicoseconds, peak))
            .Table(2, [], figures.Select(f => (string[])[f.Name, f.Text])).ToString();
    }

    /// <summary>How many reads took how long; neighbouring latencies share a column.</summary>
    internal static SvgCanvas Latencies(IReadOnlyList<(long Latency, long Count)> latencies, string unit)
    {
        long longest = latencies.Count == 0 ? 0 : latencies[^1].Latency;
        long width = longest / Columns + 1;
        long[] columns = new long[Columns];
        foreach ((long latency, long count) in latencies) columns[latency / width] += count;
        var chart = new ColumnChart("Read latency", new ChartAxis($"latency, {unit}"), new ChartAxis($"reads per {width} {unit}"));
        for (int i = 0; i < Columns; i++) chart.Add(i * width, (i + 1) * width, columns[i], $"{i * width} to {(i + 1) * width - 1} {unit}: {columns[i]} reads");
        return chart.Draw();
    }

    /// <summary>Data rate over time; the top of the picture is the devices' peak.</summary>
    internal static SvgCanvas Bandwidth(BandwidthSeries bandwidth, double unitPicoseconds, double peak)
    {
        ReadOnlySpan<long> bytes = bandwidth.Bytes;
        double seconds = bandwidth.IntervalLength * unitPicoseconds * 1e-12;
        string title = string.Create(CultureInfo.InvariantCulture, $"Bandwidth, up to the peak of {peak / 1e9:0.##} GB/s");
        var chart = new ColumnChart(title, new ChartAxis("time, us"), new ChartAxis("GB/s") { Maximum = peak / 1e9 });
        for (int i = 0; i < bytes.Length; i++)
        {
            double rate = bytes[i] / seconds / 1e9;
            chart.Add(i * seconds * 1e6, (i + 1) * seconds * 1e6, rate, string.Create(CultureInfo.InvariantCulture, $"{i * seconds * 1e6:0.###} us: {rate:0.##} GB/s"));
        }

        return chart.Draw();
    }
}
