using System.Numerics;
using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Memory.Coherence;

namespace Smaug.Memory.Reservation;

/// <summary>
/// The shared, inclusive L2, directory of the private caches, and the memory's directory, which knows the lines that the L2
/// holds. The state of a line changes when a request for it is served, and the time of the answer is added up from the fixed
/// latencies of the protocol and the links' reservations. A line that is being fetched or handed over makes later requests for
/// it wait until it has settled.
/// </summary>
internal sealed partial class SharedCache
{
    private const byte SharedState = 1;
    private const byte OwnedHere = 2;
    private const byte OwnedByCore = 3;
    private const byte Fetching = 4;

    private readonly MesiOptions _options;
    private readonly LinkReservations _links;
    private readonly ReservationScheduler _scheduler;
    private readonly TagArray _tags;
    private readonly ulong[] _sharers;
    private readonly short[] _owners;
    private readonly long[] _settled;
    private readonly int _lineShift;
    private readonly int _dataBytes;
    private readonly int _controlBytes;
    private readonly long _period;
    private readonly List<PrivateCache?> _caches = [];
    private readonly List<LineRequest> _waiting = [];
    private readonly SlotTable<LineRequest> _pending = new();
    private readonly Counter _hits;
    private readonly Counter _misses;
    private readonly Counter _recalls;
    private readonly Counter _writeBacks;

    public SharedCache(ReservationScheduler scheduler, LinkReservations links, MesiOptions options, string name)
    {
        (_scheduler, _links, _options) = (scheduler, links, options);
        _tags = new TagArray(options.L2Size.Bytes, options.L2Ways, options.LineBytes);
        _sharers = new ulong[_tags.Lines.Length];
        _owners = new short[_tags.Lines.Length];
        _settled = new long[_tags.Lines.Length];
        _lineShift = BitOperations.Log2((uint)options.LineBytes);
        _controlBytes = options.ControlBytes;
        _dataBytes = options.LineBytes + options.ControlBytes;
        _period = options.Frequency.PeriodPicoseconds;
        Node = AddNode(null);
        DirectoryNode = AddNode(null);
        StatisticsRegistry statistics = scheduler.Simulator.Statistics;
        _hits = statistics.Counter($"{name}.l2.hits", "accesses", "Requests whose line was in the L2 or in a private cache above it.");
        _misses = statistics.Counter($"{name}.l2.misses", "accesses", "Requests that went to the directory.");
        _recalls = statistics.Counter($"{name}.l2.recalls", "lines", "Lines called back by the directory for DMA.");
        _writeBacks = statistics.Counter($"{name}.l2.writeBacks", "lines", "Modified lines written to memory for lack of room.");
    }

    public int Node { get; }

    public int DirectoryNode { get; }

    /// <summary>Adds an endpoint of the network, with its cache when it has one.</summary>
    public int AddNode(PrivateCache? cache)
    {
        _caches.Add(cache);
        return _links.AddNode();
    }

    /// <summary>Gives an endpoint its cache.</summary>
    public void Attach(PrivateCache cache) => _caches[cache.Node] = cache;

    /// <summary>The cycle that covers a time.</summary>
    public long CycleOf(long picoseconds) => (picoseconds + _period - 1) / _period;

    /// <summary>A core's miss, decided in a cycle.</summary>
    public void CoreMiss(ref LineRequest request, long cycle)
    {
        request.At = _links.Send(request.Node, Node, cycle, _options.L1RequestCycles, _controlBytes, LinkReservations.Requests);
        Access(request);
    }

    /// <summary>A core gives up a line for lack of room.</summary>
    public void WriteBack(PrivateCache cache, long line, bool dirty, long cycle)
    {
        long taken = _links.Send(cache.Node, Node, cycle, _options.L1RequestCycles, _dataBytes, LinkReservations.Requests);
        _links.Send(Node, cache.Node, taken, _options.L2ForwardCycles, _controlBytes, LinkReservations.Answers);
        int index = _tags.Find(line);
        if (index < 0 || _tags.States[index] != OwnedByCore || _owners[index] != cache.Node) return;
        _tags.States[index] = OwnedHere;
        _tags.Dirty[index] |= dirty;
        _tags.Touch(index);
    }

    /// <summary>A coherency port's access, decided in a cycle.</summary>
    public void PortAccess(ref LineRequest request, long cycle)
    {
        int bytes = request.Access == LineAccess.PortWrite ? _dataBytes : _controlBytes;
        request.At = _links.Send(request.Node, Node, cycle, _options.AcpRequestCycles, bytes, LinkReservations.Requests);
        Access(request);
    }

    /// <summary>State of a line, for tests: 0 not present, 1 shared, 2 only here, 3 owned by a core, 4 on its way.</summary>
    public int StateOf(long line) => _tags.Find(line) is var index and >= 0 ? _tags.States[index] : 0;

    /// <summary>Checks, for tests, that a line has one writer or any number of readers, and that all of them are known here.</summary>
    public void Check(long line)
    {
        int index = _tags.Find(line);
        ulong known = index < 0 ? 0 : _tags.States[index] switch
        {
            SharedState => _sharers[index],
            OwnedByCore => 1UL << _owners[index],
            _ => 0,
        };
        foreach (PrivateCache? cache in _caches)
        {
            int place = cache?.Find(line) ?? -1;
            if (place < 0) continue;
            bool owns = cache!.State(place) >= PrivateCache.Exclusive;
            if ((known & (1UL << cache.Node)) == 0 || (owns && _tags.States[index] != OwnedByCore))
            {
                throw new SimulationException($"line 0x{line << _lineShift:x}: node {cache.Node} has it in state {cache.State(place)}, the L2 knows {known:b} in state {StateOf(line)}");
            }
        }
    }

    private void Access(in LineRequest request)
    {
        int index = _tags.Find(request.Line);
        if (index < 0)
        {
            Fetch(request);
            return;
        }

        if (_tags.States[index] == Fetching)
        {
            _waiting.Add(request);
            return;
        }

        _hits.Increment();
        _tags.Touch(index);
        long at = Math.Max(request.At, _settled[index]);
        switch (_tags.States[index])
        {
            case SharedState: ServeShared(request, index, at); break;
            case OwnedHere: ServeOwnedHere(request, index, at); break;
            default: ServeOwnedByCore(request, index, at); break;
        }
    }

    private void ServeShared(in LineRequest request, int index, long at)
    {
        switch (request.Access)
        {
            case LineAccess.PortRead:
                Answer(request, Data(request, at));
                break;
            case LineAccess.Read:
                _sharers[index] |= 1UL << request.Node;
                Answer(request, Data(request, at), PrivateCache.Shared);
                break;
            case LineAccess.PortWrite:
                Merge(request, index, Invalidate(_sharers[index], Node, request.Line, at));
                break;
            default:
                ulong others = _sharers[index] & ~(1UL << request.Node);
                bool holds = others != _sharers[index];
                int bytes = request.Access == LineAccess.Upgrade && holds ? _controlBytes : _dataBytes;
                long granted = _links.Send(Node, request.Node, at, _options.L2ResponseCycles, bytes, LinkReservations.Answers);
                Own(request, index, Math.Max(granted, Invalidate(others, request.Node, request.Line, at)));
                break;
        }
    }

    private void ServeOwnedHere(in LineRequest request, int index, long at)
    {
        if (request.Access == LineAccess.PortRead) Answer(request, Data(request, at));
        else if (request.Access == LineAccess.PortWrite) Merge(request, index, at);
        else Own(request, index, Data(request, at));
    }

    private void ServeOwnedByCore(in LineRequest request, int index, long at)
    {
        PrivateCache owner = _caches[_owners[index]]!;
        long forwarded = _links.Send(Node, owner.Node, at, _options.L2ForwardCycles, _controlBytes, LinkReservations.Forwards);
        switch (request.Access)
        {
            case LineAccess.Read:
            case LineAccess.PortRead:
                long answered = _links.Send(owner.Node, request.Node, forwarded, _options.L1ResponseCycles, _dataBytes, LinkReservations.Answers);
                _settled[index] = _links.Send(owner.Node, Node, forwarded, _options.L1ResponseCycles, _dataBytes, LinkReservations.Answers);
                _tags.Dirty[index] |= owner.Share(request.Line);
                _tags.States[index] = SharedState;
                _sharers[index] = 1UL << owner.Node;
                if (request.Access == LineAccess.Read)
                {
                    _sharers[index] |= 1UL << request.Node;
                    _settled[index] = Math.Max(_settled[index], Unblock(request, answered));
                }

                Answer(request, answered, PrivateCache.Shared);
                break;
            case LineAccess.PortWrite:
                long given = _links.Send(owner.Node, Node, forwarded, _options.L1ResponseCycles, _dataBytes, LinkReservations.Answers);
                owner.Drop(request.Line);
                Merge(request, index, given);
                break;
            default:
                owner.Drop(request.Line);
                Own(request, index, _links.Send(owner.Node, request.Node, forwarded, _options.L1ResponseCycles, _dataBytes, LinkReservations.Answers));
                break;
        }
    }

    /// <summary>A core tells the L2 that it has the line.</summary>
    private long Unblock(in LineRequest request, long cycle) =>
        _links.Send(request.Node, Node, cycle, _options.L1UnblockCycles, _controlBytes, LinkReservations.Forwards);

    /// <summary>Sends the line from the L2.</summary>
    private long Data(in LineRequest request, long at) =>
        _links.Send(Node, request.Node, at, _options.L2ResponseCycles, _dataBytes, LinkReservations.Answers);

    /// <summary>Makes a core the owner of a line that reaches it in a cycle.</summary>
    private void Own(in LineRequest request, int index, long cycle)
    {
        _tags.States[index] = OwnedByCore;
        _owners[index] = (short)request.Node;
        _sharers[index] = 0;
        _settled[index] = Unblock(request, cycle);
        Answer(request, cycle, request.Access == LineAccess.Read ? PrivateCache.Exclusive : PrivateCache.Modified);
    }

    /// <summary>Takes the bytes of a port's write when no private cache holds the line any more.</summary>
    private void Merge(in LineRequest request, int index, long at)
    {
        _tags.States[index] = OwnedHere;
        _tags.Dirty[index] = true;
        _sharers[index] = 0;
        _settled[index] = at;
        Answer(request, _links.Send(Node, request.Node, at, _options.L2ResponseCycles, _controlBytes, LinkReservations.Answers));
    }

    /// <summary>Takes copies from private caches.</summary>
    /// <returns>The cycle in which the collector has all acknowledgements.</returns>
    private long Invalidate(ulong targets, int collector, long line, long at)
    {
        long last = at;
        for (; targets != 0; targets &= targets - 1)
        {
            int node = BitOperations.TrailingZeroCount(targets);
            long told = _links.Send(Node, node, at, _options.L2ForwardCycles, _controlBytes, LinkReservations.Forwards);
            _caches[node]!.Drop(line);
            last = Math.Max(last, _links.Send(node, collector, told, _options.L1ResponseCycles, _controlBytes, LinkReservations.Answers));
        }

        return last;
    }

    private void Answer(in LineRequest request, long cycle, byte state = 0)
    {
        long time = cycle * _period;
        if (request.Cache is { } cache) cache.Fill(request.Place, request.Line, state, time);
        request.Agent.Answered(request.Slot, time);
    }
}
