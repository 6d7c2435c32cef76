using Smaug.Accelerators.Systolic.Mapping;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// The main loop, line by line: a line asks both read scratchpads and the ofmap scratchpad at the same cycle, and the slowest
/// of them delays all later lines.
/// </summary>
internal sealed class SteppedRun
{
    private readonly LayerMapping _mapping;
    private readonly FixedReadBuffer _ifmap;
    private readonly FixedReadBuffer _filter;
    private readonly WriteBuffer _ofmap;
    private readonly ITraceSink? _sink;
    private readonly int[] _ifmapLine;
    private readonly int[] _filterLine;
    private readonly long[] _ofmapLine;
    private readonly MarkedLines _ifmapMarks;
    private readonly MarkedLines _filterMarks;
    private readonly MarkedLines _ofmapMarks;
    private readonly SramTrace? _trace;
    private readonly LayerTiming _timing = new();
    private readonly bool _outputsWait;
    private long _stall;

    public SteppedRun(LayerMapping mapping, FixedReadBuffer ifmap, FixedReadBuffer filter, WriteBuffer ofmap, ITraceSink? sink, bool outputsWait)
    {
        _mapping = mapping;
        _ifmap = ifmap;
        _filter = filter;
        _ofmap = ofmap;
        _sink = sink;
        _outputsWait = outputsWait;
        _ifmapLine = new int[mapping.Ifmap.Width];
        _filterLine = new int[mapping.Filter.Width];
        _ofmapLine = new long[mapping.Ofmap.Width];
        _ifmapMarks = MarkedLines.Of(mapping.Ifmap);
        _filterMarks = MarkedLines.Of(mapping.Filter);
        _ofmapMarks = MarkedLines.Of(mapping.Ofmap);
        _trace = sink is null ? null : new SramTrace(mapping, sink);
    }

    public LayerTiming Run(CancellationToken cancellation)
    {
        FoldPlan plan = _mapping.Plan;
        _ifmap.Fill();
        _filter.Fill();
        long line = 0;
        for (int columnFold = 0; columnFold < plan.ColumnFolds; columnFold++)
        {
            for (int rowFold = 0; rowFold < plan.RowFolds; rowFold++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (long cycle = 0; cycle < plan.CyclesPerFold; cycle++, line++) RunLine(rowFold, columnFold, cycle, line);
            }
        }

        _ofmap.Finish(_timing.LastCycle);
        _timing.StallCycles = _stall;
        return _timing;
    }

    private void RunLine(int rowFold, int columnFold, long cycle, long line)
    {
        long now = line + _stall;
        long ifmapDone = Read(_ifmap, rowFold, columnFold, cycle, now, _ifmapLine, Operand.Ifmap);
        long filterDone = Read(_filter, rowFold, columnFold, cycle, now, _filterLine, Operand.Filter);
        int outputs = _mapping.Ofmap.Count(rowFold, columnFold, cycle, out int firstLane);
        Span<long> words = default;
        if (outputs > 0 && (_ofmap.KeepsWords || _sink is not null))
        {
            words = _ofmapLine.AsSpan(0, outputs);
            _mapping.Ofmap.FillAddresses(rowFold, columnFold, cycle, firstLane, words);
        }

        long ready = _outputsWait ? Math.Max(now, Math.Max(ifmapDone, filterDone) - 1) : now;
        long ofmapDone = outputs == 0 || _mapping.KeepsSums(rowFold) ? ready : _ofmap.Write(outputs, words, ready);
        _trace?.Outputs(ofmapDone, firstLane, words);
        Mark(line, ifmapDone, filterDone, ofmapDone);
        long wait = Math.Max(ofmapDone - now, Math.Max(ifmapDone, filterDone) - now - 1);
        _stall += wait;
        _timing.LastLineStall = _outputsWait ? 0 : wait;
        _timing.LastCycle = ofmapDone;
    }

    private long Read(FixedReadBuffer buffer, int rowFold, int columnFold, long cycle, long now, int[] line, Operand operand)
    {
        if (buffer.NeverWaits && _trace is null) return buffer.Read([], now);
        int count = buffer.Stream.FillLine(rowFold, columnFold, cycle, line, out int firstLane);
        ReadOnlySpan<int> requests = line.AsSpan(0, count);
        long done = buffer.Read(requests, now);
        _trace?.Reads(operand, done, firstLane, requests);
        return done;
    }

    private void Mark(long line, long ifmapDone, long filterDone, long ofmapDone)
    {
        if (line == _ifmapMarks.First) _timing.IfmapStart = ifmapDone;
        if (line == _ifmapMarks.Last) _timing.IfmapStop = ifmapDone;
        if (line == _filterMarks.First) _timing.FilterStart = filterDone;
        if (line == _filterMarks.Last) _timing.FilterStop = filterDone;
        if (line == _ofmapMarks.First) _timing.OfmapStart = ofmapDone;
        if (line == _ofmapMarks.Last) _timing.OfmapStop = ofmapDone;
    }
}
