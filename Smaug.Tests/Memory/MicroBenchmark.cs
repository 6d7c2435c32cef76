using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Dma;

namespace Smaug.Tests.Memory;

/// <summary>One invocation of the reference's DMA micro-benchmark.</summary>
/// <param name="Index">Number of the row; each row has a host buffer of its own.</param>
/// <param name="Mode">cold, dirty or clean: what the CPU did to the buffer just before.</param>
/// <param name="Direction">Load or store.</param>
/// <param name="Bytes">Bytes per DMA node.</param>
/// <param name="Nodes">Independent DMA nodes at consecutive offsets.</param>
/// <param name="WakePicoseconds">From the end of the datapath to the CPU's wake-up, as measured.</param>
internal sealed record DmaRow(int Index, string Mode, DmaDirection Direction, int Bytes, int Nodes, long WakePicoseconds);

/// <summary>What one invocation took.</summary>
internal readonly record struct DmaResult(int Cycles, long FirstIssue, long Done);

/// <summary>
/// Replays the host program of the micro-benchmark against a memory system: the CPU's accesses from the start of the timed
/// region (addresses and distances as in the reference's DRAM log, where they are the same for every memory), for each row the
/// read of its table entry, the touching of the buffer, the invocation, and the wake-up; and the datapath side: all DMA nodes
/// of a row are seen in its first cycle, and the row ends in the first cycle after the last answer.
/// </summary>
internal sealed class MicroBenchmark(
    Simulator simulator, MemoryPort core, MemoryPort acceleratorCache, Frequency accelerator, int lineBytes)
    : EventTarget, IMemoryRequester
{
    /// <summary>When the reference switched to timing mode in its LPDDR4 run.</summary>
    public static readonly SimTime Switch = SimTime.FromNanoseconds(20_278);

    // Physical addresses: pages are handed out in order of first touch, so that a page of code, one with the table, and the
    // buffers of all rows come first, each buffer with room for the largest row; behind them lie flag and stack.
    private const long BufferBase = 12_288;
    private const int DmaRows = 90;
    private const int AcpRows = 88;
    private const long LargestDma = 65_536;
    private const long LargestAcp = 32_768;
    private const long CodeEnd = 8_192;
    private const long Table = 8_224;
    private const long StackOffset = 7_648;

    // From the wake-up to the read of the row's entry: as in the DRAM logs for DMA; the ACP's program, of which there is no log,
    // takes 16 ns more by the refreshes and row conflicts that its rows meet in all three files.
    private const int TableNanoseconds = 26;
    private const int CoherentTableNanoseconds = TableNanoseconds + 16;

    // The program's way from its loop to the call: two writes to the stack that hit (1 ns each), the write that clears the flag
    // (12 ns: the accelerator's copy has to be invalidated), and the rest.
    private const int UndisturbedNanoseconds = 14;
    private const int AfterFlagNanoseconds = 8;

    // How the program touches a buffer. It writes with a string instruction, which stores a byte per cycle: 31 pass until the next
    // line (DRAM log). It reads with a loop whose times no log shows; they, and that the loop lies in two lines of code that
    // nothing has fetched before, are what makes the rows after it come out equal in all files, of every memory and option.
    private const int TouchStride = 32;
    private const long ReadLoop = 4_448;
    private const long ReadLoopExit = 4_480;
    // From the last read to the second of these lines pass 6 to 17 ns where lines have 32 bytes, and at most 2 where they have 64: any of them
    // gives the same cycles.
    private const int ToLoopExit32 = 8;
    private const int ToLoopExit64 = 1;
    private static readonly TouchTimes Writing = new(First: 15, Next: 31, ToStart: 71);
    private static readonly TouchTimes Reading = new(First: 24, Next: 10, ToStart: 54);

    // CPU time in ns from a completed access to the next, in the order of the program; negative addresses are those beyond
    // the buffers.
    private static readonly (long Address, int Before)[] Prologue32 =
    [
        (4192, 1), (4224, 8), (4256, 7), (4384, 0), (8224, 0), (4416, 1), (4288, 10), (~StackOffset, 0), (~(StackOffset + 32), 7),
        (4320, 3), (4352, 11), (~0, 0),
    ];

    private static readonly (long Address, int Before)[] Prologue64 =
    [
        (4160, 1), (4224, 8), (4352, 8), (8192, 0), (4416, 1), (4288, 10), (~(StackOffset - 32), 0), (~(StackOffset + 32), 7), (~0, 16),
    ];

    private readonly Signal _done = new(simulator, "all DMA nodes answered");
    private int _nodesLeft;
    private bool _hasRead;

    public List<DmaResult> Results { get; } = [];

    /// <summary>The DMA engine under test; null when the ACP is.</summary>
    public DmaEngine? Dma { get; init; }

    /// <summary>The coherent port under test; null when DMA is.</summary>
    public AcpEngine? Acp { get; init; }

    /// <summary>The DMA engine or coherent port under test, where blocks enter it.</summary>
    public MemoryPort? Blocks { get; init; }

    /// <summary>Whether <see cref="Blocks"/> is a coherent port.</summary>
    public bool BlocksAreCoherent { get; init; }

    public async Task RunAsync(IReadOnlyList<DmaRow> rows)
    {
        foreach ((long address, int before) in lineBytes == 32 ? Prologue32 : Prologue64)
        {
            await simulator.Delay(before.Nanoseconds());
            if (address < 0) await Access(Flag + ~address, write: true);
            else await Access(address, write: false, address < CodeEnd ? MemoryAttributes.Instruction : MemoryAttributes.None);
        }

        await simulator.Delay(3.Nanoseconds());
        for (int i = 0; i < rows.Count; i++)
        {
            if (i > 0) await Prepare(rows[i]);
            await Invoke(rows[i]);
        }
    }

    public override void Handle(SimTime now, long tag)
    {
        if (--_nodesLeft == 0) _done.Pulse();
    }

    public void Complete(MemoryRequest request) => Handle(simulator.Now, 0);

    public void Retry(MemoryPort port) => throw new InvalidOperationException("block ports refuse nothing");

    private async Task Prepare(DmaRow row)
    {
        // The program looks at the flag, and reads the row's entry of its table.
        SimTime woken = simulator.Now;
        await Access(Flag, write: false);
        await simulator.DelayUntil(woken + (IsCoherent ? CoherentTableNanoseconds : TableNanoseconds).Nanoseconds());
        await Access(Table + (16 * row.Index), write: false);
        if (row.Mode is "l2warm")
        {
            // The same buffer was loaded through the port just before, in an invocation of its own.
            await ClearFlag(54);
            await Invoke(row with { Direction = DmaDirection.Load });
            Results.RemoveAt(Results.Count - 1);
            SimTime warmed = simulator.Now;
            await Access(Flag, write: false);
            await simulator.DelayUntil(warmed + 54.Nanoseconds());
            await ClearFlag(27);
        }
        else if (row.Mode is "cold")
        {
            await ClearFlag(54);
        }
        else
        {
            await Touch(row);
        }
    }

    private async Task Touch(DmaRow row)
    {
        bool write = row.Mode is "dirty";
        TouchTimes times = write ? Writing : Reading;
        bool fetchesLoop = !write && !_hasRead && !IsCoherent;
        await simulator.Delay(times.First.Nanoseconds());
        if (fetchesLoop) await Access(ReadLoop, write: false, MemoryAttributes.Instruction);
        int total = row.Bytes * row.Nodes;
        for (int offset = 0; offset < total; offset += TouchStride)
        {
            if (offset > 0) await simulator.Delay(times.Next.Nanoseconds());
            await Access(Buffer(row) + offset, write);
        }

        if (fetchesLoop)
        {
            await simulator.Delay((lineBytes == 32 ? ToLoopExit32 : ToLoopExit64).Nanoseconds());
            await Access(ReadLoopExit, write: false, MemoryAttributes.Instruction);
            _hasRead = true;
        }

        await ClearFlag(times.ToStart);
    }

    /// <summary>The program marks the invocation as not completed, on its way to the call that starts it; this much later when
    /// all is where it was, more when the buffer has driven its stack or the flag out of the cache.</summary>
    private async Task ClearFlag(int nanosecondsToStart)
    {
        await simulator.Delay((nanosecondsToStart - UndisturbedNanoseconds - AfterFlagNanoseconds).Nanoseconds());
        await Access(Flag + StackOffset, write: true);
        await Access(Flag + StackOffset + 32, write: true);
        await Access(Flag, write: true);
        await simulator.Delay(AfterFlagNanoseconds.Nanoseconds());
    }

    private async Task Invoke(DmaRow row)
    {
        SimTime activation = simulator.Now;
        Clock clock = new(simulator, accelerator);
        await simulator.DelayUntil(clock.Edge(1));
        SimTime first = simulator.Now;
        _nodesLeft = row.Nodes;
        Dma?.ResetFirstIssue();
        for (int node = 0; node < row.Nodes; node++)
        {
            long address = Buffer(row) + ((long)node * row.Bytes);
            Dma?.Start(row.Direction, address, row.Bytes, this);
            Acp?.Start(row.Direction == DmaDirection.Store, address, row.Bytes, this);
            if (Blocks is null) continue;
            MemoryRequest request = new();
            request.Set(this, row.Direction == DmaDirection.Store ? MemoryCommand.Write : MemoryCommand.Read, address, row.Bytes);
            Blocks.TrySend(request, this);
        }

        await _done.WaitAsync();
        // A DMA node is retired in the first cycle after its completion; what goes through the cache queue is seen in that
        // cycle and retired in the next.
        SimTime done = clock.EdgeAfter(simulator.Now + 1.Picoseconds(), IsCoherent ? 1 : 0);
        Results.Add(new DmaResult(
            (int)((done - first).Picoseconds / accelerator.PeriodPicoseconds) + 2,
            ((Dma?.FirstIssue ?? first) - activation).Picoseconds,
            (done - activation).Picoseconds));
        await simulator.DelayUntil(done + new SimTime(accelerator.PeriodPicoseconds));
        await acceleratorCache.WriteAsync(Flag, 4);
        await simulator.DelayUntil(done + new SimTime(row.WakePicoseconds));
    }

    private bool IsCoherent => Acp is not null || BlocksAreCoherent;

    private long BufferSpacing => IsCoherent ? LargestAcp : LargestDma;

    private long Flag => BufferBase + ((IsCoherent ? AcpRows : DmaRows) * BufferSpacing);

    private long Buffer(DmaRow row) => BufferBase + (row.Index * BufferSpacing);

    private async Task Access(long address, bool write, MemoryAttributes attributes = MemoryAttributes.None)
    {
        if (write) await core.WriteAsync(address, 4);
        else await core.ReadAsync(address, 4, attributes: attributes);
        await simulator.DelayUntil(new Clock(simulator, 1.Gigahertz()).Edge());
    }

    /// <summary>CPU time in ns: from the row's table entry to the first access to its buffer, from there to the next, and from
    /// the last one to the call that starts the invocation.</summary>
    private readonly record struct TouchTimes(int First, int Next, int ToStart);
}
