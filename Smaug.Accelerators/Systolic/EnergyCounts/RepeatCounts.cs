namespace Smaug.Accelerators.Systolic.EnergyCounts;

/// <summary>
/// Accesses that hit a memory row of five words which the same or one of the two previous trace rows accessed; they cost less
/// energy.
/// </summary>
/// <param name="IfmapSram">Repeated reads of the ifmap scratchpad.</param>
/// <param name="FilterSram">Repeated reads of the filter scratchpad.</param>
/// <param name="OfmapSram">Repeated writes of the ofmap scratchpad; in compatible mode those of the ifmap.</param>
/// <param name="IfmapDram">Repeated DRAM reads of the ifmap.</param>
/// <param name="FilterDram">Repeated DRAM reads of the filters.</param>
/// <param name="OfmapDram">Repeated DRAM writes; in compatible mode without the first word of each row.</param>
public readonly record struct RepeatCounts(long IfmapSram, long FilterSram, long OfmapSram, long IfmapDram, long FilterDram, long OfmapDram)
{
    /// <summary>Sum of the counts of two layers.</summary>
    public static RepeatCounts operator +(RepeatCounts left, RepeatCounts right) => new(
        left.IfmapSram + right.IfmapSram,
        left.FilterSram + right.FilterSram,
        left.OfmapSram + right.OfmapSram,
        left.IfmapDram + right.IfmapDram,
        left.FilterDram + right.FilterDram,
        left.OfmapDram + right.OfmapDram);
}

/// <summary>Counts repeated accesses of one layer while it is simulated.</summary>
/// <param name="corrected">Counts the ofmap by its own traces and all their words.</param>
public sealed class RepeatCounter(bool corrected = false) : ITraceSink
{
    private readonly RowHistory[] _histories = [new(), new(), new(), new(), new(), new()];

    /// <summary>The counts so far.</summary>
    public RepeatCounts Counts => new(
        _histories[0].Repeats,
        _histories[2].Repeats,
        _histories[corrected ? 4 : 0].Repeats,
        _histories[1].Repeats,
        _histories[3].Repeats,
        _histories[5].Repeats);

    /// <inheritdoc/>
    public void Row(Operand operand, bool isDram, long cycle, ReadOnlySpan<long> words)
    {
        if (operand == Operand.Ofmap && isDram && !corrected) words = words[1..];
        _histories[(int)operand * 2 + (isDram ? 1 : 0)].Add(words);
    }

    /// <summary>When each memory row was last accessed, in trace rows.</summary>
    private sealed class RowHistory
    {
        private const int RowWords = 5;
        private const int Reach = 2;
        private readonly Dictionary<long, long> _lastAccess = [];
        private long _traceRow;

        public long Repeats { get; private set; }

        public void Add(ReadOnlySpan<long> words)
        {
            foreach (long word in words)
            {
                if (word is -1 or 1) continue; // Both become negative row numbers in the original, which do not count.
                long row = word / RowWords;
                if (_traceRow > 0 && _lastAccess.TryGetValue(row, out long last) && last >= _traceRow - Reach) Repeats++;
                _lastAccess[row] = _traceRow;
            }

            _traceRow++;
        }
    }
}
