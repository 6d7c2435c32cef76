using Smaug.Accelerators.Systolic.Mapping;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// Finds without walking the demand what an estimating read scratchpad fetches, wherever the order of the demand allows:
/// operands that fit, words demanded once, cyclic sweeps, and repeated blocks.
/// </summary>
internal static class ClosedFormEstimator
{
    /// <summary>The traffic of an operand, or null when only walking the demand can tell.</summary>
    public static EstimatedTraffic? TryEstimate(LayerMapping mapping, Operand operand, EstimateSizes sizes)
    {
        DemandStream stream = mapping.Stream(operand);
        if (mapping.Sparsity is not null || sizes.EventWords < stream.Width) return null;
        long first = stream.FirstLine();
        if (DistinctWords(mapping, operand) is not { } distinct) return null;
        if (distinct < sizes.EventWords) return new EstimatedTraffic(distinct, 0, first, -1);
        if (!DemandsWordsOnce(mapping, operand)) return null;

        FoldPlan plan = mapping.Plan;
        if (stream is StationaryStream)
        {
            long events = distinct / sizes.EventWords;
            return new EstimatedTraffic(distinct, events, first, StationaryLine(plan, stream.View.Time, events * sizes.EventWords - 1));
        }

        var skewed = (SkewedStream)stream;
        return skewed.ByRow
            ? CyclicSweep(skewed, sizes.EventWords, distinct, first)
            : RepeatedBlocks(skewed, sizes.EventWords, first);
    }

    /// <summary>Distinct words of an operand, or null when windows of a part of a layer overlap.</summary>
    private static long? DistinctWords(LayerMapping mapping, Operand operand)
    {
        if (operand == Operand.Filter) return (long)mapping.Depth * mapping.Slice.Filters;
        SystolicLayer layer = mapping.Layer;
        if (DemandsWordsOnce(mapping, operand)) return (long)mapping.Depth * mapping.Slice.Pixels;
        if (!mapping.Slice.IsWhole(layer)) return null;
        return Covered(layer.OutputHeight, layer.RowStride, layer.FilterHeight, layer.IfmapHeight)
            * Covered(layer.OutputWidth, layer.ColumnStride, layer.FilterWidth, layer.IfmapWidth) * layer.Channels;
    }

    /// <summary>Rows (or columns) of the ifmap that lie in some window.</summary>
    private static long Covered(int windows, int stride, int window, int extent)
    {
        long lastStart = (long)(windows - 1) * stride;
        return stride <= window
            ? Math.Min(extent, lastStart + window)
            : (long)(windows - 1) * window + Math.Clamp(extent - lastStart, 0, window);
    }

    /// <summary>Whether every entry of the operand is a word of its own: no overlap, and no window that sticks out.</summary>
    private static bool DemandsWordsOnce(LayerMapping mapping, Operand operand)
    {
        SystolicLayer layer = mapping.Layer;
        return operand == Operand.Filter
            || (!mapping.Ifmap.View.Space.HasPadding
                && (layer.FilterHeight <= layer.RowStride || layer.OutputHeight == 1)
                && (layer.FilterWidth <= layer.ColumnStride || layer.OutputWidth == 1));
    }

    /// <summary>Sweeps over the same words in the same order, one per column fold.</summary>
    private static EstimatedTraffic CyclicSweep(SkewedStream stream, long eventWords, long distinct, long first)
    {
        FoldPlan plan = stream.Plan;
        long misses = plan.ColumnFolds * distinct;
        long events = misses / eventWords;
        long position = events * eventWords - 1;
        long columnFold = position / distinct;
        long inSweep = position - columnFold * distinct;
        long foldWords = (long)stream.View.Time * plan.Rows;
        long rowFold = inSweep / foldWords;
        long cycle = SkewedCycle(stream, plan.UsedRows((int)rowFold), inSweep - rowFold * foldWords);
        return new EstimatedTraffic(misses, events, first, (columnFold * plan.RowFolds + rowFold) * plan.CyclesPerFold + cycle);
    }

    /// <summary>Blocks of words, each swept once per row fold, then the next one.</summary>
    private static EstimatedTraffic RepeatedBlocks(SkewedStream stream, long eventWords, long first)
    {
        FoldPlan plan = stream.Plan;
        long misses = 0;
        long events = 0;
        long lastLine = -1;
        long fill = 0;
        for (int columnFold = 0; columnFold < plan.ColumnFolds; columnFold++)
        {
            int used = plan.UsedColumns(columnFold);
            long block = (long)stream.View.Time * used;
            long absent = block; // Words of the block at positions from here on are present.
            for (int rowFold = 0; rowFold < plan.RowFolds; rowFold++)
            {
                if (fill + absent < eventWords)
                {
                    misses += absent;
                    fill += absent;
                    absent = 0;
                    continue;
                }

                long position = eventWords - fill - 1;
                long further = (block - 1 - position) / eventWords;
                position += further * eventWords;
                misses += block;
                events += 1 + further;
                lastLine = ((long)columnFold * plan.RowFolds + rowFold) * plan.CyclesPerFold + SkewedCycle(stream, used, position);
                absent = position + 1;
                fill = block - absent;
            }
        }

        return new EstimatedTraffic(misses, events, first, lastLine);
    }

    /// <summary>Cycle within a fold on which the word at a position of its demand is asked for.</summary>
    private static long SkewedCycle(SkewedStream stream, int usedLanes, long position) =>
        stream.Start + Diagonals.DiagonalAt(position, stream.View.Time, usedLanes);

    private static long StationaryLine(FoldPlan plan, int depth, long position)
    {
        long columnFold = position / ((long)depth * plan.Columns);
        long inColumn = position - columnFold * depth * plan.Columns;
        int usedColumns = plan.UsedColumns((int)columnFold);
        long rowFold = inColumn / ((long)plan.Rows * usedColumns);
        long inFold = inColumn - rowFold * plan.Rows * usedColumns;
        long cycle = plan.Rows - plan.UsedRows((int)rowFold) + inFold / usedColumns;
        return (columnFold * plan.RowFolds + rowFold) * plan.CyclesPerFold + cycle;
    }
}
