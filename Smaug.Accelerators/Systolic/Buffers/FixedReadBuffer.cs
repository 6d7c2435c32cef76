using Smaug.Accelerators.Systolic.Mapping;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// A read scratchpad behind an interface of fixed bandwidth. Half of it is prefetched while the other half is read; a
/// request for a word that is not present waits for prefetches until it is.
/// </summary>
internal abstract class FixedReadBuffer
{
    private readonly string _layerName;
    private readonly Operand _operand;
    private readonly int _wordsPerCycle;
    private readonly long _activeWords;
    private readonly long _prefetchRows;
    private readonly bool _doubleWait;
    private readonly bool _countPadding;
    private readonly IRowPort? _queue;
    private readonly ITraceSink? _sink;
    private readonly FetchRows? _rows;
    private long _firstLineDelay;
    private long _fetchedSlots;
    private int _prefetchesInARow;

    protected FixedReadBuffer(
        LayerMapping mapping, SystolicConfiguration configuration, Operand operand, PrefetchSequence sequence, IRowPort? queue, ITraceSink? sink)
    {
        _layerName = mapping.Layer.Name;
        _operand = operand;
        _queue = queue;
        _sink = sink;
        Stream = mapping.Stream(operand);
        long total = (operand == Operand.Ifmap ? configuration.IfmapKilobytes : configuration.FilterKilobytes) * 1024L;
        _wordsPerCycle = configuration.ReadBandwidth(operand);
        _activeWords = (total + 1) / 2;
        _prefetchRows = EstimateSizes.Ceiling(total - _activeWords, _wordsPerCycle);
        int setWords = configuration.UsesLayout(operand) ? _wordsPerCycle : (int)EstimateSizes.Ceiling(total, 2 * EstimateSizes.SetsPerHalf);
        Window = new PrefetchWindow(sequence, setWords, _activeWords, total - _activeWords);
        _doubleWait = configuration.Version == ScaleSimVersion.V3 && !configuration.Corrects(Corrections.PrefetchWait);
        _countPadding = !configuration.Corrects(Corrections.ReadPadding);
        if (sink is not null || queue is { NeedsAddresses: true })
            _rows = new FetchRows(sequence, _wordsPerCycle, _activeWords, continues: configuration.Corrects(Corrections.PrefetchOrder));
    }

    /// <summary>The demand.</summary>
    public DemandStream Stream { get; }

    /// <summary>Words read from DRAM, as reported.</summary>
    public long Words => _countPadding ? _fetchedSlots : Math.Min(_fetchedSlots, Window.FetchedWords);

    /// <summary>First and last cycle of DRAM reads.</summary>
    public long FirstCycle { get; private set; } = long.MaxValue;

    /// <summary>Last cycle of DRAM reads.</summary>
    public long LastCycle { get; private set; } = long.MinValue;

    /// <summary>Whether every line takes one cycle whatever it asks for, so that the demand need not be walked.</summary>
    public virtual bool NeverWaits => Window.HoldsAll;

    protected PrefetchWindow Window { get; }

    /// <summary>Cycle at which the latest prefetch completes.</summary>
    protected long LastPrefetch { get; private set; }

    /// <summary>Fills the active half before the first line.</summary>
    public void Fill()
    {
        long rows = Math.Min(EstimateSizes.Ceiling(_activeWords, _wordsPerCycle), EstimateSizes.Ceiling(Window.Sequence.Length, _wordsPerCycle));
        _rows?.BeginFill(rows);
        LastPrefetch = Fetch(-rows - 1, rows);
        _firstLineDelay = LastPrefetch + 1;
    }

    /// <summary>Serves the requests of a line; returns the cycle at which the last one is served.</summary>
    public long Read(ReadOnlySpan<int> requests, long cycle)
    {
        long done = cycle + Serve(requests, cycle) + _firstLineDelay;
        _firstLineDelay = 0;
        return done;
    }

    /// <summary>Cycles that a line takes; 1 without waits.</summary>
    protected abstract long Serve(ReadOnlySpan<int> requests, long cycle);

    /// <summary>Cycles to add because a request at <paramref name="cycle"/> has to wait for the latest prefetch.</summary>
    protected long Wait(long cycle)
    {
        long wait = LastPrefetch - cycle;
        return _doubleWait ? wait + Math.Max(0, wait) : Math.Max(0, wait);
    }

    /// <summary>Fetches the next half and moves the window.</summary>
    protected void Prefetch()
    {
        if (++_prefetchesInARow > 2 * Window.Sets + 2)
        {
            throw new SimulationException(
                $"layer '{_layerName}': a word of the {_operand} is in no prefetch, so the array would wait for ever; the layout or the address offset does not fit");
        }

        _rows?.BeginPrefetch(_prefetchRows);
        LastPrefetch = Fetch(LastPrefetch + 1, _prefetchRows);
        Slide();
    }

    /// <summary>Tells that the requested word was found.</summary>
    protected void Found() => _prefetchesInARow = 0;

    protected abstract void Slide();

    private long Fetch(long firstRequest, long rows)
    {
        _fetchedSlots += rows * _wordsPerCycle;
        if (_queue is null && _sink is null)
        {
            Covers(firstRequest + 1, firstRequest + rows);
            return firstRequest + rows;
        }

        long last = long.MinValue;
        _queue?.Begin();
        for (long i = 0; i < rows; i++)
        {
            ReadOnlySpan<long> words = _rows is null ? default : _rows.Next();
            long done = _queue?.Send(firstRequest + i, words) ?? firstRequest + i + 1;
            _sink?.Row(_operand, isDram: true, done, words);
            Covers(done, done);
            last = Math.Max(last, done);
        }

        return last;
    }

    private void Covers(long first, long last)
    {
        FirstCycle = Math.Min(FirstCycle, first);
        LastCycle = Math.Max(LastCycle, last);
    }
}
