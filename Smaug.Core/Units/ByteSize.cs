using System.Globalization;

namespace Smaug.Core.Units;

/// <summary>An amount of data in bytes. Arithmetic that leaves the 64-bit range throws <see cref="OverflowException"/>.</summary>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    /// <summary>No bytes.</summary>
    public static ByteSize Zero => default;

    /// <summary>Creates an amount from kibibytes (1,024 bytes).</summary>
    public static ByteSize FromKibibytes(long kibibytes) => new(checked(kibibytes << 10));

    /// <summary>Creates an amount from mebibytes (1,048,576 bytes).</summary>
    public static ByteSize FromMebibytes(long mebibytes) => new(checked(mebibytes * (1L << 20)));

    /// <summary>Creates an amount from gibibytes (1,073,741,824 bytes).</summary>
    public static ByteSize FromGibibytes(long gibibytes) => new(checked(gibibytes * (1L << 30)));

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>Sum of two amounts.</summary>
    public static ByteSize operator +(ByteSize left, ByteSize right) => new(checked(left.Bytes + right.Bytes));

    /// <summary>Difference of two amounts.</summary>
    public static ByteSize operator -(ByteSize left, ByteSize right) => new(checked(left.Bytes - right.Bytes));

    /// <summary>Whether the left amount is smaller.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Whether the left amount is larger.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Whether the left amount is not larger.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Whether the left amount is not smaller.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;

    /// <summary>The amount with a fitting unit, for example <c>32 KiB</c>.</summary>
    public override string ToString()
    {
        double magnitude = Math.Abs((double)Bytes);
        (double value, string unit) = magnitude switch
        {
            < 1L << 10 => (Bytes, "B"),
            < 1L << 20 => (Bytes / 1024.0, "KiB"),
            < 1L << 30 => (Bytes / (1024.0 * 1024), "MiB"),
            _ => (Bytes / (1024.0 * 1024 * 1024), "GiB"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {unit}");
    }
}
