using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dma;

namespace Smaug.Memory.Reservation;

/// <summary>
/// A DMA engine: passes each block through a set-up unit that flushes or invalidates its lines one block after the other, cuts
/// it at pages and lines, and sends one line per accelerator cycle while it has fewer than its limit under way.
/// </summary>
internal sealed class DmaAgent : MemoryAgent
{
    private readonly SharedCache _shared;
    private readonly DmaOptions _options;
    private readonly DmaPackets _packets;
    private readonly MemoryRequest _packet = new();
    private readonly AnswerTimes _answers = new();
    private readonly Queue<(MemoryRequest Block, long Time)> _settingUp = new();
    private readonly Queue<MemoryRequest> _ready = new();
    private readonly List<(long Time, int Part)> _ends = [];
    private readonly int _limit;
    private readonly int _node;
    private readonly int _lineShift;
    private readonly int _queueCycles;
    private readonly long _period;
    private readonly Counter _setupCycles;
    private readonly Counter _packetsSent;
    private Transfer[] _transfers = new Transfer[8];
    private long[] _partEnds = new long[16];
    private int _used;
    private int _free = -1;
    private long _setupFree;
    private long _nextSend;

    public DmaAgent(ReservationScheduler scheduler, SharedCache shared, string name, DmaOptions options, MesiOptions mesi)
        : base(scheduler)
    {
        (_shared, _options) = (shared, options);
        _packets = new DmaPackets(options);
        _limit = Math.Min(options.MaximumOutstanding, mesi.DmaOutstanding);
        _node = shared.AddNode(null);
        _lineShift = System.Numerics.BitOperations.Log2((uint)options.LineBytes);
        _queueCycles = mesi.MandatoryQueueCycles;
        _period = options.Frequency.PeriodPicoseconds;
        _setupCycles = scheduler.Simulator.Statistics.Counter($"{name}.dmaSetupCycles", "cycles", "Accelerator cycles of flushing and invalidating CPU caches.");
        _packetsSent = scheduler.Simulator.Statistics.Counter($"{name}.packets", "packets", "Packets sent, invalidations included.");
    }

    /// <summary>When the first packet since the last reset was sent, in picoseconds; -1 when none was.</summary>
    public long FirstIssue { get; set; } = -1;

    /// <summary>Begins a block now.</summary>
    public void Start(MemoryRequest block)
    {
        long now = Scheduler.Simulator.Now.Picoseconds;
        long cycles = ((block.Bytes + _options.LineBytes - 1) >> _lineShift) * _options.FlushCyclesPerLine;
        _setupCycles.Add(cycles);
        _setupFree = Edge(Math.Max(now, _setupFree)) + (cycles * _period);
        _settingUp.Enqueue((block, _setupFree));
        Plan(now);
        Scheduler.Begin();
    }

    public override void Step(long now)
    {
        while (_settingUp.TryPeek(out (MemoryRequest Block, long Time) setup) && setup.Time <= now)
        {
            _settingUp.Dequeue();
            _ready.Enqueue(setup.Block);
            if (!_options.IsPipelined && _settingUp.Count > 0) continue;
            while (_ready.TryDequeue(out MemoryRequest? block)) Issue(block);
        }

        while (_ends.Count > 0 && _ends[0].Time <= now)
        {
            int part = _ends[0].Part;
            _ends.RemoveAt(0);
            EndPart(part, now);
        }

        if (_packets.HasNext && _nextSend <= now && _answers.UnderWay(now) < _limit) Send(now);
        Plan(now);
    }

    public override void Answered(int slot, long time)
    {
        _answers.Know(time);
        _partEnds[slot] = Math.Max(_partEnds[slot], time);
        if (_packets.Answered(slot)) AddEnd(_partEnds[slot], slot);
        Plan(0);
    }

    private void Plan(long now)
    {
        long step = _settingUp.TryPeek(out (MemoryRequest Block, long Time) setup) ? setup.Time : Never;
        if (_ends.Count > 0) step = Math.Min(step, _ends[0].Time);
        if (_packets.HasNext) step = Math.Min(step, NextSend(now));
        SetStep(step);
    }

    private long NextSend(long now)
    {
        long send = Math.Max(now, _nextSend);
        if (_answers.UnderWay(send) < _limit) return send;

        // An engine at its limit looks every cycle, before the answers of that instant.
        long first = _answers.First;
        return first == Never ? Never : Math.Max(send, Edge(first + 1));
    }

    private void Send(long now)
    {
        _packets.TakeNext(_packet, null!, 0);
        int part = (int)_packet.Tag;
        _nextSend = Edge(now) + _period;
        if (FirstIssue < 0) FirstIssue = now;
        _packetsSent.Increment();
        _answers.Add();
        var request = new LineRequest
        {
            Agent = this,
            Line = _packet.Address >> _lineShift,
            Slot = part,
            Node = _node,
            Offset = (int)(_packet.Address & (_options.LineBytes - 1)),
            Bytes = _packet.Bytes,
            Access = _packet.Command == MemoryCommand.Write ? LineAccess.DmaWrite : LineAccess.DmaRead,
        };
        _shared.DmaAccess(ref request, _shared.CycleOf(now) + _queueCycles);
    }

    private void Issue(MemoryRequest block)
    {
        int number = _free;
        if (number >= 0) _free = _transfers[number].Next;
        else number = _used++;
        if (number == _transfers.Length) Array.Resize(ref _transfers, number * 2);
        _transfers[number] = new Transfer { Block = block };
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

    private void EndPart(int part, long now)
    {
        int number = _packets.TransferOf(part);
        _partEnds[part] = 0;
        if (_packets.EndPart(part)) return;
        ref Transfer transfer = ref _transfers[number];
        if (--transfer.PartsLeft > 0) return;
        Scheduler.Answer(transfer.Block, now);
        transfer.Next = _free;
        _free = number;
    }

    private void AddEnd(long time, int part)
    {
        int place = _ends.Count;
        while (place > 0 && _ends[place - 1].Time > time) place--;
        _ends.Insert(place, (time, part));
    }

    private long Edge(long time)
    {
        long remainder = time % _period;
        return remainder == 0 ? time : time - remainder + _period;
    }

    private struct Transfer
    {
        public MemoryRequest Block;
        public int PartsLeft;
        public int Next;
    }
}
