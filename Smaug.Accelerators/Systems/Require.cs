using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>Range checks with one wording.</summary>
internal static class Require
{
    public static void Range(string name, long value, long minimum, long maximum)
    {
        if (value < minimum || value > maximum) throw new ConfigurationException(FormattableString.Invariant($"{name} = {value}: must be {minimum} to {maximum}"));
    }

    public static void NotNegative(string name, double value)
    {
        if (!(value >= 0) || double.IsInfinity(value)) throw new ConfigurationException(FormattableString.Invariant($"{name} = {value}: must be 0 or more"));
    }

    public static void Clock(string name, Frequency value)
    {
        if (value.PeriodPicoseconds <= 0) throw new ConfigurationException($"{name} is not set: must be above 0 and at most 1 THz");
    }
}
