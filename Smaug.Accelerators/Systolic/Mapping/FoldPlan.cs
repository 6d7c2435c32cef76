namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>
/// How a layer is cut into folds. Folds run back to back, column folds outermost: fold = columnFold · RowFolds + rowFold. One
/// demand line per cycle, without stalls.
/// </summary>
internal sealed class FoldPlan
{
    public FoldPlan(Dataflow dataflow, int rows, int columns, int rowExtent, int columnExtent, int time)
    {
        Dataflow = dataflow;
        Rows = rows;
        Columns = columns;
        RowExtent = rowExtent;
        ColumnExtent = columnExtent;
        Time = time;
        RowFolds = (rowExtent + rows - 1) / rows;
        ColumnFolds = (columnExtent + columns - 1) / columns;
        CyclesPerFold = dataflow == Dataflow.OutputStationary ? (long)time + rows + columns - 2 : 2L * rows + columns + time - 2;
    }

    public Dataflow Dataflow { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Sr: extent of the operand axis that is mapped on array rows.</summary>
    public int RowExtent { get; }

    /// <summary>Sc: extent of the operand axis that is mapped on array columns.</summary>
    public int ColumnExtent { get; }

    /// <summary>T: steps in time.</summary>
    public int Time { get; }

    public int RowFolds { get; }

    public int ColumnFolds { get; }

    public long Folds => (long)RowFolds * ColumnFolds;

    public long CyclesPerFold { get; }

    /// <summary>Demand lines of the layer.</summary>
    public long Lines => checked(Folds * CyclesPerFold);

    public int UsedRows(int rowFold) => Math.Min(Rows, RowExtent - rowFold * Rows);

    public int UsedColumns(int columnFold) => Math.Min(Columns, ColumnExtent - columnFold * Columns);
}
