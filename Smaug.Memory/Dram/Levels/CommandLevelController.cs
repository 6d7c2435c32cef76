using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Dram.Levels;

/// <summary>
/// The command-level memory as a main memory: translates time to controller cycles, splits packets into accesses and adds the static
/// latencies. A packet enters in the first cycle that is not before it; what of it finds its queue full waits here, and as long as
/// something waits no other packet is taken.
/// </summary>
internal sealed class CommandLevelController : DramController, IDramListener
{
    private const int Nobody = -1;

    private readonly CommandDram _model;
    private readonly ITransactionListener _listener;
    private readonly DramMemory _memory;
    private readonly CommandEnergyMeter? _meter;
    private readonly int _accessBytes;
    private readonly SimTime _start;
    private readonly SlotTable<Packet> _packets = new();
    private SimTime _now;
    private ulong _waitingAddress;
    private int _waitingAccesses;
    private int _waitingPacket;
    private bool _waitingWrites;
    private bool _refusedRead, _refusedWrite;
    private long _readPackets, _writePackets;

    public CommandLevelController(CommandDram model, ITransactionListener listener, SimTime start)
    {
        (_model, _listener, _start, _now) = (model, listener, start, start);
        _meter = model.Energy is null ? null : new CommandEnergyMeter(model.Memory, model.Energy);
        _memory = new DramMemory(model.Memory, this, _meter);
        _accessBytes = model.Memory.Preset.TransactionBytes;
    }

    public override DramMemory? Commands => _memory;

    public override DramTraffic Traffic
    {
        get
        {
            DramStatistics s = _memory.Statistics;
            return new DramTraffic
            {
                ReadPackets = _readPackets,
                WritePackets = _writePackets,
                ReadBursts = s.Reads,
                WriteBursts = s.Writes,
                DeviceReads = s.ReadRowHits + s.ReadRowMisses + s.ReadRowConflicts,
                DeviceWrites = s.WriteRowHits + s.WriteRowMisses + s.WriteRowConflicts,
                ReadRowHits = s.ReadRowHits,
                WriteRowHits = s.WriteRowHits,
                BusBusy = SimTime.FromSeconds(s.TransactionBytes / _model.Memory.PeakBytesPerSecond),
                BurstBytes = _accessBytes,
            };
        }
    }

    internal override SimTime Now => _now;

    internal override SimTime NextEventTime
    {
        get
        {
            long cycle = _memory.NextEventCycle;
            return cycle == long.MaxValue ? SimTime.MaxValue : SimTime.Max(_now, TimeOf(cycle));
        }
    }

    public override DramEnergyReport? Energy(SimTime end)
    {
        if (_meter is null) return null;
        AdvanceTo(SimTime.Max(end, _now));
        return _meter.Report(_memory.Cycle);
    }

    public override IReadOnlyList<DramEnergyReport> RankEnergies(SimTime end)
    {
        if (_meter is null) return [];
        var ranks = new DramEnergyReport[_meter.Ranks];
        for (int r = 0; r < ranks.Length; r++) ranks[r] = _meter.ReportRank(r, Math.Max(_memory.Cycle, _memory.CycleAtOrAfter(end - _start)));
        return ranks;
    }

    internal override void ProcessNextEvent()
    {
        SimTime time = NextEventTime;
        Pass(_memory.NextEventCycle);
        _now = SimTime.Max(_now, time);
    }

    internal override void AdvanceTo(SimTime time)
    {
        Reach(_memory.CycleAtOrAfter(time - _start));
        _now = SimTime.Max(_now, time);
    }

    internal override bool TryAccept(SimTime time, ulong address, int bytes, bool isWrite, long tag)
    {
        Reach(_memory.CycleAtOrAfter(time - _start));
        _now = SimTime.Max(_now, time);
        if (_waitingAccesses > 0)
        {
            if (isWrite) _refusedWrite = true;
            else _refusedRead = true;
            return false;
        }

        ulong first = address / (ulong)_accessBytes;
        int accesses = (int)((address + (ulong)bytes - 1) / (ulong)_accessBytes - first) + 1;
        if (isWrite)
        {
            _writePackets++;
            _waitingPacket = Nobody;
            _listener.OnResponse(new TransactionResponse(tag, address, IsWrite: true, time, time + _model.FrontendLatency));
        }
        else
        {
            _readPackets++;
            _waitingPacket = _packets.Add(new Packet(tag, address, time, accesses));
        }

        (_waitingAddress, _waitingAccesses, _waitingWrites) = (first * (ulong)_accessBytes, accesses, isWrite);
        Enqueue();
        return true;
    }

    public void OnCompleted(in DramCompletion completion)
    {
        // Writes were answered when they came.
        if (completion.Tag < 0) return;
        int number = (int)completion.Tag;
        ref Packet packet = ref _packets[number];
        if (--packet.Accesses > 0) return;
        var response = new TransactionResponse(packet.Tag, packet.Address, IsWrite: false, packet.Accepted,
            TimeOf(Math.Max(completion.Depart, completion.Delivered)) + _model.FrontendLatency + _model.BackendLatency);
        _packets.Remove(number);
        _listener.OnResponse(response);
    }

    private SimTime TimeOf(long cycle) => _start + _memory.TimeOf(cycle);

    /// <summary>Lets time pass up to a cycle; after each in which something happened, what waits is offered again.</summary>
    private void Reach(long cycle)
    {
        while (_waitingAccesses > 0 && _memory.NextEventCycle <= cycle) Pass(_memory.NextEventCycle);
        if (_memory.Cycle < cycle) Pass(cycle);
    }

    private void Pass(long cycle)
    {
        _memory.AdvanceTo(cycle);
        if (_waitingAccesses == 0) return;
        Enqueue();
        if (_waitingAccesses > 0) return;
        (bool read, bool write) = (_refusedRead, _refusedWrite);
        (_refusedRead, _refusedWrite) = (false, false);
        if (read) _listener.OnRetry(isWrite: false);
        if (write) _listener.OnRetry(isWrite: true);
    }

    private void Enqueue()
    {
        while (_waitingAccesses > 0 && _memory.TryEnqueue(_waitingAddress, _waitingWrites, _waitingPacket))
        {
            _waitingAddress += (ulong)_accessBytes;
            _waitingAccesses--;
        }
    }

    /// <summary>A read that is under way.</summary>
    private record struct Packet(long Tag, ulong Address, SimTime Accepted, int Accesses);
}
