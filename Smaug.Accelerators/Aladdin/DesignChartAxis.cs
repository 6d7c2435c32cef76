using System.Globalization;

namespace Smaug.Accelerators.Aladdin;

/// <summary>An axis of a drawing: linear, or logarithmic when its values span more than a factor of 5, with round ticks.</summary>
internal sealed class DesignChartAxis
{
    private const double LogarithmicFrom = 5, Margin = 0.04;

    private readonly double origin, length, low, high;
    private readonly bool logarithmic;

    /// <param name="title">Quantity and unit.</param>
    /// <param name="values">The values to be shown, at least one.</param>
    /// <param name="origin">Where the axis begins, in pixels.</param>
    /// <param name="length">How long it is, in pixels; negative for upwards.</param>
    public DesignChartAxis(string title, IReadOnlyCollection<double> values, double origin, double length)
    {
        (this.origin, this.length) = (origin, length);
        (double minimum, double maximum) = (values.Min(), values.Max());
        logarithmic = minimum > 0 && maximum / minimum > LogarithmicFrom;
        Title = logarithmic ? title + " (logarithmic)" : title;
        (low, high) = (Scale(minimum), Scale(maximum));
        double space = high > low ? (high - low) * Margin : Math.Max(Math.Abs(low) * Margin, double.Epsilon);
        (low, high) = (low - space, high + space);
        Ticks = logarithmic ? Logarithmic() : Linear();
    }

    public string Title { get; }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Where a value lies, in pixels.</summary>
    public double Position(double value) => origin + length * (Scale(value) - low) / (high - low);

    public static string Number(double value) => value.ToString(Math.Abs(value) >= 1000 ? "#,0" : "0.######", CultureInfo.InvariantCulture);

    private double Scale(double value) => logarithmic ? Math.Log10(value) : value;

    private List<double> Linear()
    {
        double step = Math.Pow(10, Math.Floor(Math.Log10((high - low) / 4)));
        while ((high - low) / step > 8) step *= (high - low) / step > 16 ? 5 : 2;
        List<double> ticks = [];
        for (double tick = Math.Ceiling(low / step); tick * step <= high; tick++) ticks.Add(Math.Round(tick * step, 12));
        return ticks;
    }

    private List<double> Logarithmic()
    {
        int[] digits = (high - low) switch { < 1 => [1, 2, 3, 4, 6, 8], < 2 => [1, 2, 5], _ => [1] };
        List<double> ticks = [];
        for (int decade = (int)Math.Floor(low); decade <= high; decade++)
        {
            foreach (int digit in digits)
            {
                double tick = Math.Round(digit * Math.Pow(10, decade), 12);
                if (Math.Log10(tick) >= low && Math.Log10(tick) <= high) ticks.Add(tick);
            }
        }
        return ticks;
    }
}
