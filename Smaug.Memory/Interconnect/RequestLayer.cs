using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Interconnect;

/// <summary>
/// The layer of a crossbar that carries requests to the port below, one at a time: a cycle, and one for each part of the data.
/// A request that is refused below keeps it. Who finds it taken waits, and is called in the order of arrival.
/// </summary>
internal sealed class RequestLayer(Simulator simulator, Clock clock, MemoryPort below) : EventTarget
{
    private const long Release = 0;
    private const long Wakes = 1;
    private static readonly SimTime s_instant = SimTime.FromPicoseconds(1);

    private readonly Queue<(MemoryPort Port, IMemoryRequester Sender)> _waiting = new();
    private SimTime _freeAt;
    private MemoryRequest? _refused;
    private SimTime _refusedDelay;

    // Who was told while the layer was busy that the refused request may be offered again.
    private IMemoryRequester? _calledBy;
    private long _wakeAt = long.MaxValue;
    private bool _calling;

    /// <summary>Whether a request may have it now: those who wait come first.</summary>
    public bool IsFree => simulator.Now >= _freeAt && _refused is null && (_waiting.Count == 0 || _calling);

    /// <summary>The request that was refused below and keeps it; null when none was.</summary>
    public MemoryRequest? Refused => _refused;

    /// <summary>The port below.</summary>
    public MemoryPort Below => below;

    /// <summary>Takes it for a request.</summary>
    public void Occupy(MemoryRequest request) => Occupy(request.PayloadDelay);

    private void Occupy(SimTime payload)
    {
        _freeAt = clock.Edge(1) + payload;
        simulator.ScheduleLatestFirst(_freeAt, this, Release);
    }

    /// <summary>Passes a request on; false when it was refused and keeps the layer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sender">The crossbar.</param>
    /// <param name="delay">What the request carries from the crossbar, beside the wait for an edge.</param>
    public bool Send(MemoryRequest request, IMemoryRequester sender, SimTime delay)
    {
        if (below.TrySend(request, sender)) return true;
        _refused = request;
        _refusedDelay = delay;
        Occupy(SimTime.Zero);
        return false;
    }

    /// <summary>Offers the refused request again, as soon as the layer is free; true when it has gone now.</summary>
    public bool SendRefused(IMemoryRequester sender)
    {
        if (_refused is not { } request) return false;
        if (simulator.Now < _freeAt)
        {
            _calledBy = sender;
            return false;
        }

        request.HeaderDelay = clock.Edge() - simulator.Now + _refusedDelay;
        // Who takes the request takes its delay, too.
        SimTime payload = request.PayloadDelay;
        bool sent = below.TrySend(request, sender);
        if (sent) _refused = null;
        Occupy(sent ? payload : SimTime.Zero);
        return sent;
    }

    /// <summary>Lets a sender wait until it is called.</summary>
    public void Wait(MemoryPort port, IMemoryRequester sender)
    {
        foreach ((MemoryPort Port, IMemoryRequester Sender) one in _waiting)
        {
            if (one.Port == port && one.Sender == sender) return;
        }

        _waiting.Enqueue((port, sender));
        if (simulator.Now >= _freeAt && _refused is null) ScheduleWake(clock.Edge(1));
    }

    /// <summary>A line has settled: who waited for it may go on.</summary>
    public void Wake()
    {
        if (_waiting.Count > 0 && simulator.Now >= _freeAt) ScheduleWake(simulator.Now);
    }

    /// <summary>Calls those who wait, as long as the layer is free.</summary>
    public override void Handle(SimTime now, long tag)
    {
        if (now.Picoseconds != (tag == Wakes ? _wakeAt : _freeAt.Picoseconds)) return;
        if (tag == Wakes) _wakeAt = long.MaxValue;
        if (_calledBy is { } sender)
        {
            _calledBy = null;
            sender.Retry(below);
            return;
        }

        _calling = true;
        for (int i = _waiting.Count; i > 0 && IsFree; i--)
        {
            (MemoryPort port, IMemoryRequester next) = _waiting.Dequeue();
            next.Retry(port);
        }

        _calling = false;
        if (_waiting.Count == 0 || _refused is not null || now < _freeAt) return;
        simulator.NoteVainEvent();
        ScheduleWake(clock.EdgeAfter(now + s_instant));
    }

    private void ScheduleWake(SimTime time)
    {
        if (time.Picoseconds >= _wakeAt) return;
        _wakeAt = time.Picoseconds;
        simulator.Schedule(time, this, Wakes);
    }
}
