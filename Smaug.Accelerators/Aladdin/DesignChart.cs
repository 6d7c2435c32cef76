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
        var time = new DesignChartAxis("time, us", [.. outcomes.Select(o => o.Time.Microseconds)], Left, Width);
        DrawPanel(canvas, Top, time, "average power, mW", o => o.AverageMilliwatts, powerFront);
        DrawPanel(canvas, Top + Height + Gap, time, "area, mm2", o => o.AreaSquareMicrometres / 1e6, areaFront);
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

    private void DrawPanel(SvgCanvas canvas, double top, DesignChartAxis time, string name, Func<DesignOutcome, double> value, DesignOutcome[] front)
    {
        var vertical = new DesignChartAxis(name, [.. outcomes.Select(value)], top + Height, -Height);
        foreach (double tick in time.Ticks)
        {
            canvas.Line(time.Position(tick), top, time.Position(tick), top + Height, ChartColours.Grid);
            canvas.Text(time.Position(tick), top + Height + 18, DesignChartAxis.Number(tick), "middle", 11);
        }
        foreach (double tick in vertical.Ticks)
        {
            canvas.Line(Left, vertical.Position(tick), Left + Width, vertical.Position(tick), ChartColours.Grid);
            canvas.Text(Left - 8, vertical.Position(tick) + 4, DesignChartAxis.Number(tick), "end", 11);
        }
        canvas.Line(Left, top, Left, top + Height, ChartColours.Axis);
        canvas.Line(Left, top + Height, Left + Width, top + Height, ChartColours.Axis);
        canvas.Text(Left - 72, top - 14, vertical.Title, size: 12);
        canvas.Text(Left + Width / 2, top + Height + 38, time.Title, "middle");
        DrawFront(canvas, top, time, vertical, value, front);
        foreach (DesignOutcome o in outcomes.OrderBy(o => front.Contains(o)))
        {
            bool best = front.Contains(o);
            canvas.Circle(time.Position(o.Time.Microseconds), vertical.Position(value(o)), best ? 5.5 : 3.5, Colour(o), Hint(o), best ? Front : null);
        }
        DrawNumbers(canvas, time, vertical, value, front);
    }

    /// <summary>Steps: what may still be found without beating a design of the front lies below and to the left.</summary>
    private static void DrawFront(SvgCanvas canvas, double top, DesignChartAxis time, DesignChartAxis vertical, Func<DesignOutcome, double> value, DesignOutcome[] front)
    {
        double x = time.Position(front[0].Time.Microseconds), y = top;
        foreach (DesignOutcome o in front)
        {
            double nextX = time.Position(o.Time.Microseconds), nextY = vertical.Position(value(o));
            canvas.Line(x, y, nextX, y, Front);
            canvas.Line(nextX, y, nextX, nextY, Front);
            (x, y) = (nextX, nextY);
        }
        canvas.Line(x, y, Left + Width, y, Front);
    }

    /// <summary>Numbers right above the marks; one that would cover another is left to the list and to the hint.</summary>
    private void DrawNumbers(SvgCanvas canvas, DesignChartAxis time, DesignChartAxis vertical, Func<DesignOutcome, double> value, DesignOutcome[] front)
    {
        List<(double X, double Y)> drawn = [];
        foreach (DesignOutcome o in front)
        {
            (double x, double y) = (time.Position(o.Time.Microseconds) + 7, vertical.Position(value(o)) - 6);
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
            string[] cells = [Text(i + 1, "0"), Text(o.Time.Microseconds, "#,0.00"), Text(o.Cycles, "#,0"), Text(o.AverageMilliwatts, "0.00"), Text(o.AreaSquareMicrometres / 1e6, "0.000")];
            for (int c = 0; c < cells.Length; c++) canvas.Text(columns[c].X, y, cells[c], "end", 11);
            canvas.Circle(48, y - 4, 4.5, Colour(o));
            canvas.Text(360, y, o.Point.Name, size: 11);
        }
    }

    private static string Hint(DesignOutcome o) => string.Create(CultureInfo.InvariantCulture,
        $"{o.Point.Name}: {o.Cycles:#,0} cycles, {o.Time.Microseconds:#,0.00} us, {o.AverageMilliwatts:0.00} mW, {o.AreaSquareMicrometres / 1e6:0.000} mm2");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
