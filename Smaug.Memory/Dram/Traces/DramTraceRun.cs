using System.Globalization;
using Smaug.Core;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Traces;

/// <summary>How far a trace run is.</summary>
/// <param name="Requests">Requests accepted.</param>
/// <param name="BytesRead">Bytes of the trace file read.</param>
/// <param name="TotalBytes">Bytes of the trace file, 0 if unknown.</param>
/// <param name="Cycle">Present controller cycle.</param>
public readonly record struct DramTraceProgress(long Requests, long BytesRead, long TotalBytes, long Cycle);

/// <summary>
/// Runs a trace through a command-level memory. At most one request is offered per cycle; a refused one blocks the trace. The
/// tag of a request is its number, counted from 0.
/// </summary>
public sealed class DramTraceRun
{
    private const int ProgressEvery = 1 << 16;
    private readonly DramMemory _memory;
    private readonly DramTraceReader _trace;

    /// <summary>Prepares a run.</summary>
    /// <param name="memory">A memory that nothing was done with yet.</param>
    /// <param name="trace">The trace.</param>
    public DramTraceRun(DramMemory memory, DramTraceReader trace)
    {
        _memory = memory;
        _trace = trace;
    }

    /// <summary>Requests accepted.</summary>
    public long Requests { get; private set; }

    /// <summary>Runs until every request is finished (under the rules of Ramulator 1 also every refresh that is due).</summary>
    /// <exception cref="InputFormatException">The trace is malformed or an address lies beyond the devices.</exception>
    public void ToEnd(IProgress<DramTraceProgress>? progress = null, CancellationToken cancellation = default)
    {
        bool waitsForRefreshes = _memory.Configuration.Preset.Rules == DramRules.Ramulator1;
        bool end = false, waiting = false;
        DramTraceRequest request = default;
        for (long step = 1; ; step++)
        {
            // Long pauses of a timed trace have refreshes to pass.
            if (step % ProgressEvery == 0) cancellation.ThrowIfCancellationRequested();
            if (!end && !waiting)
            {
                end = !TryRead(out request);
                if (end) _memory.Draining = true;
            }

            if (!end) waiting = !Offer(in request, progress, cancellation);
            bool happened = _memory.Tick();
            if (end && !(waitsForRefreshes ? _memory.HasWork : _memory.HasRequests)) return;
            if (!happened && (end || waiting)) SkipIdle(waiting, in request);
        }
    }

    /// <summary>
    /// Runs as the load-store front end of Ramulator 2.1 does: stops when the last request is accepted, without waiting for it.
    /// </summary>
    /// <param name="requests">Requests of the trace.</param>
    /// <param name="cancellation">Stops the run.</param>
    public void ToLastAcceptance(long requests, CancellationToken cancellation = default)
    {
        bool waiting = false;
        DramTraceRequest request = default;
        while (true)
        {
            if (!waiting && !TryRead(out request)) return;
            waiting = !Offer(in request, null, cancellation);
            if (Requests == requests) return;
            if (!_memory.Tick() && waiting) SkipIdle(waiting, in request);
        }
    }

    /// <summary>Nothing happened and nothing can be offered: passes the cycles up to the next event or arrival.</summary>
    private void SkipIdle(bool waiting, in DramTraceRequest request)
    {
        long last = _memory.NextEventCycle - 1;
        // A request that was not offered because its time had not come is offered at the end of that very cycle.
        if (waiting && request.EarliestCycle >= _memory.Cycle) last = Math.Min(last, request.EarliestCycle);
        if (last > _memory.Cycle) _memory.Skip(last - _memory.Cycle);
    }

    private bool TryRead(out DramTraceRequest request)
    {
        if (!_trace.TryRead(out request)) return false;
        if (request.Address > _memory.HighestAddress)
        {
            throw new InputFormatException(_trace.Name, (int)Math.Min(_trace.Line, int.MaxValue), 0, string.Create(CultureInfo.InvariantCulture,
                $"address 0x{request.Address:x} lies beyond the devices; the highest is 0x{_memory.HighestAddress:x}; use more channels or ranks, or let addresses wrap"));
        }

        return true;
    }

    private bool Offer(in DramTraceRequest request, IProgress<DramTraceProgress>? progress, CancellationToken cancellation)
    {
        if (_memory.Cycle < request.EarliestCycle || !_memory.TryEnqueue(request.Address, request.IsWrite, Requests)) return false;
        Requests++;
        if (Requests % ProgressEvery == 0)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new DramTraceProgress(Requests, _trace.BytesRead, _trace.TotalBytes, _memory.Cycle));
        }

        return true;
    }
}
