using Smaug.Accelerators.Tracing;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>Matrix multiplication by eight processing elements of four eight-lane multiply groups.</summary>
internal sealed class TracedMatrixMultiply(KernelTracer t, SmvMatrixMultiplyShape shape)
{
    private const int Lanes = TracedVector.Lanes, Groups = 4, Elements = 8;

    private static readonly TracedVector Zero = TracedVector.Constant(0);

    public Half[] Run(ReadOnlySpan<Half> aData, ReadOnlySpan<Half> bData, ReadOnlySpan<float> partialSums)
    {
        int aWide = SmvTracedKernels.Padded(shape.InputWidth), bWide = SmvTracedKernels.Padded(shape.Activations), resultWide = SmvTracedKernels.Padded(shape.ResultWidth);
        int outputCount = shape.Batch * resultWide;
        var hostA = SmvTracedKernels.Host(t, "host_a", shape.Batch * aWide, aData, 1);
        var hostB = SmvTracedKernels.Host(t, "host_b", shape.Neurons * bWide, bData, 3);
        var hostResults = SmvTracedKernels.Host(t, "host_results", outputCount, default, 0);
        var a = SmvTracedKernels.Scratchpad(t, "a");
        var b = SmvTracedKernels.Scratchpad(t, "b");
        var results = SmvTracedKernels.Scratchpad(t, "results", partialSums);
        if (!shape.ReadInputs) SmvTracedKernels.Fill(a, shape.Batch * aWide, aData, 1);
        var aDims = SmvTracedKernels.Integers(t, "a_dims", shape.Batch, shape.InputWidth);
        var bDims = SmvTracedKernels.Integers(t, "b_dims", shape.Neurons, shape.Activations);
        var resultsDims = SmvTracedKernels.Integers(t, "results_dims", shape.Batch, shape.ResultWidth);
        TracedInt aPad = t.IntParameter("a_pad", aWide - shape.InputWidth), bPad = t.IntParameter("b_pad", bWide - shape.Activations);
        TracedInt resultsPad = t.IntParameter("results_pad", resultWide - shape.ResultWidth);
        TracedInt aStart = t.IntParameter("a_start", shape.InputStart), resultStart = t.IntParameter("result_start", shape.ResultStart);
        TracedInt accumulate = t.IntParameter("accumulate", shape.Accumulate ? 1 : 0), readInputs = t.IntParameter("read_inputs", shape.ReadInputs ? 1 : 0);
        TracedInt send = t.IntParameter("send_results", shape.SendResults ? 1 : 0), activation = t.IntParameter("act_function", (int)shape.Activation);
        var activationParameters = SmvTracedKernels.ActivationParameters(t, "act_params", shape.Activation, shape.ActivationParameters);
        var sampling = SmvTracedKernels.Sampling(t, shape.SamplingLevel, shape.SamplingIterations);

        using (t.Begin("smv_matrix_multiply_transpose_nc_vec_fxp"))
        {
            var local = new Registers(t.Local<TracedFloat>("partial_sums_inner", Elements), t.Local<TracedVector>("a_reg", Groups),
                t.Local<TracedVector>("b_reg", Groups), t.Local<TracedVector>("product_reg", Groups));
            TracedInt aWidth = aDims.Field(1).Load(), aHeight = aDims.Load(), bWidth = bDims.Field(1).Load(), bHeight = bDims.Load();
            TracedInt resultsWidth = resultsDims.Field(1).Load(), resultsHeight = resultsDims.Load();
            TracedInt aRow = aWidth + aPad, aVectors = aRow / Lanes, bRow = bWidth + bPad, bVectors = bRow / Lanes;
            TracedInt bSize = bHeight * bRow, resultRow = resultsWidth + resultsPad, resultSize = resultsHeight * resultRow, resultVectors = resultRow / Lanes;
            if (t.If(readInputs, "read_inputs")) TracedHostTransfers.Load(t, a, hostA, aHeight * aRow);
            t.EndIf("read_inputs");
            TracedHostTransfers.Load(t, b, hostB, bSize);
            TracedInt columns = (bRow / (Lanes * Groups)) + (bVectors & 3).NotEqualTo(0);
            TracedInt count = sampling.Field(1).Load(), level = sampling.Field(0).Load();
            TracedInt sampled = level > 3;
            TracedInt two = (count > 2).Select(count, 2);
            TracedInt limited = (two < columns).Select(two, columns);
            TracedInt limitedVectors = limited << 2;
            TracedInt run = sampled.Select(limited, columns), runVectors = sampled.Select(limitedVectors, bVectors);
            SmvTracedKernels.Announce(t, "b_col", columns, run);
            Rows(new Frame(a.As<TracedVector>(), b.As<TracedVector>(), results.As<TracedVector>(), local)
            {
                Height = aHeight,
                Neurons = bHeight,
                InputVectors = aVectors,
                WeightVectors = bVectors,
                ResultVectors = resultVectors,
                RunVectors = runVectors,
                Columns = (runVectors.Value + Groups - 1) / Groups,
                InputStart = aStart,
                ResultStart = resultStart,
                Accumulate = accumulate,
            });
            TracedActivations.ApplyAndSend(t, results, hostResults, resultSize, shape.Activation, activation, activationParameters, send);
        }
        return SmvTracedKernels.Results(hostResults, outputCount);
    }

    private sealed record Registers(
        TracedArray<TracedFloat> PartialSums, TracedArray<TracedVector> A, TracedArray<TracedVector> B, TracedArray<TracedVector> Product);

    private sealed record Frame(TracedArray<TracedVector> A, TracedArray<TracedVector> B, TracedArray<TracedVector> Results, Registers Local)
    {
        public required TracedInt Height, Neurons, InputVectors, WeightVectors, ResultVectors, RunVectors, InputStart, ResultStart, Accumulate;
        public required int Columns;
    }

    private void Rows(Frame f)
    {
        TracedInt anyNeurons = 0, anyColumns = 0, firstVector = 0;
        foreach (TracedInt row in t.Loop("a_act", f.Height, new LoopShape
        {
            Body = "for.cond51.preheader",
            Hoisted = () =>
            {
                anyNeurons = (TracedInt)0 < f.Neurons;
                anyColumns = (TracedInt)0 < f.RunVectors;
                firstVector = f.InputStart / Lanes;
            },
        }))
        {
            TracedArray<TracedVector> readRow = f.Results, inputRow = f.A, writeRow = f.Results;
            TracedInt neuron = 0;
            foreach (TracedInt block in t.Loop("b_row", (f.Neurons.Value + Elements - 1) / Elements * Elements, new LoopShape
            {
                Body = "if.then59",
                Preheader = "if.then59.lr.ph",
                // Both stand on line 119 of their C files: the published unrolling of the sigmoid, 8, is applied to this loop too.
                SameLineAs = ("sigmoid_loop", "sigmoid_vec"),
                Guard = anyNeurons,
                Step = Elements,
                Hoisted = () =>
                {
                    readRow = f.Results.At(row * f.ResultVectors);
                    inputRow = f.A.At(row * f.InputVectors);
                    writeRow = f.Results.At(row * f.ResultVectors);
                },
                Continue = () => neuron + Elements < f.Neurons,
            }))
            {
                neuron = block;
                TracedVector sums = Zero;
                if (t.If(f.Accumulate, "accumulated")) sums = readRow[(f.ResultStart + block) / Lanes];
                t.EndIf("accumulated");
                sums = Columns(f, block, t.Phi(sums), anyColumns, firstVector, inputRow);
                writeRow[(f.ResultStart + block) / Lanes] = sums;
            }
        }
    }

    private TracedVector Columns(Frame f, TracedInt block, TracedVector sums, TracedInt anyColumns, TracedInt firstVector, TracedArray<TracedVector> inputRow)
    {
        foreach (TracedInt column in t.Loop("b_col", f.Columns * Groups, new LoopShape { Body = "for.body74", Guard = anyColumns, Entry = LoopEntry.Direct, Step = Groups }))
        {
            sums = t.Phi(sums);
            t.Clear(f.Local.PartialSums);
            TracedInt start = firstVector + column;
            foreach (TracedInt group in t.Loop("a_reg_load", Groups, new LoopShape { Body = "for.body79" }))
            {
                TracedInt at = group + start;
                TracedVector value = Zero;
                if (t.If(at < f.InputVectors, "a_vector")) value = inputRow[at];
                t.EndIf("a_vector");
                f.Local.A.At(group, 0, 1).Store(t.Phi(value));
            }
            foreach (TracedInt pe in t.Loop("pe_insts", Elements, new LoopShape { Body = "for.body99", Entry = LoopEntry.Fallthrough })) Element(f, block, column, pe);
            foreach (TracedInt pe in t.Loop("copy_psums", Elements, new LoopShape { Body = "for.body172", Entry = LoopEntry.Fallthrough }))
            {
                sums = t.Phi(sums);
                TracedFloat partial = f.Local.PartialSums.At(pe, 0, 1).Load();
                sums = sums.Insert(pe, sums.Extract(pe) + partial);
            }
        }
        return t.Phi(sums);
    }

    private void Element(Frame f, TracedInt block, TracedInt column, TracedInt pe)
    {
        TracedInt neuron = block + pe;
        TracedInt present = neuron < f.Neurons;
        TracedArray<TracedVector> weights = f.B.At(neuron * f.WeightVectors);
        foreach (TracedInt group in t.Loop("b_reg_load", Groups, new LoopShape
        {
            Body = present.Value != 0 ? "for.body104.us" : "for.body104",
            Guard = present,
            Entry = LoopEntry.Direct,
        }))
        {
            TracedVector value = Zero;
            if (present.Value != 0)
            {
                TracedInt at = column + group;
                if (t.If(at < f.WeightVectors, "b_vector")) value = weights[at];
                t.EndIf("b_vector");
                value = t.Phi(value);
            }
            f.Local.B.At(group, 0, 1).Store(value);
        }
        foreach (TracedInt group in t.Loop("core_mul", Groups, new LoopShape { Body = "for.body130" }))
        {
            TracedVector x = f.Local.A.At(group, 0, 1).Load(), w = f.Local.B.At(group, 0, 1).Load();
            TracedVector product = x * w;
            f.Local.Product.At(group, 0, 1).Store(product);
        }
        TracedVector vector = Zero;
        foreach (TracedInt group in t.Loop("reduce_1", Groups, new LoopShape { Body = "for.body146", Entry = LoopEntry.Fallthrough }))
        {
            vector = t.Phi(vector);
            vector += f.Local.Product.At(group, 0, 1).Load();
        }
        TracedFloat scalar = 0f;
        foreach (TracedInt lane in t.Loop("reduce_2", Lanes, new LoopShape { Body = "for.body157", Entry = LoopEntry.Fallthrough }))
        {
            scalar = t.Phi(scalar);
            scalar += vector.Extract(lane);
        }
        TracedArray<TracedFloat> slot = f.Local.PartialSums.At(pe, 0, 1);
        slot.Store(slot.Load() + scalar);
    }
}
