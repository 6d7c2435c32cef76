using System.Buffers.Binary;
using System.Globalization;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Tracing;

/// <summary>A 32-bit integer of a traced kernel; every operation on it is one instruction of the trace.</summary>
public readonly struct TracedInt : ITraced<TracedInt>
{
    private TracedInt(int value, ValueSource source)
    {
        Value = value;
        Source = source;
    }

    /// <summary>The value.</summary>
    public int Value { get; }

    /// <inheritdoc/>
    public ValueSource Source { get; }

    /// <inheritdoc/>
    public static int Bytes => 4;

    /// <inheritdoc/>
    public static int Bits => 32;

    /// <inheritdoc/>
    public string Text => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A constant; it costs nothing.</summary>
    public static implicit operator TracedInt(int value) => new(value, new ValueSource(null, -1));

    /// <inheritdoc/>
    public static TracedInt Read(ReadOnlySpan<byte> memory, ValueSource source) => new(BinaryPrimitives.ReadInt32LittleEndian(memory), source);

    /// <inheritdoc/>
    public TracedInt From(ValueSource source) => new(Value, source);

    /// <inheritdoc/>
    public void Write(Span<byte> memory) => BinaryPrimitives.WriteInt32LittleEndian(memory, Value);

    /// <summary>Sum (one adder).</summary>
    public static TracedInt operator +(TracedInt a, TracedInt b) => Make(TraceOpcode.Add, a, b, a.Value + b.Value);

    /// <summary>Difference (one adder).</summary>
    public static TracedInt operator -(TracedInt a, TracedInt b) => Make(TraceOpcode.Sub, a, b, a.Value - b.Value);

    /// <summary>Product (one multiplier).</summary>
    public static TracedInt operator *(TracedInt a, TracedInt b) => Make(TraceOpcode.Mul, a, b, a.Value * b.Value);

    /// <summary>Quotient (one multiplier).</summary>
    public static TracedInt operator /(TracedInt a, TracedInt b) => Make(TraceOpcode.SDiv, a, b, a.Value / b.Value);

    /// <summary>Remainder (one multiplier).</summary>
    public static TracedInt operator %(TracedInt a, TracedInt b) => Make(TraceOpcode.SRem, a, b, a.Value % b.Value);

    /// <summary>Bitwise and.</summary>
    public static TracedInt operator &(TracedInt a, TracedInt b) => Make(TraceOpcode.And, a, b, a.Value & b.Value);

    /// <summary>Bitwise or.</summary>
    public static TracedInt operator |(TracedInt a, TracedInt b) => Make(TraceOpcode.Or, a, b, a.Value | b.Value);

    /// <summary>Bitwise exclusive or.</summary>
    public static TracedInt operator ^(TracedInt a, TracedInt b) => Make(TraceOpcode.Xor, a, b, a.Value ^ b.Value);

    /// <summary>Shift left.</summary>
    public static TracedInt operator <<(TracedInt a, int b) => Make(TraceOpcode.Shl, a, b, a.Value << b);

    /// <summary>Logical shift right.</summary>
    public static TracedInt operator >>>(TracedInt a, int b) => Make(TraceOpcode.LShr, a, b, a.Value >>> b);

    /// <summary>Arithmetic shift right.</summary>
    public static TracedInt operator >>(TracedInt a, int b) => Make(TraceOpcode.AShr, a, b, a.Value >> b);

    /// <summary>1 when smaller, else 0 (a comparison).</summary>
    public static TracedInt operator <(TracedInt a, TracedInt b) => Make(TraceOpcode.ICmp, a, b, a.Value < b.Value ? 1 : 0);

    /// <summary>1 when larger, else 0 (a comparison).</summary>
    public static TracedInt operator >(TracedInt a, TracedInt b) => Make(TraceOpcode.ICmp, a, b, a.Value > b.Value ? 1 : 0);

    /// <summary>1 when smaller or equal, else 0 (a comparison).</summary>
    public static TracedInt operator <=(TracedInt a, TracedInt b) => Make(TraceOpcode.ICmp, a, b, a.Value <= b.Value ? 1 : 0);

    /// <summary>1 when larger or equal, else 0 (a comparison).</summary>
    public static TracedInt operator >=(TracedInt a, TracedInt b) => Make(TraceOpcode.ICmp, a, b, a.Value >= b.Value ? 1 : 0);

    /// <summary>1 when equal, else 0 (a comparison).</summary>
    public TracedInt EqualTo(TracedInt other) => Make(TraceOpcode.ICmp, this, other, Value == other.Value ? 1 : 0);

    /// <summary>1 when different, else 0 (a comparison).</summary>
    public TracedInt NotEqualTo(TracedInt other) => Make(TraceOpcode.ICmp, this, other, Value != other.Value ? 1 : 0);

    /// <summary><paramref name="whenTrue"/> when this is not 0, else <paramref name="whenFalse"/> (a selection).</summary>
    public T Select<T>(T whenTrue, T whenFalse) where T : struct, ITraced<T>
    {
        T chosen = Value != 0 ? whenTrue : whenFalse;
        KernelTracer? tracer = Source.Tracer ?? whenTrue.Source.Tracer ?? whenFalse.Source.Tracer;
        return tracer is null ? chosen : tracer.Select(this, whenTrue, whenFalse, chosen);
    }

    /// <summary>The smaller of two (a comparison and a selection).</summary>
    public static TracedInt Min(TracedInt a, TracedInt b) => (a < b).Select(a, b);

    private static TracedInt Make(TraceOpcode opcode, TracedInt a, TracedInt b, int value)
    {
        KernelTracer? tracer = a.Source.Tracer ?? b.Source.Tracer;
        return tracer is null ? value : tracer.Binary(opcode, a, b, new TracedInt(value, default));
    }
}
