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
        var transfer = new Transfer(t, call, local, remote, elements);
        TracedArray<TracedFloat> localStart = local;
        TracedArray<TracedHalf> remoteStart = remote;
        transfer.EachPage("host_fp16_to_fp32", () =>
        {
            localStart = transfer.Local.At(transfer.LocalOffset);
            remoteStart = transfer.Remote.At(transfer.RemoteOffset);
        }, (page, size) =>
        {
            TracedInt offset = page << 11;
            t.HostLoad(localStart.At(offset), remoteStart.At(offset), size);
            TracedInt vectors = Vectors(size << 1);
            transfer.EachVector("vector_fp16_to_fp32", offset, vectors, new LoopShape { Body = "for.body37", Descending = true }, WithoutExtension,
                (half, first, i) =>
                {
                    TracedVector converted = transfer.Local.As<TracedHalfVector>()[half + i].Widen();
                    transfer.Local.As<TracedVector>()[first + i] = converted;
                });
        });
    }

    public static void Store(KernelTracer t, TracedArray<TracedFloat> local, TracedArray<TracedHalf> remote, TracedInt elements)
    {
        using KernelCall call = t.Call("host_store_fp16");
        var transfer = new Transfer(t, call, local, remote, elements);
        TracedArray<TracedFloat> localStart = local;
        TracedArray<TracedHalf> remoteStart = remote;
        transfer.EachPage("host_fp32_to_fp16", () =>
        {
            remoteStart = transfer.Remote.At(transfer.RemoteOffset);
            localStart = transfer.Local.At(transfer.LocalOffset);
        }, (page, size) =>
        {
            TracedInt doubled = size << 1;
            TracedInt offset = page << 11;
            TracedInt vectors = Vectors(doubled);
            transfer.EachVector("vector_fp32_to_fp16", offset, vectors, new LoopShape { Body = "for.body28" }, static v => v & 0x7FFFFFFF,
                (half, first, i) =>
                {
                    TracedHalfVector converted = TracedHalfVector.Narrow(transfer.Local.As<TracedVector>()[first + i]);
                    transfer.Local.As<TracedHalfVector>()[half + i] = converted;
                });
            t.HostStore(remoteStart.At(offset), localStart.At(offset), size);
        });
    }

    /// <summary>What loads and stores share: arguments, rounding to lines, the loops over pages and over vectors.</summary>
    private sealed class Transfer
    {
        private readonly KernelTracer t;
        private readonly TracedInt bytes, pages;

        public Transfer(KernelTracer t, KernelCall call, TracedArray<TracedFloat> local, TracedArray<TracedHalf> remote, TracedInt elements)
        {
            this.t = t;
            Local = call.Pass("local_data", local);
            Remote = call.Pass("remote_data", remote);
            TracedInt count = call.Pass("num_elems", elements);
            LocalOffset = call.Pass("local_offset", Zero(t));
            RemoteOffset = call.Pass("remote_offset", Zero(t));
            call.Enter();
            bytes = NextMultiple(t, count << 1, 32);
            pages = Pages(bytes);
        }

        public TracedArray<TracedFloat> Local { get; }

        public TracedArray<TracedHalf> Remote { get; }

        public TracedInt LocalOffset { get; }

        public TracedInt RemoteOffset { get; }

        public void EachPage(string label, Action hoisted, Action<TracedInt, TracedInt> body)
        {
            TracedInt remaining = bytes;
            foreach (TracedInt page in t.Loop(label, pages, new LoopShape { Body = "for.body", Hoisted = hoisted }))
            {
                remaining = t.Phi(remaining);
                TracedInt size = (remaining > PageBytes).Select(PageBytes, remaining);
                body(page, size);
                remaining -= size;
            }
        }

        /// <summary>Converts vector by vector; the body gets the first half vector, the first full vector, and a number to add to both.</summary>
        public void EachVector(
            string label, TracedInt offset, TracedInt vectors, LoopShape shape, Func<TracedInt, TracedInt> count, Action<TracedInt, TracedInt, TracedInt> convert)
        {
            TracedInt first = (LocalOffset + offset) / 8;
            TracedInt half = 0;
            foreach (TracedInt i in t.Loop(label, vectors, shape with
            {
                CountAfterGuard = () =>
                {
                    half = first << 1;
                    return count(vectors);
                },
            }))
            {
                convert(half, first, i);
            }
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
