using Smaug.Accelerators.Tracing;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>
/// The NVDLA-style convolution: eight processing elements of four eight-lane multiply groups each, over blocks of output
/// maps, kernel positions and channel blocks. Layout NHWC, data in scratchpads.
/// </summary>
internal sealed class TracedConvolution(KernelTracer t, SmvConvolutionShape shape)
{
    private const int Lanes = TracedVector.Lanes, Groups = 4, Elements = 8, BlockChannels = 32;

    private static readonly TracedVector Zero = TracedVector.Constant(0);

    public Half[] Run(ReadOnlySpan<Half> inputData, ReadOnlySpan<Half> weightData, ReadOnlySpan<float> partialSums)
    {
        int channels = SmvTracedKernels.Padded(shape.Channels), weightChannels = SmvTracedKernels.Padded(shape.WeightChannels);
        int kernels = SmvTracedKernels.Padded(shape.Kernels);
        int inputCount = shape.Rows * shape.Columns * channels;
        int weightCount = shape.WeightKernels * shape.KernelRows * shape.KernelColumns * weightChannels;
        int outputRows = shape.OutputRows, outputColumns = shape.OutputColumns;
        int outputCount = outputRows * outputColumns * kernels;
        var hostInputs = SmvTracedKernels.Host(t, "host_inputs", inputCount, inputData, 1);
        var hostWeights = SmvTracedKernels.Host(t, "host_weights", weightCount, weightData, 3);
        var hostResults = SmvTracedKernels.Host(t, "host_results", outputCount, default, 0);
        var inputs = SmvTracedKernels.Scratchpad(t, "inputs");
        var weights = SmvTracedKernels.Scratchpad(t, "weights");
        var results = SmvTracedKernels.Scratchpad(t, "results", partialSums);
        if (!shape.ReadInputs) SmvTracedKernels.Fill(inputs, inputCount, inputData, 1);
        if (!shape.ReadWeights) SmvTracedKernels.Fill(weights, weightCount, weightData, 3);
        var inputsDims = SmvTracedKernels.Integers(t, "inputs_dims", 1, shape.Rows, shape.Columns, shape.Channels);
        var weightsDims = SmvTracedKernels.Integers(t, "weights_dims", shape.WeightKernels, shape.KernelRows, shape.KernelColumns, shape.WeightChannels);
        var resultsDims = SmvTracedKernels.Integers(t, "results_dims", 1, outputRows, outputColumns, shape.Kernels);
        TracedInt inputsPad = t.IntParameter("inputs_align_pad", channels - shape.Channels);
        TracedInt weightsPad = t.IntParameter("weights_pad", weightChannels - shape.WeightChannels);
        TracedInt resultsPad = t.IntParameter("results_pad", kernels - shape.Kernels);
        var haloPad = SmvTracedKernels.Integers(t, "inputs_halo_pad", shape.PadTop, shape.PadBottom, shape.PadLeft, shape.PadRight);
        TracedInt rowStride = t.IntParameter("row_stride", shape.Stride), columnStride = t.IntParameter("col_stride", shape.Stride);
        TracedInt ifmapStart = t.IntParameter("ifmap_start", shape.InputMapStart), kernStart = t.IntParameter("kern_start", shape.KernelStart);
        TracedInt accumulate = t.IntParameter("accumulate", shape.Accumulate ? 1 : 0);
        TracedInt readInputs = t.IntParameter("read_inputs", shape.ReadInputs ? 1 : 0);
        TracedInt readWeights = t.IntParameter("read_weights", shape.ReadWeights ? 1 : 0);
        TracedInt send = t.IntParameter("send_results", shape.SendResults ? 1 : 0);
        TracedInt activation = t.IntParameter("act_function", (int)shape.Activation);
        var activationParameters = SmvTracedKernels.ActivationParameters(t, "act_params", shape.Activation, shape.ActivationParameters);
        var sampling = SmvTracedKernels.Sampling(t, shape.SamplingLevel, shape.SamplingIterations);

        using (t.Begin("smv_conv3d_nhwc_vec_fxp"))
        {
            var local = new Registers(
                t.Local<TracedVector>("kernel_reg", Elements * Groups), t.Local<TracedVector>("smv_conv_product_reg", Elements * Groups),
                t.Local<TracedVector>("act_reg", Groups), t.Local<TracedVector>("accum_vec_reg", Elements), t.Local<TracedFloat>("accum_reg", Elements));
            TracedInt resultRows = resultsDims.Field(1).Load(), resultColumns = resultsDims.Field(2).Load(), resultHeight = resultsDims.Field(3).Load();
            TracedInt resultNumber = resultsDims.Load();
            TracedInt resultChannels = resultHeight + resultsPad;
            TracedInt resultSize = (resultRows * resultColumns) * resultNumber * resultChannels;
            TracedInt kRows = weightsDims.Field(1).Load(), kColumns = weightsDims.Field(2).Load(), kHeight = weightsDims.Field(3).Load();
            TracedInt kernelNumber = weightsDims.Load();
            TracedInt kChannels = kHeight + weightsPad;
            TracedInt weightSize = (kRows * kColumns) * kernelNumber * kChannels;
            TracedInt aRows = inputsDims.Field(1).Load(), aColumns = inputsDims.Field(2).Load(), aHeight = inputsDims.Field(3).Load();
            TracedInt aChannels = aHeight + inputsPad;
            TracedInt top = haloPad.Load(), bottom = haloPad.Field(1).Load(), left = haloPad.Field(2).Load(), right = haloPad.Field(3).Load();
            TracedInt endRow = aRows + ((TracedInt)1 - kRows) + top + bottom, endColumn = aColumns + ((TracedInt)1 - kColumns) + left + right;
            TracedInt weightVectors = kChannels / Lanes, inputVectors = aChannels / Lanes, resultVectors = resultChannels / Lanes;
            TracedInt channelBlocks = (kHeight + -1) / BlockChannels;
            TracedInt effective = (TracedInt.Min(resultHeight, kernelNumber) + -1) / Elements;
            if (t.If(readInputs, "read_inputs"))
            {
                TracedInt number = inputsDims.Load();
                TracedHostTransfers.Load(t, inputs, hostInputs, (aRows * aColumns) * aChannels * number);
            }
            t.EndIf("read_inputs");
            if (t.If(readWeights, "read_weights")) TracedHostTransfers.Load(t, weights, hostWeights, weightSize);
            t.EndIf("read_weights");
            TracedInt ofmapIterations = effective + 1, peIterations = channelBlocks + 1;
            TracedInt rowIterations = (endRow / rowStride) + ((endRow % rowStride) > 0);
            TracedInt columnIterations = (endColumn / columnStride) + ((endColumn % columnStride) > 0);
            var sizes = new Sampled(t, sampling, ofmapIterations, kRows, kColumns, peIterations, rowIterations, columnIterations, endRow, endColumn, rowStride, columnStride);
            OutputMaps(new Frame(inputs.As<TracedVector>(), weights.As<TracedVector>(), results.As<TracedVector>(), local)
            {
                Sizes = sizes,
                ResultHeight = resultHeight,
                ResultColumns = resultColumns,
                ResultVectors = resultVectors,
                KernelRows = kRows,
                KernelColumns = kColumns,
                KernelHeight = kHeight,
                WeightVectors = weightVectors,
                InputRows = aRows,
                InputColumns = aColumns,
                InputVectors = inputVectors,
                Top = top,
                Left = left,
                RowStride = rowStride,
                ColumnStride = columnStride,
                IfmapStart = ifmapStart,
                KernStart = kernStart,
                Accumulate = accumulate,
                ChannelBlocks = channelBlocks,
            });
            TracedActivations.ApplyAndSend(t, results, hostResults, resultSize, shape.Activation, activation, activationParameters, send);
        }
        return SmvTracedKernels.Results(hostResults, outputCount);
    }

    private sealed record Registers(
        TracedArray<TracedVector> Kernel, TracedArray<TracedVector> Product, TracedArray<TracedVector> Activations,
        TracedArray<TracedVector> AccumulatedVectors, TracedArray<TracedFloat> Accumulated);

    private sealed record Frame(TracedArray<TracedVector> Inputs, TracedArray<TracedVector> Weights, TracedArray<TracedVector> Results, Registers Local)
    {
        public required Sampled Sizes { get; init; }
        public required TracedInt ResultHeight, ResultColumns, ResultVectors, KernelRows, KernelColumns, KernelHeight, WeightVectors, InputRows,
            InputColumns, InputVectors, Top, Left, RowStride, ColumnStride, IfmapStart, KernStart, Accumulate, ChannelBlocks;
    }

    /// <summary>Iterations that are run, and the factors that are announced for the others.</summary>
    private sealed class Sampled
    {
        public Sampled(
            KernelTracer t, TracedArray<TracedInt> sampling, TracedInt ofmaps, TracedInt kRows, TracedInt kColumns, TracedInt pe, TracedInt rows, TracedInt columns,
            TracedInt endRow, TracedInt endColumn, TracedInt rowStride, TracedInt columnStride)
        {
            TracedInt count = sampling.Field(1).Load(), level = sampling.Field(0).Load();
            OfmapBlocks = level.EqualTo(0).Select(1, ofmaps < count).Select(ofmaps, count);
            TracedInt medium = level > 1;
            KernelRows = medium.Select(TracedInt.Min(count, kRows), kRows);
            KernelColumns = medium.Select(TracedInt.Min(count, kColumns), kColumns);
            Pe = (level > 2).Select(TracedInt.Min(count, pe), pe);
            TracedInt sampledRows = rows, sampledColumns = columns;
            Rows = endRow;
            Columns = endColumn;
            if (t.If(level > 3, "sample_pixels"))
            {
                sampledRows = TracedInt.Min(count, rows);
                Rows = sampledRows * rowStride;
                TracedInt two = (count > 2).Select(count, 2);
                sampledColumns = TracedInt.Min(two, columns);
                Columns = sampledColumns * columnStride;
            }
            t.EndIf("sample_pixels");
            SmvTracedKernels.Announce(t, "ofmap_block_iteration", ofmaps, OfmapBlocks);
            SmvTracedKernels.Announce(t, "k_row", kRows, KernelRows);
            SmvTracedKernels.Announce(t, "k_col", kColumns, KernelColumns);
            SmvTracedKernels.Announce(t, "pe_iteration", pe, Pe);
            SmvTracedKernels.Announce(t, "conv3d_row", rows, sampledRows);
            SmvTracedKernels.Announce(t, "conv3d_col", columns, sampledColumns);
        }

        public TracedInt OfmapBlocks { get; }
        public TracedInt KernelRows { get; }
        public TracedInt KernelColumns { get; }
        public TracedInt Pe { get; }
        public TracedInt Rows { get; }
        public TracedInt Columns { get; }
    }

    private void OutputMaps(Frame f)
    {
        TracedInt hasRows = 0, hasColumns = 0, hasPe = 0, hasOutputRows = 0, hasOutputColumns = 0, fresh = 0, weightRow = 0, weightKernel = 0,
            resultRow = 0, inputRow = 0, rest = 0;
        foreach (TracedInt block in t.Loop("ofmap_block_iteration", f.Sizes.OfmapBlocks, new LoopShape
        {
            Body = "for.body",
            Hoisted = () =>
            {
                hasRows = (TracedInt)0 < f.Sizes.KernelRows;
                hasColumns = (TracedInt)0 < f.Sizes.KernelColumns;
                hasPe = (TracedInt)0 < f.Sizes.Pe;
                fresh = f.Accumulate ^ 1;
                weightRow = f.WeightVectors * f.KernelColumns;
                weightKernel = weightRow * f.KernelRows;
                hasOutputRows = (TracedInt)0 < f.Sizes.Rows;
                hasOutputColumns = (TracedInt)0 < f.Sizes.Columns;
                resultRow = f.ResultVectors * f.ResultColumns;
                inputRow = f.InputVectors * f.InputColumns;
                rest = (f.KernelHeight & 7).NotEqualTo(0);
            },
        }))
        {
            TracedInt firstMap = block << 3;
            TracedInt left = f.ResultHeight - firstMap;
            TracedInt active = (left < Elements).Select(left, Elements);
            TracedInt anyActive = 0, kernel = 0;
            TracedArray<TracedVector> readBlock = f.Results, writeBlock = f.Results;
            foreach (TracedInt row in t.Loop("k_row", f.Sizes.KernelRows, new LoopShape
            {
                Body = "for.cond184.preheader",
                Guard = hasRows,
                Hoisted = () =>
                {
                    anyActive = left > 0;
                    kernel = f.KernStart + firstMap;
                    readBlock = f.Results.At(block);
                    writeBlock = f.Results.At(block);
                },
            }))
            {
                TracedInt freshRow = 0;
                TracedArray<TracedVector> weightsOfRow = f.Weights;
                foreach (TracedInt column in t.Loop("k_col", f.Sizes.KernelColumns, new LoopShape
                {
                    Body = "for.cond189.preheader",
                    Guard = hasColumns,
                    Hoisted = () =>
                    {
                        freshRow = row.EqualTo(0).Select(fresh, 0);
                        weightsOfRow = f.Weights.At(row * weightRow);
                    },
                }))
                {
                    TracedInt freshColumn = 0;
                    TracedArray<TracedVector> weightsOfColumn = f.Weights;
                    foreach (TracedInt pe in t.Loop("pe_iteration", f.Sizes.Pe, new LoopShape
                    {
                        Body = "for.body193",
                        Guard = hasPe,
                        Hoisted = () =>
                        {
                            freshColumn = column.EqualTo(0).Select(freshRow, 0);
                            weightsOfColumn = weightsOfRow.At(f.WeightVectors * column);
                        },
                    }))
                    {
                        TracedInt freshBlock = pe.EqualTo(0).Select(freshColumn, 0);
                        TracedInt channel = pe << 5;
                        TracedInt inputGroup = (f.IfmapStart + channel) / Lanes;
                        TracedInt groupStart = pe << 2;
                        TracedInt groups = Groups;
                        if (t.If(pe.EqualTo(f.ChannelBlocks), "last_block")) groups = ((f.KernelHeight - channel) / Lanes) + rest;
                        t.EndIf("last_block");
                        groups = t.Phi(groups);
                        t.Clear(f.Local.Kernel);
                        LoadKernels(f, weightsOfColumn, anyActive, active, kernel, weightKernel, groupStart, groups);
                        Pixels(f, new Position(row, column, readBlock, writeBlock, freshBlock, inputGroup, groups, left, active),
                            hasOutputRows, hasOutputColumns, resultRow, inputRow);
                    }
                }
            }
        }
    }

    private void LoadKernels(
        Frame f, TracedArray<TracedVector> weights, TracedInt anyActive, TracedInt active, TracedInt kernel, TracedInt weightKernel, TracedInt groupStart, TracedInt groups)
    {
        TracedInt first = 0;
        foreach (TracedInt pe in t.Loop("load_kern_pe", active, new LoopShape
        {
            Body = "for.cond227.preheader",
            Guard = anyActive,
            Hoisted = () => first = groupStart & -4,
        }))
        {
            TracedArray<TracedVector> weightsOfKernel = weights.At((kernel + pe) * weightKernel);
            foreach (TracedInt group in t.Loop("load_kern_mu", Groups, new LoopShape { Body = "for.body231" }))
            {
                TracedVector value = Zero;
                if (t.If(group < groups, "kernel_vector")) value = weightsOfKernel[first + group];
                t.EndIf("kernel_vector");
                f.Local.Kernel.At(pe, group, Groups).Store(t.Phi(value));
            }
        }
    }

    private sealed record Position(
        TracedInt KernelRow, TracedInt KernelColumn, TracedArray<TracedVector> ReadBlock, TracedArray<TracedVector> WriteBlock,
        TracedInt Fresh, TracedInt InputGroup, TracedInt Groups, TracedInt Left, TracedInt Active);

    private void Pixels(Frame f, Position p, TracedInt hasRows, TracedInt hasColumns, TracedInt resultRow, TracedInt inputRow)
    {
        TracedInt outRow = 0;
        int rows = (f.Sizes.Rows.Value + shape.Stride - 1) / shape.Stride, columns = (f.Sizes.Columns.Value + shape.Stride - 1) / shape.Stride;
        foreach (TracedInt row in t.Loop("conv3d_row", rows, new LoopShape
        {
            Body = "for.cond260.preheader",
            Guard = hasRows,
            Continue = () =>
            {
                outRow += f.RowStride;
                return outRow < f.Sizes.Rows;
            },
        }))
        {
            outRow = t.Phi(outRow);
            TracedInt outColumn = 0, inputY = 0, paddingRow = 0;
            TracedArray<TracedVector> inputsOfRow = f.Inputs, readRow = f.Results, writeRow = f.Results;
            foreach (TracedInt column in t.Loop("conv3d_col", columns, new LoopShape
            {
                Body = "for.body264",
                Guard = hasColumns,
                Hoisted = () =>
                {
                    TracedInt readOffset = row * resultRow;
                    inputY = (outRow - f.Top) + p.KernelRow;
                    paddingRow = (inputY < 0).Select(1, inputY >= f.InputRows);
                    inputsOfRow = f.Inputs.At(inputY * inputRow);
                    TracedInt writeOffset = row * resultRow;
                    readRow = p.ReadBlock.At(readOffset);
                    writeRow = p.WriteBlock.At(writeOffset);
                },
                Continue = () =>
                {
                    outColumn += f.ColumnStride;
                    return outColumn < f.Sizes.Columns;
                },
            }))
            {
                outColumn = t.Phi(outColumn);
                Pixel(f, p, column, outColumn, paddingRow, inputsOfRow, readRow, writeRow);
            }
        }
    }

    private void Pixel(
        Frame f, Position p, TracedInt column, TracedInt outColumn, TracedInt paddingRow, TracedArray<TracedVector> inputsOfRow,
        TracedArray<TracedVector> readRow, TracedArray<TracedVector> writeRow)
    {
        TracedVector sum = Zero;
        if (t.Unless(p.Fresh, "accumulated")) sum = readRow[column * f.ResultVectors];
        t.EndIf("accumulated");
        sum = t.Phi(sum);
        TracedInt inputX = (outColumn - f.Left) + p.KernelColumn;
        TracedArray<TracedVector> inputsOfPixel = inputsOfRow.At(inputX * f.InputVectors);
        LoadActivations(f, p, inputX, paddingRow, inputsOfPixel);
        t.Clear(f.Local.AccumulatedVectors);
        t.Clear(f.Local.Accumulated);
        foreach (TracedInt pe in t.Loop("pe_groups", p.Active, new LoopShape { Body = "for.cond333.preheader", Guard = p.Left > 0, Entry = LoopEntry.Direct }))
        {
            sum = t.Phi(sum);
            sum = Element(f, pe, sum);
        }
        writeRow.At(column * f.ResultVectors).Store(t.Phi(sum));
    }

    private void LoadActivations(Frame f, Position p, TracedInt inputX, TracedInt paddingRow, TracedArray<TracedVector> inputsOfPixel)
    {
        t.LoopBranch("load_act_mu", paddingRow);
        TracedInt padding = paddingRow;
        string body = "for.body298.us";
        if (paddingRow.Value == 0)
        {
            t.Block("cond.end275.split");
            padding = (inputX < 0).Select(1, inputX >= f.InputColumns);
            t.LoopBranch("load_act_mu", padding);
            body = padding.Value != 0 ? "for.body298.us285" : "for.body298";
        }
        foreach (TracedInt group in t.Loop("load_act_mu", Groups, new LoopShape { Body = body, Entry = LoopEntry.Fallthrough }))
        {
            TracedVector value = Zero;
            if (padding.Value == 0)
            {
                if (t.If(group < p.Groups, "activation_vector")) value = inputsOfPixel[p.InputGroup + group];
                t.EndIf("activation_vector");
                value = t.Phi(value);
            }
            f.Local.Activations.At(group, 0, 1).Store(value);
        }
    }

    /// <summary>One processing element: four products, their sum, the sum of its lanes.</summary>
    private TracedVector Element(Frame f, TracedInt pe, TracedVector sum)
    {
        foreach (TracedInt group in t.Loop("mu_groups", Groups, new LoopShape { Body = "for.body337" }))
        {
            TracedVector weight = f.Local.Kernel.At(pe, group, Groups).Load(), activation = f.Local.Activations.At(group, 0, 1).Load();
            TracedVector product = weight * activation;
            f.Local.Product.At(pe, group, Groups).Store(product);
        }
        TracedArray<TracedVector> vectorSlot = f.Local.AccumulatedVectors.At(pe, 0, 1);
        TracedVector vector = vectorSlot.Load();
        foreach (TracedInt group in t.Loop("reduction_1", Groups, new LoopShape { Body = "for.body357" }))
        {
            vector = t.Phi(vector);
            vector = f.Local.Product.At(pe, group, Groups).Load() + vector;
        }
        vectorSlot.Store(vector);
        TracedArray<TracedFloat> slot = f.Local.Accumulated.At(pe, 0, 1);
        TracedFloat scalar = slot.Load();
        foreach (TracedInt lane in t.Loop("reduction_2", Lanes, new LoopShape { Body = "for.body372" }))
        {
            scalar = t.Phi(scalar);
            scalar += vector.Extract(lane);
        }
        slot.Store(scalar);
        return sum.Insert(pe, sum.Extract(pe) + scalar);
    }
}
