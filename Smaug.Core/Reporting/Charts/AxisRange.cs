using System.Collections.Immutable;

namespace Smaug.Core.Reporting.Charts;

/// <summary>An axis with its ends and grid lines fixed: maps values to positions from 0 to 1.</summary>
internal sealed class AxisRange
{
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

    /// <summary>Fixes an axis to the values that it has to show.</summary>
    public static AxisRange Of(ChartAxis axis, double smallest, double largest) => axis.Scale switch
    {
        AxisScale.Names => OfNames(axis),
        AxisScale.Linear => Linear(axis.Minimum ?? Math.Min(0, smallest), axis.Maximum, largest),
        AxisScale.PowersOfTwo => Powers(axis, 2, smallest, largest),
        _ => Powers(axis, 10, smallest, largest),
    };

    /// <summary>Grid lines of a linear axis: multiples of 1, 2, 2.5 or 5 times a power of ten, four to eight of them.</summary>
    public static AxisRange Linear(double low, double? high, double largest)
    {
        double end = high ?? largest;
        if (!(end > low)) end = low + 1;
        double step = Step((end - low) / 6);
        int first = (int)Math.Ceiling(low / step - 1e-9), last = high is null ? (int)Math.Ceiling(end / step - 1e-9) : (int)Math.Floor(end / step + 1e-9);
        var ticks = ImmutableArray.CreateBuilder<(double, string)>();
        for (int i = first; i <= last; i++) ticks.Add((i * step, ChartAxis.Number(i * step)));
        return new AxisRange(AxisScale.Linear, low, high ?? last * step, ticks.ToImmutable());
    }

    /// <summary>Position of a value, 0 at the begin of the axis and 1 at its end.</summary>
    public double Position(double value) => (Scaled(value) - _low) / (_high - _low);

    private static AxisRange OfNames(ChartAxis axis)
    {
        // Half a place is left free at both ends.
        return new AxisRange(AxisScale.Names, -0.5, axis.Names.Length - 0.5, [.. axis.Names.Select((name, i) => ((double)i, name))]);
    }

    private static AxisRange Powers(ChartAxis axis, double @base, double smallest, double largest)
    {
        if (!(smallest > 0)) throw new ConfigurationException($"Chart axis '{axis.Label}': {smallest} has no place on a logarithmic axis; use a linear one or leave the value out.");
        int low = (int)Math.Floor(Math.Log(axis.Minimum ?? smallest, @base) + 1e-9), high = (int)Math.Ceiling(Math.Log(axis.Maximum ?? largest, @base) - 1e-9);
        high = Math.Max(high, low + 1);
        int every = Math.Max(1, (high - low + 11) / 12);
        var ticks = ImmutableArray.CreateBuilder<(double, string)>();
        for (int power = low; power <= high; power += every) ticks.Add((Math.Pow(@base, power), @base == 2 ? Binary(power) : ChartAxis.Number(Math.Pow(@base, power))));
        return new AxisRange(axis.Scale, axis.Minimum ?? Math.Pow(@base, low), axis.Maximum ?? Math.Pow(@base, high), ticks.ToImmutable());
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

    private double Scaled(double value) => _scale is AxisScale.PowersOfTwo or AxisScale.PowersOfTen ? Math.Log(value) : value;
}
