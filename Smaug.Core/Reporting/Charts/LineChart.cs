namespace Smaug.Core.Reporting.Charts;

/// <summary>Lines over a common axis, with grid, axis titles and a legend to the right.</summary>
/// <param name="title">What is shown.</param>
/// <param name="horizontal">The axis of the values that the lines go over.</param>
/// <param name="vertical">The axis of the values that are shown.</param>
public sealed class LineChart(string title, ChartAxis horizontal, ChartAxis vertical)
{
    private const double PlotHeight = 320, Mark = 7;
    private readonly List<Series> _series = [];

    /// <summary>Adds a line.</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="x">Positions along the horizontal axis, from left to right.</param>
    /// <param name="y">Values, as many as positions; a value that is not a number leaves a gap.</param>
    /// <param name="connected">Whether points are joined; otherwise only marks are drawn.</param>
    /// <param name="hints">Text of each point, shown when the pointer rests on it; null: its name, position and value.</param>
    /// <returns>This chart.</returns>
    /// <exception cref="ArgumentException">There are not as many values or hints as positions.</exception>
    public LineChart Add(string name, IReadOnlyCollection<double> x, IReadOnlyCollection<double> y, bool connected = true, IReadOnlyCollection<string>? hints = null)
    {
        if (x.Count != y.Count) throw new ArgumentException($"{y.Count} values at {x.Count} positions", nameof(y));
        if (hints is not null && hints.Count != x.Count) throw new ArgumentException($"{hints.Count} hints at {x.Count} positions", nameof(hints));
        _series.Add(new Series(name, [.. x], [.. y], connected, hints is null ? null : [.. hints]));
        return this;
    }

    /// <summary>The drawing.</summary>
    /// <exception cref="ConfigurationException">The chart has no point, or a value that is not above zero on a logarithmic axis.</exception>
    public SvgCanvas Draw()
    {
        var frame = new PlotFrame(horizontal, vertical, Range(horizontal, s => s.X), Range(vertical, s => s.Y), PlotHeight);
        double legend = 40 + 6.6 * _series.Max(s => s.Name.Length);
        var canvas = new SvgCanvas(PlotFrame.Right + legend, Math.Max(frame.Height, PlotFrame.Top + 20 * _series.Count + 10));
        frame.Draw(canvas, title);
        for (int s = 0; s < _series.Count; s++)
        {
            Draw(canvas, _series[s], ChartColours.Series(s), frame);
            canvas.Rectangle(PlotFrame.Right + 16, PlotFrame.Top + 20 * s, 11, 11, ChartColours.Series(s));
            canvas.Text(PlotFrame.Right + 32, PlotFrame.Top + 20 * s + 10, _series[s].Name, size: 11);
        }

        return canvas;
    }

    private AxisRange Range(ChartAxis axis, Func<Series, double[]> values)
    {
        double[] all = [.. _series.SelectMany(values).Where(double.IsFinite)];
        if (all.Length == 0) throw new ConfigurationException($"Chart '{title}': there is no value to draw; add a line first.");
        return AxisRange.Of(axis, all.Min(), all.Max());
    }

    private void Draw(SvgCanvas canvas, Series series, string colour, PlotFrame frame)
    {
        (double[] x, double[] y) = (series.X, series.Y);
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsFinite(y[i])) continue;
            if (series.Connected && i > 0 && double.IsFinite(y[i - 1])) canvas.Line(frame.X(x[i - 1]), frame.Y(y[i - 1]), frame.X(x[i]), frame.Y(y[i]), colour, 1.8);
            string at = horizontal.Scale == AxisScale.Names ? horizontal.Names[(int)x[i]] : ChartAxis.Number(x[i]);
            canvas.Rectangle(frame.X(x[i]) - Mark / 2, frame.Y(y[i]) - Mark / 2, Mark, Mark, colour, series.Hints?[i] ?? $"{series.Name}, {at}: {ChartAxis.Number(y[i])}");
        }
    }

    private sealed record Series(string Name, double[] X, double[] Y, bool Connected, string[]? Hints);
}
