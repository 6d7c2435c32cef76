using System.Globalization;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>Sizes, times and frequencies as gem5's files and command line write them.</summary>
internal static class Gem5Units
{
    private static readonly (string Suffix, long Factor)[] s_sizes =
    [
        ("TIB", 1L << 40), ("GIB", 1L << 30), ("MIB", 1L << 20), ("KIB", 1L << 10), ("TB", 1L << 40), ("GB", 1L << 30), ("MB", 1L << 20), ("KB", 1L << 10), ("B", 1), ("", 1),
    ];

    private static readonly (string Suffix, double Picoseconds)[] s_times = [("ps", 1), ("ns", 1e3), ("us", 1e6), ("ms", 1e9), ("s", 1e12), ("", 1e3)];

    private static readonly (string Suffix, double Hertz)[] s_frequencies = [("THz", 1e12), ("GHz", 1e9), ("MHz", 1e6), ("kHz", 1e3), ("Hz", 1)];

    public static bool TrySize(string text, out ByteSize size)
    {
        size = default;
        foreach ((string suffix, long factor) in s_sizes)
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) continue;
            if (!TryNumber(text[..^suffix.Length], out double number) || number < 0 || number * factor > 1L << 50) return false;
            size = new ByteSize((long)(number * factor));
            return true;
        }

        return false;
    }

    public static bool TryTime(string text, out SimTime time)
    {
        time = default;
        foreach ((string suffix, double picoseconds) in s_times)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            if (!TryNumber(text[..^suffix.Length], out double number) || number < 0 || number * picoseconds > 1e18) return false;
            time = SimTime.FromPicoseconds((long)Math.Round(number * picoseconds));
            return true;
        }

        return false;
    }

    public static bool TryFrequency(string text, out Frequency frequency)
    {
        frequency = default;
        foreach ((string suffix, double hertz) in s_frequencies)
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) continue;
            if (!TryNumber(text[..^suffix.Length], out double number) || number <= 0 || number * hertz > 1e12) return false;
            frequency = Frequency.FromHertz(number * hertz);
            return true;
        }

        return false;
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text.AsSpan().Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
