using System.Runtime.Intrinsics;
using Smaug.Accelerators.Tracing;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>Batch normalisation: (x - mean) * (1/sqrt(variance) * gamma) + beta.</summary>
internal sealed class TracedBatchNorm(KernelTracer t, SmvBatchNormShape shape)
{
    private const int Lanes = TracedVector.Lanes;

    public Half[] Run(ReadOnlySpan<Half> inputData, ReadOnlySpan<Half> weightData)
    {
        bool nchw = shape.Kind == SmvBatchNormKind.ConvolutionNchw, flat = shape.Kind == SmvBatchNormKind.FullyConnected;
        int padded = SmvTracedKernels.Padded(shape.Channels);
        int count = flat ? shape.Batch * padded : nchw ? shape.Batch * shape.Channels * shape.Rows * SmvTracedKernels.Padded(shape.Columns)
            : shape.Batch * shape.Rows * shape.Columns * padded;
        var hostInputs = SmvTracedKernels.Host(t, "host_inputs", count, inputData, 1);
        var hostWeights = SmvTracedKernels.Host(t, "host_weights", 4 * padded, weightData, 3);
        var hostResults = SmvTracedKernels.Host(t, "host_results", count, default, 0);
        var inputs = SmvTracedKernels.Scratchpad(t, "inputs");
        var weights = SmvTracedKernels.Scratchpad(t, "weights");
        var results = SmvTracedKernels.Scratchpad(t, "results");
        var dims = flat ? SmvTracedKernels.Integers(t, "inputs_dims", shape.Batch, shape.Channels)
            : nchw ? SmvTracedKernels.Integers(t, "inputs_dims", shape.Batch, shape.Channels, shape.Rows, shape.Columns)
            : SmvTracedKernels.Integers(t, "inputs_dims", shape.Batch, shape.Rows, shape.Columns, shape.Channels);
        TracedInt channels = t.IntParameter("weights_chans", shape.Channels), weightsPad = t.IntParameter("weights_pad", padded - shape.Channels);
        TracedInt inputsPad = t.IntParameter("inputs_pad", nchw ? SmvTracedKernels.Padded(shape.Columns) - shape.Columns : padded - shape.Channels);
        TracedInt weightsStart = t.IntParameter("weights_start", 0), send = t.IntParameter("send_results", 1);
        TracedInt activation = t.IntParameter("act_function", (int)shape.Activation);
        var activationParameters = SmvTracedKernels.ActivationParameters(t, "act_params");
        var sampling = SmvTracedKernels.Sampling(t, shape.SamplingLevel, shape.SamplingIterations);
        var f = new Frame(inputs, weights, results, dims, hostInputs, hostWeights, channels, weightsPad, inputsPad, weightsStart, sampling);
        using (t.Begin(flat ? "smv_batch_norm_post_fc_nc_vec_fxp" : nchw ? "smv_batch_norm_post_conv_nchw_vec_fxp" : "smv_batch_norm_post_conv_nhwc_vec_fxp"))
        {
            TracedInt size = flat ? FullyConnected(f) : nchw ? Nchw(f) : Nhwc(f);
            TracedInt active = activation.NotEqualTo(0);
            TracedInt sends = send;
            if (flat)
            {
                sends = send.NotEqualTo(0);
                active &= sends;
            }
            if (t.If(active, "activate")) TracedActivations.Apply(t, results, results, size, shape.Activation, activation, activationParameters);
            t.EndIf("activate");
            if (!flat || t.If(sends, "send")) TracedHostTransfers.Store(t, results, hostResults, size);
            if (flat) t.EndIf("send");
        }
        return SmvTracedKernels.Results(hostResults, count);
    }

    private sealed record Frame(
        TracedArray<TracedFloat> Inputs, TracedArray<TracedFloat> Weights, TracedArray<TracedFloat> Results, TracedArray<TracedInt> Dims,
        TracedArray<TracedHalf> HostInputs, TracedArray<TracedHalf> HostWeights, TracedInt Channels, TracedInt WeightsPad, TracedInt InputsPad,
        TracedInt WeightsStart, TracedArray<TracedInt> Sampling);

    private sealed record Rows(TracedArray<TracedVector> Deviation, TracedArray<TracedVector> Gamma, TracedArray<TracedVector> Beta);

    private static Rows WeightRows(TracedArray<TracedVector> weights, TracedInt vectors) =>
        new(weights.At(vectors), weights.At(vectors << 1), weights.At(vectors * 3));

    private TracedInt Nhwc(Frame f)
    {
        TracedInt number = f.Dims.Load(), rows = f.Dims.Field(1).Load(), columns = f.Dims.Field(2).Load(), channels = f.Dims.Field(3).Load();
        TracedInt plane = (number * rows) * columns;
        TracedInt padded = channels + f.InputsPad;
        TracedInt size = plane * padded, weightRow = f.Channels + f.WeightsPad;
        TracedInt firstGroup = f.WeightsStart / Lanes;
        TracedInt groups = (channels / Lanes) + (channels & 7).NotEqualTo(0);
        LoadOperands(f, size, weightRow);
        TracedInt vectors = padded / Lanes, weightVectors = weightRow / Lanes;
        TracedInt count = f.Sampling.Field(1).Load(), level = f.Sampling.Field(0).Load();
        TracedInt runNumber = number, runGroups = groups, runRows = rows, runColumns = columns;
        if (t.If(level > 3, "sample"))
        {
            runNumber = TracedInt.Min(count, number);
            runGroups = TracedInt.Min(count, groups);
            runRows = TracedInt.Min(count, rows);
            runColumns = TracedInt.Min(count, columns);
        }
        t.EndIf("sample");
        SmvTracedKernels.Announce(t, "bn_batch", number, runNumber);
        SmvTracedKernels.Announce(t, "bn_chan", groups, runGroups);
        SmvTracedKernels.Announce(t, "bn_row", rows, runRows);
        SmvTracedKernels.Announce(t, "bn_col", columns, runColumns);
        TracedArray<TracedVector> weights = f.Weights.As<TracedVector>(), inputs = f.Inputs.As<TracedVector>(), results = f.Results.As<TracedVector>();
        Rows weightRows = null!;
        TracedInt anyGroups = 0, anyRows = 0, anyColumns = 0, image = 0, row1 = 0;
        foreach (TracedInt batch in t.Loop("bn_batch", runNumber, new LoopShape
        {
            Body = "for.cond67.preheader",
            Hoisted = () =>
            {
                anyGroups = (TracedInt)0 < runGroups;
                weightRows = WeightRows(weights, weightVectors);
                anyRows = (TracedInt)0 < runRows;
                anyColumns = (TracedInt)0 < runColumns;
                row1 = vectors * columns;
                image = row1 * rows;
            },
        }))
        {
            TracedArray<TracedVector> inputImage = inputs, resultImage = results;
            foreach (TracedInt group in t.Loop("bn_chan", runGroups, new LoopShape
            {
                Body = "for.body71.us",
                Preheader = "for.body71.lr.ph",
                Guard = anyGroups,
                Hoisted = () =>
                {
                    TracedInt offset = batch * image;
                    inputImage = inputs.At(offset);
                    resultImage = results.At(offset);
                },
            }))
            {
                TracedInt at = firstGroup + group;
                TracedVector mean = weights[at], deviation = weightRows.Deviation[at], gamma = weightRows.Gamma[at], beta = weightRows.Beta[at];
                TracedVector scale = deviation * gamma;
                TracedArray<TracedVector> inputGroup = inputImage, resultGroup = resultImage;
                foreach (TracedInt row in t.Loop("bn_row", runRows, new LoopShape
                {
                    Body = "for.cond92.preheader.us.us",
                    Guard = anyColumns,
                    Hoisted = () =>
                    {
                        inputGroup = inputImage.At(group);
                        resultGroup = resultImage.At(group);
                    },
                }))
                {
                    TracedInt offset = row * row1;
                    TracedArray<TracedVector> inputRow = inputGroup.At(offset), resultRow = resultGroup.At(offset);
                    foreach (TracedInt column in t.Loop("bn_col", runColumns, new LoopShape { Body = "for.body96.us.us", Entry = LoopEntry.Direct }))
                    {
                        TracedInt pixel = column * vectors;
                        TracedVector value = ((inputRow[pixel] - mean) * scale) + beta;
                        resultRow[pixel] = value;
                    }
                }
            }
        }
        return size;
    }

    private TracedInt Nchw(Frame f)
    {
        TracedInt number = f.Dims.Load(), channels = f.Dims.Field(1).Load(), rows = f.Dims.Field(2).Load(), columns = f.Dims.Field(3).Load();
        TracedInt plane = (number * channels) * rows;
        TracedInt padded = columns + f.InputsPad;
        TracedInt size = plane * padded, weightRow = f.Channels + f.WeightsPad;
        TracedInt firstGroup = f.WeightsStart / Lanes;
        LoadOperands(f, size, weightRow);
        TracedInt vectors = padded / Lanes, weightVectors = weightRow / Lanes;
        TracedArray<TracedVector> weights = f.Weights.As<TracedVector>(), inputs = f.Inputs.As<TracedVector>(), results = f.Results.As<TracedVector>();
        Rows weightRows = null!;
        TracedInt groups = 0, anyGroups = 0, anyRows = 0, columnVectors = 0, image = 0, plane1 = 0;
        foreach (TracedInt batch in t.Loop("bn_batch", number, new LoopShape
        {
            Body = "for.cond15.preheader",
            Hoisted = () =>
            {
                groups = (channels / Lanes) + (channels & 7).NotEqualTo(0);
                anyGroups = (TracedInt)0 < groups;
                weightRows = WeightRows(weights, weightVectors);
                anyRows = (TracedInt)0 < rows;
                columnVectors = (columns / Lanes) + (columns & 7).NotEqualTo(0);
                plane1 = vectors * rows;
                image = plane1 * channels;
            },
        }))
        {
            TracedArray<TracedVector> inputImage = inputs, resultImage = results;
            foreach (TracedInt group in t.Loop("bn_chan", groups, new LoopShape
            {
                Body = "for.cond23.preheader",
                Guard = anyGroups,
                Hoisted = () =>
                {
                    TracedInt offset = batch * image;
                    inputImage = inputs.At(offset);
                    resultImage = results.At(offset);
                },
            }))
            {
                TracedInt at = firstGroup + group;
                TracedArray<TracedVector> mean = weights.At(at), deviation = weightRows.Deviation.At(at), gamma = weightRows.Gamma.At(at), beta = weightRows.Beta.At(at);
                TracedInt firstChannel = group << 3;
                foreach (TracedInt lane in t.Loop("bn_chan_vec", Lanes, new LoopShape { Body = "for.body27.us", Guard = anyRows, Entry = LoopEntry.Direct }))
                {
                    TracedVector m = Spread(mean.Load().Extract(lane)), d = Spread(deviation.Load().Extract(lane)),
                        g = Spread(gamma.Load().Extract(lane)), b = Spread(beta.Load().Extract(lane));
                    TracedInt offset = (firstChannel + lane) * plane1;
                    TracedArray<TracedVector> inputPlane = inputImage.At(offset);
                    TracedVector scale = d * g;
                    TracedArray<TracedVector> resultPlane = resultImage.At(offset);
                    foreach (TracedInt row in t.Loop("bn_row", rows, new LoopShape { Body = "for.cond84.preheader.us.us", Entry = LoopEntry.Direct }))
                    {
                        TracedInt rowOffset = row * vectors;
                        TracedArray<TracedVector> inputRow = inputPlane.At(rowOffset), resultRow = resultPlane.At(rowOffset);
                        foreach (TracedInt column in t.Loop("bn_col", columnVectors, new LoopShape { Body = "for.body93.us.us", Entry = LoopEntry.Direct }))
                        {
                            TracedVector value = ((inputRow[column] - m) * scale) + b;
                            resultRow[column] = value;
                        }
                    }
                }
            }
        }
        return size;
    }

    private TracedInt FullyConnected(Frame f)
    {
        TracedInt number = f.Dims.Load(), activations = f.Dims.Field(1).Load();
        TracedInt row = activations + f.InputsPad, size = number * row, weightRow = f.Channels + f.InputsPad;
        TracedInt weightSize = weightRow << 2;
        TracedInt first = f.WeightsStart / Lanes;
        if (t.If(f.WeightsStart.EqualTo(0), "read_inputs")) TracedHostTransfers.Load(t, f.Inputs, f.HostInputs, size);
        t.EndIf("read_inputs");
        TracedHostTransfers.Load(t, f.Weights, f.HostWeights, weightSize);
        // The compiled kernel divides the size of the whole tile here, a slip that sends rows after the first astray; the
        // instructions are kept, the value is that of one row.
        TracedInt vectors = (size + f.InputsPad) / Lanes, weightVectors = weightRow / Lanes;
        TracedArray<TracedVector> weights = f.Weights.As<TracedVector>(), inputs = f.Inputs.As<TracedVector>(), results = f.Results.As<TracedVector>();
        Rows weightRows = null!;
        TracedInt groups = 0;
        foreach (TracedInt batch in t.Loop("bn_batch", number, new LoopShape
        {
            Body = "for.cond11.preheader.us",
            Preheader = "for.cond11.preheader.lr.ph",
            Hoisted = () =>
            {
                TracedInt any = f.Channels > 7;
                weightRows = WeightRows(weights, weightVectors);
                t.LoopBranch("bn_batch", any);
                t.Block("for.cond11.preheader.us.preheader");
                groups = f.Channels / Lanes;
            },
        }))
        {
            TracedInt offset = batch * ((TracedInt)(row.Value / Lanes)).From(vectors.Source);
            TracedArray<TracedVector> inputRow = inputs.At(offset), resultRow = results.At(offset);
            foreach (TracedInt group in t.Loop("bn_input", groups, new LoopShape { Body = "for.body15.us", Entry = LoopEntry.Direct }))
            {
                TracedInt at = first + group;
                TracedVector x = inputRow[at], mean = weights.At(group).Load(), deviation = weightRows.Deviation[group], gamma = weightRows.Gamma[group],
                    beta = weightRows.Beta[group];
                TracedVector scale = deviation * gamma;
                resultRow[at] = ((x - mean) * scale) + beta;
            }
        }
        return size;
    }

    private void LoadOperands(Frame f, TracedInt size, TracedInt weightRow)
    {
        TracedHostTransfers.Load(t, f.Inputs, f.HostInputs, size);
        if (t.If(f.WeightsStart.EqualTo(0), "read_weights")) TracedHostTransfers.Load(t, f.Weights, f.HostWeights, weightRow << 2);
        t.EndIf("read_weights");
    }

    /// <summary>One number in all lanes: a write of lane 0 and a shuffle.</summary>
    private static TracedVector Spread(TracedFloat value)
    {
        TracedVector first = TracedVector.Constant(0).Insert(0, value);
        return ((TracedVector)Vector256.Create(value.Value)).From(first.Source);
    }
}
