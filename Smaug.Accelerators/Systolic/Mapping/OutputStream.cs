namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>The ofmap words that leave the array, line by line.</summary>
/// <param name="plan">The folds.</param>
/// <param name="firstAddress">Address of the slice's first word.</param>
/// <param name="rowWords">Words from one output pixel to the next: the filters of the whole layer.</param>
internal sealed class OutputStream(FoldPlan plan, long firstAddress, int rowWords)
{
    public int Width => plan.Columns;

    /// <summary>Words that leave in a line, on neighbouring lanes from <paramref name="firstLane"/>.</summary>
    public int Count(int rowFold, int columnFold, long cycle, out int firstLane)
    {
        int usedColumns = plan.UsedColumns(columnFold);
        long first;
        long last;
        if (plan.Dataflow == Dataflow.OutputStationary)
        {
            long drain = cycle - (plan.Time - 1);
            first = Math.Max(0, drain - plan.Rows + 1);
            last = Math.Min(usedColumns - 1, drain - (plan.Rows - plan.UsedRows(rowFold)));
        }
        else
        {
            long step = cycle - (2L * plan.Rows - 1);
            first = Math.Max(0, step - plan.Time + 1);
            last = Math.Min(usedColumns - 1, step);
        }

        firstLane = (int)first;
        return last < first ? 0 : (int)(last - first + 1);
    }

    /// <summary>Addresses of the words of a line; the result of <see cref="Count"/> tells how many and from which lane.</summary>
    public void FillAddresses(int rowFold, int columnFold, long cycle, int firstLane, Span<long> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            int lane = firstLane + i;
            long column = (long)columnFold * plan.Columns + lane;
            long time = cycle - lane - (2L * plan.Rows - 1);
            (long pixel, long filter) = plan.Dataflow switch
            {
                Dataflow.OutputStationary => ((long)rowFold * plan.Rows + plan.Rows - 1 - (cycle - lane - (plan.Time - 1)), column),
                Dataflow.WeightStationary => (time, column),
                _ => (column, time),
            };
            destination[i] = firstAddress + pixel * rowWords + filter;
        }
    }

    /// <summary>First line with an output.</summary>
    public long FirstLine()
    {
        long line = 0;
        while (Count(0, 0, line, out _) == 0) line++;
        return line;
    }

    /// <summary>Last line with an output.</summary>
    public long LastLine()
    {
        long line = plan.CyclesPerFold - 1;
        while (Count(plan.RowFolds - 1, plan.ColumnFolds - 1, line, out _) == 0) line--;
        return plan.Lines - plan.CyclesPerFold + line;
    }
}
