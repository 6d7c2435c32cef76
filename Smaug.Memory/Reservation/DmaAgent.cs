using System.Runtime.CompilerServices;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dma;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Reservation;

/// <summary>
/// A DMA engine: passes each block through a set-up unit that flushes or invalidates its lines one block after the other, cuts
/// it at pages and lines, and sends one line per accelerator cycle while it has fewer than its limit under way.
/// </summary>
internal sealed class DmaAgent : EngineAgent
{
    private readonly DmaOptions _options;
    private readonly DmaPackets _packets;
    private readonly Queue<(MemoryRequest Block, long Time)> _settingUp = new();
    private readonly Queue<MemoryRequest> _ready = new();
    private readonly SlotTable<Transfer> _transfers = new();
    private readonly int _limit;
    private readonly Counter _setupCycles;
    private readonly Counter _packetsSent;
    private long[] _partEnds = new long[16];
    private long _setupFree;
    private long _nextSend;

    public DmaAgent(ReservationScheduler scheduler, SharedCache shared, string name, DmaOptions options, MesiOptions mesi)
        : base(scheduler, shared, mesi, options.Frequency)
    {
        _options = options;
        _packets = new DmaPackets(options);
        _limit = Math.Min(options.MaximumOutstanding, mesi.DmaOutstanding);
        _setupCycles = scheduler.Simulator.Statistics.Counter($"{name}.dmaSetupCycles", "cycles", "Accelerator cycles of flushing and invalidating CPU caches.");
        _packetsSent = scheduler.Simulator.Statistics.Counter($"{name}.packets", "packets", "Packets sent, invalidations included.");
    }

    /// <summary>When the first packet since the last reset was sent, in picoseconds; -1 when none was.</summary>
    public long FirstIssue { get; set; } = -1;

    /// <summary>Begins a block now.</summary>
    public void Start(MemoryRequest block)
    {
        long now = Scheduler.Simulator.Now.Picoseconds;
        long cycles = ((block.Bytes + _options.LineBytes - 1) >> LineShift) * _options.FlushCyclesPerLine;
        _setupCycles.Add(cycles);
        _setupFree = EdgeAfter(Math.Max(now, _setupFree), cycles);
        _settingUp.Enqueue((block, _setupFree));
        Plan(now);
        Scheduler.Begin();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(long now)
    {
        while (_settingUp.Count > 0 && _settingUp.Peek().Time <= now)
        {
            _ready.Enqueue(_settingUp.Dequeue().Block);
            if (!_options.IsPipelined && _settingUp.Count > 0) continue;
            while (_ready.TryDequeue(out MemoryRequest? block)) Issue(block);
        }

        while (Ends.TryTake(now, out int part)) EndPart(part, now);
        if (_packets.HasNext && _nextSend <= now && Answers.UnderWay(now) < _limit) Send(now);
        Plan(now);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Answered(int slot, long time)
    {
        Answers.Know(time);
        _partEnds[slot] = Math.Max(_partEnds[slot], time);
        if (_packets.Answered(slot)) Ends.Add(_partEnds[slot], slot);
        Plan(0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Plan(long now)
    {
        long step = Ends.FirstTime;
        if (_settingUp.Count > 0) step = Math.Min(step, _settingUp.Peek().Time);
        if (_packets.HasNext) step = Math.Min(step, NextSend(now));
        SetStep(step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long NextSend(long now)
    {
        long send = Math.Max(now, _nextSend);
        if (Answers.UnderWay(send) < _limit) return send;

        // An engine at its limit looks every cycle, before the answers of that instant.
        long first = Answers.First;
        return first == Never ? Never : Math.Max(send, Edge(first + 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Send(long now)
    {
        DmaPacket packet = _packets.TakeNext();
        _nextSend = EdgeAfter(now);
        if (FirstIssue < 0) FirstIssue = now;
        _packetsSent.Increment();
        Answers.Add();
        LineAccess kind = packet.Command == MemoryCommand.Write ? LineAccess.DmaWrite : LineAccess.DmaRead;
        ref LineRequest request = ref Begin(packet.Address, packet.Part, kind, out int access);
        request.Offset = (int)(packet.Address & (_options.LineBytes - 1));
        request.Bytes = packet.Bytes;
        Shared.DmaAccess(access, CycleBehindQueue(now));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Issue(MemoryRequest block)
    {
        _transfers.Add(out int number) = new Transfer { Block = block };
        bool store = block.Command == MemoryCommand.Write;
        MemoryCommand command = store ? MemoryCommand.Write : MemoryCommand.Read;
        long end = block.Address + block.Bytes;
        for (long at = block.Address; at < end;)
        {
            long pageEnd = Math.Min((at & ~((long)_options.PageBytes - 1)) + _options.PageBytes, end);
            _transfers[number].PartsLeft++;
            _packets.Add(number, at, (int)(pageEnd - at), command, store && _options.InvalidatesOnStore);
            at = pageEnd;
        }

        if (_packets.Capacity > _partEnds.Length) Array.Resize(ref _partEnds, _packets.Capacity);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EndPart(int part, long now)
    {
        int number = _packets.TransferOf(part);
        _partEnds[part] = 0;
        if (_packets.EndPart(part)) return;
        ref Transfer transfer = ref _transfers[number];
        if (--transfer.PartsLeft > 0) return;
        Scheduler.Answer(transfer.Block, now);
        _transfers.Remove(number);
    }

    private struct Transfer
    {
        public MemoryRequest Block;
        public int PartsLeft;
    }
}
