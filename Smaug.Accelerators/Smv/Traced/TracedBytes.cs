using System.Runtime.Intrinsics;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Accelerators.Tracing;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>Eight bytes of 0 or 1: the result of a comparison of vectors.</summary>
internal readonly struct TracedBytes : ITraced<TracedBytes>
{
    private readonly ulong value;

    private TracedBytes(ulong value, ValueSource source)
    {
        this.value = value;
        Source = source;
    }

    public ValueSource Source { get; }

    public static int Bytes => 8;

    public static int Bits => 64;

    public string Text => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static TracedBytes Read(ReadOnlySpan<byte> memory, ValueSource source) => new(BitConverter.ToUInt64(memory), source);

    public TracedBytes From(ValueSource source) => new(value, source);

    public void Write(Span<byte> memory) => BitConverter.TryWriteBytes(memory, value);

    /// <summary>A copy with one lane taken from a mask (read of a lane, comparison, write of a lane).</summary>
    public TracedBytes Insert(TracedVector mask, int lane)
    {
        KernelTracer tracer = mask.Source.Tracer!;
        TracedFloat extracted = mask.Extract(lane);
        ulong bit = mask.Value.AsInt32()[lane] != 0 ? 1UL : 0UL;
        TracedInt set = tracer.Binary(TraceOpcode.ICmp, extracted, (TracedInt)0, (TracedInt)(int)bit);
        return tracer.Ternary(TraceOpcode.InsertElement, Source.Tracer is null ? new TracedBytes(0, new ValueSource(null, -1)) : this, set, (TracedInt)lane,
            new TracedBytes(value | (bit << (8 * lane)), default));
    }
}
