using System.Globalization;
using Smaug.Core.Reporting.Charts;

namespace Smaug.Accelerators.Aladdin;

/// <summary>Designs by time and power and by time and area, the two fronts, and a list of the designs on them.</summary>
internal sealed class DesignChart
{
    private const double Left = 84, Width = 640, Height = 300, Gap = 92, Top = 86, RowHeight = 17;
    private const string Front = "#222222";

    private readonly DesignOutcome[] outcomes;
    private readonly DesignOutcome[] powerFront, areaFront, listed;
    private readonly string colourAxis;
    private readonly string[] colours;

    public DesignChart(IReadOnlyCollection<DesignOutcome> all)
    {
        ArgumentOutOfRangeException.ThrowIfZero(all.Count);
        outcomes = [.. all];
        powerFront = [.. DesignSpace.Pareto(outcomes, DesignObjectives.Time | DesignObjectives.Power)];
        areaFront = [.. DesignSpace.Pareto(outcomes, DesignObjectives.Time | DesignObjectives.Area)];
        listed = [.. powerFront.Concat(areaFront).Distinct().OrderBy(o => o.Time)];
        colourAxis = Axes(outcomes).FirstOrDefault(a => Values(a).Length is > 1 and <= 8) ?? "";
        colours = Values(colourAxis);
    }

    /// <summary>The axes of designs, in their order.</summary>
    public static IEnumerable<string> Axes(IEnumerable<DesignOutcome> outcomes) => outcomes.SelectMany(o => o.Point.Settings).Select(s => s.Axis).Distinct();

    /// <summary>What a design chose on an axis; empty when it has no such axis.</summary>
    public static string Value(DesignOutcome outcome, string axis) => outcome.Point.Settings.FirstOrDefault(s => s.Axis == axis)?.Value ?? "";

    public SvgCanvas Draw()
    {
        double list = Top + 2 * Height + 2 * Gap;
        var canvas = new SvgCanvas(Left + Width + 180, list + RowHeight * (listed.Length + 1) + 16);
        canvas.Text(12, 24, $"{outcomes.Length} designs: {powerFront.Length} not beaten in time and power, {areaFront.Length} in time and area", size: 15);
        DrawLegend(canvas);
        AxisRange time = Around(Microseconds);
        DrawPanel(canvas, new Panel(Top, time, Around(Milliwatts), Milliwatts), "average power, mW", powerFront);
        DrawPanel(canvas, new Panel(Top + Height + Gap, time, Around(SquareMillimetres), SquareMillimetres), "area, mm2", areaFront);
        DrawList(canvas, list);
        return canvas;
    }

    private string[] Values(string axis) => axis.Length == 0 ? [] : [.. outcomes.Select(o => Value(o, axis)).Distinct()];

    private string Colour(DesignOutcome o) => colours.Length == 0 ? ChartColours.Series(0) : ChartColours.Series(Array.IndexOf(colours, Value(o, colourAxis)));

    private void DrawLegend(SvgCanvas canvas)
    {
        double x = Left + Width + 22, y = Top;
        if (colours.Length > 0)
        {
            canvas.Text(x, y, colourAxis, size: 11);
            foreach (string value in colours)
            {
                y += RowHeight;
                canvas.Circle(x + 6, y - 4, 4.5, ChartColours.Series(Array.IndexOf(colours, value)));
                canvas.Text(x + 18, y, value, size: 11);
            }
            y += RowHeight + 8;
        }
        canvas.Line(x, y - 4, x + 14, y - 4, Front);
        canvas.Text(x + 18, y, "Pareto front;", size: 11);
        canvas.Text(x + 18, y + 14, "numbers: list below", size: 11);
    }

    private void DrawPanel(SvgCanvas canvas, Panel panel, string name, DesignOutcome[] front)
    {
        foreach ((double value, string text) in panel.Time.Ticks)
        {
            canvas.Line(panel.X(value), panel.Top, panel.X(value), panel.Bottom, ChartColours.Grid);
            canvas.Text(panel.X(value), panel.Bottom + 18, text, "middle", 11);
        }
        foreach ((double value, string text) in panel.Vertical.Ticks)
        {
            canvas.Line(Left, panel.Y(value), Left + Width, panel.Y(value), ChartColours.Grid);
            canvas.Text(Left - 8, panel.Y(value) + 4, text, "end", 11);
        }
        canvas.Line(Left, panel.Top, Left, panel.Bottom, ChartColours.Axis);
        canvas.Line(Left, panel.Bottom, Left + Width, panel.Bottom, ChartColours.Axis);
        canvas.Text(Left - 72, panel.Top - 14, Title(name, panel.Vertical), size: 12);
        canvas.Text(Left + Width / 2, panel.Bottom + 38, Title("time, us", panel.Time), "middle");
        DrawFront(canvas, panel, front);
        foreach (DesignOutcome o in outcomes.OrderBy(o => front.Contains(o)))
        {
            bool best = front.Contains(o);
            (double x, double y) = panel.Place(o);
            canvas.Circle(x, y, best ? 5.5 : 3.5, Colour(o), Hint(o), best ? Front : null);
        }
        DrawNumbers(canvas, panel, front);
    }

    /// <summary>Steps: what may still be found without beating a design of the front lies below and to the left.</summary>
    private static void DrawFront(SvgCanvas canvas, Panel panel, DesignOutcome[] front)
    {
        (double x, double y) = (panel.Place(front[0]).X, panel.Top);
        foreach (DesignOutcome o in front)
        {
            (double nextX, double nextY) = panel.Place(o);
            canvas.Line(x, y, nextX, y, Front);
            canvas.Line(nextX, y, nextX, nextY, Front);
            (x, y) = (nextX, nextY);
        }
        canvas.Line(x, y, Left + Width, y, Front);
    }

    /// <summary>Numbers right above the marks; one that would cover another is left to the list and to the hint.</summary>
    private void DrawNumbers(SvgCanvas canvas, Panel panel, DesignOutcome[] front)
    {
        List<(double X, double Y)> drawn = [];
        foreach (DesignOutcome o in front)
        {
            (double x, double y) = panel.Place(o);
            (x, y) = (x + 7, y - 6);
            if (drawn.Exists(d => Math.Abs(x - d.X) < 16 && Math.Abs(y - d.Y) < 11)) continue;
            canvas.Text(x, y, (Array.IndexOf(listed, o) + 1).ToString(CultureInfo.InvariantCulture), size: 11);
            drawn.Add((x, y));
        }
    }

    private void DrawList(SvgCanvas canvas, double top)
    {
        (string Title, double X)[] columns = [("", 36), ("time, us", 120), ("cycles", 200), ("mW", 270), ("mm2", 336)];
        foreach ((string title, double x) in columns) canvas.Text(x, top, title, "end", 11);
        canvas.Text(360, top, "design", size: 11);
        for (int i = 0; i < listed.Length; i++)
        {
            DesignOutcome o = listed[i];
            double y = top + RowHeight * (i + 1);
            string[] cells = [Text(i + 1, "0"), Text(Microseconds(o), "#,0.00"), Text(o.Cycles, "#,0"), Text(Milliwatts(o), "0.00"), Text(SquareMillimetres(o), "0.000")];
            for (int c = 0; c < cells.Length; c++) canvas.Text(columns[c].X, y, cells[c], "end", 11);
            canvas.Circle(48, y - 4, 4.5, Colour(o));
            canvas.Text(360, y, o.Point.Name, size: 11);
        }
    }

    private static string Hint(DesignOutcome o) => string.Create(CultureInfo.InvariantCulture,
        $"{o.Point.Name}: {o.Cycles:#,0} cycles, {Microseconds(o):#,0.00} us, {Milliwatts(o):0.00} mW, {SquareMillimetres(o):0.000} mm2");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Title(string quantity, AxisRange axis) => axis.IsLogarithmic ? quantity + " (logarithmic)" : quantity;

    private static double Microseconds(DesignOutcome o) => o.Time.Microseconds;

    private static double Milliwatts(DesignOutcome o) => o.AverageMilliwatts;

    private static double SquareMillimetres(DesignOutcome o) => o.AreaSquareMicrometres / 1e6;

    private AxisRange Around(Func<DesignOutcome, double> value) => AxisRange.Around(outcomes.Min(value), outcomes.Max(value));

    /// <summary>Designs by time and something else.</summary>
    private sealed record Panel(double Top, AxisRange Time, AxisRange Vertical, Func<DesignOutcome, double> Value)
    {
        public double Bottom => Top + Height;

        public double X(double microseconds) => Left + Width * Time.Position(microseconds);

        public double Y(double value) => Bottom - Height * Vertical.Position(value);

        public (double X, double Y) Place(DesignOutcome o) => (X(Microseconds(o)), Y(Value(o)));
    }
}
