namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>The words that the array asks of one read operand, line by line; never held in memory as a whole.</summary>
internal abstract class DemandStream(OperandView view, FoldPlan plan, int width)
{
    public OperandView View { get; } = view;

    public FoldPlan Plan { get; } = plan;

    /// <summary>Lanes of a line: the words of a trace row.</summary>
    public int Width { get; } = width;

    /// <summary>The requests of a line, as indices in lane order. They lie on neighbouring lanes.</summary>
    /// <param name="rowFold">Row fold.</param>
    /// <param name="columnFold">Column fold.</param>
    /// <param name="cycle">Cycle within the fold.</param>
    /// <param name="destination">At least <see cref="Width"/> entries.</param>
    /// <param name="firstLane">Lane of the first entry.</param>
    /// <returns>Number of entries; entries without an address count.</returns>
    public abstract int FillLine(int rowFold, int columnFold, long cycle, Span<int> destination, out int firstLane);

    /// <summary>First line with an address, or -1.</summary>
    public long FirstLine() => Search(0, 1);

    /// <summary>Last line with an address, or -1.</summary>
    public long LastLine() => Search(Plan.Lines - 1, -1);

    private long Search(long line, int step)
    {
        int[] indices = new int[Width];
        for (; line >= 0 && line < Plan.Lines; line += step)
        {
            long fold = line / Plan.CyclesPerFold;
            int count = FillLine((int)(fold % Plan.RowFolds), (int)(fold / Plan.RowFolds), line % Plan.CyclesPerFold, indices, out _);
            for (int i = 0; i < count; i++)
            {
                if (!View.Space.IsPadding(indices[i])) return line;
            }
        }

        return -1;
    }
}

/// <summary>Words that enter at the edge of the array, each lane one cycle after its neighbour.</summary>
/// <param name="view">The operand.</param>
/// <param name="plan">The folds.</param>
/// <param name="width">Lanes of the array edge.</param>
/// <param name="byRow">Whether lanes advance with row folds; else with column folds.</param>
/// <param name="start">First cycle of lane 0.</param>
internal sealed class SkewedStream(OperandView view, FoldPlan plan, int width, bool byRow, int start) : DemandStream(view, plan, width)
{
    public bool ByRow { get; } = byRow;

    public int Start { get; } = start;

    public override int FillLine(int rowFold, int columnFold, long cycle, Span<int> destination, out int firstLane)
    {
        firstLane = 0;
        int laneBase = (ByRow ? rowFold : columnFold) * Width;
        int used = Math.Min(Width, View.Lanes - laneBase);
        long diagonal = cycle - Start;
        if (diagonal < 0 || diagonal > View.Time + used - 2L) return 0;
        firstLane = (int)Math.Max(0, diagonal - View.Time + 1);
        int count = (int)Math.Min(used - 1, diagonal) - firstLane + 1;
        View.FillDiagonal((int)diagonal - firstLane, laneBase + firstLane, destination[..count]);
        return count;
    }
}

/// <summary>Words that are loaded into the array before a fold runs, the bottom row first.</summary>
internal sealed class StationaryStream(OperandView view, FoldPlan plan) : DemandStream(view, plan, plan.Columns)
{
    public override int FillLine(int rowFold, int columnFold, long cycle, Span<int> destination, out int firstLane)
    {
        firstLane = 0;
        if (cycle >= Plan.Rows) return 0;
        int time = rowFold * Plan.Rows + Plan.Rows - 1 - (int)cycle;
        if (time >= View.Time) return 0;
        int laneBase = columnFold * Plan.Columns;
        int count = Math.Min(Plan.Columns, View.Lanes - laneBase);
        View.FillRow(time, laneBase, destination[..count]);
        return count;
    }
}
