using System.Numerics;
using System.Runtime.CompilerServices;

namespace Smaug.Memory.Arithmetic;

/// <summary>A fixed divisor: powers of two divide by a shift, others by a multiplication with the reciprocal.</summary>
internal readonly struct Divisor
{
    private readonly ulong _value;
    private readonly ulong _reciprocal;
    private readonly int _shift;

    public Divisor(long value)
    {
        _value = (ulong)value;
        _reciprocal = ulong.MaxValue / _value;
        _shift = BitOperations.IsPow2(value) ? BitOperations.Log2(_value) : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Quotient(ulong dividend)
    {
        if (_shift >= 0) return dividend >> _shift;

        // The reciprocal is rounded down, by less than one part in 2^64: the quotient is right or one short.
        ulong quotient = Math.BigMul(dividend, _reciprocal, out _);
        return dividend - (quotient * _value) >= _value ? quotient + 1 : quotient;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Remainder(ulong dividend) => _shift >= 0 ? dividend & (_value - 1) : dividend - (Quotient(dividend) * _value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Quotient(ulong dividend, out int remainder)
    {
        ulong quotient = Quotient(dividend);
        remainder = (int)(dividend - (quotient * _value));
        return quotient;
    }

    /// <summary>The quotient of a number that is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Quotient(long dividend) => (long)Quotient((ulong)dividend);

    /// <summary>The smallest multiple that is not below a number, which is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long RoundUp(long number)
    {
        long remainder = (long)Remainder((ulong)number);
        return remainder == 0 ? number : number - remainder + (long)_value;
    }
}
