using System.Numerics;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Coherence;

namespace Smaug.Memory.Interconnect;

/// <summary>
/// A crossbar that keeps the caches on its upper side coherent by snooping. A request is delivered at once and carries the
/// crossbar's latency with it, which the receiver pays; an answer waits for the next edge and the response latency. The request
/// layer towards the memory and the response layer towards each requester carry one packet at a time. A line has one
/// transaction at a time; further requests for it wait. A snoop filter knows which ports may hold a line: only those are asked.
/// </summary>
public sealed class CoherentCrossbar : EventTarget, IMemoryRequester
{
    private const long LayerFree = -1;
    private const int MaximumPorts = 31;

    private readonly Simulator _simulator;
    private readonly CrossbarOptions _options;
    private readonly Clock _clock;
    private readonly MemoryPort _below;
    private readonly int _lineShift;
    private readonly List<UpperPort> _ports = [];
    private readonly LineMap _locked = new(64);
    private readonly LineMap _holders = new(1024);
    private readonly Counter _packets;
    private readonly Counter _snoops;
    private readonly Counter _suppliedByCaches;
    private Transaction[] _transactions = new Transaction[32];
    private int _free = -1;
    private int _used;
    private SimTime _requestLayerFree;
    private MemoryRequest? _refusedBelow;
    private bool _wakeScheduled;

    /// <summary>Creates a crossbar without upper ports.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="below">Where requests go that no cache beside answers.</param>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the name is taken.</exception>
    public CoherentCrossbar(Simulator simulator, string name, MemoryPort below, CrossbarOptions? options = null)
    {
        _options = options ?? new CrossbarOptions();
        _options.Validate();
        _simulator = simulator;
        _below = below;
        _clock = new Clock(simulator, _options.Frequency);
        _lineShift = BitOperations.Log2((uint)_options.LineBytes);
        Name = name;
        _packets = simulator.Statistics.Counter($"{name}.packets", "packets", "Requests passed.");
        _snoops = simulator.Statistics.Counter($"{name}.snoops", "snoops", "Times that a cache was asked for a line.");
        _suppliedByCaches = simulator.Statistics.Counter($"{name}.suppliedByCaches", "packets", "Requests answered by a cache beside instead of from below.");
    }

    /// <summary>Creates a crossbar above a cache, which from then on asks the caches above the crossbar when it is asked itself.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="below">The cache below, inclusive of those above.</param>
    /// <param name="options">Its parameters; by default <see cref="CrossbarOptions.ToL2"/>.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the name is taken.</exception>
    public CoherentCrossbar(Simulator simulator, string name, Cache below, CrossbarOptions? options = null)
        : this(simulator, name, below.Port, (options ?? CrossbarOptions.ToL2) with { IsPointOfCoherency = false }) => below.AttachAbove(this);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Adds a port for a requester that holds no copies, such as a DMA engine.</summary>
    /// <exception cref="ConfigurationException">There are too many ports.</exception>
    public MemoryPort AddPort(string name) => AddPort(name, null);

    internal MemoryPort AddPort(string name, ISnooper? cache)
    {
        if (_ports.Count == MaximumPorts) throw new ConfigurationException($"{Name}: port '{name}': at most {MaximumPorts} ports");
        UpperPort port = new(this, $"{Name}.{name}", _ports.Count, cache);
        _ports.Add(port);
        return port;
    }

    /// <summary>Asks all caches above for a line, on behalf of a cache below this crossbar that was asked itself.</summary>
    internal SnoopResult SnoopAbove(long line, SnoopKind kind) => Ask(line, kind, except: -1);

    /// <summary>Whether a transaction for a line is under way.</summary>
    internal bool IsLocked(long line) => _locked.Find(line) >= 0;

    /// <summary>Whether the transaction for a line has taken modified data from a cache and not delivered it yet.</summary>
    internal bool CarriesDirty(long line) => _locked.Find(line) is var number and >= 0 && _transactions[number].Snooped.IsDirty;

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        if (tag == LayerFree)
        {
            _wakeScheduled = false;
            NotifyAll();
        }
        else if (_transactions[tag].IsAnswered)
        {
            Deliver((int)tag);
        }
        else
        {
            Answer((int)tag);
        }
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
        if (_refusedBelow is not { } request || !_below.TrySend(request, this)) return;
        _refusedBelow = null;
        NotifyAll();
    }

    private bool Accept(UpperPort port, MemoryRequest request, IMemoryRequester sender)
    {
        long line = request.Address >> _lineShift;
        if (!CanAccept(port, line))
        {
            port.Retries.Add(sender);
            ScheduleWake();
            return false;
        }

        SimTime payload = _clock.Cycles(request.CarriesDataDown ? (request.Bytes + _options.WidthBytes - 1) / _options.WidthBytes : 0);
        int cycles = _options.FrontendCycles + _options.ForwardCycles + _options.SnoopFilterCycles;
        request.HeaderDelay += _clock.Edge() - _simulator.Now + _clock.Cycles(cycles);
        request.PayloadDelay = SimTime.Max(request.PayloadDelay, payload);
        _requestLayerFree = _clock.Edge(1) + payload;
        _packets.Increment();
        int number = Allocate();
        ref Transaction transaction = ref _transactions[number];
        transaction = new Transaction { Request = request, Port = port.Index, Line = line, Kind = KindOf(request) };
        _locked.Set(line, number);
        bool here = Resolve(ref transaction, port, request);
        if (here)
        {
            SimTime delay = request.HeaderDelay;
            if (transaction.Snooped.IsDirty)
            {
                _suppliedByCaches.Increment();
                delay += new SimTime(transaction.Snooped.Latency) + _clock.Cycles(_options.SnoopResponseCycles);
            }

            // What moves no data (an invalidation, the right to write) is acknowledged without passing the response layer.
            transaction.IsAnswered = !transaction.Snooped.IsDirty;
            _simulator.Schedule(_simulator.Now + delay, this, number);
        }
        else
        {
            request.PushRoute(this);
            if (!_below.TrySend(request, this)) _refusedBelow = request;
        }

        return true;
    }

    private bool CanAccept(UpperPort port, long line)
    {
        if (_simulator.Now < _requestLayerFree || _refusedBelow is not null || _locked.Find(line) >= 0) return false;
        int mask = Math.Max(_holders.Find(line), 0) & ~(1 << port.Index);
        while (mask != 0)
        {
            if (!_ports[BitOperations.TrailingZeroCount(mask)].Cache!.IsSettled(line)) return false;
            mask &= mask - 1;
        }

        return true;
    }

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
                RemoveHolder(line, port.Index);
                return false;
            case MemoryCommand.CleanEvict:
                RemoveHolder(line, port.Index);
                return _options.IsPointOfCoherency;
            case MemoryCommand.Write when transaction.Kind == SnoopKind.Peek:
                // An uncacheable write leaves cached copies as they are; who wants them gone invalidates them before.
                return false;
        }

        transaction.Snooped = Ask(line, transaction.Kind, port.Index);
        if (request.Command == MemoryCommand.Invalidate) return _options.IsPointOfCoherency;
        if (transaction.Kind != SnoopKind.Peek && port.Cache is not null) AddHolder(line, port.Index);
        SnoopResult snooped = transaction.Snooped;
        if (snooped.IsDirty && request.CarriesDataUp && (transaction.Kind != SnoopKind.Own || snooped.WasWritable || _options.IsPointOfCoherency))
        {
            request.Value = snooped.Value;
            request.SuppliedByCache = true;
            request.Writable = transaction.Kind == SnoopKind.Own;
            request.PassesDirty = request.Writable;
            return true;
        }

        if (!_options.IsPointOfCoherency || !request.Attributes.HasFlag(MemoryAttributes.Upgrade) || !port.Cache!.Snoop(line, SnoopKind.Peek).HasCopy) return false;
        request.Writable = true;
        return true;
    }

    private SnoopResult Ask(long line, SnoopKind kind, int except)
    {
        SnoopResult result = default;
        int holders = Math.Max(_holders.Find(line), 0);
        int mask = except >= 0 ? holders & ~(1 << except) : holders;
        int rest = mask;
        while (rest != 0)
        {
            SnoopResult one = _ports[BitOperations.TrailingZeroCount(rest)].Cache!.Snoop(line, kind);
            _snoops.Increment();
            result.HasCopy |= one.HasCopy;
            result.WasWritable |= one.WasWritable;
            if (one.IsDirty)
            {
                result.IsDirty = true;
                result.Value = one.Value;
                result.Latency = one.Latency;
            }

            rest &= rest - 1;
        }

        if (kind == SnoopKind.Own && mask != 0) SetHolders(line, holders & ~mask);
        return result;
    }

    private void AddHolder(long line, int port) => SetHolders(line, Math.Max(_holders.Find(line), 0) | (1 << port));

    private void RemoveHolder(long line, int port) => SetHolders(line, Math.Max(_holders.Find(line), 0) & ~(1 << port));

    private void SetHolders(long line, int mask)
    {
        if (mask == 0) _holders.Remove(line);
        else _holders.Set(line, mask);
    }

    /// <summary>An answer is here: it passes the response layer of its requester.</summary>
    private void Answer(int number)
    {
        ref Transaction transaction = ref _transactions[number];
        UpperPort port = _ports[transaction.Port];
        MemoryRequest request = transaction.Request;
        SimTime payload = _clock.Cycles(request.CarriesDataUp ? (request.Bytes + _options.WidthBytes - 1) / _options.WidthBytes : 0);
        SimTime begin = SimTime.Max(_clock.Edge(), port.ResponseLayerFree);
        port.ResponseLayerFree = begin + SimTime.Max(payload, _clock.Period);
        request.HeaderDelay = SimTime.Zero;
        request.PayloadDelay = SimTime.Zero;
        transaction.IsAnswered = true;
        _simulator.Schedule(begin + _clock.Cycles(_options.ResponseCycles), this, number);
    }

    private void Deliver(int number)
    {
        MemoryRequest request = _transactions[number].Request;
        request.HeaderDelay = SimTime.Zero;
        ref Transaction transaction = ref _transactions[number];
        // Again, as a snoop from below may have taken the copies above, this port's included, since the request came.
        if (request.CarriesDataUp && transaction.Kind != SnoopKind.Peek && _ports[transaction.Port].Cache is not null) AddHolder(transaction.Line, transaction.Port);
        _locked.Remove(transaction.Line);
        _transactions[number].Port = _free;
        _free = number;
        request.Respond();
        NotifyAll();
    }

    private void NotifyAll()
    {
        // Ports take turns from the next one on, so that none is always first.
        foreach (UpperPort port in _ports)
        {
            if (port.Retries.Count > 0) port.Retries.Notify();
        }
    }

    private void ScheduleWake()
    {
        if (_wakeScheduled) return;
        _wakeScheduled = true;
        _simulator.Schedule(SimTime.Max(_requestLayerFree, _clock.Edge(1)), this, LayerFree);
    }

    private int Allocate()
    {
        int number = _free;
        if (number >= 0)
        {
            _free = _transactions[number].Port;
            return number;
        }

        if (_used == _transactions.Length) Array.Resize(ref _transactions, _used * 2);
        return _used++;
    }

    private sealed class UpperPort : MemoryPort
    {
        private readonly CoherentCrossbar _crossbar;

        public UpperPort(CoherentCrossbar crossbar, string name, int index, ISnooper? cache) : base(crossbar._simulator, name)
        {
            _crossbar = crossbar;
            Index = index;
            Cache = cache;
            Retries = new RetryList(this);
        }

        public int Index { get; }

        public ISnooper? Cache { get; }

        public RetryList Retries { get; }

        public SimTime ResponseLayerFree { get; set; }

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => _crossbar.Accept(this, request, sender);
    }

    private struct Transaction
    {
        public MemoryRequest Request;
        public long Line;
        public SnoopResult Snooped;
        public int Port;
        public SnoopKind Kind;
        public bool IsAnswered;
    }
}
