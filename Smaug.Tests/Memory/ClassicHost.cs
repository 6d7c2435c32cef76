using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Memory;

/// <summary>
/// The host program of the reference's DMA and ACP micro-benchmarks on the classic memory system. It starts in fast-forward mode,
/// in which the caches are filled but memory takes no time: every page of every buffer is written once, then the finish flag.
/// <para>
/// The core's time between its accesses follows from the reference's log of the directory system, where a fetch or a hit takes
/// one cycle: it is twice that here, where both take two, less the accesses to the flag, which are made for real. The cycles from
/// the last access of the prologue to the first row are taken from the goldens, where they decide which rows meet a refresh: the
/// DMA's program takes 40 with lines of 32 bytes, 20 with lines of 64, where it passes fewer lines on its way; the ACP's, of which
/// there is no log, takes 257 and 118 more (every one of 251 to 263, and of 117 to 120, gives the same cycles in all its rows).
/// </para>
/// </summary>
internal sealed class ClassicHost : EventTarget
{
    private const long BufferBase = 12_288;
    private const long Table = 8_224;
    private const long StackOffset = 7_648;
    private const int TouchStride = 32;
    private const long ReadLoop = 4_448;
    private const long ReadLoopExit = 4_480;

    // In cycles: to the next row's table entry (the program of the ACP takes 16 more, as in the directory system); from there to
    // the launch of a cold row; from one invocation of a row of the ACP to the next.
    private const int ToTable = 28;
    private const int CoherentToTable = ToTable + 16;
    private const int ToLaunch = 84;
    private const int FromFirstLoad = 160;

    // From the table entry to the first access of a row that touches its buffer, between two of these, and from the last one to
    // the launch. The four cycles more than twice the time to the first read, the two more from the last one to the launch, and the two
    // less to the first write are taken from the goldens.
    private static readonly (int First, int Next, int ToLaunch) s_writing = (28, 62, 118);
    private static readonly (int First, int Next, int ToLaunch) s_reading = (52, 20, 86);

    // As in the directory system, less what fast-forwarding has left in the caches: stack and flag. Negative addresses are those
    // beyond the buffers.
    private static readonly (long Address, int Before)[] s_prologue32 =
    [
        (4192, 2), (4224, 16), (4256, 14), (4384, 0), (8224, 0), (4416, 2), (4288, 20), (~StackOffset, 0), (~(StackOffset + 32), 14),
        (4320, 6), (4352, 22), (~0, 0),
    ];

    private static readonly (long Address, int Before)[] s_prologue64 =
    [
        (4160, 2), (4224, 16), (4352, 16), (8192, 0), (4416, 2), (4288, 20), (~(StackOffset - 32), 0), (~(StackOffset + 32), 14), (~0, 32),
    ];

    private readonly Simulator _simulator = new();
    private readonly Clock _clock;
    private readonly int _lineBytes;
    private readonly SwitchedMemory _memory;
    private readonly MemoryPort _data;
    private readonly MemoryPort _instructions;
    private readonly MemoryPort _flag;
    private readonly DmaEngine? _dma;
    private readonly AcpEngine? _acp;
    private readonly AnswerProbe _acpAnswers;
    private readonly Signal _done;
    private int _nodesLeft;
    private bool _hasRead;

    public ClassicHost(DmaFileOptions options)
    {
        _lineBytes = options.LineBytes;
        _clock = new Clock(_simulator, 1.Gigahertz());
        _memory = new SwitchedMemory(_simulator);
        _done = new Signal(_simulator, "all DMA nodes answered");
        ClassicMemorySystem system = new(_simulator, _memory, new ClassicOptions { LineBytes = _lineBytes, CrossbarBytes = options.CrossbarBytes, L2Ways = 16 });
        _data = system.AddCache("data", new CacheOptions());
        _instructions = system.AddCache("instructions", new CacheOptions { Size = 32.Kibibytes() });
        _flag = system.AddAcceleratorCache("accelerator", new CacheOptions { Size = 16.Kibibytes(), TagCycles = 1, DataCycles = 1, ResponseCycles = 1 });
        _acpAnswers = new AnswerProbe(_simulator, system.AddAcp("acp", 128.Bytes()));
        if (options.IsAcp) _acp = new AcpEngine(_simulator, "acp", _acpAnswers, new AcpOptions { LineBytes = _lineBytes });
        else _dma = new DmaEngine(_simulator, "dma", system.AddDma("dma"), options.Dma);
    }

    public List<DmaResult> Results { get; } = [];

    /// <summary>From the end of the datapath to the wake-up of the CPU, per row.</summary>
    public List<long> WakePicoseconds { get; } = [];

    public void Run(IReadOnlyList<DmaRow> rows, string memory)
    {
        _simulator.Start("fast-forward", async () =>
        {
            for (long page = BufferBase; page < Flag; page += 4096) await _data.WriteAsync(page, 4);
            foreach (long offset in new[] { 0, StackOffset, StackOffset + 32 }) await _data.WriteAsync(Flag + offset, 4);
        });
        _simulator.Run();
        _simulator.RunUntil(_clock.Edge(10));
        _memory.SwitchTo(new DramMemory(_simulator, "dram", TransactionPresets.Get(memory), size: 1.Gibibytes()).Port);
        _simulator.Start("host", () => HostAsync(rows));
        _simulator.Run();
    }

    public override void Handle(SimTime now, long tag)
    {
        if (--_nodesLeft == 0) _done.Pulse();
    }

    // The ACP's program has fewer rows, and smaller buffers.
    private long BufferSpacing => _acp is null ? 65_536 : 32_768;

    private long Flag => BufferBase + ((_acp is null ? 90 : 88) * BufferSpacing);

    private int ToFirstRow => (_acp, _lineBytes) switch
    {
        (null, 32) => 40,
        (null, _) => 20,
        (_, 32) => 40 + 257,
        _ => 20 + 118,
    };

    private async Task HostAsync(IReadOnlyList<DmaRow> rows)
    {
        foreach ((long address, int before) in _lineBytes == 32 ? s_prologue32 : s_prologue64)
        {
            await _clock.WaitEdge(before);
            if (address < 0) await Access(_data, Flag + ~address, write: address == ~0);
            else await Access(address < 8192 ? _instructions : _data, address, write: false);
        }

        await _clock.WaitEdge(6 + ToFirstRow);
        for (int i = 0; i < rows.Count; i++)
        {
            if (i > 0) await Prepare(rows[i]);
            await Invoke(rows[i]);
        }
    }

    private async Task Prepare(DmaRow row)
    {
        await _clock.WaitEdge(_acp is null ? ToTable : CoherentToTable);
        await Access(_data, Table + (16 * row.Index), write: false);
        if (row.Mode is "l2warm")
        {
            await _clock.WaitEdge(ToLaunch);
            await Invoke(row with { Direction = DmaDirection.Load });
            Results.RemoveAt(Results.Count - 1);
            await _clock.WaitEdge(FromFirstLoad);
            return;
        }

        if (row.Mode is "cold")
        {
            await _clock.WaitEdge(ToLaunch);
            return;
        }

        await Touch(row);
    }

    private async Task Touch(DmaRow row)
    {
        bool write = row.Mode is "dirty";
        bool fetchesLoop = !write && !_hasRead && _acp is null;
        (int first, int next, int toLaunch) = write ? s_writing : s_reading;
        await _clock.WaitEdge(first);
        if (fetchesLoop) await Access(_instructions, ReadLoop, write: false);
        for (int offset = 0; offset < row.Bytes * row.Nodes; offset += TouchStride)
        {
            if (offset > 0) await _clock.WaitEdge(next);
            await Access(_data, Buffer(row) + offset, write);
        }

        if (fetchesLoop)
        {
            await _clock.WaitEdge(2);
            await Access(_instructions, ReadLoopExit, write: false);
            _hasRead = true;
        }

        await _clock.WaitEdge(toLaunch);
    }

    private async Task Invoke(DmaRow row)
    {
        await Access(_data, Flag, write: true);
        SimTime activation = _simulator.Now;
        await _clock.WaitEdge(1);
        SimTime first = _simulator.Now;
        _nodesLeft = row.Nodes;
        _dma?.ResetFirstIssue();
        for (int node = 0; node < row.Nodes; node++)
        {
            long address = Buffer(row) + ((long)node * row.Bytes);
            _dma?.Start(row.Direction, address, row.Bytes, this);
            _acp?.Start(row.Direction == DmaDirection.Store, address, row.Bytes, this);
        }

        await _done.WaitAsync();
        SimTime done = SeenAt();
        Results.Add(new DmaResult((int)((done - first).Picoseconds / 1000) + 2, ((_dma?.FirstIssue ?? first) - activation).Picoseconds, (done - activation).Picoseconds));
        await _simulator.DelayUntil(done);
        await _flag.WriteAsync(Flag, 4);
        await _clock.WaitEdge(1);
        WakePicoseconds.Add((_simulator.Now - done).Picoseconds);
        await Access(_data, Flag, write: false);
    }

    /// <summary>
    /// A DMA node is retired in the first cycle after its completion; what goes through the cache queue is seen in that cycle and
    /// retired in the next. Answers of successive cycles leave a queue that is never empty: each was scheduled before the
    /// datapath's step of the same instant, which therefore sees it already.
    /// </summary>
    private SimTime SeenAt()
    {
        if (_acp is null) return _clock.EdgeAfter(_simulator.Now + 1.Picoseconds());
        return _acpAnswers.AreSuccessive ? _clock.EdgeAfter(_simulator.Now, 1) : _clock.EdgeAfter(_simulator.Now + 1.Picoseconds(), 1);
    }

    private long Buffer(DmaRow row) => BufferBase + (row.Index * BufferSpacing);

    private async Task Access(MemoryPort port, long address, bool write)
    {
        if (write) await port.WriteAsync(address, 4);
        else await port.ReadAsync(address, 4);
        await _simulator.DelayUntil(_clock.Edge());
    }

    /// <summary>Answers at once, as memory does in fast-forward mode, until it is replaced by a real one.</summary>
    private sealed class SwitchedMemory(Simulator simulator) : MemoryPort(simulator, "fast-forward memory")
    {
        private readonly Answers _answers = new();
        private MemoryPort? _real;

        public void SwitchTo(MemoryPort real) => _real = real;

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
        {
            if (_real is not null) return _real.TrySend(request, sender);
            request.HeaderDelay = request.PayloadDelay = SimTime.Zero;
            _answers.Requests.Enqueue(request);
            Simulator.Schedule(Simulator.Now, _answers);
            return true;
        }

        private sealed class Answers : EventTarget
        {
            public Queue<MemoryRequest> Requests { get; } = new();

            public override void Handle(SimTime now, long tag) => Requests.Dequeue().Respond();
        }
    }

    /// <summary>Notes when answers pass.</summary>
    private sealed class AnswerProbe(Simulator simulator, MemoryPort below) : MemoryPort(simulator, below.Name), IMemoryRequester
    {
        private SimTime _last;
        private SimTime _before;

        public bool AreSuccessive => _last - _before == 1.Nanoseconds();

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
        {
            request.PushRoute(this);
            if (below.TrySend(request, sender)) return true;
            request.PopRoute();
            return false;
        }

        public void Complete(MemoryRequest request)
        {
            _before = _last;
            _last = Simulator.Now;
            request.Respond();
        }

        public void Retry(MemoryPort port)
        {
            // The port below calls the engine itself.
        }
    }
}
