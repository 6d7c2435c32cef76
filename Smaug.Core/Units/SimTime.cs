using System.Globalization;

namespace Smaug.Core.Units;

/// <summary>
/// A point in simulated time or a duration, as an integer number of picoseconds. Integer time makes a run the same to
/// the last bit on every machine. Range: ±2^63 ps (about 106 days); arithmetic that leaves it throws
/// <see cref="OverflowException"/>.
/// </summary>
public readonly record struct SimTime(long Picoseconds) : IComparable<SimTime>
{
    /// <summary>No time; the start of a simulation.</summary>
    public static SimTime Zero => default;

    /// <summary>The latest representable time; used as "never".</summary>
    public static SimTime MaxValue => new(long.MaxValue);

    /// <summary>The time in nanoseconds (1 ns = 1,000 ps), with its fraction.</summary>
    public double Nanoseconds => Picoseconds / 1e3;

    /// <summary>The time in microseconds, with its fraction.</summary>
    public double Microseconds => Picoseconds / 1e6;

    /// <summary>The time in milliseconds, with its fraction.</summary>
    public double Milliseconds => Picoseconds / 1e9;

    /// <summary>The time in seconds, with its fraction.</summary>
    public double Seconds => Picoseconds / 1e12;

    /// <summary>Creates a time from whole picoseconds.</summary>
    public static SimTime FromPicoseconds(long picoseconds) => new(picoseconds);

    /// <summary>Creates a time from nanoseconds, rounded to the nearest picosecond (ties away from zero).</summary>
    /// <exception cref="OverflowException">The time is out of range or not a number.</exception>
    public static SimTime FromNanoseconds(double nanoseconds) => FromScaled(nanoseconds, 1e3);

    /// <summary>Creates a time from microseconds, rounded to the nearest picosecond (ties away from zero).</summary>
    /// <exception cref="OverflowException">The time is out of range or not a number.</exception>
    public static SimTime FromMicroseconds(double microseconds) => FromScaled(microseconds, 1e6);

    /// <summary>Creates a time from seconds, rounded to the nearest picosecond (ties away from zero).</summary>
    /// <exception cref="OverflowException">The time is out of range or not a number.</exception>
    public static SimTime FromSeconds(double seconds) => FromScaled(seconds, 1e12);

    private static SimTime FromScaled(double value, double picosecondsPerUnit) =>
        new(checked((long)Math.Round(value * picosecondsPerUnit, MidpointRounding.AwayFromZero)));

    /// <inheritdoc/>
    public int CompareTo(SimTime other) => Picoseconds.CompareTo(other.Picoseconds);

    /// <summary>Sum of two times.</summary>
    public static SimTime operator +(SimTime left, SimTime right) => new(checked(left.Picoseconds + right.Picoseconds));

    /// <summary>Difference of two times.</summary>
    public static SimTime operator -(SimTime left, SimTime right) => new(checked(left.Picoseconds - right.Picoseconds));

    /// <summary>A duration taken a whole number of times.</summary>
    public static SimTime operator *(SimTime left, long right) => new(checked(left.Picoseconds * right));

    /// <summary>A duration taken a whole number of times.</summary>
    public static SimTime operator *(long left, SimTime right) => right * left;

    /// <summary>Whether the left time is earlier.</summary>
    public static bool operator <(SimTime left, SimTime right) => left.Picoseconds < right.Picoseconds;

    /// <summary>Whether the left time is later.</summary>
    public static bool operator >(SimTime left, SimTime right) => left.Picoseconds > right.Picoseconds;

    /// <summary>Whether the left time is not later.</summary>
    public static bool operator <=(SimTime left, SimTime right) => left.Picoseconds <= right.Picoseconds;

    /// <summary>Whether the left time is not earlier.</summary>
    public static bool operator >=(SimTime left, SimTime right) => left.Picoseconds >= right.Picoseconds;

    /// <summary>The later of two times.</summary>
    public static SimTime Max(SimTime left, SimTime right) => left >= right ? left : right;

    /// <summary>The earlier of two times.</summary>
    public static SimTime Min(SimTime left, SimTime right) => left <= right ? left : right;

    /// <summary>The time with a fitting unit, for example <c>1.412 ms</c>.</summary>
    public override string ToString()
    {
        double magnitude = Math.Abs((double)Picoseconds);
        (double value, string unit) = magnitude switch
        {
            < 1e3 => (Picoseconds, "ps"),
            < 1e6 => (Nanoseconds, "ns"),
            < 1e9 => (Microseconds, "us"),
            < 1e12 => (Milliseconds, "ms"),
            _ => (Seconds, "s"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {unit}");
    }
}
