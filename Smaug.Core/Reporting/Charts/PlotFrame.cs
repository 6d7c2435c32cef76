namespace Smaug.Core.Reporting.Charts;

/// <summary>The field of a chart with two axes: their lines, grid and titles, and where values lie on it.</summary>
internal sealed class PlotFrame(ChartAxis horizontal, ChartAxis vertical, AxisRange xs, AxisRange ys, double height)
{
    public const double Left = 84, Top = 46, Width = 560, Bottom = 56;

    public double Height { get; } = Top + height + Bottom;

    public double Baseline { get; } = Top + height;

    public static double Right => Left + Width;

    public double X(double value) => Left + Width * Math.Clamp(xs.Position(value), 0, 1);

    public double Y(double value) => Top + height * (1 - Math.Clamp(ys.Position(value), 0, 1));

    public void Draw(SvgCanvas canvas, string title)
    {
        canvas.Text(4, 18, title, size: 14);
        foreach ((double value, string text) in ys.Ticks)
        {
            canvas.Line(Left, Y(value), Right, Y(value), ChartColours.Grid);
            canvas.Text(Left - 8, Y(value) + 4, text, "end", 11);
        }

        foreach ((double value, string text) in xs.Ticks)
        {
            if (horizontal.Scale != AxisScale.Names) canvas.Line(X(value), Top, X(value), Baseline, ChartColours.Grid);
            canvas.Text(X(value), Baseline + 17, text, "middle", 11);
        }

        canvas.Line(Left, Top, Left, Baseline, ChartColours.Axis);
        canvas.Line(Left, Baseline, Right, Baseline, ChartColours.Axis);
        canvas.Text(Left + Width / 2, Baseline + 42, horizontal.Label, "middle");
        canvas.TextUpwards(18, Top + height / 2, vertical.Label);
    }
}
