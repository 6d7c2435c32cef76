using System.Numerics;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>A fixed divisor; powers of two, which nearly all are, divide by a shift.</summary>
internal readonly struct Divisor
{
    private readonly ulong _value;
    private readonly int _shift;

    public Divisor(long value)
    {
        _value = (ulong)value;
        _shift = BitOperations.IsPow2(value) ? BitOperations.Log2(_value) : -1;
    }

    public ulong Quotient(ulong dividend) => _shift >= 0 ? dividend >> _shift : dividend / _value;

    public ulong Remainder(ulong dividend) => _shift >= 0 ? dividend & (_value - 1) : dividend % _value;

    public ulong Quotient(ulong dividend, out int remainder)
    {
        remainder = (int)Remainder(dividend);
        return Quotient(dividend);
    }
}
