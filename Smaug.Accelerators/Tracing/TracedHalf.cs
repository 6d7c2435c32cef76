using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Smaug.Accelerators.Tracing;

/// <summary>A half-precision number in host memory; kernels move it, they do not compute with it.</summary>
public readonly struct TracedHalf : ITraced<TracedHalf>
{
    private TracedHalf(Half value, ValueSource source)
    {
        Value = value;
        Source = source;
    }

    /// <summary>The value.</summary>
    public Half Value { get; }

    /// <inheritdoc/>
    public ValueSource Source { get; }

    /// <inheritdoc/>
    public static int Bytes => 2;

    /// <inheritdoc/>
    public static int Bits => 16;

    /// <inheritdoc/>
    public string Text => BitConverter.HalfToInt16Bits(Value).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public static TracedHalf Read(ReadOnlySpan<byte> memory, ValueSource source) => new(MemoryMarshal.Read<Half>(memory), source);

    /// <inheritdoc/>
    public TracedHalf From(ValueSource source) => new(Value, source);

    /// <inheritdoc/>
    public void Write(Span<byte> memory)
    {
        Half value = Value;
        MemoryMarshal.Write(memory, in value);
    }
}

/// <summary>Eight half-precision lanes.</summary>
public readonly struct TracedHalfVector : ITraced<TracedHalfVector>
{
    private TracedHalfVector(Vector128<ushort> value, ValueSource source)
    {
        Value = value;
        Source = source;
    }

    /// <summary>The lanes' bits.</summary>
    public Vector128<ushort> Value { get; }

    /// <inheritdoc/>
    public ValueSource Source { get; }

    /// <inheritdoc/>
    public static int Bytes => 16;

    /// <inheritdoc/>
    public static int Bits => 128;

    /// <inheritdoc/>
    public string Text
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Write(bytes);
            return Value == Vector128<ushort>.Zero ? "0" : "0x" + Convert.ToHexStringLower(bytes);
        }
    }

    /// <summary>The lanes in single precision (an intrinsic, one cycle).</summary>
    public TracedVector Widen()
    {
        Span<float> lanes = stackalloc float[8];
        Span<Half> halves = stackalloc Half[8];
        Vector128<ushort> value = Value;
        MemoryMarshal.Write(MemoryMarshal.AsBytes(halves), in value);
        TensorPrimitives.ConvertToSingle(halves, lanes);
        TracedVector result = Vector256.Create<float>(lanes);
        return Source.Tracer is { } tracer ? tracer.Intrinsic("llvm.x86.vcvtph2ps.256", this, result) : result;
    }

    /// <summary>Single-precision lanes rounded to nearest, ties to even (an intrinsic, one cycle).</summary>
    public static TracedHalfVector Narrow(TracedVector value)
    {
        Span<float> lanes = stackalloc float[8];
        Span<Half> halves = stackalloc Half[8];
        value.Value.CopyTo(lanes);
        TensorPrimitives.ConvertToHalf(lanes, halves);
        var result = new TracedHalfVector(MemoryMarshal.Read<Vector128<ushort>>(MemoryMarshal.AsBytes(halves)), new ValueSource(null, -1));
        return value.Source.Tracer is { } tracer ? tracer.Intrinsic("llvm.x86.vcvtps2ph.256", value, result) : result;
    }

    /// <inheritdoc/>
    public static TracedHalfVector Read(ReadOnlySpan<byte> memory, ValueSource source) => new(MemoryMarshal.Read<Vector128<ushort>>(memory), source);

    /// <inheritdoc/>
    public TracedHalfVector From(ValueSource source) => new(Value, source);

    /// <inheritdoc/>
    public void Write(Span<byte> memory)
    {
        Vector128<ushort> value = Value;
        MemoryMarshal.Write(memory, in value);
    }
}
