using Smaug.Accelerators.Systolic.Sparsity;

namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>Everything about a layer that follows from its folds alone: accesses, efficiencies, register accesses.</summary>
internal sealed class FoldMetrics
{
    private readonly LayerMapping _mapping;
    private readonly SystolicConfiguration _configuration;
    private readonly FoldPlan _plan;

    public FoldMetrics(LayerMapping mapping, SystolicConfiguration configuration)
    {
        _mapping = mapping;
        _configuration = configuration;
        _plan = mapping.Plan;
        CountAccesses();
        AverageFolds();
    }

    public long IfmapReads { get; private set; }

    public double? FractionalIfmapReads { get; private set; }

    public long FilterReads { get; private set; }

    public long OfmapWrites { get; private set; }

    public long PartialSumReads { get; private set; }

    public double MappingEfficiencyPercent { get; private set; }

    public double ComputeUtilizationPercent { get; private set; }

    /// <summary>Accesses of the operand registers, summed over folds.</summary>
    public RegisterAccesses Registers()
    {
        RegisterAccesses sum = default;
        for (int lastColumn = 0; lastColumn < 2; lastColumn++)
        {
            for (int lastRow = 0; lastRow < 2; lastRow++)
            {
                int columnFold = lastColumn == 0 ? 0 : _plan.ColumnFolds - 1;
                int rowFold = lastRow == 0 ? 0 : _plan.RowFolds - 1;
                long folds = (lastColumn == 0 ? _plan.ColumnFolds - 1L : 1) * (lastRow == 0 ? _plan.RowFolds - 1L : 1);
                RegisterAccesses fold = FoldRegisters(_plan.UsedRows(rowFold), _plan.UsedColumns(columnFold));
                sum = new RegisterAccesses(
                    sum.IfmapWrites + folds * fold.IfmapWrites,
                    sum.IfmapReads + folds * fold.IfmapReads,
                    sum.FilterWrites + folds * fold.FilterWrites,
                    sum.FilterReads + folds * fold.FilterReads,
                    sum.PartialSumWrites + folds * fold.PartialSumWrites,
                    sum.PartialSumReads + folds * fold.PartialSumReads);
            }
        }

        return sum;
    }

    private RegisterAccesses FoldRegisters(long rows, long columns)
    {
        long work = rows * columns * _plan.Time;
        long sideways = rows * (columns - 1) * _plan.Time + work;
        long downwards = (rows - 1) * columns * _plan.Time + work;
        if (_plan.Dataflow == Dataflow.OutputStationary)
        {
            long all = _plan.Rows;
            long drain = (all * (all + 1) / 2 - (all + 1 - rows) * (all - rows) / 2) * columns;
            return new RegisterAccesses(work, sideways, work, downwards, work + drain - rows * columns, rows * columns * (_plan.Time - 1L) + drain);
        }

        long loads = rows * (rows + 1) / 2 * columns;
        long held = loads - rows * columns + work;
        long below = (_plan.Rows - rows) * columns * _plan.Time;
        long sumReads = (rows - 1) * columns * _plan.Time + below;
        return _plan.Dataflow == Dataflow.WeightStationary
            ? new RegisterAccesses(work, sideways, loads, held, work + below, sumReads)
            : new RegisterAccesses(loads, held, work, sideways, work + below, sumReads);
    }

    private void CountAccesses()
    {
        long pixels = _mapping.Slice.Pixels;
        long filters = _mapping.Slice.Filters;
        long depth = _mapping.Depth;
        switch (_plan.Dataflow)
        {
            case Dataflow.OutputStationary:
                IfmapReads = _plan.ColumnFolds * pixels * depth;
                FilterReads = _plan.RowFolds * depth * filters;
                OfmapWrites = pixels * filters;
                if (!_configuration.Corrects(Corrections.OutputWrites)) OfmapWrites += _plan.Folds * (_plan.Rows + _plan.Columns);
                return;
            case Dataflow.WeightStationary:
                IfmapReads = _plan.ColumnFolds * pixels * depth;
                FilterReads = depth * filters;
                break;
            default:
                IfmapReads = pixels * depth;
                FilterReads = _plan.ColumnFolds * depth * filters;
                break;
        }

        OfmapWrites = _plan.RowFolds * pixels * filters;
        PartialSumReads = (_plan.RowFolds - 1) * pixels * filters;
        if (_mapping.Ifmap is RowWiseStream stream)
            IfmapReads = _plan.Folds * (_plan.Time + _plan.Rows - 1L) * stream.Width;
        else if (_mapping.Sparsity is not null && _plan.Dataflow == Dataflow.WeightStationary)
            FractionalIfmapReads = FractionalReads();
    }

    private double FractionalReads()
    {
        double ratio = (double)_mapping.Layer.SparsityBlock / _mapping.Layer.SparsityKept;
        double reads = 0;
        for (int columnFold = 0; columnFold < _plan.ColumnFolds; columnFold++)
        {
            for (int rowFold = 0; rowFold < _plan.RowFolds; rowFold++) reads += (double)_plan.Time * _plan.UsedRows(rowFold) * ratio;
        }

        return reads;
    }

    private void AverageFolds()
    {
        double elements = (double)_plan.Rows * _plan.Columns;
        long cycles = _plan.Dataflow == Dataflow.OutputStationary || _configuration.Corrects(Corrections.ComputeUtilization)
            ? _plan.CyclesPerFold
            : _plan.CyclesPerFold + _plan.Columns - 1;
        var mapped = new FoldAverage(_configuration.CompensatedSums);
        var computed = new FoldAverage(_configuration.CompensatedSums);
        FilterSparsity? rowWise = _mapping.Sparsity is { RowWise: true } ? _mapping.Sparsity : null;
        for (int columnFold = 0; columnFold < _plan.ColumnFolds; columnFold++)
        {
            double usedColumns = _plan.UsedColumns(columnFold);
            for (int rowFold = 0; rowFold < _plan.RowFolds; rowFold++)
            {
                double work = _plan.UsedRows(rowFold) * usedColumns;
                double held = rowWise?.UsedSlots(
                    rowFold * _plan.Rows,
                    _plan.UsedRows(rowFold),
                    _mapping.Slice.FirstFilter + columnFold * _plan.Columns,
                    (int)usedColumns) ?? work;
                mapped.Add(held / elements);
                computed.Add(work * _plan.Time / (elements * cycles));
            }
        }

        MappingEfficiencyPercent = mapped.Percent();
        ComputeUtilizationPercent = computed.Percent();
    }
}

/// <summary>An average added up in the order of the folds, so that every rounding is SCALE-Sim's.</summary>
internal struct FoldAverage(bool compensated)
{
    private double _sum;
    private double _correction;
    private long _count;

    public void Add(double value)
    {
        _count++;
        double sum = _sum + value;
        if (compensated) _correction += Math.Abs(_sum) >= Math.Abs(value) ? (_sum - sum) + value : (value - sum) + _sum;
        _sum = sum;
    }

    public readonly double Percent() => (_sum + _correction) / _count * 100;
}
