using System.Globalization;

namespace Smaug.Core.Formats.Text;

/// <summary>Numbers as protobuf text format writes them.</summary>
internal static class TextNumbers
{
    /// <summary>Reads a decimal, hexadecimal (0x) or octal (leading 0) integer without its sign.</summary>
    public static bool TryInteger(string text, bool negative, long minimum, long maximum, out long value)
    {
        value = 0;
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool octal = !hexadecimal && text.Length > 1 && text[0] == '0';
        UInt128 magnitude = 0;
        string digits = hexadecimal ? text[2..] : text;
        if (digits.Length is 0 or > 40) return false;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            uint radix = hexadecimal ? 16u : octal ? 8u : 10u;
            if (digit >= radix) return false;
            magnitude = magnitude * radix + (uint)digit;
            if (magnitude > (UInt128)long.MaxValue + 1) return false;
        }

        Int128 signed = negative ? -(Int128)magnitude : (Int128)magnitude;
        if (signed < minimum || signed > maximum) return false;
        value = (long)signed;
        return true;
    }

    /// <summary>Reads a number without its sign: digits, fraction, exponent, an <c>f</c> behind it, inf, nan.</summary>
    public static bool TryDouble(string text, out double value)
    {
        value = 0;
        switch (text.ToLowerInvariant())
        {
            case "inf" or "infinity":
                value = double.PositiveInfinity;
                return true;
            case "nan":
                value = double.NaN;
                return true;
        }

        if (text[0] is not '.' && !char.IsAsciiDigit(text[0])) return false;
        return double.TryParse(WithoutSuffix(text), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>As <see cref="TryDouble"/>, rounded once to single precision.</summary>
    public static bool TryFloat(string text, out float value)
    {
        value = 0;
        if (!TryDouble(text, out double wide)) return false;
        value = double.IsFinite(wide) ? float.Parse(WithoutSuffix(text), NumberStyles.Float, CultureInfo.InvariantCulture) : (float)wide;
        return true;
    }

    /// <summary>
    /// A float as Python's protobuf writes it: the fewest significant digits, at least 6, that read back as the same float,
    /// then in the notation of Python's repr (a fraction always, an exponent below 1e-4 and from 1e16 on).
    /// </summary>
    public static string Format(float value)
    {
        if (float.IsNaN(value)) return "nan";
        if (float.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        string digits = "";
        for (int precision = 6; precision <= 9; precision++)
        {
            digits = value.ToString("E" + (precision - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (float.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture) == value) break;
        }

        return FormatRepr(double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    /// <summary>A double as Python's repr writes it.</summary>
    public static string FormatRepr(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        if (value == 0) return double.IsNegative(value) ? "-0.0" : "0.0";
        string scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = int.Parse(scientific[(scientific.IndexOf('E', StringComparison.Ordinal) + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = shortest.Split('E')[0].TrimStart('-').Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        if (mantissa.Length == 0) mantissa = "0";
        string sign = value < 0 ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            string fraction = mantissa.Length > 1 ? "." + mantissa[1..] : "";
            return $"{sign}{mantissa[0]}{fraction}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent):00}";
        }

        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{mantissa}";
        string padded = mantissa.PadRight(exponent + 1, '0');
        string behind = padded[(exponent + 1)..];
        return $"{sign}{padded[..(exponent + 1)]}.{(behind.Length == 0 ? "0" : behind)}";
    }

    private static string WithoutSuffix(string text) => text[^1] is 'f' or 'F' ? text[..^1] : text;
}
