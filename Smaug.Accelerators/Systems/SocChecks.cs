using System.Globalization;
using System.Numerics;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>Checks that the configuration of an SoC adds to the common ones.</summary>
internal static class SocChecks
{
    // No cost, energy or area of an SoC comes near it, and sums of such numbers are still exact.
    private const double Most = 1e12;

    // A slower clock makes runs of days, in which a simulation does little but refresh DRAM.
    private const long LongestPeriod = 1_000_000;

    private const long MaximumCacheLines = 1 << 24;

    extension(Require)
    {
        public static T Given<T>(string name, T? value) where T : class => value ?? throw new ConfigurationException($"{name} is null: leave it out for its defaults");

        /// <summary>Checks a cost, an energy or an area.</summary>
        public static void Amount(string name, double value)
        {
            Require.NotNegative(name, value);
            if (value > Most) throw new ConfigurationException(FormattableString.Invariant($"{name} = {value}: must be at most {Most:#,0}"));
        }

        public static void Clock(string name, Frequency value)
        {
            if (value.PeriodPicoseconds <= 0) throw new ConfigurationException($"{name} is not set: must be 1 MHz to 1 THz");
            if (value.PeriodPicoseconds > LongestPeriod) throw new ConfigurationException($"{name} = {value}: must be 1 MHz to 1 THz");
        }

        /// <summary>Checks that a cache of lines has a whole number of sets, a power of two.</summary>
        /// <returns>The sets.</returns>
        public static long Sets(string sizeName, ByteSize size, string waysName, int ways, int lineBytes)
        {
            long set = (long)lineBytes * ways;
            if (size.Bytes < set || size.Bytes > MaximumCacheLines * lineBytes) throw new ConfigurationException($"{sizeName} = {size}: must be {new ByteSize(set)} to {new ByteSize(MaximumCacheLines * lineBytes)} where caches are simulated line by line, with {waysName} = {ways} and lines of {lineBytes} bytes");
            long sets = size.Bytes / set;
            if (size.Bytes % set == 0 && BitOperations.IsPow2(sets)) return sets;
            long below = (long)BitOperations.RoundUpToPowerOf2((ulong)sets + 1) / 2 * set;
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{sizeName} = {size} with {waysName} = {ways} and lines of {lineBytes} bytes makes {(double)size.Bytes / set:0.##} sets: must be a power of two, as with {new ByteSize(below)} or {new ByteSize(below * 2)}"));
        }
    }
}
