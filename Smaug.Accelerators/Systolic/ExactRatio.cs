using System.Numerics;

namespace Smaug.Accelerators.Systolic;

/// <summary>Division of integers of any size, rounded once, to the nearest double.</summary>
internal static class ExactRatio
{
    private const ulong ExactInteger = 1UL << 53;
    private const int QuotientBits = 64;

    public static double Divide(UInt128 dividend, UInt128 divisor)
    {
        if (dividend <= ExactInteger && divisor <= ExactInteger) return (double)dividend / (double)divisor;
        if (dividend == 0) return 0;

        // Scale so that the quotient has 64 bits or one more, keep a sticky bit for the remainder, and let one conversion round.
        BigInteger scaled = dividend;
        BigInteger wide = divisor;
        int shift = QuotientBits - (int)(scaled.GetBitLength() - wide.GetBitLength());
        if (shift > 0) scaled <<= shift;
        else wide <<= -shift;
        var quotient = BigInteger.DivRem(scaled, wide, out BigInteger remainder);
        UInt128 bits = (UInt128)quotient << 1;
        if (!remainder.IsZero) bits |= 1;
        return Math.ScaleB(RoundToDouble(bits), -shift - 1);
    }

    private static double RoundToDouble(UInt128 value)
    {
        int drop = 128 - (int)UInt128.LeadingZeroCount(value) - 53;
        UInt128 kept = value >> drop;
        UInt128 rest = value - (kept << drop);
        UInt128 half = UInt128.One << (drop - 1);
        if (rest > half || (rest == half && (kept & 1) == 1)) kept++;
        return Math.ScaleB((double)(ulong)kept, drop);
    }
}
