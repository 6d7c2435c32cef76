namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>
/// The ifmap demand of row-wise sparsity: every lane gets a whole block of window positions, from which its weights select.
/// A fold of compressed filter rows covers twice as many window positions.
/// </summary>
internal sealed class RowWiseStream : DemandStream
{
    private readonly int _blockSize;
    private readonly int _repeats;
    private readonly int _lanes;

    public RowWiseStream(OperandView view, FoldPlan plan, int blockSize)
        : base(view, plan, LaneCount(plan.Rows, blockSize) * blockSize)
    {
        _blockSize = blockSize;
        _repeats = blockSize / 2;
        _lanes = LaneCount(plan.Rows, blockSize);
    }

    /// <summary>Lanes of a demand line, each as wide as a block.</summary>
    public static int LaneCount(int rows, int blockSize) => 2 * rows / blockSize * (blockSize / 2);

    public override int FillLine(int rowFold, int columnFold, long cycle, Span<int> destination, out int firstLane)
    {
        firstLane = 0;
        long step = cycle - Plan.Rows;
        int first = (int)Math.Max(0, step - View.Time + 1);
        int last = (int)Math.Min(_lanes - 1, step);
        if (last < first || step < 0) return 0;
        firstLane = first * _blockSize;
        for (int lane = first; lane <= last; lane++)
        {
            Span<int> words = destination.Slice((lane - first) * _blockSize, _blockSize);
            int position = rowFold * 2 * Plan.Rows + lane / _repeats * _blockSize;
            int valid = Math.Clamp(View.Lanes - position, 0, _blockSize);
            if (valid > 0) View.FillRow((int)(step - lane), position, words[..valid]);
            words[valid..].Fill(View.Space.None);
        }

        return (last - first + 1) * _blockSize;
    }
}
