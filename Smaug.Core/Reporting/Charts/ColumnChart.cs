namespace Smaug.Core.Reporting.Charts;

/// <summary>Columns that stand side by side on a linear axis: a histogram, or a quantity over time.</summary>
/// <param name="title">What is shown.</param>
/// <param name="horizontal">The axis that the columns stand on.</param>
/// <param name="vertical">The axis of their heights.</param>
public sealed class ColumnChart(string title, ChartAxis horizontal, ChartAxis vertical)
{
    private const double PlotHeight = 200;
    private readonly List<(double From, double To, double Height, string Hint)> _columns = [];

    /// <summary>Adds a column.</summary>
    /// <param name="from">Its left edge on the horizontal axis.</param>
    /// <param name="to">Its right edge.</param>
    /// <param name="height">Its height on the vertical axis, not negative.</param>
    /// <param name="hint">Text shown when the pointer rests on it.</param>
    /// <returns>This chart.</returns>
    public ColumnChart Add(double from, double to, double height, string hint)
    {
        _columns.Add((from, to, height, hint));
        return this;
    }

    /// <summary>The drawing; without columns an empty field.</summary>
    public SvgCanvas Draw()
    {
        double first = _columns.Select(c => c.From).DefaultIfEmpty(0).Min(), last = _columns.Select(c => c.To).DefaultIfEmpty(1).Max();
        ChartAxis across = horizontal with { Minimum = horizontal.Minimum ?? first, Maximum = horizontal.Maximum ?? last };
        var frame = new PlotFrame(across, vertical, AxisRange.Of(across, first, last),
            AxisRange.Of(vertical, 0, _columns.Select(c => c.Height).DefaultIfEmpty(1).Max()), PlotHeight);
        var canvas = new SvgCanvas(PlotFrame.Right + 40, frame.Height);
        frame.Draw(canvas, title);
        foreach ((double from, double to, double height, string hint) in _columns)
        {
            if (!(height > 0)) continue;
            double x = frame.X(from), width = frame.X(to) - x, top = Math.Min(frame.Y(height), frame.Baseline - 0.5);
            // A gap of a pixel keeps wide columns apart; narrow ones touch.
            canvas.Rectangle(x, top, width > 3 ? width - 1 : Math.Max(0.5, width), frame.Baseline - top, ChartColours.Series(0), hint);
        }

        return canvas;
    }
}
