using System.Numerics;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Interconnect;
using Smaug.Memory.Pooling;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Caches;

/// <summary>
/// A set-associative, write-back, write-allocate cache with miss-status holding registers and write buffers: an L1, an L2, an
/// accelerator's private cache. Above it are requesters or a <see cref="CoherentCrossbar"/> of caches (whose lines it has mostly, too);
/// below it a crossbar or any memory port.
/// <para>
/// Timing: a hit answers max(tag, data) cycles after the edge at or after the arrival, plus what buses have added to the request
/// and the wait for a line that is not ready; a miss leaves after the tag cycles; a line that comes answers those who wait after
/// the response cycles, those who wait for another part of it than the first after the payload delay besides. State changes at
/// once; only the answers take time.
/// </para>
/// <para>
/// A cache whose miss-status holding registers, the places of one of them, or whose write buffers are all in use takes no request
/// until one is free. Misses leave before evicted lines, as long as the write buffers are not full; prefetches leave last.
/// </para>
/// <para>
/// A line that comes while every line of its set is in use (wanted from above, or waiting for the right to be written) is not kept:
/// it answers those who wait for it, and leaves. So nothing that comes ever waits for what goes.
/// </para>
/// </summary>
public sealed partial class Cache : EventTarget, IMemoryRequester, ISnooper, IWaitReporter
{
    private const byte Valid = 1;
    private const byte WritableBit = 2;
    private const byte DirtyBit = 4;

    private readonly Simulator _simulator;
    private readonly CacheOptions _options;
    private readonly Clock _clock;
    private readonly TagArray _tags;
    private readonly long[] _readyAt;
    private readonly int _lineShift;
    private readonly InputPort _port;
    private readonly RetryList _retries;
    private readonly PassThrough _passThrough;
    private readonly MemoryPort _below;
    private readonly Prefetcher? _prefetcher;
    private readonly Counter _hits;
    private readonly Counter _misses;
    private readonly Counter _writeBacks;
    private readonly Counter _prefetches;
    private CoherentCrossbar? _above;
    private long _accesses;
    private long _linesIn;
    private long _linesOut;

    /// <summary>Creates a cache above a crossbar that keeps it coherent with the crossbar's other caches.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="below">The crossbar below.</param>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, the crossbar has another line size or belongs to another simulation, or the name is taken.</exception>
    public Cache(Simulator simulator, string name, CoherentCrossbar below, CacheOptions? options = null)
        : this(Require.SameSimulation(name, simulator, below.Name, below.Simulator), name, options, cache => below.AddPort(name, cache, cache.LineBytes))
    {
    }

    /// <summary>Creates a cache directly above a memory port, with no other cache to be coherent with.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="below">The port below.</param>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, the port belongs to another simulation, or the name is taken.</exception>
    public Cache(Simulator simulator, string name, MemoryPort below, CacheOptions? options = null)
        : this(Require.SameSimulation(name, simulator, below), name, options, _ => below) => _alone = true;

    private Cache(Simulator simulator, string name, CacheOptions? options, Func<Cache, MemoryPort> below)
    {
        _options = options ?? new CacheOptions();
        Require.Valid(name, _options.Validate);
        _simulator = simulator;
        Name = name;
        _clock = new Clock(simulator, _options.Frequency);
        _lineShift = BitOperations.Log2((uint)_options.LineBytes);
        _tags = new TagArray(_options.Size.Bytes, _options.Ways, _options.LineBytes, _options.Replacement == ReplacementPolicy.LeastRecentlyUsed);
        _readyAt = new long[_tags.Lines.Length];
        _port = new InputPort(this);
        _retries = new RetryList(_port);
        _answers = new LatestFirstQueue<MemoryRequest>(simulator, request => request.Respond());
        _passThrough = new PassThrough(this);
        _missEntries = new Miss[_options.Mshrs];
        for (int i = 0; i < _missEntries.Length; i++) _missEntries[i] = new Miss(_options.TargetsPerMshr);
        if (_options.Prefetcher != PrefetcherKind.None) _prefetcher = new Prefetcher(_options);
        StatisticsRegistry statistics = simulator.Statistics;
        _hits = statistics.Counter($"{name}.hits", "accesses", "Accesses answered by this cache.");
        _misses = statistics.Counter($"{name}.misses", "accesses", "Accesses that waited for a line or for the right to write it.");
        _writeBacks = statistics.Counter($"{name}.writeBacks", "lines", "Modified lines written to the level below.");
        _prefetches = statistics.Counter($"{name}.prefetches", "lines", "Lines asked for by the prefetcher.");
        _below = below(this);
        simulator.AddWaitReporter(this);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where requests enter; each must lie within one line.</summary>
    public MemoryPort Port => _port;

    /// <summary>The port below it, where it fetches lines and writes them back.</summary>
    public MemoryPort Below => _below;

    /// <summary>Its parameters.</summary>
    public CacheOptions Options => _options;

    /// <summary>What it has done since the simulation began; unlike its statistics nothing resets it.</summary>
    public CacheActivity Activity => new(_accesses, _linesIn, _linesOut);

    /// <inheritdoc/>
    public string? WaitingFor => _missCount == 0 && _leaving.Count == 0 ? null
        : $"{(_refusedBelow ? "room" : "an answer")} below, at '{_below.Name}', for {_missCount} missing lines{FirstMiss()} and {_leaving.Count} on their way down";

    internal int LineBytes => _options.LineBytes;

    internal void AttachAbove(CoherentCrossbar crossbar)
    {
        if (_above is not null)
        {
            throw new ConfigurationException($"{Name}: crossbar '{crossbar.Name}' cannot be above it, as '{_above.Name}' already is; connect the caches to one crossbar");
        }

        _above = crossbar;
    }

    /// <summary>State of the line of an address, for tests: bits 1 valid, 2 writable, 4 modified.</summary>
    internal int StateOf(long address) => _tags.Find(address >> _lineShift) is var index and >= 0 ? _tags.States[index] : 0;

    private bool Accept(MemoryRequest request, IMemoryRequester sender)
    {
        long line = Require.WithinLine(Name, request, _lineShift);
        bool leaves = request.Command is MemoryCommand.WriteBack or MemoryCommand.CleanEvict;
        bool accepted = (leaves || !(IsBlocked || _callScheduled)) && request.Command switch
        {
            _ when request.Attributes.HasFlag(MemoryAttributes.Uncacheable) => _passThrough.Send(request),
            MemoryCommand.Invalidate => Invalidate(request, line),
            MemoryCommand.WriteBack => TakeWriteBack(request, line),
            MemoryCommand.CleanEvict or MemoryCommand.Clean => Answer(request, TagTime(request)),
            _ => Access(request, line),
        };
        if (!accepted) _retries.Add(sender);
        return accepted;
    }

    private bool Access(MemoryRequest request, long line)
    {
        int index = _tags.Find(line);
        int miss = FindMiss(line);
        _accesses++;
        if (miss < 0 && index >= 0 && (!NeedsWritable(request) || (_tags.States[index] & WritableBit) != 0))
        {
            _hits.Increment();
            Perform(request, index);
            Answer(request, HitTime(request, index));
        }
        else
        {
            _misses.Increment();
            if (miss >= 0)
            {
                if (_missEntries[miss].Request == request) throw new SimulationException($"{Name}: its own {request} has come back to it: a cycle of ports");
                TakeDelay(request);
                AddTarget(miss, request);
            }
            else
            {
                miss = OpenMiss(line);
                AddTarget(miss, request);
                ScheduleFetch(miss, TagTime(request));
            }
        }

        if (_prefetcher is not null && request.Command != MemoryCommand.Prefetch)
        {
            _prefetcher.Observe(request.Address, request.InstructionId, _clock.Edge(1).Picoseconds);
            SchedulePump(_prefetcher.ReadyAt);
        }

        return true;
    }

    /// <summary>When a hit answers: after the look-up, and after the wait for a line that has come but is not ready yet.</summary>
    private SimTime HitTime(MemoryRequest request, int index)
    {
        long cycles = Math.Max(_options.TagCycles, _options.DataCycles);
        SimTime arrived = _simulator.Now + TakeDelay(request);
        long wait = _readyAt[index] > arrived.Picoseconds ? _clock.CyclesCovering(new SimTime(_readyAt[index]) - arrived) : 0;
        return _clock.EdgeAfter(arrived, wait > cycles ? wait + cycles : cycles);
    }

    /// <summary>Does what the request does on a line that is there with the right to it.</summary>
    private void Perform(MemoryRequest request, int index)
    {
        _tags.Touch(index);
        switch (request.Command)
        {
            case MemoryCommand.Write:
                _tags.Values[index] = request.Value;
                _tags.States[index] |= DirtyBit;
                break;
            case MemoryCommand.Atomic:
                (request.Value, _tags.Values[index]) = (_tags.Values[index], _tags.Values[index] + request.Value);
                _tags.States[index] |= DirtyBit;
                break;
            default:
                request.Value = _tags.Values[index];
                request.Writable = (_tags.States[index] & WritableBit) != 0;
                PassDirty(request, index);
                break;
        }
    }

    /// <summary>A cache above that gets a line alone gets the responsibility for it too.</summary>
    private void PassDirty(MemoryRequest request, int index)
    {
        request.PassesDirty = request.PassesDirty && request.Writable && (_tags.States[index] & DirtyBit) != 0;
        if (request.PassesDirty) _tags.States[index] &= unchecked((byte)~DirtyBit);
    }

    private static bool NeedsWritable(MemoryRequest request) =>
        request.Command is MemoryCommand.Write or MemoryCommand.Atomic || request.Attributes.HasFlag(MemoryAttributes.Exclusive);

    private bool TakeWriteBack(MemoryRequest request, long line)
    {
        int index = _tags.Find(line);
        if (index < 0)
        {
            index = MakeRoom(line);
            _tags.Lines[index] = line;
            _tags.States[index] = request.Writable || _alone ? (byte)(Valid | WritableBit) : Valid;
        }

        _tags.Values[index] = request.Value;
        _tags.States[index] |= DirtyBit;
        _tags.Touch(index);
        _linesIn++;
        _readyAt[index] = (_clock.Edge(_options.DataCycles) + request.HeaderDelay + request.PayloadDelay).Picoseconds;
        if (index == _tags.Temporary) LeaveTemporary();
        return Answer(request, TagTime(request));
    }

    private bool Invalidate(MemoryRequest request, long line)
    {
        if (!_passThrough.Send(request)) return false;
        int index = _tags.Find(line);
        if (index >= 0) _tags.Clear(index);
        return true;
    }

    private SimTime TagTime(MemoryRequest request) => _clock.Edge(_options.TagCycles) + TakeDelay(request);

    private static SimTime TakeDelay(MemoryRequest request)
    {
        SimTime delay = request.HeaderDelay;
        request.HeaderDelay = SimTime.Zero;
        return delay;
    }

    private sealed class InputPort(Cache cache) : MemoryPort(cache._simulator, cache.Name)
    {
        internal override int? LineBytes => cache.LineBytes;

        internal override object? Part => cache;

        public override bool HasMemoryAt(long address, int bytes) => cache._below.HasMemoryAt(address, bytes);

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => cache.Accept(request, sender);
    }

    /// <summary>Passes uncacheable requests on, and their answers back.</summary>
    private sealed class PassThrough(Cache cache) : IMemoryRequester
    {
        public bool Send(MemoryRequest request)
        {
            request.HeaderDelay += cache._clock.Edge(cache._options.TagCycles) - cache._simulator.Now;
            request.PushRoute(this);
            if (cache._below.TrySend(request, this)) return true;
            request.PopRoute();
            request.HeaderDelay -= cache._clock.Edge(cache._options.TagCycles) - cache._simulator.Now;
            return false;
        }

        public void Complete(MemoryRequest request) => request.Respond();

        public void Retry(MemoryPort port) => cache._retries.Notify();
    }
}
