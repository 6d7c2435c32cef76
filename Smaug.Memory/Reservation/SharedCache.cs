using System.Numerics;
using System.Runtime.CompilerServices;
using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Memory.Arithmetic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Reservation;

/// <summary>
/// The banks of the shared, inclusive L2, directory of the private caches, and the memory's directory, which knows the lines that the L2
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
    private readonly LineArray _lines;
    private readonly ulong[] _sharers;
    private readonly int _lineShift;
    private readonly int _dataSlots;
    private readonly int _controlSlots;
    private readonly long _period;
    private readonly Divisor _clock;
    private readonly List<PrivateCache?> _caches = [];
    private readonly List<int> _waiting = [];
    private readonly SlotTable<LineRequest> _requests = new();
    private readonly RecallAgent _recalls;
    private readonly int _bankMask;
    private readonly int _firstBank;
    private readonly Bank[] _banks;

    public SharedCache(ReservationScheduler scheduler, LinkReservations links, MesiOptions options, string name)
    {
        (_scheduler, _links, _options) = (scheduler, links, options);
        _lines = new LineArray(options.L2Size.Bytes, options.L2Ways, options.LineBytes);
        _sharers = new ulong[_lines.Count];
        _lineShift = BitOperations.Log2((uint)options.LineBytes);
        _controlSlots = links.ControlSlots;
        _dataSlots = links.DataSlots;
        _period = options.Frequency.PeriodPicoseconds;
        _clock = new Divisor(_period);
        _bankMask = options.L2Banks - 1;
        _banks = new Bank[options.L2Banks];
        for (int i = 0; i < _banks.Length; i++) _banks[i] = new Bank(AddNode(null), scheduler.Simulator.Statistics, options.BankName(name, i));
        _firstBank = _banks[0].Node;
        DirectoryNode = AddNode(null);
        _recalls = new RecallAgent(scheduler, this, links, options);
    }

    public int DirectoryNode { get; }

    /// <summary>The endpoint of a bank.</summary>
    public int NodeOfBank(int bank) => _firstBank + bank;

    /// <summary>The number of the bank that the line of an access belongs to.</summary>
    public int BankNumberOf(int number) => (int)_requests[number].Line & _bankMask;

    public LineArray Lines => _lines;

    /// <summary>Adds an endpoint of the network, with its cache when it has one.</summary>
    public int AddNode(PrivateCache? cache)
    {
        _caches.Add(cache);
        return _links.AddNode();
    }

    /// <summary>Gives an endpoint its cache.</summary>
    public void Attach(PrivateCache cache) => _caches[cache.Node] = cache;

    /// <summary>The cycle that covers a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long CycleOf(long picoseconds) => _clock.Quotient(picoseconds + _period - 1);

    /// <summary>Begins an access, which its agent fills and then hands in by its number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref LineRequest Begin(out int number)
    {
        ref LineRequest request = ref _requests.Add(out number);
        request.IsRecalled = false;
        return ref request;
    }

    /// <summary>A core's miss, decided in a cycle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CoreMiss(int number, long cycle)
    {
        ref LineRequest request = ref _requests[number];
        request.At = _links.Send(request.Node, NodeOf(request.Line), cycle, _options.L1RequestCycles, _controlSlots);
        Access(ref request, number);
    }

    /// <summary>A core gives up a line for lack of room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WriteBack(PrivateCache cache, long line, bool dirty, long cycle)
    {
        int node = NodeOf(line);
        long taken = _links.Send(cache.Node, node, cycle, _options.L1RequestCycles, dirty ? _dataSlots : _controlSlots);
        _links.Send(node, cache.Node, taken, _options.L2ForwardCycles, _controlSlots);
        int index = _lines.Find(line);
        if (index < 0) return;
        ref CachedLine entry = ref _lines[index];
        if (entry.State != OwnedByCore || entry.Owner != cache.Node) return;
        entry.State = OwnedHere;
        entry.IsDirty |= dirty;
        _lines.Touch(index);
    }

    /// <summary>A coherency port's access, decided in a cycle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PortAccess(int number, long cycle)
    {
        ref LineRequest request = ref _requests[number];
        int slots = request.Access == LineAccess.PortWrite ? _dataSlots : _controlSlots;
        request.At = _links.Send(request.Node, NodeOf(request.Line), cycle, _options.AcpRequestCycles, slots);
        Access(ref request, number);
    }

    /// <summary>State of a line, for tests: 0 not present, 1 shared, 2 only here, 3 owned by a core, 4 on its way.</summary>
    public int StateOf(long line) => _lines.Find(line) is var index and >= 0 ? _lines[index].State : 0;

    /// <summary>Checks, for tests, that a line has one writer or any number of readers, and that all of them are known here.</summary>
    public void Check(long line)
    {
        int index = _lines.Find(line);
        ulong known = index < 0 ? 0 : _lines[index].State switch
        {
            SharedState => _sharers[index],
            OwnedByCore => 1UL << _lines[index].Owner,
            _ => 0,
        };
        foreach (PrivateCache? cache in _caches)
        {
            int place = cache?.Find(line) ?? -1;
            if (place < 0) continue;
            bool owns = cache!.State(place) >= PrivateCache.Exclusive;
            if ((known & (1UL << cache.Node)) == 0 || (owns && _lines[index].State != OwnedByCore))
            {
                throw new SimulationException($"line 0x{line << _lineShift:x}: node {cache.Node} has it in state {cache.State(place)}, the L2 knows {known:b} in state {StateOf(line)}");
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Access(ref LineRequest request, int number)
    {
        int index = _lines.Find(request.Line);
        if (index < 0)
        {
            Fetch(ref request, number);
            return;
        }

        ref CachedLine line = ref _lines[index];
        if (line.State == Fetching)
        {
            _waiting.Add(number);
            return;
        }

        BankOf(request.Line).Hits.Increment();
        _lines.Touch(index);
        long at = Math.Max(request.At, line.Ready);
        switch (line.State)
        {
            case SharedState: ServeShared(number, index, at); break;
            case OwnedHere: ServeOwnedHere(number, index, at); break;
            default: ServeOwnedByCore(number, index, at); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ServeShared(int number, int index, long at)
    {
        ref LineRequest request = ref _requests[number];
        ref ulong sharers = ref _sharers[index];
        switch (request.Access)
        {
            case LineAccess.PortRead:
                Answer(number, Data(request, at));
                break;
            case LineAccess.Read:
                sharers |= 1UL << request.Node;
                Answer(number, Data(request, at), PrivateCache.Shared);
                break;
            case LineAccess.PortWrite:
                Merge(number, index, Invalidate(sharers, NodeOf(request.Line), request.Line, at));
                break;
            default:
                ulong others = sharers & ~(1UL << request.Node);
                int slots = request.Access == LineAccess.Upgrade && others != sharers ? _controlSlots : _dataSlots;
                long granted = _links.Send(NodeOf(request.Line), request.Node, at, _options.L2ResponseCycles, slots);
                Own(number, index, Math.Max(granted, Invalidate(others, request.Node, request.Line, at)));
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ServeOwnedHere(int number, int index, long at)
    {
        ref LineRequest request = ref _requests[number];
        if (request.Access == LineAccess.PortRead) Answer(number, Data(request, at));
        else if (request.Access == LineAccess.PortWrite) Merge(number, index, at);
        else Own(number, index, Data(request, at));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ServeOwnedByCore(int number, int index, long at)
    {
        ref LineRequest request = ref _requests[number];
        ref CachedLine line = ref _lines[index];
        PrivateCache owner = _caches[line.Owner]!;
        int node = NodeOf(request.Line);
        long forwarded = _links.Send(node, owner.Node, at, _options.L2ForwardCycles, _controlSlots, isForward: true);
        switch (request.Access)
        {
            case LineAccess.Read:
            case LineAccess.PortRead:
                long answered = _links.Send(owner.Node, request.Node, forwarded, _options.L1ResponseCycles, _dataSlots);
                line.Ready = _links.Send(owner.Node, node, forwarded, _options.L1ResponseCycles, _dataSlots);
                line.IsDirty |= owner.Share(request.Line);
                line.State = SharedState;
                _sharers[index] = 1UL << owner.Node;
                if (request.Access == LineAccess.Read)
                {
                    _sharers[index] |= 1UL << request.Node;
                    line.Ready = Math.Max(line.Ready, Unblock(request, answered));
                }

                Answer(number, answered, PrivateCache.Shared);
                break;
            case LineAccess.PortWrite:
                long given = _links.Send(owner.Node, node, forwarded, _options.L1ResponseCycles, _dataSlots);
                owner.Drop(request.Line);
                Merge(number, index, given);
                break;
            default:
                owner.Drop(request.Line);
                Own(number, index, _links.Send(owner.Node, request.Node, forwarded, _options.L1ResponseCycles, _dataSlots));
                break;
        }
    }

    /// <summary>A core tells the L2 that it has the line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Unblock(in LineRequest request, long cycle) =>
        _links.Send(request.Node, NodeOf(request.Line), cycle, _options.L1UnblockCycles, _controlSlots, isForward: true);

    /// <summary>Sends the line from the L2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Data(in LineRequest request, long at) =>
        _links.Send(NodeOf(request.Line), request.Node, at, _options.L2ResponseCycles, _dataSlots);

    /// <summary>Makes a core the owner of a line that reaches it in a cycle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Own(int number, int index, long cycle)
    {
        ref LineRequest request = ref _requests[number];
        ref CachedLine line = ref _lines[index];
        line.State = OwnedByCore;
        line.Owner = (byte)request.Node;
        line.Ready = Unblock(request, cycle);
        Answer(number, cycle, request.Access == LineAccess.Read ? PrivateCache.Exclusive : PrivateCache.Modified);
    }

    /// <summary>Takes the bytes of a port's write when no private cache holds the line any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Merge(int number, int index, long at)
    {
        ref CachedLine line = ref _lines[index];
        line.State = OwnedHere;
        line.IsDirty = true;
        line.Ready = at;
        ref LineRequest request = ref _requests[number];
        Answer(number, _links.Send(NodeOf(request.Line), request.Node, at, _options.L2ResponseCycles, _controlSlots));
    }

    /// <summary>Takes copies from private caches.</summary>
    /// <returns>The cycle in which the collector has all acknowledgements.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Invalidate(ulong targets, int collector, long line, long at)
    {
        long last = at;
        int bank = NodeOf(line);
        for (; targets != 0; targets &= targets - 1)
        {
            int node = BitOperations.TrailingZeroCount(targets);
            long told = _links.Send(bank, node, at, _options.L2ForwardCycles, _controlSlots, isForward: true);
            _caches[node]!.Drop(line);
            last = Math.Max(last, _links.Send(node, collector, told, _options.L1ResponseCycles, _controlSlots));
        }

        return last;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Bank BankOf(long line) => ref _banks[(int)line & _bankMask];

    /// <summary>The endpoint of the bank that a line belongs to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int NodeOf(long line) => NodeOfBank((int)line & _bankMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Answer(int number, long cycle, byte state = 0)
    {
        ref LineRequest request = ref _requests[number];
        long time = cycle * _period;
        if (request.IsCore && request.Place >= 0) _caches[request.Node]!.Fill(request.Place, request.Line, state, time);
        Tell(number, time);
    }

    /// <summary>Ends an access: its agent gets the answer, and may begin another one in its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Tell(int number, long time)
    {
        (int agent, int slot) = (_requests[number].Agent, _requests[number].Slot);
        _requests.Remove(number);
        _scheduler.AgentOf(agent).Answered(slot, time);
    }

    /// <summary>An endpoint of the network with its counters. All banks share one array of lines, as each has sets of its own.</summary>
    private readonly struct Bank(int node, StatisticsRegistry statistics, string name)
    {
        public int Node { get; } = node;

        public Counter Hits { get; } = statistics.Counter($"{name}.hits", "accesses", "Requests whose line was in the L2 or in a private cache above it.");

        public Counter Misses { get; } = statistics.Counter($"{name}.misses", "accesses", "Requests that went to the directory.");

        public Counter Recalls { get; } = statistics.Counter($"{name}.recalls", "lines", "Lines called back by the directory for DMA.");

        public Counter WriteBacks { get; } = statistics.Counter($"{name}.writeBacks", "lines", "Modified lines written to memory for lack of room.");
    }
}
