using Smaug.Accelerators.Systolic.Mapping;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// Walks the demand of one operand line by line and finds what an estimating read scratchpad fetches. Costs one bit test per
/// request; memory is one bit per word of the operand plus the words of one epoch.
/// </summary>
internal sealed class SteppedEstimator
{
    private readonly DemandStream _stream;
    private readonly ulong[] _present;
    private readonly int[] _epoch;
    private readonly int[]? _age;
    private readonly long _eventWords;
    private readonly CancellationToken _cancellation;
    private int _fill;
    private long _misses;
    private long _events;
    private long _lastEventLine = -1;

    /// <param name="stream">The demand.</param>
    /// <param name="sizes">Sizes of the scratchpad.</param>
    /// <param name="replaceOldest">Whether the oldest words are replaced instead of forgetting all at an event.</param>
    /// <param name="cancellation">Cancels the walk.</param>
    public SteppedEstimator(DemandStream stream, EstimateSizes sizes, bool replaceOldest, CancellationToken cancellation)
    {
        _stream = stream;
        _eventWords = sizes.EventWords;
        _cancellation = cancellation;
        AddressSpace space = stream.View.Space;
        _present = new ulong[space.Size / 64 + 1];
        _epoch = new int[replaceOldest ? _eventWords : Math.Min(_eventWords, (long)space.Size + 1)];
        space.ForEachPadding((first, count) =>
        {
            for (int i = first; i < first + count; i++) _present[i >> 6] |= 1UL << i;
        });
        if (replaceOldest) _age = new int[_eventWords];
    }

    /// <summary>Called at every event and at the end with the words fetched since the previous one, in order of need.</summary>
    public Action<ReadOnlyMemory<int>, long>? EpochCompleted { get; set; }

    public EstimatedTraffic Run()
    {
        FoldPlan plan = _stream.Plan;
        int[] line = new int[_stream.Width];
        long number = 0;
        for (int columnFold = 0; columnFold < plan.ColumnFolds; columnFold++)
        {
            for (int rowFold = 0; rowFold < plan.RowFolds; rowFold++)
            {
                _cancellation.ThrowIfCancellationRequested();
                for (long cycle = 0; cycle < plan.CyclesPerFold; cycle++, number++)
                {
                    int count = _stream.FillLine(rowFold, columnFold, cycle, line, out _);
                    Read(line.AsSpan(0, count), number);
                }
            }
        }

        EpochCompleted?.Invoke(_epoch.AsMemory(0, _fill), -1);
        return new EstimatedTraffic(_misses, _events, _stream.FirstLine(), _lastEventLine);
    }

    private void Read(ReadOnlySpan<int> requests, long line)
    {
        ulong[] present = _present;
        foreach (int index in requests)
        {
            ref ulong word = ref present[index >> 6];
            ulong bit = 1UL << index;
            if ((word & bit) != 0) continue;
            word |= bit;
            Miss(index, line);
        }
    }

    private void Miss(int index, long line)
    {
        if (_age is not null) ReplaceOldest(index);
        _misses++;
        _epoch[_fill++] = index;
        if (_fill < _eventWords) return;
        if (line == _lastEventLine)
        {
            throw new SimulationException(
                $"layer line {line}: half of the scratchpad ({_eventWords} words) is filled twice in one cycle; make the scratchpad larger or the array smaller");
        }

        EpochCompleted?.Invoke(_epoch.AsMemory(0, _fill), line);
        if (_age is null)
        {
            foreach (int seen in _epoch.AsSpan(0, _fill)) _present[seen >> 6] &= ~(1UL << seen);
        }

        _fill = 0;
        _events++;
        _lastEventLine = line;
    }

    private void ReplaceOldest(int index)
    {
        int slot = (int)(_misses % _eventWords);
        if (_misses >= _eventWords) _present[_age![slot] >> 6] &= ~(1UL << _age[slot]);
        _age![slot] = index;
    }
}
