using Smaug.Accelerators.Tracing;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>Element-wise kernels and comparisons on two tensors.</summary>
internal static class TracedElementwise
{
    public static void Add(KernelTracer t, TracedArray<TracedFloat>[] local, TracedArray<TracedHalf>[] host, TracedInt size) =>
        Arithmetic(t, local, host, size, "eltwise_add_loop", static (a, b) => a + b);

    public static void Multiply(KernelTracer t, TracedArray<TracedFloat>[] local, TracedArray<TracedHalf>[] host, TracedInt size) =>
        Arithmetic(t, local, host, size, "eltwise_mul_loop", static (a, b) => a * b);

    /// <summary>Zero or one per element, as bytes.</summary>
    public static void Compare(
        KernelTracer t, TracedArray<TracedFloat>[] local, TracedArray<TracedHalf>[] host, TracedInt size, string label, Func<TracedVector, TracedVector, TracedVector> compare)
    {
        TracedHostTransfers.Load(t, local[0], host[0], size);
        TracedHostTransfers.Load(t, local[1], host[1], size);
        foreach (TracedInt i in t.Loop(label, size, Vectors(size)))
        {
            TracedVector mask = compare(local[0].As<TracedVector>()[i], local[1].As<TracedVector>()[i]);
            TracedBytes bytes = default;
            for (int lane = 0; lane < TracedVector.Lanes; lane++) bytes = bytes.Insert(mask, lane);
            local[2].As<TracedBytes>()[i] = bytes;
        }
        t.DmaStore(host[2], local[2], size);
    }

    private static void Arithmetic(
        KernelTracer t, TracedArray<TracedFloat>[] local, TracedArray<TracedHalf>[] host, TracedInt size, string label, Func<TracedVector, TracedVector, TracedVector> operation)
    {
        TracedHostTransfers.Load(t, local[0], host[0], size);
        TracedHostTransfers.Load(t, local[1], host[1], size);
        foreach (TracedInt i in t.Loop(label, size, Vectors(size)))
        {
            TracedVector a = local[0].As<TracedVector>()[i], b = local[1].As<TracedVector>()[i];
            local[2].As<TracedVector>()[i] = operation(a, b);
        }
        TracedHostTransfers.Store(t, local[2], host[2], size);
    }

    private static LoopShape Vectors(TracedInt size) => new()
    {
        Body = "for.body",
        Preheader = "for.body.preheader",
        Guard = size > 7,
        CountAfterGuard = () => size >>> 3,
    };
}
