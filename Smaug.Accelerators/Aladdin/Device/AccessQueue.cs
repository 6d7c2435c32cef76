using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Tlb;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>
/// The queue of an accelerator's accesses through its private cache and its coherency port. The datapath asks for each access
/// every cycle; loads of a line that is under way share its entry, stores are told apart by address. A cache access is
/// translated by the TLB first. A limited number of requests is issued per cycle, over both ports together.
/// </summary>
internal sealed class AccessQueue : EventTarget
{
    private readonly Simulator _simulator;
    private readonly AladdinDeviceOptions _options;
    private readonly Func<long, long> _physical;
    private readonly Action _wake;
    private readonly OutwardPort _cache;
    private readonly OutwardPort? _acp;
    private readonly TranslationBuffer _tlb;
    private readonly Dictionary<Key, int> _index = [];
    private readonly List<int> _seen = [];
    private readonly Dictionary<int, List<Line>> _bursts = [];
    private readonly Counter _loads, _stores, _acpLoads, _acpStores;
    private readonly Histogram _queueTime, _latency, _acpQueueTime, _acpLatency;
    private Entry[] _entries = new Entry[16];
    private int _free = -1;
    private int _used;
    private long _cycle = -1;
    private int _issued;

    public AccessQueue(
        Simulator simulator, Clock clock, string name, AladdinPorts ports, AladdinDeviceOptions options, int requesterId, Func<long, long> physical, Action wake)
    {
        _simulator = simulator;
        _options = options;
        _physical = physical;
        _wake = wake;
        var client = new Client(this);
        _cache = new OutwardPort(ports.Cache, client, requesterId);
        _acp = ports.Acp is null ? null : new OutwardPort(ports.Acp, client, requesterId);
        _tlb = new TranslationBuffer(simulator, $"{name}.tlb", clock.Frequency, options.Tlb);
        StatisticsRegistry statistics = simulator.Statistics;
        _loads = statistics.Counter($"{name}.totalDcacheLoads", "accesses", "Loads issued to the private cache.");
        _stores = statistics.Counter($"{name}.totalDcacheStores", "accesses", "Stores issued to the private cache.");
        _acpLoads = statistics.Counter($"{name}.totalAcpLoads", "accesses", "Loads issued to the coherency port.");
        _acpStores = statistics.Counter($"{name}.totalAcpStores", "accesses", "Stores issued to the coherency port.");
        Histogram Times(string figure, string description) => statistics.Latencies($"{name}.{figure}", description);
        _queueTime = Times("dcacheQueueTime", "Time from the first poll of an access to its issue to the private cache, translation included.");
        _latency = Times("dcacheLatency", "Time from the issue of an access to the answer of the private cache.");
        _acpQueueTime = Times("acpQueueTime", "Time from the first poll of an access to its issue to the coherency port.");
        _acpLatency = Times("acpLatency", "Time from the issue of an access to the answer of the coherency port.");
    }

    /// <summary>Accesses under way or known.</summary>
    public int UnderWay => _index.Count + _bursts.Count;

    public bool HasAcp => _acp is not null;

    /// <summary>What it waits for, for messages; null when for nothing.</summary>
    public string? Waiting => UnderWay - _seen.Count <= 0 ? null : $"{UnderWay - _seen.Count} accesses through '{_cache.Name}'{(_acp is null ? "" : $" or '{_acp.Name}'")}";

    /// <summary>Moves one access on by what a poll in this cycle can do.</summary>
    public DatapathIssue Access(long cycle, bool store, bool acp, long tracedAddress, long hostAddress, long bytes, int instruction)
    {
        BeginCycle(cycle);
        var key = new Key(store ? tracedAddress : tracedAddress / _options.Dma.LineBytes, store, acp);
        if (!_index.TryGetValue(key, out int number))
        {
            number = Allocate();
            int inLine = (int)Math.Min(bytes, _options.Dma.LineBytes - (hostAddress % _options.Dma.LineBytes));
            _entries[number] = new Entry { Key = key, HostAddress = hostAddress, Bytes = Math.Max(1, inLine), Instruction = instruction, Since = _simulator.Now };
            _index.Add(key, number);
        }

        return Advance(number);
    }

    /// <summary>Moves a block transfer on: all its lines enter the queue at once and are issued in order.</summary>
    public DatapathIssue Burst(long cycle, int node, bool store, bool acp, long tracedAddress, long hostAddress, long bytes, int instruction)
    {
        BeginCycle(cycle);
        if (!_bursts.TryGetValue(node, out List<Line>? lines)) _bursts.Add(node, lines = Cut(tracedAddress, hostAddress, bytes));
        for (int i = 0; i < lines.Count;)
        {
            Line line = lines[i];
            switch (Access(cycle, store, acp, line.Traced, line.Host, line.Bytes, instruction))
            {
                case DatapathIssue.Done:
                    lines.RemoveAt(i);
                    break;
                case DatapathIssue.Polling:
                    return DatapathIssue.Polling;
                default:
                    // Lines are issued in order: behind one that a blocked port keeps back, none has gone out.
                    if (_entries[_index[new Key(store ? line.Traced : line.Traced / _options.Dma.LineBytes, store, acp)]].Status == Status.Translated) return DatapathIssue.Sleeping;
                    i++;
                    break;
            }
        }

        if (lines.Count > 0) return DatapathIssue.Sleeping;
        _bursts.Remove(node);
        return DatapathIssue.Done;
    }

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        // After a walk the access asks again, and hits.
        _entries[tag].Status = _entries[tag].Status == Status.WaitingForWalk ? Status.Invalid : Status.Translated;
        _wake();
    }

    private DatapathIssue Advance(int number)
    {
        ref Entry entry = ref _entries[number];
        if (entry.Status == Status.Invalid)
        {
            if (!entry.Key.Acp) return Translate(ref entry, number);
            entry.Status = Status.Translated;
        }

        switch (entry.Status)
        {
            case Status.Translated:
                return Issue(ref entry, number);
            case Status.Returned:
                if (!entry.Seen)
                {
                    entry.Seen = true;
                    _seen.Add(number);
                }

                return DatapathIssue.Done;
            default:
                return DatapathIssue.Sleeping;
        }
    }

    private DatapathIssue Translate(ref Entry entry, int number)
    {
        switch (_tlb.Request(entry.HostAddress, this, number))
        {
            case TranslationOutcome.Hit:
                entry.Status = Status.Translating;
                return DatapathIssue.Sleeping;
            case TranslationOutcome.Miss:
                entry.Status = Status.WaitingForWalk;
                return DatapathIssue.Sleeping;
            default:
                return DatapathIssue.Polling;
        }
    }

    private DatapathIssue Issue(ref Entry entry, int number)
    {
        bool store = entry.Key.Store;
        OutwardPort port = entry.Key.Acp ? _acp! : _cache;
        if (port.IsBlocked) return DatapathIssue.Sleeping;
        if (_options.RequestsPerCycle > 0 && _issued == _options.RequestsPerCycle) return DatapathIssue.Polling;
        _issued++;
        entry.Status = Status.Issued;
        (entry.Key.Acp ? _acpQueueTime : _queueTime).Sample((_simulator.Now - entry.Since).Picoseconds);
        entry.Since = _simulator.Now;
        (entry.Key.Acp ? (store ? _acpStores : _acpLoads) : (store ? _stores : _loads)).Increment();
        port.Send(store ? MemoryCommand.Write : MemoryCommand.Read, _physical(entry.HostAddress), entry.Bytes, number, entry.Bytes == _options.Dma.LineBytes, entry.Instruction);
        return DatapathIssue.Sleeping;
    }

    /// <summary>An entry is freed at the end of the cycle in which it was seen returned.</summary>
    private void BeginCycle(long cycle)
    {
        if (cycle == _cycle) return;
        _cycle = cycle;
        _issued = 0;
        foreach (int number in _seen)
        {
            _index.Remove(_entries[number].Key);
            _entries[number].NextFree = _free;
            _free = number;
        }

        _seen.Clear();
    }

    private List<Line> Cut(long traced, long host, long bytes)
    {
        int line = _options.Dma.LineBytes;
        List<Line> lines = [];
        for (long end = host + bytes; host < end;)
        {
            int length = (int)(Math.Min((host / line * line) + line, end) - host);
            lines.Add(new Line(traced, host, length));
            traced += length;
            host += length;
        }

        return lines;
    }

    private int Allocate()
    {
        int number = _free;
        if (number >= 0)
        {
            _free = _entries[number].NextFree;
            return number;
        }

        if (_used == _entries.Length) Array.Resize(ref _entries, _used * 2);
        return _used++;
    }

    private enum Status : byte
    {
        Invalid,
        Translating,
        WaitingForWalk,
        Translated,
        Issued,
        Returned,
    }

    private readonly record struct Key(long Address, bool Store, bool Acp);

    private readonly record struct Line(long Traced, long Host, int Bytes);

    private struct Entry
    {
        public Key Key;
        public long HostAddress;

        /// <summary>The first poll; after the issue the time of the issue.</summary>
        public SimTime Since;
        public int Bytes;
        public int Instruction;
        public int NextFree;
        public Status Status;
        public bool Seen;
    }

    private sealed class Client(AccessQueue queue) : IOutwardClient
    {
        public void Answered(int number)
        {
            ref Entry entry = ref queue._entries[number];
            entry.Status = Status.Returned;
            (entry.Key.Acp ? queue._acpLatency : queue._latency).Sample((queue._simulator.Now - entry.Since).Picoseconds);
            queue._wake();
        }

        public void Unblocked() => queue._wake();
    }
}
