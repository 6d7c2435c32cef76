using System.Buffers.Binary;
using System.Globalization;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Tracing;

/// <summary>A double-precision number of a traced kernel.</summary>
public readonly struct TracedDouble : ITraced<TracedDouble>
{
    private TracedDouble(double value, ValueSource source)
    {
        Value = value;
        Source = source;
    }

    /// <summary>The value.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    public ValueSource Source { get; }

    /// <inheritdoc/>
    public static int Bytes => 8;

    /// <inheritdoc/>
    public static int Bits => 64;

    /// <inheritdoc/>
    public string Text => Value.ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>A constant; it costs nothing.</summary>
    public static implicit operator TracedDouble(double value) => new(value, new ValueSource(null, -1));

    /// <summary>A single-precision number widened (a conversion).</summary>
    public static TracedDouble Widen(TracedFloat value) =>
        value.Source.Tracer is { } tracer ? tracer.Unary(TraceOpcode.FPExt, value, new TracedDouble(value.Value, default)) : value.Value;

    /// <summary>Rounded to single precision (a conversion).</summary>
    public TracedFloat Narrow() =>
        Source.Tracer is { } tracer ? tracer.Unary(TraceOpcode.FPTrunc, this, (TracedFloat)(float)Value) : (float)Value;

    /// <summary>The exponential function (a special-function unit).</summary>
    public static TracedDouble Exp(TracedDouble value) =>
        value.Source.Tracer is { } tracer ? tracer.SpecialMath("exp", value, new TracedDouble(Math.Exp(value.Value), default)) : Math.Exp(value.Value);

    /// <inheritdoc/>
    public static TracedDouble Read(ReadOnlySpan<byte> memory, ValueSource source) => new(BinaryPrimitives.ReadDoubleLittleEndian(memory), source);

    /// <inheritdoc/>
    public TracedDouble From(ValueSource source) => new(Value, source);

    /// <inheritdoc/>
    public void Write(Span<byte> memory) => BinaryPrimitives.WriteDoubleLittleEndian(memory, Value);

    /// <summary>Sum.</summary>
    public static TracedDouble operator +(TracedDouble a, TracedDouble b) => Make(TraceOpcode.FAdd, a, b, a.Value + b.Value);

    /// <summary>Difference.</summary>
    public static TracedDouble operator -(TracedDouble a, TracedDouble b) => Make(TraceOpcode.FSub, a, b, a.Value - b.Value);

    /// <summary>Product.</summary>
    public static TracedDouble operator *(TracedDouble a, TracedDouble b) => Make(TraceOpcode.FMul, a, b, a.Value * b.Value);

    /// <summary>Quotient.</summary>
    public static TracedDouble operator /(TracedDouble a, TracedDouble b) => Make(TraceOpcode.FDiv, a, b, a.Value / b.Value);

    private static TracedDouble Make(TraceOpcode opcode, TracedDouble a, TracedDouble b, double value)
    {
        KernelTracer? tracer = a.Source.Tracer ?? b.Source.Tracer;
        return tracer is null ? value : tracer.Binary(opcode, a, b, new TracedDouble(value, default));
    }
}
