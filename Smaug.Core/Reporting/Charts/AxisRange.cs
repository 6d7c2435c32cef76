using System.Collections.Immutable;

namespace Smaug.Core.Reporting.Charts;

/// <summary>An axis with its ends and grid lines fixed: maps values to positions from 0 to 1.</summary>
internal sealed class AxisRange
{
    private const double LogarithmicFrom = 5, Margin = 0.04;

    private readonly AxisScale _scale;
    private readonly double _low;
    private readonly double _high;

    private AxisRange(AxisScale scale, double low, double high, ImmutableArray<(double Value, string Text)> ticks)
    {
        _scale = scale;
        _low = Scaled(low);
        _high = Scaled(high);
        Ticks = ticks;
    }

    /// <summary>Values with a grid line, and what is written there.</summary>
    public ImmutableArray<(double Value, string Text)> Ticks { get; }

    /// <summary>Whether equal distances stand for equal ratios.</summary>
    public bool IsLogarithmic => _scale is AxisScale.PowersOfTwo or AxisScale.PowersOfTen;

    /// <summary>Fixes an axis to the values that it has to show.</summary>
    public static AxisRange Of(ChartAxis axis, double smallest, double largest) => axis.Scale switch
    {
        AxisScale.Names => OfNames(axis),
        AxisScale.Linear => Linear(axis.Minimum ?? Math.Min(0, smallest), axis.Maximum, largest),
        _ => Powers(axis, smallest, largest),
    };

    /// <summary>
    /// An axis for a cloud of marks: it ends a little beyond them, wherever zero or the next grid line is, and is logarithmic when
    /// the values span more than a factor of 5.
    /// </summary>
    public static AxisRange Around(double smallest, double largest)
    {
        if (smallest > 0 && largest / smallest > LogarithmicFrom)
        {
            double factor = Math.Pow(largest / smallest, Margin);
            (double from, double to) = (smallest / factor, largest * factor);
            return Logarithmic(AxisScale.PowersOfTen, from, to, Math.Log10(to / from) switch { < 1 => [1, 2, 3, 4, 6, 8], < 2 => [1, 2, 5], _ => [1] });
        }

        double space = Margin * (largest > smallest ? largest - smallest : Math.Abs(largest));
        if (space == 0) space = 1;
        return Linear(smallest - space, largest + space, largest);
    }

    /// <summary>Grid lines of a linear axis: multiples of 1, 2, 2.5 or 5 times a power of ten, three to seven of them.</summary>
    public static AxisRange Linear(double low, double? high, double largest)
    {
        double end = high ?? largest;
        if (!(end > low)) end = low + 1;
        double step = Step((end - low) / 6);
        long first = (long)Math.Ceiling(low / step - 1e-9), last = (long)(high is null ? Math.Ceiling(end / step - 1e-9) : Math.Floor(end / step + 1e-9));
        var ticks = ImmutableArray.CreateBuilder<(double, string)>();
        for (long i = first; i <= last; i++) ticks.Add((i * step, ChartAxis.Tick(i * step)));
        return new AxisRange(AxisScale.Linear, low, high ?? last * step, ticks.ToImmutable());
    }

    /// <summary>Position of a value, 0 at the begin of the axis and 1 at its end.</summary>
    public double Position(double value) => (Scaled(value) - _low) / (_high - _low);

    private static AxisRange OfNames(ChartAxis axis)
    {
        // Half a place is left free at both ends.
        return new AxisRange(AxisScale.Names, -0.5, axis.Names.Length - 0.5, [.. axis.Names.Select((name, i) => ((double)i, name))]);
    }

    private static AxisRange Powers(ChartAxis axis, double smallest, double largest)
    {
        if (!(smallest > 0)) throw new ConfigurationException($"Chart axis '{axis.Label}': {smallest} has no place on a logarithmic axis; use a linear one or leave the value out.");
        double @base = Base(axis.Scale);
        (int low, int high) = Exponents(@base, axis.Minimum ?? smallest, axis.Maximum ?? largest);
        return Logarithmic(axis.Scale, axis.Minimum ?? Math.Pow(@base, low), axis.Maximum ?? Math.Pow(@base, high), [1]);
    }

    /// <summary>Grid lines of a logarithmic axis: the digits times each power of its base, or times every second, third … of many.</summary>
    private static AxisRange Logarithmic(AxisScale scale, double low, double high, ReadOnlySpan<int> digits)
    {
        double @base = Base(scale);
        (int first, int last) = Exponents(@base, low, high);
        int every = Math.Max(1, (last - first + 11) / 12);
        var ticks = ImmutableArray.CreateBuilder<(double, string)>();
        for (int power = first; power <= last; power += every)
        {
            foreach (int digit in digits)
            {
                double value = digit * Math.Pow(@base, power);
                if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) ticks.Add((value, scale == AxisScale.PowersOfTwo ? Binary(power) : ChartAxis.Tick(value)));
            }
        }

        return new AxisRange(scale, low, high, ticks.ToImmutable());
    }

    private static double Base(AxisScale scale) => scale == AxisScale.PowersOfTwo ? 2 : 10;

    /// <summary>The powers at or below one value and at or above another, at least one apart.</summary>
    private static (int Low, int High) Exponents(double @base, double low, double high)
    {
        int first = (int)Math.Floor(Math.Log(low, @base) + 1e-9);
        return (first, Math.Max((int)Math.Ceiling(Math.Log(high, @base) - 1e-9), first + 1));
    }

    /// <summary>Powers of two as sizes are written: 512, 2 Ki, 1 Mi.</summary>
    private static string Binary(int power) => power switch
    {
        >= 30 => ChartAxis.Number(Math.Pow(2, power - 30)) + " Gi",
        >= 20 => ChartAxis.Number(Math.Pow(2, power - 20)) + " Mi",
        >= 11 => ChartAxis.Number(Math.Pow(2, power - 10)) + " Ki",
        _ => ChartAxis.Number(Math.Pow(2, power)),
    };

    private static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (double factor in (ReadOnlySpan<double>)[1, 2, 2.5, 5])
        {
            if (factor * power >= least * (1 - 1e-9)) return factor * power;
        }

        return 10 * power;
    }

    private double Scaled(double value) => IsLogarithmic ? Math.Log(value) : value;
}
