using Smaug.Accelerators.Tracing;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>Softmax of every row: exponentials, their sum, a scaling by the reciprocal.</summary>
internal static class TracedSoftmax
{
    private const int Lanes = TracedVector.Lanes;

    public static Half[] Run(KernelTracer t, int rows, int columns, ReadOnlySpan<Half> inputData)
    {
        int padded = SmvTracedKernels.Padded(columns), count = rows * padded;
        var hostInputs = SmvTracedKernels.Host(t, "host_inputs", count, inputData, 1);
        var hostResults = SmvTracedKernels.Host(t, "host_results", count, default, 0);
        var inputs = SmvTracedKernels.Scratchpad(t, "inputs");
        var results = SmvTracedKernels.Scratchpad(t, "results");
        TracedInt number = t.IntParameter("input_num", rows), width = t.IntParameter("input_size", columns), pad = t.IntParameter("input_pad", padded - columns);
        using (t.Begin("smv_softmax_nc_vec_fxp"))
        {
            TracedInt row = width + pad, size = row * number;
            TracedHostTransfers.Load(t, inputs, hostInputs, size);
            TracedInt vectors = row / Lanes, groups = width / Lanes, any = 0;
            foreach (TracedInt batch in t.Loop("softmax_batch", number, new LoopShape
            {
                Body = "for.cond5.preheader.us",
                Preheader = "for.cond5.preheader.lr.ph",
                Hoisted = () =>
                {
                    any = width > 7;
                    t.LoopBranch("softmax_batch", any);
                    t.Block("for.cond5.preheader.us.preheader");
                },
            }))
            {
                Exponentials(t, inputs.As<TracedVector>().At(batch * vectors), results.As<TracedVector>().At(batch * vectors), groups);
                TracedFloat sum = Sum(t, results.As<TracedVector>(), batch, vectors, groups, any);
                TracedFloat inverse = ((TracedDouble)1.0 / (TracedDouble.Widen(sum) + 1e-6)).Narrow();
                Scale(t, results.As<TracedVector>(), batch, vectors, groups, any, inverse);
            }
            TracedHostTransfers.Store(t, results, hostResults, size);
        }
        return SmvTracedKernels.Results(hostResults, count);
    }

    private static void Exponentials(KernelTracer t, TracedArray<TracedVector> inputs, TracedArray<TracedVector> results, TracedInt groups)
    {
        foreach (TracedInt group in t.Loop("softmax_exp", groups, new LoopShape { Body = "for.cond9.preheader.us", Entry = LoopEntry.Direct }))
        {
            TracedArray<TracedVector> source = inputs.At(group), target = results.At(group);
            foreach (TracedInt lane in t.Loop("softmax_exp_vec", Lanes, new LoopShape { Body = "for.body12.us" }))
            {
                TracedFloat e = TracedDouble.Exp(TracedDouble.Widen(source.Load().Extract(lane))).Narrow();
                target.Store(target.Load().Insert(lane, e));
            }
        }
    }

    private static TracedFloat Sum(KernelTracer t, TracedArray<TracedVector> results, TracedInt batch, TracedInt vectors, TracedInt groups, TracedInt any)
    {
        TracedFloat sum = 0f;
        TracedArray<TracedVector> row = results;
        foreach (TracedInt group in t.Loop("softmax_reduce", groups, new LoopShape
        {
            Body = "for.cond30.preheader.us",
            Guard = any,
            Hoisted = () => row = results.At(batch * vectors),
        }))
        {
            sum = t.Phi(sum);
            TracedVector vector = row[group];
            foreach (TracedInt lane in t.Loop("softmax_reduce_vec", Lanes, new LoopShape { Body = "for.body34.us" }))
            {
                sum = t.Phi(sum);
                sum += vector.Extract(lane);
            }
        }
        return t.Phi(sum);
    }

    private static void Scale(
        KernelTracer t, TracedArray<TracedVector> results, TracedInt batch, TracedInt vectors, TracedInt groups, TracedInt any, TracedFloat inverse)
    {
        TracedArray<TracedVector> row = results;
        foreach (TracedInt group in t.Loop("softmax_mul", groups, new LoopShape
        {
            Body = "for.cond58.preheader.us",
            Guard = any,
            Hoisted = () => row = results.At(batch * vectors),
        }))
        {
            TracedArray<TracedVector> target = row.At(group);
            TracedVector vector = target.Load();
            foreach (TracedInt lane in t.Loop("softmax_mul_vec", Lanes, new LoopShape { Body = "for.body62.us" }))
            {
                vector = t.Phi(vector);
                vector = vector.Insert(lane, vector.Extract(lane) * inverse);
            }
            target.Store(vector);
        }
    }
}
