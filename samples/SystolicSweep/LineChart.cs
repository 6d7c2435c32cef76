using System.Globalization;
using Smaug.Core.Reporting;

namespace SystolicSweep;

/// <summary>A line chart over powers of two.</summary>
internal sealed class LineChart(string title, string xLabel, string yLabel, bool isLogarithmic)
{
    private const double Left = 90, Top = 50, PlotWidth = 480, PlotHeight = 280;
    private static readonly string[] s_colours = ["#4477aa", "#ee6677", "#228833"];
    private readonly List<(string Name, int[] X, double[] Y)> _series = [];

    public void Add(string name, int[] x, double[] y) => _series.Add((name, x, y));

    public override string ToString()
    {
        var canvas = new SvgCanvas(Left + PlotWidth + 170, Top + PlotHeight + 70);
        canvas.Text(Left, 28, title, size: 16);
        canvas.Line(Left, Top + PlotHeight, Left + PlotWidth, Top + PlotHeight, "#333333");
        canvas.Line(Left, Top, Left, Top + PlotHeight, "#333333");
        canvas.Text(Left + PlotWidth / 2, Top + PlotHeight + 50, xLabel, "middle");
        canvas.Text(Left - 10, Top - 12, yLabel, "end");
        int[] x = _series[0].X;
        foreach (int value in x) canvas.Text(X(value, x), Top + PlotHeight + 20, value.ToString(CultureInfo.InvariantCulture), "middle");
        (double low, double high) = Range();
        for (int tick = 0; tick <= 4; tick++)
        {
            double share = tick / 4.0;
            double value = isLogarithmic ? Math.Pow(10, low + share * (high - low)) : low + share * (high - low);
            double y = Top + PlotHeight * (1 - share);
            canvas.Line(Left, y, Left + PlotWidth, y, "#dddddd");
            canvas.Text(Left - 8, y + 4, value.ToString(isLogarithmic ? "0.0E+0" : "0", CultureInfo.InvariantCulture), "end");
        }

        for (int s = 0; s < _series.Count; s++) Draw(canvas, _series[s], s_colours[s % s_colours.Length], s, low, high);
        return canvas.ToString();
    }

    private void Draw(SvgCanvas canvas, (string Name, int[] X, double[] Y) series, string colour, int index, double low, double high)
    {
        for (int i = 0; i < series.X.Length; i++)
        {
            (double x, double y) = (X(series.X[i], series.X), Y(series.Y[i], low, high));
            if (i > 0) canvas.Line(X(series.X[i - 1], series.X), Y(series.Y[i - 1], low, high), x, y, colour);
            canvas.Rectangle(x - 3, y - 3, 6, 6, colour, string.Create(CultureInfo.InvariantCulture, $"{series.Name} {series.X[i]}: {series.Y[i]:0.##}"));
        }

        canvas.Rectangle(Left + PlotWidth + 15, Top + 22 * index, 12, 12, colour);
        canvas.Text(Left + PlotWidth + 34, Top + 22 * index + 11, series.Name);
    }

    private (double Low, double High) Range()
    {
        double largest = _series.Max(series => series.Y.Max());
        double smallest = _series.Min(series => series.Y.Min());
        return isLogarithmic ? (Math.Floor(Math.Log10(smallest)), Math.Ceiling(Math.Log10(largest))) : (0, 100);
    }

    private static double X(int value, int[] all) =>
        Left + 20 + (PlotWidth - 40) * (Math.Log2(value) - Math.Log2(all[0])) / (Math.Log2(all[^1]) - Math.Log2(all[0]));

    private double Y(double value, double low, double high) =>
        Top + PlotHeight * (1 - ((isLogarithmic ? Math.Log10(value) : value) - low) / (high - low));
}
