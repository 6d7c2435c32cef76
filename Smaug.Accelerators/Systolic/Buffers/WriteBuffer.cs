namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// The ofmap scratchpad: collects words into lines of the DRAM interface's width and drains half of the buffer when more
/// than half is used. Only counts matter for time; the words themselves are kept when a trace or a memory asks for them.
/// </summary>
internal sealed class WriteBuffer
{
    private readonly int _lineWords;
    private readonly long _activeWords;
    private readonly long _drainLines;
    private readonly IRowPort? _queue;
    private readonly ITraceSink? _sink;
    private readonly bool _countPadding;
    private readonly bool _finalDrainWaits;
    private readonly Queue<(long Line, int Unused)> _partialLines = new();
    private readonly Queue<long>? _words;
    private readonly long[] _row;
    private long _free;
    private long _queuedLines;
    private long _drainedLines;
    private int _lineFill;
    private long _drainEnd;

    public WriteBuffer(SystolicConfiguration configuration, IRowPort? queue, ITraceSink? sink)
    {
        long total = configuration.OfmapKilobytes * 1024L;
        _lineWords = configuration.WriteBandwidth;
        _activeWords = (total + 1) / 2;
        _drainLines = (total - _activeWords + _lineWords - 1) / _lineWords;
        _free = total;
        _queue = queue;
        _sink = sink;
        _countPadding = !configuration.Corrects(Corrections.WritePadding);
        _finalDrainWaits = configuration.Corrects(Corrections.FinalDrain);
        KeepsWords = sink is not null || queue is { NeedsAddresses: true };
        _words = KeepsWords ? new Queue<long>() : null;
        _row = KeepsWords ? new long[_lineWords] : [];
    }

    /// <summary>Whether <see cref="Write"/> needs the addresses.</summary>
    public bool KeepsWords { get; }

    /// <summary>Words written to DRAM, as reported.</summary>
    public long Words { get; private set; }

    public long FirstCycle { get; private set; } = long.MaxValue;

    public long LargestCycle { get; private set; } = long.MinValue;

    /// <summary>Cycle of the row that was drained last.</summary>
    public long LastCycle { get; private set; }

    /// <summary>Takes the outputs of a line; returns the cycle at which all are in the buffer.</summary>
    public long Write(int count, ReadOnlySpan<long> addresses, long cycle)
    {
        if (_words is not null)
        {
            foreach (long address in addresses) _words.Enqueue(address);
        }

        long current = cycle;
        while (count > 0)
        {
            if (current < _drainEnd)
            {
                int words = (int)Math.Min(count, Math.Max(1, _free));
                Store(words);
                count -= words;
                if (_free <= 0) current = _drainEnd;
            }
            else
            {
                int words = (int)Math.Min(count, Math.Max(1, _free - _activeWords + 1));
                Store(words);
                count -= words;
                if (_free < _activeWords)
                {
                    CloseLine();
                    _drainEnd = Drain(current);
                }
            }
        }

        return current;
    }

    /// <summary>
    /// Takes lines of equally many outputs, one per cycle, as long as none of them drains or stalls. Counts only.
    /// </summary>
    /// <returns>Lines taken, from 0 to <paramref name="lines"/>.</returns>
    public long WriteSteady(int count, long lines, long cycle)
    {
        bool draining = cycle < _drainEnd;
        long taken = draining
            ? Math.Min(Math.Min(lines, _drainEnd - cycle), (_free - 1) / count)
            : Math.Min(lines, (_free - _activeWords) / count);
        if (taken <= 0) return 0;
        long words = taken * count;
        _free -= words;
        long fill = _lineFill + words;
        _queuedLines += fill / _lineWords;
        _lineFill = (int)(fill % _lineWords);
        return taken;
    }

    /// <summary>Drains what is left, after the last line.</summary>
    public void Finish(long cycle)
    {
        CloseLine();
        if (_finalDrainWaits) cycle = Math.Max(cycle, _drainEnd + 1);
        while (_queuedLines > _drainedLines)
        {
            _drainEnd = Drain(cycle);
            cycle = _drainEnd + 1;
        }
    }

    private void Store(int words)
    {
        _free -= words;
        long fill = (long)_lineFill + words;
        _queuedLines += fill / _lineWords;
        _lineFill = (int)(fill % _lineWords);
    }

    private void CloseLine()
    {
        if (_lineFill == 0) return;
        _partialLines.Enqueue((_queuedLines, _lineWords - _lineFill));
        _queuedLines++;
        _lineFill = 0;
    }

    private long Drain(long cycle)
    {
        long lines = Math.Min(_drainLines, _queuedLines - _drainedLines);
        long words = lines * _lineWords;
        long end = cycle + lines - 1;
        if (_queue is not null || _sink is not null) end = SendRows(cycle, lines);
        else Covers(cycle, end);

        int lastUnused = 0;
        long allUnused = 0;
        long last = _drainedLines + lines - 1;
        while (_partialLines.TryPeek(out (long Line, int Unused) partial) && partial.Line <= last)
        {
            _partialLines.Dequeue();
            allUnused += partial.Unused;
            if (partial.Line == last) lastUnused = partial.Unused;
        }

        words -= _countPadding ? lastUnused : allUnused;
        Words += words;
        _free += words;
        _drainedLines += lines;
        return end;
    }

    private long SendRows(long cycle, long lines)
    {
        int partialIndex = 0;
        (long Line, int Unused)[] partials = [.. _partialLines];
        long end = long.MinValue;
        _queue?.Begin();
        for (long i = 0; i < lines; i++)
        {
            if (_words is not null) partialIndex = TakeRow(_drainedLines + i, partials, partialIndex);
            long done = _queue?.Send(cycle + i, _row) ?? cycle + i;
            _sink?.Row(Operand.Ofmap, isDram: true, done, _row);
            Covers(done, done);
            end = Math.Max(end, done);
        }

        return end;
    }

    private int TakeRow(long line, (long Line, int Unused)[] partials, int index)
    {
        int used = _lineWords;
        if (index < partials.Length && partials[index].Line == line) used -= partials[index++].Unused;
        for (int slot = 0; slot < used; slot++) _row[slot] = _words!.Dequeue();
        _row.AsSpan(used).Fill(-1);
        return index;
    }

    private void Covers(long first, long last)
    {
        FirstCycle = Math.Min(FirstCycle, first);
        LargestCycle = Math.Max(LargestCycle, last);
        LastCycle = last;
    }
}
