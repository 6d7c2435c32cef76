using Smaug.Accelerators.Systolic.Mapping;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// The DRAM trace of an estimating read scratchpad: the words fetched between two events are spread as a burst over the time
/// between earlier events. Bursts have different widths and all rows get the widest one, so events are found in a first
/// pass and words in a second.
/// </summary>
internal sealed class EstimateTrace
{
    private readonly Operand _operand;
    private readonly DemandStream _stream;
    private readonly EstimateSizes _sizes;
    private readonly ITraceSink _sink;
    private readonly HashSetOrder? _order;
    private readonly long _padding;
    private readonly List<Burst> _bursts = [];
    private readonly long[] _set;
    private readonly long[] _ordered;

    private readonly record struct Burst(long FirstCycle, long Rows, long WordsPerRow);

    public EstimateTrace(DemandStream stream, Operand operand, EstimateSizes sizes, SystolicConfiguration configuration, ITraceSink sink)
    {
        _operand = operand;
        _stream = stream;
        _sizes = sizes;
        _sink = sink;
        _order = configuration.Corrects(Corrections.InsertionOrder) ? null : new HashSetOrder();
        _padding = configuration.Corrects(Corrections.TracePadding) ? -1 : 1;
        _set = new long[sizes.SetWords];
        _ordered = new long[sizes.SetWords];
    }

    /// <summary>Finds the traffic, then traces it.</summary>
    /// <param name="cycleOf">The cycle of a demand line, with stalls.</param>
    /// <param name="replaceOldest">See <see cref="SteppedEstimator"/>.</param>
    /// <param name="cancellation">Cancels the walks.</param>
    public EstimatedTraffic Run(Func<long, long> cycleOf, bool replaceOldest, CancellationToken cancellation)
    {
        var eventCycles = new List<long>();
        long rest = 0;
        var finder = new SteppedEstimator(_stream, _sizes, replaceOldest, cancellation)
        {
            EpochCompleted = (words, line) =>
            {
                if (line >= 0) eventCycles.Add(cycleOf(line));
                else rest = words.Length;
            },
        };
        EstimatedTraffic traffic = finder.Run();
        if (traffic.Misses == 0) return traffic;
        FindBursts(traffic, cycleOf(traffic.FirstLine), eventCycles, rest);

        long width = 0;
        foreach (Burst burst in _bursts) width = Math.Max(width, burst.WordsPerRow);
        long[] row = new long[width];
        int next = 0;
        new SteppedEstimator(_stream, _sizes, replaceOldest, cancellation)
        {
            EpochCompleted = (words, _) =>
            {
                if (next < _bursts.Count) Write(_bursts[next++], words.Span, row);
            },
        }.Run();
        return traffic;
    }

    private void FindBursts(EstimatedTraffic traffic, long firstCycle, List<long> events, long rest)
    {
        if (events.Count == 0)
        {
            long sets = EstimateSizes.Ceiling(traffic.Misses, _sizes.SetWords);
            long rows = EstimateSizes.Ceiling(sets * _sizes.SetWords, EstimateSizes.FirstBurstWords);
            _bursts.Add(new Burst(-rows, rows, EstimateSizes.FirstBurstWords));
            return;
        }

        long firstRows = EstimateSizes.Ceiling(_sizes.EventWords, EstimateSizes.FirstBurstWords);
        _bursts.Add(new Burst(firstCycle - firstRows, firstRows, EstimateSizes.FirstBurstWords));
        long start = firstCycle - 1;
        for (int i = 0; i < events.Count; i++)
        {
            long words = i + 1 < events.Count
                ? _sizes.EventWords
                : EstimateSizes.Ceiling(rest, _sizes.SetWords) * _sizes.SetWords;
            long rows = events[i] - start + 1;
            _bursts.Add(new Burst(start + 1, rows, EstimateSizes.Ceiling(words, rows)));
            start = events[i] + 1;
        }
    }

    private void Write(Burst burst, ReadOnlySpan<int> words, long[] row)
    {
        int filled = 0;
        long rowsDone = 0;
        row.AsSpan().Fill(-1);
        int width = (int)burst.WordsPerRow;
        row.AsSpan(width).Fill(_padding);
        while (words.Length > 0)
        {
            int count = (int)Math.Min(words.Length, _sizes.SetWords);
            foreach (long address in Ordered(words[..count]))
            {
                row[filled++] = address;
                if (filled < width) continue;
                _sink.Row(_operand, isDram: true, burst.FirstCycle + rowsDone++, row);
                row.AsSpan(0, width).Fill(-1);
                filled = 0;
            }

            words = words[count..];
        }

        for (; rowsDone < burst.Rows; rowsDone++)
        {
            _sink.Row(_operand, isDram: true, burst.FirstCycle + rowsDone, row);
            row.AsSpan(0, width).Fill(-1);
        }
    }

    private ReadOnlySpan<long> Ordered(ReadOnlySpan<int> indices)
    {
        AddressSpace space = _stream.View.Space;
        Span<long> values = _set.AsSpan(0, indices.Length);
        for (int i = 0; i < indices.Length; i++) values[i] = space.ToAddress(indices[i]);
        if (_order is null) return values;
        Span<long> ordered = _ordered.AsSpan(0, indices.Length);
        _order.Sort(values, ordered);
        return ordered;
    }
}
