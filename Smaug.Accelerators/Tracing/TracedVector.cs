using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Tracing;

/// <summary>Eight single-precision lanes. A vector operation is one instruction and one unit, whatever its width.</summary>
public readonly struct TracedVector : ITraced<TracedVector>
{
    /// <summary>Number of lanes.</summary>
    public const int Lanes = 8;

    private TracedVector(Vector256<float> value, ValueSource source)
    {
        Value = value;
        Source = source;
    }

    /// <summary>The lanes.</summary>
    public Vector256<float> Value { get; }

    /// <inheritdoc/>
    public ValueSource Source { get; }

    /// <inheritdoc/>
    public static int Bytes => 32;

    /// <inheritdoc/>
    public static int Bits => 256;

    /// <inheritdoc/>
    public string Text
    {
        get
        {
            if (Value.AsInt32() == Vector256<int>.Zero) return "0";
            Span<byte> bytes = stackalloc byte[32];
            Write(bytes);
            var text = new StringBuilder("0x");
            foreach (byte b in bytes) text.Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
            return text.ToString();
        }
    }

    /// <summary>A constant; it costs nothing.</summary>
    public static implicit operator TracedVector(Vector256<float> value) => new(value, new ValueSource(null, -1));

    /// <summary>A constant with the same number in all lanes.</summary>
    public static TracedVector Constant(float value) => Vector256.Create(value);

    /// <summary>The same number in all lanes (made in front of the loop by a compiler, so not traced).</summary>
    public static TracedVector Splat(TracedFloat value) => new(Vector256.Create(value.Value), value.Source);

    /// <inheritdoc/>
    public static TracedVector Read(ReadOnlySpan<byte> memory, ValueSource source) => new(MemoryMarshal.Read<Vector256<float>>(memory), source);

    /// <inheritdoc/>
    public TracedVector From(ValueSource source) => new(Value, source);

    /// <inheritdoc/>
    public void Write(Span<byte> memory)
    {
        Vector256<float> value = Value;
        MemoryMarshal.Write(memory, in value);
    }

    /// <summary>Sum of the lanes.</summary>
    public static TracedVector operator +(TracedVector a, TracedVector b) => Make(TraceOpcode.FAdd, a, b, a.Value + b.Value);

    /// <summary>Difference of the lanes.</summary>
    public static TracedVector operator -(TracedVector a, TracedVector b) => Make(TraceOpcode.FSub, a, b, a.Value - b.Value);

    /// <summary>Product of the lanes.</summary>
    public static TracedVector operator *(TracedVector a, TracedVector b) => Make(TraceOpcode.FMul, a, b, a.Value * b.Value);

    /// <summary>One lane.</summary>
    public TracedFloat Extract(TracedInt lane)
    {
        TracedFloat value = Value[lane.Value];
        KernelTracer? tracer = Source.Tracer ?? lane.Source.Tracer;
        return tracer is null ? value : tracer.Binary(TraceOpcode.ExtractElement, this, lane, value);
    }

    /// <summary>A copy with one lane replaced.</summary>
    public TracedVector Insert(TracedInt lane, TracedFloat value)
    {
        TracedVector result = Value.WithElement(lane.Value, value.Value);
        KernelTracer? tracer = Source.Tracer ?? value.Source.Tracer ?? lane.Source.Tracer;
        return tracer is null ? result : tracer.Ternary(TraceOpcode.InsertElement, this, value, lane, result);
    }

    /// <summary>All bits set in the lanes where <paramref name="a"/> is smaller (a comparison).</summary>
    public static TracedVector Less(TracedVector a, TracedVector b) => Make(TraceOpcode.FCmp, a, b, Vector256.LessThan(a.Value, b.Value));

    /// <summary>All bits set in the lanes where <paramref name="a"/> is smaller or equal (a comparison).</summary>
    public static TracedVector LessOrEqual(TracedVector a, TracedVector b) =>
        Make(TraceOpcode.FCmp, a, b, Vector256.LessThanOrEqual(a.Value, b.Value));

    /// <summary>Lanes of <paramref name="whenTrue"/> where this mask is set, else of <paramref name="whenFalse"/> (a selection).</summary>
    public TracedVector Select(TracedVector whenTrue, TracedVector whenFalse)
    {
        TracedVector result = Vector256.ConditionalSelect(Value, whenTrue.Value, whenFalse.Value);
        KernelTracer? tracer = Source.Tracer ?? whenTrue.Source.Tracer ?? whenFalse.Source.Tracer;
        return tracer is null ? result : tracer.Ternary(TraceOpcode.Select, this, whenTrue, whenFalse, result);
    }

    private static TracedVector Make(TraceOpcode opcode, TracedVector a, TracedVector b, Vector256<float> value)
    {
        KernelTracer? tracer = a.Source.Tracer ?? b.Source.Tracer;
        return tracer is null ? value : tracer.Binary(opcode, a, b, new TracedVector(value, default));
    }
}
