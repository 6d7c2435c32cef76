using System.Numerics;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Coherence;
using Smaug.Memory.Pooling;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Interconnect;

/// <summary>
/// A crossbar that keeps the caches on its upper side coherent by snooping. A request is delivered at once and carries the
/// crossbar's latency with it, which the receiver pays; an answer waits for the next edge and the response latency. The request
/// layer towards the memory and the response layer towards each requester carry one packet at a time: a cycle, and one for each
/// part of the data. A line has one transaction at a time; further requests for it wait. The line of a request that the cache below
/// has refused, or keeps waiting, can be asked for from below all the same.
/// <para>
/// A snoop filter knows which ports may hold a line: only those are asked. Their look-ups delay a request that none of them
/// answers. The filter learns from caches that fetch, evict and supply lines; that an invalidation without an answer (one of a
/// DMA engine, of a clean line) has left no copy it does not learn, and asks in vain until the cache fetches or evicts the line.
/// </para>
/// </summary>
public sealed class CoherentCrossbar : EventTarget, IMemoryRequester, IWaitReporter
{
    // Of an event: a response layer is free again, else an answer arrives.
    private const long ReleaseKind = 1L << 40;

    private readonly Simulator _simulator;
    private readonly CrossbarOptions _options;
    private readonly MemoryPort _below;
    private readonly Clock _clock;
    private readonly int _lineShift;
    private readonly bool _aboveCache;
    private readonly List<UpperPort> _ports = [];
    private readonly LineMap _locked = new(64);
    private readonly SlotTable<Transaction> _transactions = new(32);
    private readonly RequestLayer _requestLayer;
    private readonly SnoopFilter _filter;
    private readonly Counter _packets;
    private readonly Counter _suppliedByCaches;
    private readonly LatestFirstQueue<int> _supplied;
    private SimTime _snoopLayerFree;
    private int _leavingRefused = -1;
    private long _bytesMoved;

    /// <summary>Creates a crossbar without upper ports.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="below">Where requests go that no cache beside answers.</param>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, the port belongs to another simulation, or the name is taken.</exception>
    public CoherentCrossbar(Simulator simulator, string name, MemoryPort below, CrossbarOptions? options = null)
    {
        _options = options ?? new CrossbarOptions();
        Require.Valid(name, _options.Validate);
        (_simulator, _below) = (Require.SameSimulation(name, simulator, below), below);
        _clock = new Clock(simulator, _options.Frequency);
        _requestLayer = new RequestLayer(simulator, _clock, below);
        _supplied = new LatestFirstQueue<int>(simulator, Answer);
        _lineShift = BitOperations.Log2((uint)_options.LineBytes);
        Name = name;
        _packets = simulator.Statistics.Counter($"{name}.packets", "packets", "Requests passed.");
        _filter = new SnoopFilter(simulator.Statistics.Counter($"{name}.snoops", "snoops", "Times that a cache was asked for a line."));
        _suppliedByCaches = simulator.Statistics.Counter($"{name}.suppliedByCaches", "packets", "Requests answered by a cache beside instead of from below.");
        simulator.AddWaitReporter(this);
    }

    /// <summary>Creates a crossbar above a cache, which from then on asks the caches above the crossbar when it is asked itself.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="below">The cache below, which has most lines of those above.</param>
    /// <param name="options">Its parameters; by default <see cref="CrossbarOptions.ToL2"/>.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, the cache belongs to another simulation, or the name is taken.</exception>
    public CoherentCrossbar(Simulator simulator, string name, Cache below, CrossbarOptions? options = null)
        : this(simulator, name, below.Port, (options ?? CrossbarOptions.ToL2) with { IsPointOfCoherency = false })
    {
        if (below.LineBytes != _options.LineBytes)
        {
            throw new ConfigurationException($"{name}: the crossbar has lines of {_options.LineBytes} bytes, the cache '{below.Name}' below of {below.LineBytes}: must be equal");
        }

        _aboveCache = true;
        below.AttachAbove(this);
    }

    /// <summary>Most ports of a crossbar: the holders of a line are the bits of one number.</summary>
    public const int MaximumPorts = SnoopFilter.MaximumPorts;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The port below it, where requests go that no cache beside answers.</summary>
    public MemoryPort Below => _below;

    /// <summary>Bytes of data that it has moved in either direction since the simulation began, for its energy; addresses and commands do not count.</summary>
    public long BytesMoved => _bytesMoved;

    /// <inheritdoc/>
    public string? WaitingFor => _requestLayer.Refused is { } refused ? $"room below, at '{_requestLayer.Below.Name}', for a {refused}"
        : _transactions.Count > 0 ? $"answers from '{_requestLayer.Below.Name}' to {_transactions.Count} requests" : null;

    internal Simulator Simulator => _simulator;

    /// <summary>Adds a port for a requester that holds no copies, such as a DMA engine. Its requests must lie within one line.</summary>
    /// <exception cref="ConfigurationException">There are too many ports.</exception>
    public MemoryPort AddPort(string name) => AddPort(name, null, _options.LineBytes);

    internal MemoryPort AddPort(string name, ISnooper? cache, int lineBytes)
    {
        if (lineBytes != _options.LineBytes)
        {
            throw new ConfigurationException($"{Name}: cache '{name}' has lines of {lineBytes} bytes, the crossbar of {_options.LineBytes}: must be equal");
        }

        if (_ports.Count == SnoopFilter.MaximumPorts) throw new ConfigurationException($"{Name}: port '{name}': at most {SnoopFilter.MaximumPorts} ports");
        UpperPort port = new(this, $"{Name}.{name}", _ports.Count, cache);
        _ports.Add(port);
        _filter.AddPort(cache);
        return port;
    }

    /// <summary>Asks all caches above for a line, on behalf of a cache below this crossbar that was asked itself.</summary>
    internal SnoopResult SnoopAbove(in SnoopRequest request)
    {
        SnoopResult result = _filter.Ask(request with { Header = SimTime.Zero }, exceptPort: -1, learns: true);
        AskTransaction(request, ref result);
        result.Delay += _clock.Cycles(_options.SnoopFilterCycles);
        if (!result.IsDirty) return result;
        if (request.WantsData) _bytesMoved += _options.LineBytes;
        SimTime begin = SimTime.Max(_clock.EdgeAfter(result.SuppliedAt), _snoopLayerFree);
        _snoopLayerFree = begin + _clock.Period + (request.WantsData ? PayloadTime(_options.LineBytes) : SimTime.Zero);
        result.SuppliedAt = begin + _clock.Cycles(_options.SnoopResponseCycles);
        return result;
    }

    /// <summary>Whether a transaction for a line is under way.</summary>
    internal bool IsLocked(long line) => _locked.Find(line) >= 0;

    /// <summary>Whether all caches above that may hold a line can be asked for it now.</summary>
    internal bool AreSettled(long line) => _filter.AreSettled(line);

    /// <summary>Whether a cache above may have a line, or is about to.</summary>
    internal bool MayHold(long line) => IsLocked(line) || _filter.MayHold(line);

    /// <summary>The request for a line that is under way and has been taken below, or answered by a cache above; null when there is none.</summary>
    internal MemoryRequest? Passed(long line) =>
        _locked.Find(line) is var number and >= 0 && _transactions[number].Request is var request && request != _requestLayer.Refused ? request : null;

    /// <summary>Modified content that a request on its way down has taken from a cache above is there to be asked for until the request is answered.</summary>
    private void AskTransaction(in SnoopRequest request, ref SnoopResult result)
    {
        bool asksForCopiesOnly = request is { Kind: SnoopKind.Peek, WantsData: false };
        if (asksForCopiesOnly || _locked.Find(request.Line) is not (var number and >= 0) || !_transactions[number].Snooped.IsDirty) return;
        ref SnoopResult taken = ref _transactions[number].Snooped;
        result.HasCopy = true;
        result.IsDirty = true;
        result.Value = taken.Value;
        result.SuppliedAt = SimTime.Max(taken.SuppliedAt, _simulator.Now);
        if (request.Kind == SnoopKind.Own) taken.IsDirty = false;
    }

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        int number = (int)(tag & ~ReleaseKind);
        if ((tag & ReleaseKind) == 0) Deliver(number);
        else if (_ports[number].Answers.TryDequeue(out int next)) Pass(next);
    }

    /// <inheritdoc/>
    public void Complete(MemoryRequest request)
    {
        int number = _locked.Find(request.Address >> _lineShift);
        ref Transaction transaction = ref _transactions[number];
        if (transaction.Snooped.IsDirty)
        {
            request.Value = transaction.Snooped.Value;
            request.PassesDirty = true;
        }

        if (transaction.Kind == SnoopKind.Share && transaction.Snooped.HasCopy) request.Writable = false;
        else if (_options.IsPointOfCoherency) request.Writable = true;
        Answer(number);
    }

    /// <inheritdoc/>
    public void Retry(MemoryPort port)
    {
        if (!_requestLayer.SendRefused(this)) return;
        if (_leavingRefused >= 0) Release(_leavingRefused);
    }

    private bool Accept(UpperPort port, MemoryRequest request, IMemoryRequester sender)
    {
        // Only one line is snooped: of a larger request the rest would pass by the caches that hold it.
        long line = Require.WithinLine(port.Name, request, _lineShift);
        if (!CanAccept(port, line))
        {
            if (_locked.Find(line) is var other and >= 0 && _transactions[other].Request == request)
            {
                throw new SimulationException($"{Name}: the {request} that it has passed on has come back to it: a cycle of ports");
            }

            _requestLayer.Wait(port, sender);
            return false;
        }

        int cycles = _options.FrontendCycles + _options.ForwardCycles + _options.SnoopFilterCycles;
        SimTime carried = request.HeaderDelay;
        request.HeaderDelay += _clock.Edge() - _simulator.Now + _clock.Cycles(cycles);
        request.PayloadDelay = SimTime.Max(request.PayloadDelay, request.CarriesDataDown ? PayloadTime(request.Bytes) : SimTime.Zero);
        _requestLayer.Occupy(request);
        _packets.Increment();
        if (request.CarriesDataDown) _bytesMoved += request.Bytes;
        int number = _transactions.Add(new Transaction { Request = request, Port = port.Index, Line = line, Kind = KindOf(request) });
        ref Transaction transaction = ref _transactions[number];
        _locked.Set(line, number);
        bool here = Resolve(ref transaction, port, request);
        if (here && transaction.Snooped.IsDirty)
        {
            _suppliedByCaches.Increment();
            _supplied.Add(number, SimTime.Max(transaction.Snooped.SuppliedAt, _simulator.Now));
            return true;
        }

        request.HeaderDelay += transaction.Snooped.Delay;
        if (here)
        {
            // What moves no data (an invalidation, the right to write) is acknowledged without passing the response layer.
            if (request.Command == MemoryCommand.CleanEvict)
            {
                _locked.Remove(line);
                transaction.Line = TagArray.NoLine;
            }

            _simulator.ScheduleLatestFirst(_simulator.Now + request.HeaderDelay, this, number);
            return true;
        }

        request.PassesDirty = _aboveCache && port.Cache is not null && request.CarriesDataUp && !transaction.Snooped.HasCopy;
        SendBelow(number, request, carried + _clock.Cycles(cycles) + transaction.Snooped.Delay);
        return true;
    }

    /// <summary>Passes a request on. A line that leaves a cache needs no way back: it is done when it has been taken below.</summary>
    private void SendBelow(int number, MemoryRequest request, SimTime delay)
    {
        bool leaves = request.Command is MemoryCommand.WriteBack or MemoryCommand.CleanEvict;
        if (!leaves) request.PushRoute(this);
        if (!_requestLayer.Send(request, this, delay)) _leavingRefused = leaves ? number : -1;
        else if (leaves) Release(number);
    }

    private bool CanAccept(UpperPort port, long line) => _requestLayer.IsFree && !IsLocked(line) && _filter.AreSettled(line, port.Index);

    private static SnoopKind KindOf(MemoryRequest request)
    {
        if (request.Command == MemoryCommand.Invalidate) return SnoopKind.Own;
        if (request.Attributes.HasFlag(MemoryAttributes.Uncacheable)) return SnoopKind.Peek;
        bool owns = request.Command is MemoryCommand.Write or MemoryCommand.Atomic || request.Attributes.HasFlag(MemoryAttributes.Exclusive);
        return owns ? SnoopKind.Own : SnoopKind.Share;
    }

    /// <summary>Asks the caches; true when the answer comes from here instead of from below.</summary>
    private bool Resolve(ref Transaction transaction, UpperPort port, MemoryRequest request)
    {
        long line = transaction.Line;
        switch (request.Command)
        {
            case MemoryCommand.WriteBack:
                if (!request.Attributes.HasFlag(MemoryAttributes.HeldAbove)) _filter.Remove(line, port.Index);
                return false;
            case MemoryCommand.CleanEvict:
                if (!request.Attributes.HasFlag(MemoryAttributes.HeldAbove)) _filter.Remove(line, port.Index);
                return _options.IsPointOfCoherency;
        }

        bool wantsData = MovesDataUp(request);
        SnoopRequest question = new(line, transaction.Kind, request.HeaderDelay, wantsData);
        transaction.Snooped = _filter.Ask(question, port.Index, learns: port.Cache is not null);
        if (request.Command == MemoryCommand.Invalidate)
        {
            if (_options.IsPointOfCoherency) return true;
            // The cache below has a copy of its own, older than the one that was dropped.
            transaction.Snooped = new SnoopResult { Delay = transaction.Snooped.Delay };
            return false;
        }

        if (transaction.Kind == SnoopKind.Peek && request.Command == MemoryCommand.Write)
        {
            // An uncacheable write leaves cached copies as they are; who wants them gone invalidates them before.
            transaction.Snooped = new SnoopResult { Delay = transaction.Snooped.Delay };
            return false;
        }

        if (transaction.Kind != SnoopKind.Peek && port.Cache is not null) _filter.Add(line, port.Index);
        SnoopResult snooped = transaction.Snooped;
        if (snooped.IsDirty && request.CarriesDataUp && (transaction.Kind != SnoopKind.Own || snooped.WasWritable || _options.IsPointOfCoherency))
        {
            request.Value = snooped.Value;
            request.SuppliedByCache = true;
            request.Writable = transaction.Kind == SnoopKind.Own;
            request.PassesDirty = request.Writable;
            return true;
        }

        if (!_options.IsPointOfCoherency || snooped.IsDirty) return false;
        bool keeps = request.Attributes.HasFlag(MemoryAttributes.Upgrade) && port.Cache!.Snoop(new SnoopRequest(line, SnoopKind.Peek, WantsData: false)).HasCopy;
        if (!keeps && wantsData) return false;
        request.Writable = keeps || transaction.Kind == SnoopKind.Own;
        return request.CarriesDataUp && request.Writable;
    }

    /// <summary>Whether the answer moves the line: not where a whole line is about to be written, or only the right to write is asked for.</summary>
    private static bool MovesDataUp(MemoryRequest request) =>
        request.CarriesDataUp && (request.Attributes & (MemoryAttributes.WholeLine | MemoryAttributes.Exclusive)) != (MemoryAttributes.WholeLine | MemoryAttributes.Exclusive);

    private SimTime PayloadTime(int bytes) => _clock.Cycles((bytes + _options.WidthBytes - 1) / _options.WidthBytes);

    /// <summary>An answer is here: it passes the response layer of its requester, now or when those before it have passed.</summary>
    private void Answer(int number)
    {
        UpperPort port = _ports[_transactions[number].Port];
        if (_simulator.Now < port.ResponseLayerFree || port.Answers.Count > 0) port.Answers.Enqueue(number);
        else Pass(number);
    }

    private void Pass(int number)
    {
        ref Transaction transaction = ref _transactions[number];
        UpperPort port = _ports[transaction.Port];
        MemoryRequest request = transaction.Request;
        bool moves = MovesDataUp(request) && !request.Attributes.HasFlag(MemoryAttributes.Upgrade);
        SimTime payload = moves ? PayloadTime(request.Bytes) : SimTime.Zero;
        if (moves) _bytesMoved += request.Bytes;
        port.ResponseLayerFree = _clock.Edge(1) + payload;
        request.PayloadDelay = payload;
        _simulator.ScheduleLatestFirst(port.ResponseLayerFree, this, ReleaseKind | (long)port.Index);
        _simulator.ScheduleLatestFirst(_clock.Edge(_options.ResponseCycles), this, number);
    }

    private void Deliver(int number)
    {
        ref Transaction transaction = ref _transactions[number];
        MemoryRequest request = transaction.Request;
        request.HeaderDelay = SimTime.Zero;
        // Again, as a snoop from below may have taken the copies above, this port's included, since the request came.
        if (request.CarriesDataUp && transaction.Kind != SnoopKind.Peek && _ports[transaction.Port].Cache is not null) _filter.Add(transaction.Line, transaction.Port);
        Release(number);
        request.Respond();
        _requestLayer.Wake();
    }

    private void Release(int number)
    {
        if (_transactions[number].Line != TagArray.NoLine) _locked.Remove(_transactions[number].Line);
        _transactions.Remove(number);
    }

    private sealed class UpperPort(CoherentCrossbar crossbar, string name, int index, ISnooper? cache) : MemoryPort(crossbar._simulator, name)
    {
        public int Index => index;

        public ISnooper? Cache => cache;

        public SimTime ResponseLayerFree { get; set; }

        /// <summary>Answers that wait for the response layer.</summary>
        public Queue<int> Answers { get; } = new();

        internal override int? LineBytes => crossbar._options.LineBytes;

        internal override object? Part => crossbar;

        public override bool HasMemoryAt(long address, int bytes) => crossbar._requestLayer.Below.HasMemoryAt(address, bytes);

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => crossbar.Accept(this, request, sender);
    }

    private struct Transaction
    {
        public MemoryRequest Request;
        public long Line;
        public SnoopResult Snooped;
        public int Port;
        public SnoopKind Kind;
    }
}
