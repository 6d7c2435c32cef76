using System.Globalization;

namespace Smaug.Core.Units;

/// <summary>
/// A clock frequency, held as its period in whole picoseconds so that clock edges are exact. Range: periods of 1 ps
/// (1 THz) to 2^63 - 1 ps.
/// </summary>
public readonly record struct Frequency
{
    private Frequency(long periodPicoseconds) => PeriodPicoseconds = periodPicoseconds;

    /// <summary>The period in whole picoseconds; 0 only for the default value, which no clock accepts.</summary>
    public long PeriodPicoseconds { get; }

    /// <summary>The period.</summary>
    public SimTime Period => new(PeriodPicoseconds);

    /// <summary>The frequency in hertz.</summary>
    public double Hertz => 1e12 / PeriodPicoseconds;

    /// <summary>The frequency in gigahertz.</summary>
    public double Gigahertz => 1e3 / PeriodPicoseconds;

    /// <summary>Creates a frequency from its period.</summary>
    /// <exception cref="ConfigurationException">The period is not positive.</exception>
    public static Frequency FromPeriod(SimTime period) => period.Picoseconds > 0
        ? new Frequency(period.Picoseconds)
        : throw new ConfigurationException($"clock period {period.Picoseconds} ps: must be at least 1 ps");

    /// <summary>Creates a frequency from hertz; the period is rounded to the nearest picosecond.</summary>
    /// <exception cref="ConfigurationException">The frequency is not positive or above 1 THz.</exception>
    public static Frequency FromHertz(double hertz)
    {
        double period = Math.Round(1e12 / hertz, MidpointRounding.AwayFromZero);
        if (!(hertz > 0 && hertz <= 1e12) || period >= 9.2e18)
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture,
                $"clock frequency {hertz} Hz: must be above 0 and at most 1 THz"));
        }

        return new Frequency((long)period);
    }

    /// <summary>Creates a frequency from gigahertz; the period is rounded to the nearest picosecond.</summary>
    /// <exception cref="ConfigurationException">The frequency is not positive or above 1 THz.</exception>
    public static Frequency FromGigahertz(double gigahertz) => FromHertz(gigahertz * 1e9);

    /// <summary>Creates a frequency from megahertz; the period is rounded to the nearest picosecond.</summary>
    /// <exception cref="ConfigurationException">The frequency is not positive or above 1 THz.</exception>
    public static Frequency FromMegahertz(double megahertz) => FromHertz(megahertz * 1e6);

    /// <summary>Duration of a whole number of clock cycles.</summary>
    public SimTime Cycles(long cycles) => new(checked(cycles * PeriodPicoseconds));

    /// <summary>The first clock edge at or after a time (edges lie at whole multiples of the period).</summary>
    public SimTime EdgeAtOrAfter(SimTime time)
    {
        long remainder = time.Picoseconds % PeriodPicoseconds;
        return remainder == 0 ? time : new SimTime(checked(time.Picoseconds - remainder + PeriodPicoseconds));
    }

    /// <summary>The n-th clock edge after a time: edge 0 is the time itself when it lies on an edge, else the next edge.</summary>
    public SimTime Edge(SimTime now, long n) => EdgeAtOrAfter(now) + Cycles(n);

    /// <summary>The frequency with a fitting unit, for example <c>1.25 GHz</c>.</summary>
    public override string ToString()
    {
        double hertz = Hertz;
        (double value, string unit) = hertz switch
        {
            < 1e3 => (hertz, "Hz"),
            < 1e6 => (hertz / 1e3, "kHz"),
            < 1e9 => (hertz / 1e6, "MHz"),
            _ => (hertz / 1e9, "GHz"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {unit}");
    }
}
