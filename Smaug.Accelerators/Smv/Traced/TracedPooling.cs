using Smaug.Accelerators.Tracing;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>Maximum and average pooling, eight channels at a time.</summary>
internal sealed class TracedPooling(KernelTracer t, SmvPoolingShape shape)
{
    private const int Lanes = TracedVector.Lanes;

    private readonly string prefix = shape.IsAverage ? "avgpool" : "maxpool";

    public Half[] Run(ReadOnlySpan<Half> inputData)
    {
        int channels = SmvTracedKernels.Padded(shape.Channels), resultChannels = SmvTracedKernels.Padded(shape.ResultChannels);
        int outputRows = (shape.Rows - shape.PoolRows) / shape.Stride + 1, outputColumns = (shape.Columns - shape.PoolColumns) / shape.Stride + 1;
        int outputCount = outputRows * outputColumns * resultChannels;
        var hostInputs = SmvTracedKernels.Host(t, "host_inputs", shape.Rows * shape.Columns * channels, inputData, 1);
        var hostResults = SmvTracedKernels.Host(t, "host_results", outputCount, default, 0);
        var inputs = SmvTracedKernels.Scratchpad(t, "inputs");
        var results = SmvTracedKernels.Scratchpad(t, "results");
        var inputsDims = SmvTracedKernels.Integers(t, "inputs_dims", 1, shape.Rows, shape.Columns, shape.Channels);
        var resultsDims = SmvTracedKernels.Integers(t, "results_dims", 1, outputRows, outputColumns, shape.ResultChannels);
        TracedInt inputsPad = t.IntParameter("inputs_pad", channels - shape.Channels), resultsPad = t.IntParameter("results_pad", resultChannels - shape.ResultChannels);
        TracedInt poolRows = t.IntParameter("pool_rows", shape.PoolRows), poolColumns = t.IntParameter("pool_cols", shape.PoolColumns);
        TracedInt rowStride = t.IntParameter("row_stride", shape.Stride), columnStride = t.IntParameter("col_stride", shape.Stride);
        TracedInt ofmapStart = t.IntParameter("ofmap_start", shape.OutputMapStart);
        var sampling = SmvTracedKernels.Sampling(t, shape.SamplingLevel, shape.SamplingIterations);

        using (t.Begin($"smv_{prefix}ing_nhwc_vec_fxp"))
        {
            TracedInt rows = inputsDims.Field(1).Load(), columns = inputsDims.Field(2).Load(), height = inputsDims.Field(3).Load(), number = inputsDims.Load();
            TracedInt inputChannels = height + inputsPad;
            TracedInt inputSize = (rows * columns) * number * inputChannels;
            TracedInt resultRows = resultsDims.Field(1).Load(), resultColumns = resultsDims.Field(2).Load(), resultHeight = resultsDims.Field(3).Load();
            TracedInt resultNumber = resultsDims.Load();
            TracedInt outputChannels = resultHeight + resultsPad;
            TracedInt resultSize = (resultRows * resultColumns) * resultNumber * outputChannels;
            TracedInt groups = (height / Lanes) + (height & 7).NotEqualTo(0);
            TracedInt firstGroup = ofmapStart / Lanes;
            TracedInt endRow = (rows - poolRows) + 1, endColumn = (columns - poolColumns) + 1;
            TracedVector reciprocal = TracedVector.Constant(0);
            if (shape.IsAverage)
            {
                TracedFloat inverse = (TracedFloat)1f / TracedFloat.FromInt(poolRows * poolColumns);
                inverse = ((TracedFloat)(float)(1.0 / (shape.PoolRows * shape.PoolColumns))).From(inverse.Source);
                reciprocal = TracedVector.Constant(0).Insert(0, inverse);
                reciprocal = TracedVector.Splat(inverse).From(reciprocal.Source);
            }
            TracedInt inputVectors = inputChannels / Lanes, resultVectors = outputChannels / Lanes;
            TracedHostTransfers.Load(t, inputs, hostInputs, inputSize);
            TracedInt rowIterations = (endRow / rowStride) + (endRow % rowStride).NotEqualTo(0);
            TracedInt columnIterations = (endColumn / columnStride) + (endColumn % columnStride).NotEqualTo(0);
            TracedInt count = sampling.Field(1).Load(), level = sampling.Field(0).Load();
            TracedInt runRows = rowIterations, runColumns = columnIterations, runGroups = groups, lastRow = endRow, lastColumn = endColumn;
            if (t.If(level > 3, "sample"))
            {
                runRows = TracedInt.Min(count, rowIterations);
                lastRow = runRows * rowStride;
                runColumns = TracedInt.Min(count, columnIterations);
                lastColumn = runColumns * columnStride;
                runGroups = TracedInt.Min(count, groups);
            }
            t.EndIf("sample");
            SmvTracedKernels.Announce(t, prefix + "_input_row", rowIterations, runRows);
            SmvTracedKernels.Announce(t, prefix + "_input_col", columnIterations, runColumns);
            SmvTracedKernels.Announce(t, prefix + "_chan_grp", groups, runGroups);
            Pixels(new Frame(inputs.As<TracedVector>(), results.As<TracedVector>(), reciprocal)
            {
                RunRows = runRows,
                RunColumns = runColumns,
                RunGroups = runGroups,
                LastRow = lastRow,
                LastColumn = lastColumn,
                FirstGroup = firstGroup,
                Columns = columns,
                InputVectors = inputVectors,
                ResultColumns = resultColumns,
                ResultVectors = resultVectors,
                PoolRows = poolRows,
                PoolColumns = poolColumns,
                RowStride = rowStride,
                ColumnStride = columnStride,
            });
            if (t.If((height + ofmapStart).EqualTo(resultHeight), "send")) TracedHostTransfers.Store(t, results, hostResults, resultSize);
            t.EndIf("send");
        }
        return SmvTracedKernels.Results(hostResults, outputCount);
    }

    private sealed record Frame(TracedArray<TracedVector> Inputs, TracedArray<TracedVector> Results, TracedVector Reciprocal)
    {
        public required TracedInt RunRows, RunColumns, RunGroups, LastRow, LastColumn, FirstGroup, Columns, InputVectors, ResultColumns, ResultVectors,
            PoolRows, PoolColumns, RowStride, ColumnStride;
        public TracedInt InputRow, ResultRow, AnyColumns, AnyGroups, AnyPoolRows, AnyPoolColumns;
    }

    private void Pixels(Frame f)
    {
        TracedInt inputRow = 0;
        foreach (TracedInt row in t.Loop(prefix + "_input_row", f.RunRows, new LoopShape
        {
            Body = "for.cond70.preheader",
            Guard = (TracedInt)0 < f.LastRow,
            Hoisted = () =>
            {
                f.AnyColumns = (TracedInt)0 < f.LastColumn;
                f.AnyGroups = (TracedInt)0 < f.RunGroups;
                f.AnyPoolRows = (TracedInt)0 < f.PoolRows;
                f.AnyPoolColumns = (TracedInt)0 < f.PoolColumns;
                f.InputRow = f.InputVectors * f.Columns;
                f.ResultRow = f.ResultVectors * f.ResultColumns;
            },
        }))
        {
            inputRow = t.Phi(inputRow);
            TracedArray<TracedVector> resultsOfRow = f.Results;
            TracedInt inputColumn = 0;
            foreach (TracedInt column in t.Loop(prefix + "_input_col", f.RunColumns, new LoopShape
            {
                Body = "for.cond75.preheader",
                Guard = f.AnyColumns,
                Hoisted = () => resultsOfRow = f.Results.At(row * f.ResultRow),
            }))
            {
                inputColumn = t.Phi(inputColumn);
                TracedArray<TracedVector> resultsOfPixel = f.Results;
                foreach (TracedInt group in t.Loop(prefix + "_chan_grp", f.RunGroups, new LoopShape
                {
                    Body = "for.cond80.preheader.us",
                    Guard = f.AnyGroups,
                    Hoisted = () => resultsOfPixel = resultsOfRow.At(column * f.ResultVectors),
                }))
                {
                    TracedVector pooled = Pool(f, group, inputRow, inputColumn);
                    if (shape.IsAverage) pooled *= f.Reciprocal;
                    resultsOfPixel[group + f.FirstGroup] = pooled;
                }
                inputColumn += f.ColumnStride;
            }
            inputRow += f.RowStride;
        }
    }

    private TracedVector Pool(Frame f, TracedInt group, TracedInt inputRow, TracedInt inputColumn)
    {
        TracedVector current = TracedVector.Constant(shape.IsAverage ? 0 : -float.MaxValue);
        TracedArray<TracedVector> inputsOfGroup = f.Inputs;
        foreach (TracedInt poolRow in t.Loop(prefix + "_pool_row", f.PoolRows, new LoopShape
        {
            Body = "for.cond85.preheader.us.us",
            Guard = f.AnyPoolColumns,
            Hoisted = () => inputsOfGroup = f.Inputs.At(group),
        }))
        {
            current = t.Phi(current);
            TracedArray<TracedVector> inputsOfRow = inputsOfGroup.At((poolRow + inputRow) * f.InputRow);
            foreach (TracedInt poolColumn in t.Loop(prefix + "_pool_col", f.PoolColumns, new LoopShape { Body = "for.body89.us.us", Entry = LoopEntry.Direct }))
            {
                current = t.Phi(current);
                TracedVector next = inputsOfRow[(poolColumn + inputColumn) * f.InputVectors];
                current = shape.IsAverage ? current + next : Maximum(current, next);
            }
        }
        return t.Phi(current);
    }

    private TracedVector Maximum(TracedVector current, TracedVector next)
    {
        foreach (TracedInt lane in t.Loop("maxpool_compare", Lanes, new LoopShape { Body = "for.body101.us.us" }))
        {
            current = t.Phi(current);
            TracedFloat old = current.Extract(lane), candidate = next.Extract(lane);
            TracedInt larger = old < candidate;
            current = larger.Select(current.Insert(lane, candidate), current);
        }
        return current;
    }
}
