using System.Globalization;
using Smaug.Core.Reporting;

namespace SystolicSweep;

/// <summary>A line chart over powers of two.</summary>
internal sealed class LineChart(string title, string xLabel, string yLabel, bool isLogarithmic)
{
    private const double Left = 70, Top = 76, PlotWidth = 480, PlotHeight = 280;
    private static readonly string[] s_colours = ["#4477aa", "#ee6677", "#228833"];
    private readonly List<(string Name, int[] X, double[] Y)> _series = [];

    public void Add(string name, int[] x, double[] y) => _series.Add((name, x, y));

    public override string ToString()
    {
        var canvas = new SvgCanvas(Left + PlotWidth + 170, Top + PlotHeight + 70);
        canvas.Rectangle(0, 0, canvas.Width, canvas.Height, "#ffffff");
        canvas.Text(Left, 28, title, size: 16);
        canvas.Text(Left, Top - 14, yLabel);
        (double low, double high) = Range();
        DrawGrid(canvas, low, high);
        canvas.Line(Left, Top + PlotHeight, Left + PlotWidth, Top + PlotHeight, "#333333");
        canvas.Line(Left, Top, Left, Top + PlotHeight, "#333333");
        canvas.Text(Left + PlotWidth / 2, Top + PlotHeight + 50, xLabel, "middle");
        int[] x = _series[0].X;
        foreach (int value in x) canvas.Text(X(value, x), Top + PlotHeight + 20, value.ToString(CultureInfo.InvariantCulture), "middle");
        for (int s = 0; s < _series.Count; s++) Draw(canvas, _series[s], s_colours[s % s_colours.Length], s, low, high);
        return canvas.ToString();
    }

    /// <summary>A line and a number for every quarter, or for every power of ten with fainter lines between.</summary>
    private void DrawGrid(SvgCanvas canvas, double low, double high)
    {
        if (!isLogarithmic)
        {
            for (int tick = 0; tick <= 4; tick++) Tick(low + tick * (high - low) / 4);
            return;
        }

        for (double power = low; power <= high; power++)
        {
            double decade = Math.Pow(10, power);
            for (int part = 2; part < 10 && power < high; part++) canvas.Line(Left, Y(part * decade, low, high), Left + PlotWidth, Y(part * decade, low, high), "#f0f0f0");
            Tick(decade);
        }

        void Tick(double value)
        {
            double y = Y(value, low, high);
            canvas.Line(Left, y, Left + PlotWidth, y, "#cccccc");
            canvas.Text(Left - 8, y + 4, Number(value), "end");
        }
    }

    private static string Number(double value) => value switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.#} G"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.#} M"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.#} k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}"),
    };

    private void Draw(SvgCanvas canvas, (string Name, int[] X, double[] Y) series, string colour, int index, double low, double high)
    {
        for (int i = 0; i < series.X.Length; i++)
        {
            (double x, double y) = (X(series.X[i], series.X), Y(series.Y[i], low, high));
            for (double shift = -0.5; i > 0 && shift <= 0.5; shift++) canvas.Line(X(series.X[i - 1], series.X), Y(series.Y[i - 1], low, high) + shift, x, y + shift, colour);
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
