using Smaug.Accelerators.Tracing;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>
/// Transfers of half-precision host data with conversion: pages of 4096 bytes, eight elements at a time, converted in
/// place in the scratchpad (loads therefore from the last vector backwards).
/// </summary>
internal static class TracedHostTransfers
{
    private const int PageBytes = 4096;

    public static void Load(KernelTracer t, TracedArray<TracedFloat> local, TracedArray<TracedHalf> remote, TracedInt elements)
    {
        using KernelCall call = t.Call("host_load_fp16");
        TracedArray<TracedFloat> localData = call.Pass("local_data", local);
        TracedArray<TracedHalf> remoteData = call.Pass("remote_data", remote);
        TracedInt count = call.Pass("num_elems", elements);
        TracedInt localOffset = call.Pass("local_offset", Zero(t));
        TracedInt remoteOffset = call.Pass("remote_offset", Zero(t));
        call.Enter();
        TracedInt bytes = NextMultiple(t, count << 1, 32);
        TracedInt pages = Pages(bytes);
        TracedArray<TracedFloat> localStart = localData;
        TracedArray<TracedHalf> remoteStart = remoteData;
        TracedInt remaining = bytes;
        foreach (TracedInt page in t.Loop("host_fp16_to_fp32", pages, new LoopShape
        {
            Body = "for.body",
            Hoisted = () =>
            {
                localStart = localData.At(localOffset);
                remoteStart = remoteData.At(remoteOffset);
            },
        }))
        {
            remaining = t.Phi(remaining);
            TracedInt size = (remaining > PageBytes).Select(PageBytes, remaining);
            TracedInt offset = page << 11;
            t.HostLoad(localStart.At(offset), remoteStart.At(offset), size);
            TracedInt vectors = Vectors(size << 1);
            TracedInt first = (localOffset + offset) / 8;
            TracedInt half = 0;
            foreach (TracedInt i in t.Loop("vector_fp16_to_fp32", vectors, new LoopShape
            {
                Body = "for.body37",
                Descending = true,
                CountAfterGuard = () =>
                {
                    half = first << 1;
                    return WithoutExtension(vectors);
                },
            }))
            {
                TracedVector converted = localData.As<TracedHalfVector>()[half + i].Widen();
                localData.As<TracedVector>()[first + i] = converted;
            }
            remaining -= size;
        }
    }

    public static void Store(KernelTracer t, TracedArray<TracedFloat> local, TracedArray<TracedHalf> remote, TracedInt elements)
    {
        using KernelCall call = t.Call("host_store_fp16");
        TracedArray<TracedFloat> localData = call.Pass("local_data", local);
        TracedArray<TracedHalf> remoteData = call.Pass("remote_data", remote);
        TracedInt count = call.Pass("num_elems", elements);
        TracedInt localOffset = call.Pass("local_offset", Zero(t));
        TracedInt remoteOffset = call.Pass("remote_offset", Zero(t));
        call.Enter();
        TracedInt bytes = NextMultiple(t, count << 1, 32);
        TracedInt pages = Pages(bytes);
        TracedArray<TracedFloat> localStart = localData;
        TracedArray<TracedHalf> remoteStart = remoteData;
        TracedInt remaining = bytes;
        foreach (TracedInt page in t.Loop("host_fp32_to_fp16", pages, new LoopShape
        {
            Body = "for.body",
            Hoisted = () =>
            {
                remoteStart = remoteData.At(remoteOffset);
                localStart = localData.At(localOffset);
            },
        }))
        {
            remaining = t.Phi(remaining);
            TracedInt size = (remaining > PageBytes).Select(PageBytes, remaining);
            TracedInt doubled = size << 1;
            TracedInt offset = page << 11;
            TracedInt vectors = Vectors(doubled);
            TracedInt first = (localOffset + offset) / 8;
            TracedInt half = 0;
            foreach (TracedInt i in t.Loop("vector_fp32_to_fp16", vectors, new LoopShape
            {
                Body = "for.body28",
                CountAfterGuard = () =>
                {
                    half = first << 1;
                    return vectors & 0x7FFFFFFF;
                },
            }))
            {
                TracedHalfVector converted = TracedHalfVector.Narrow(localData.As<TracedVector>()[first + i]);
                localData.As<TracedHalfVector>()[half + i] = converted;
            }
            t.HostStore(remoteStart.At(offset), localStart.At(offset), size);
            remaining -= size;
        }
    }

    /// <summary>A compiled kernel passes these zeros under a variable's name, which makes them wait for the call.</summary>
    private static TracedInt Zero(KernelTracer t) => ((TracedInt)0).From(new ValueSource(t, -1, "zero"));

    private static TracedInt NextMultiple(KernelTracer t, TracedInt request, TracedInt align)
    {
        using KernelCall call = t.Call("next_multiple");
        TracedInt r = call.Pass("request", request), a = call.Pass("align", align);
        call.Enter();
        TracedInt result = a;
        if (t.If(r >= a, "if"))
        {
            TracedInt rounded = (r / a + 1) * a;
            result = (r % a).EqualTo(0).Select(r, rounded);
        }
        t.EndIf("if");
        return call.Result(t.Phi(result));
    }

    private static TracedInt Pages(TracedInt bytes)
    {
        TracedInt whole = bytes / PageBytes;
        return ((bytes & (PageBytes - 1)) > 0) + whole;
    }

    private static TracedInt Vectors(TracedInt bytes)
    {
        TracedInt whole = bytes >>> 5;
        return (bytes & 30).NotEqualTo(0) + whole;
    }

    /// <summary>A sign extension done with two shifts.</summary>
    private static TracedInt WithoutExtension(TracedInt value)
    {
        TracedInt shifted = value << 0;
        return shifted >> 0;
    }
}
