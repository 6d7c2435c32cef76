using System.Runtime.CompilerServices;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Memory.Acp;
using Smaug.Memory.Coherence;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Reservation;

/// <summary>
/// A coherency port: cuts blocks into lines and sends them in order, a limited number per accelerator cycle, while it has fewer
/// than its limit under way.
/// </summary>
internal sealed class AcpAgent : EngineAgent
{
    private readonly AcpOptions _options;
    private readonly Queue<int> _issuing = new();
    private readonly SlotTable<Block> _blocks = new();
    private readonly int _limit;
    private readonly Counter _loads;
    private readonly Counter _stores;
    private long _nextSend;
    private int _sentThisCycle;
    private bool _refused;

    public AcpAgent(ReservationScheduler scheduler, SharedCache shared, string name, AcpOptions options, MesiOptions mesi)
        : base(scheduler, shared, mesi, options.Frequency)
    {
        _options = options;
        _limit = mesi.SequencerOutstanding;
        _loads = scheduler.Simulator.Statistics.Counter($"{name}.totalAcpLoads", "accesses", "Line requests that read.");
        _stores = scheduler.Simulator.Statistics.Counter($"{name}.totalAcpStores", "accesses", "Line requests that wrote.");
    }

    /// <summary>Begins a block now.</summary>
    public void Start(MemoryRequest request)
    {
        _blocks.Add(out int number) = new Block { Request = request, Next = request.Address, End = request.Address + request.Bytes };
        _issuing.Enqueue(number);
        long now = Scheduler.Simulator.Now.Picoseconds;
        if (_issuing.Count == 1 && _nextSend < now) (_nextSend, _sentThisCycle) = (Edge(now), 0);
        Plan();
        Scheduler.Begin();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(long now)
    {
        while (Ends.TryTake(now, out int number))
        {
            Scheduler.Answer(_blocks[number].Request, now);
            _blocks.Remove(number);
        }

        while (_issuing.Count > 0 && _nextSend <= now && Answers.UnderWay(now + 1) < _limit) Send(now);
        Plan();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Answered(int slot, long time)
    {
        Answers.Know(time);
        ref Block block = ref _blocks[slot];
        block.Last = Math.Max(block.Last, time);
        if (--block.Unanswered == 0 && block.Next >= block.End) Ends.Add(block.Last, slot);
        Plan();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plan()
    {
        long step = Ends.FirstTime;
        if (_issuing.Count > 0)
        {
            // A request that was refused is called for again with the first answer, wherever in the cycle.
            long send = _nextSend;
            _refused = Answers.UnderWay(send + 1) >= _limit;
            if (_refused) send = Math.Max(send, Answers.First);
            step = Math.Min(step, send);
        }

        SetStep(step);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        Answers.Add();
        Begin(address, number, write ? LineAccess.PortWrite : LineAccess.PortRead, out int access);
        Shared.PortAccess(access, CycleBehindQueue(now));
    }

    private struct Block
    {
        public MemoryRequest Request;
        public long Next;
        public long End;
        public long Last;
        public int Unanswered;
    }
}
