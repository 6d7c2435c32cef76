using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Memory.Acp;
using Smaug.Memory.Coherence;

namespace Smaug.Memory.Reservation;

/// <summary>
/// A coherency port: cuts blocks into lines and sends them in order, a limited number per accelerator cycle, while it has fewer
/// than its limit under way.
/// </summary>
internal sealed class AcpAgent : MemoryAgent
{
    private readonly SharedCache _shared;
    private readonly AcpOptions _options;
    private readonly AnswerTimes _answers = new();
    private readonly Queue<int> _issuing = new();
    private readonly List<(long Time, int Block)> _ends = [];
    private readonly int _limit;
    private readonly int _node;
    private readonly int _lineShift;
    private readonly int _queueCycles;
    private readonly long _period;
    private readonly Counter _loads;
    private readonly Counter _stores;
    private Block[] _blocks = new Block[8];
    private int _used;
    private int _free = -1;
    private long _nextSend;
    private int _sentThisCycle;
    private bool _refused;

    public AcpAgent(ReservationScheduler scheduler, SharedCache shared, string name, AcpOptions options, MesiOptions mesi)
        : base(scheduler)
    {
        (_shared, _options) = (shared, options);
        _limit = mesi.SequencerOutstanding;
        _node = shared.AddNode(null);
        _lineShift = System.Numerics.BitOperations.Log2((uint)options.LineBytes);
        _queueCycles = mesi.MandatoryQueueCycles;
        _period = options.Frequency.PeriodPicoseconds;
        _loads = scheduler.Simulator.Statistics.Counter($"{name}.totalAcpLoads", "accesses", "Line requests that read.");
        _stores = scheduler.Simulator.Statistics.Counter($"{name}.totalAcpStores", "accesses", "Line requests that wrote.");
    }

    /// <summary>Begins a block now.</summary>
    public void Start(MemoryRequest request)
    {
        int number = _free;
        if (number >= 0) _free = _blocks[number].Free;
        else number = _used++;
        if (number == _blocks.Length) Array.Resize(ref _blocks, number * 2);
        _blocks[number] = new Block { Request = request, Next = request.Address, End = request.Address + request.Bytes };
        _issuing.Enqueue(number);
        long now = Scheduler.Simulator.Now.Picoseconds;
        if (_issuing.Count == 1 && _nextSend < now) (_nextSend, _sentThisCycle) = (Edge(now), 0);
        Plan();
        Scheduler.Begin();
    }

    public override void Step(long now)
    {
        while (_ends.Count > 0 && _ends[0].Time <= now)
        {
            int number = _ends[0].Block;
            _ends.RemoveAt(0);
            Scheduler.Answer(_blocks[number].Request, now);
            _blocks[number].Free = _free;
            _free = number;
        }

        while (_issuing.Count > 0 && _nextSend <= now && _answers.UnderWay(now + 1) < _limit) Send(now);
        Plan();
    }

    public override void Answered(int slot, long time)
    {
        _answers.Know(time);
        ref Block block = ref _blocks[slot];
        block.Last = Math.Max(block.Last, time);
        if (--block.Unanswered == 0 && block.Next >= block.End) AddEnd(block.Last, slot);
        Plan();
    }

    private void Plan()
    {
        long step = _ends.Count > 0 ? _ends[0].Time : Never;
        if (_issuing.Count > 0)
        {
            // A request that was refused is called for again with the first answer, wherever in the cycle.
            long send = _nextSend;
            _refused = _answers.UnderWay(send + 1) >= _limit;
            if (_refused) send = Math.Max(send, _answers.First);
            step = Math.Min(step, send);
        }

        SetStep(step);
    }

    private void Send(long now)
    {
        int number = _issuing.Peek();
        ref Block block = ref _blocks[number];
        long address = block.Next;
        block.Next = Math.Min((address | (_options.LineBytes - 1L)) + 1, block.End);
        block.Unanswered++;
        if (block.Next == block.End) _issuing.Dequeue();
        bool write = block.Request.Command is MemoryCommand.Write or MemoryCommand.Atomic;
        (write ? _stores : _loads).Increment();

        // After a request that had to wait the engine goes on with the next edge.
        if (_refused || ++_sentThisCycle == _options.RequestsPerCycle) (_nextSend, _sentThisCycle) = (Edge(now + 1), 0);
        _refused = false;
        _answers.Add();
        var request = new LineRequest
        {
            Agent = this,
            Line = address >> _lineShift,
            Slot = number,
            Node = _node,
            Access = write ? LineAccess.PortWrite : LineAccess.PortRead,
        };
        _shared.PortAccess(ref request, _shared.CycleOf(now) + _queueCycles);
    }

    private void AddEnd(long time, int block)
    {
        int place = _ends.Count;
        while (place > 0 && _ends[place - 1].Time > time) place--;
        _ends.Insert(place, (time, block));
    }

    private long Edge(long time)
    {
        long remainder = time % _period;
        return remainder == 0 ? time : time - remainder + _period;
    }

    private struct Block
    {
        public MemoryRequest Request;
        public long Next;
        public long End;
        public long Last;
        public int Unanswered;
        public int Free;
    }
}
