using System.Globalization;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>Prints numbers as Python does, so that reports agree to the byte.</summary>
internal static class PythonNumber
{
    /// <summary><c>repr</c> of a float: the shortest digits that read back, at least one decimal, two-digit exponents.</summary>
    public static string Real(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        if (value == 0) return double.IsNegative(value) ? "-0.0" : "0.0";
        (bool negative, string digits, int exponent) = Shortest(value);
        string sign = negative ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            string mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length <= exponent + 1
            ? $"{sign}{digits}{new string('0', exponent + 1 - digits.Length)}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>An integer that the original holds as a float.</summary>
    public static string Real(long value) => string.Create(CultureInfo.InvariantCulture, $"{value}.0");

    /// <summary>A fixed number of decimals; exact ties round to the even digit.</summary>
    public static string Fixed(double value, int decimals)
    {
        double factor = Math.Pow(10, decimals);
        double scaled = value * factor;
        bool exact = Math.FusedMultiplyAdd(value, factor, -scaled) == 0;
        double result = exact && Math.Abs(scaled - Math.Truncate(scaled)) == 0.5 ? Math.Round(scaled, MidpointRounding.ToEven) / factor : value;
        return result.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static (bool Negative, string Digits, int Exponent) Shortest(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        bool negative = text[0] == '-';
        if (negative) text = text[1..];
        int exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        int exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], CultureInfo.InvariantCulture);
        string mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (point < 0) point = mantissa.Length;
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        exponent += point - 1;
        int leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits[leading..].TrimEnd('0');
        return (negative, digits, exponent - leading);
    }
}
