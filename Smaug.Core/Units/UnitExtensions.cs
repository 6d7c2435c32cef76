namespace Smaug.Core.Units;

/// <summary>Writes quantities the way they are spoken: <c>10.Nanoseconds()</c>, <c>2.Mebibytes()</c>, <c>1.25.Gigahertz()</c>.</summary>
public static class UnitExtensions
{
    /// <summary>This many picoseconds.</summary>
    public static SimTime Picoseconds(this int value) => new(value);

    /// <summary>This many nanoseconds.</summary>
    public static SimTime Nanoseconds(this int value) => new(value * 1_000L);

    /// <summary>This many nanoseconds, rounded to whole picoseconds.</summary>
    public static SimTime Nanoseconds(this double value) => SimTime.FromNanoseconds(value);

    /// <summary>This many microseconds.</summary>
    public static SimTime Microseconds(this int value) => new(value * 1_000_000L);

    /// <summary>This many milliseconds.</summary>
    public static SimTime Milliseconds(this int value) => new(value * 1_000_000_000L);

    /// <summary>This many gigahertz.</summary>
    public static Frequency Gigahertz(this double value) => Frequency.FromGigahertz(value);

    /// <summary>This many gigahertz.</summary>
    public static Frequency Gigahertz(this int value) => Frequency.FromGigahertz(value);

    /// <summary>This many megahertz.</summary>
    public static Frequency Megahertz(this int value) => Frequency.FromMegahertz(value);

    /// <summary>This many kibibytes (1,024 bytes).</summary>
    public static ByteSize Kibibytes(this int value) => ByteSize.FromKibibytes(value);

    /// <summary>This many mebibytes (1,048,576 bytes).</summary>
    public static ByteSize Mebibytes(this int value) => ByteSize.FromMebibytes(value);

    /// <summary>This many gibibytes (1,073,741,824 bytes).</summary>
    public static ByteSize Gibibytes(this int value) => ByteSize.FromGibibytes(value);
}
