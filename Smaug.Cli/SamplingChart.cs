using System.Globalization;
using Smaug.Core.Reporting;

namespace Smaug.Cli;

/// <summary>Error of sampling over what it saves, one line per network, as an SVG drawing.</summary>
internal static class SamplingChart
{
    private const double Left = 64, Top = 40, PlotWidth = 520, PlotHeight = 300, Right = 150, Bottom = 56, Mark = 7;

    private static readonly string[] s_colours = ["#4477aa", "#ee7733", "#228833", "#aa3377", "#ccbb44", "#66ccee", "#777777"];

    /// <summary>Draws the figures.</summary>
    /// <param name="figures">Networks one after another, each from no sampling on.</param>
    public static SvgCanvas Draw(IReadOnlyList<SamplingFigures> figures)
    {
        double decades = Math.Max(1, Math.Ceiling(Math.Log10(figures.Max(f => f.FewerInstructions))));
        double highest = NiceMaximum(figures.Max(f => Math.Abs(f.CyclesErrorPercent)));
        var canvas = new SvgCanvas(Left + PlotWidth + Right, Top + PlotHeight + Bottom);
        canvas.Text(4, 18, "Sampling: error of the accelerators' cycles over instructions saved", size: 14);
        Axes(canvas, decades, highest);
        string[] networks = [.. figures.Select(f => f.Network).Distinct()];
        for (int n = 0; n < networks.Length; n++)
        {
            string colour = s_colours[n % s_colours.Length];
            (double X, double Y)? previous = null;
            foreach (SamplingFigures f in figures.Where(f => f.Network == networks[n]))
            {
                double x = Left + Math.Log10(f.FewerInstructions) / decades * PlotWidth, y = Top + PlotHeight * (1 - Math.Abs(f.CyclesErrorPercent) / highest);
                if (previous is var (px, py)) canvas.Line(px, py, x, y, colour);
                string hint = string.Create(CultureInfo.InvariantCulture, $"{f.Network}, {SamplingChoice.Name(f.Sampling.Level)}, {f.Sampling.Iterations}: {f.CyclesErrorPercent:+0.00;-0.00;0.00} %, {f.FewerInstructions:0.0} times fewer instructions");
                canvas.Rectangle(x - Mark / 2, y - Mark / 2, Mark, Mark, colour, hint);
                previous = (x, y);
            }

            canvas.Rectangle(Left + PlotWidth + 20, Top + 10 + 20 * n, Mark, Mark, colour);
            canvas.Text(Left + PlotWidth + 34, Top + 18 + 20 * n, networks[n]);
        }

        return canvas;
    }

    private static void Axes(SvgCanvas canvas, double decades, double highest)
    {
        const string grid = "#dddddd", axis = "#444444";
        for (int d = 0; d <= (int)decades; d++)
        {
            double x = Left + d / decades * PlotWidth;
            canvas.Line(x, Top, x, Top + PlotHeight, grid);
            canvas.Text(x, Top + PlotHeight + 18, Math.Pow(10, d).ToString("N0", CultureInfo.InvariantCulture), "middle", 11);
        }

        for (int tick = 0; tick <= 5; tick++)
        {
            double y = Top + PlotHeight * (1 - tick / 5.0);
            canvas.Line(Left, y, Left + PlotWidth, y, grid);
            canvas.Text(Left - 8, y + 4, (highest * tick / 5).ToString("0.##", CultureInfo.InvariantCulture), "end", 11);
        }

        canvas.Line(Left, Top, Left, Top + PlotHeight, axis);
        canvas.Line(Left, Top + PlotHeight, Left + PlotWidth, Top + PlotHeight, axis);
        canvas.Text(Left + PlotWidth / 2, Top + PlotHeight + 42, "traced instructions: without sampling / with it", "middle");
        canvas.Text(8, Top - 8, "error, %, without sign", size: 11);
    }

    /// <summary>1, 2 or 5 times a power of ten, not below a value.</summary>
    private static double NiceMaximum(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, 1e-3))));
        double step = value / power;
        return power * (step <= 1 ? 1 : step <= 2 ? 2 : step <= 5 ? 5 : 10);
    }
}
