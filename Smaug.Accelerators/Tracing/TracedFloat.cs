using System.Buffers.Binary;
using System.Globalization;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Tracing;

/// <summary>
/// A single-precision number of a traced kernel; every operation on it is one instruction. In a function whose name ends
/// in <c>_fxp</c> the units are costed as integer ones.
/// </summary>
public readonly struct TracedFloat : ITraced<TracedFloat>
{
    private TracedFloat(float value, ValueSource source)
    {
        Value = value;
        Source = source;
    }

    /// <summary>The value.</summary>
    public float Value { get; }

    /// <inheritdoc/>
    public ValueSource Source { get; }

    /// <inheritdoc/>
    public static int Bytes => 4;

    /// <inheritdoc/>
    public static int Bits => 32;

    /// <inheritdoc/>
    public string Text => Value.ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>A constant; it costs nothing.</summary>
    public static implicit operator TracedFloat(float value) => new(value, new ValueSource(null, -1));

    /// <inheritdoc/>
    public static TracedFloat Read(ReadOnlySpan<byte> memory, ValueSource source) => new(BinaryPrimitives.ReadSingleLittleEndian(memory), source);

    /// <inheritdoc/>
    public TracedFloat From(ValueSource source) => new(Value, source);

    /// <inheritdoc/>
    public void Write(Span<byte> memory) => BinaryPrimitives.WriteSingleLittleEndian(memory, Value);

    /// <summary>Sum.</summary>
    public static TracedFloat operator +(TracedFloat a, TracedFloat b) => Make(TraceOpcode.FAdd, a, b, a.Value + b.Value);

    /// <summary>Difference.</summary>
    public static TracedFloat operator -(TracedFloat a, TracedFloat b) => Make(TraceOpcode.FSub, a, b, a.Value - b.Value);

    /// <summary>Product.</summary>
    public static TracedFloat operator *(TracedFloat a, TracedFloat b) => Make(TraceOpcode.FMul, a, b, a.Value * b.Value);

    /// <summary>Quotient.</summary>
    public static TracedFloat operator /(TracedFloat a, TracedFloat b) => Make(TraceOpcode.FDiv, a, b, a.Value / b.Value);

    /// <summary>The negated number (costed as a subtraction).</summary>
    public TracedFloat Negate() => Source.Tracer is { } tracer ? tracer.Unary(TraceOpcode.FSub, this, new TracedFloat(-Value, default)) : -Value;

    /// <summary>A whole number as a floating-point one (a conversion).</summary>
    public static TracedFloat FromInt(TracedInt value) =>
        value.Source.Tracer is { } tracer ? tracer.Unary(TraceOpcode.SIToFP, value, new TracedFloat(value.Value, default)) : value.Value;

    /// <summary>1 when smaller, else 0 (a comparison).</summary>
    public static TracedInt operator <(TracedFloat a, TracedFloat b) => Compare(a, b, a.Value < b.Value);

    /// <summary>1 when larger, else 0 (a comparison).</summary>
    public static TracedInt operator >(TracedFloat a, TracedFloat b) => Compare(a, b, a.Value > b.Value);

    private static TracedFloat Make(TraceOpcode opcode, TracedFloat a, TracedFloat b, float value)
    {
        KernelTracer? tracer = a.Source.Tracer ?? b.Source.Tracer;
        return tracer is null ? value : tracer.Binary(opcode, a, b, new TracedFloat(value, default));
    }

    private static TracedInt Compare(TracedFloat a, TracedFloat b, bool value)
    {
        KernelTracer? tracer = a.Source.Tracer ?? b.Source.Tracer;
        TracedInt result = value ? 1 : 0;
        return tracer is null ? result : tracer.Binary(TraceOpcode.FCmp, a, b, result);
    }
}
