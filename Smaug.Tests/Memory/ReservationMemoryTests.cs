using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Cores;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;

namespace Smaug.Tests.Memory;

/// <summary>The reservation model beside the message-level system that it stands for.</summary>
public class ReservationMemoryTests
{
    private const int Line = 64;

    /// <summary>Accesses, one after the other with a microsecond between them: agent, and R or W.</summary>
    private static readonly string[] s_sequences =
    [
        "a:R", "a:W", "d:R", "d:W", "p:R", "p:W",
        "a:R b:R", "a:W b:R", "a:R b:W", "a:W b:W", "a:R b:R a:W", "a:R b:R c:R b:W", "a:R b:R c:W",
        "a:W d:R", "a:W d:W", "a:R d:R", "a:R b:R d:W", "p:R d:R", "p:W d:W", "d:R a:R",
        "a:W p:R", "a:W p:W", "a:R p:R p:R", "a:R b:R p:W", "p:R a:R", "p:W a:W", "p:R q:R", "p:W q:W a:R", "a:W p:R d:R a:R",
    ];

    [TestCaseSource(nameof(s_sequences))]
    public void Banks_change_no_uncontended_access(string sequence)
    {
        List<SimTime> one = Latencies(new ReservationRig(), sequence);
        Assert.Multiple(() =>
        {
            Assert.That(Latencies(new ReservationRig(banks: 4), sequence), Is.EqualTo(one));
            Assert.That(Latencies(new MessageRig(banks: 4), sequence), Is.EqualTo(one));
        });
    }

    [TestCaseSource(nameof(s_sequences))]
    public void Longer_hops_of_the_network_cost_both_levels_the_same(string sequence) =>
        Assert.That(Latencies(new ReservationRig(hop: 3), sequence), Is.EqualTo(Latencies(new MessageRig(hop: 3), sequence)));

    [Test]
    public void Banks_let_streams_pass_each_other_at_both_levels()
    {
        double one = Stream(new ReservationRig()).Nanoseconds, four = Stream(new ReservationRig(banks: 4)).Nanoseconds;
        Assert.That(four, Is.EqualTo(Stream(new MessageRig(banks: 4)).Nanoseconds).Within(2).Percent);
        Assert.That(four, Is.LessThanOrEqualTo(one));
    }

    [TestCaseSource(nameof(s_sequences))]
    public void Uncontended_accesses_take_the_time_of_the_message_level_system(string sequence)
    {
        Assert.That(Latencies(new ReservationRig(), sequence), Is.EqualTo(Latencies(new MessageRig(), sequence)));
    }

    [TestCase("a:R d:R", 0)]
    [TestCase("d:W a:R", 3)]
    [TestCase("a:R b:R", 1)]
    [TestCase("a:W p:W", 2)]
    public void Lines_end_in_the_state_of_the_protocol(string sequence, int state)
    {
        ReservationRig rig = new();
        Latencies(rig, sequence);
        Assert.That(rig.System.L2State(0x1000), Is.EqualTo(state));
    }

    [Test]
    public void Streams_of_several_agents_take_nearly_the_time_of_the_message_level_system()
    {
        Assert.That(Stream(new ReservationRig()).Nanoseconds, Is.EqualTo(Stream(new MessageRig()).Nanoseconds).Within(2).Percent);
    }

    [Test]
    public void Core_tasks_take_the_time_of_the_message_level_system([Values(0, 8)] int linesAhead)
    {
        var task = new CoreTask(0x10000, 16384, 0x8a000, 16384, 10.Microseconds(), linesAhead, 24.Nanoseconds(), 12.Nanoseconds());
        SimTime reservation = RunTask((s, dram) => new ReservationMemorySystem(s, dram, 1.Gibibytes()).AddCore("a", 64.Kibibytes(), 2, 1.Gigahertz()).Run, task);
        SimTime message = RunTask((s, dram) => new MessageCore(new MesiMemorySystem(s, new DramMemory(s, "dram", dram).Port).AddCache("a", 64.Kibibytes(), 2), Line, 1.Gigahertz()).Run, task);
        Assert.That(reservation.Nanoseconds, Is.EqualTo(message.Nanoseconds).Within(1).Percent);
    }

    [Test]
    public void Core_that_reads_ahead_waits_for_its_writes_only()
    {
        var task = new CoreTask(0x10000, 16384, 0x8a000, 16384, SimTime.Zero, 8);
        SimTime Run(CoreTask t) => RunTask((s, dram) => new ReservationMemorySystem(s, dram, 1.Gibibytes()).AddCore("a", 64.Kibibytes(), 2).Run, t);
        SimTime ahead = Run(task);
        Assert.That(ahead.Nanoseconds, Is.EqualTo(Run(task with { ReadBytes = 0 }).Nanoseconds).Within(15).Percent);
        Assert.That(Run(task with { LinesAhead = 0 }).Nanoseconds, Is.GreaterThan(1.7 * ahead.Nanoseconds));
    }

    [Test]
    public void Short_waits_are_filled_with_computation_and_long_ones_cost_the_core_more()
    {
        static SimTime Run(CoreTask t, bool twice)
        {
            Simulator simulator = new();
            CorePort core = new ReservationMemorySystem(simulator, TransactionPresets.Get("LPDDR4_3200_2x16"), 1.Gibibytes()).AddCore("a", 1.Kibibytes(), 2, 1.Gigahertz());
            var end = new Sink();
            core.Run(t, end);
            simulator.Run();
            if (!twice) return end.Last;
            SimTime first = end.Last;
            core.Run(t, end);
            simulator.Run();
            return end.Last - first;
        }

        var task = new CoreTask(0, 64 * Line, 0, 0, 6400.Nanoseconds(), 0, 24.Nanoseconds());
        Assert.Multiple(() =>
        {
            Assert.That(Run(task, twice: true), Is.EqualTo(task.Computation), "hits in the shared cache are hidden");
            Assert.That(Run(task with { MissOverhead = 10.Nanoseconds() }, twice: false).Nanoseconds, Is.EqualTo(Run(task, twice: false).Nanoseconds + 640).Within(2).Percent);
        });
    }

    [Test]
    public void Lines_allocate_nothing_once_warm()
    {
        ReservationRig rig = new();
        var sink = new Sink();
        void Run()
        {
            for (int i = 0; i < 4; i++)
            {
                sink.Send(rig.Ports["d"], MemoryCommand.Read, i * (1L << 20), 1 << 20);
                sink.Send(rig.Ports["p"], MemoryCommand.Write, i * (1L << 20), 1 << 18);
                rig.Core.Run(new CoreTask(i << 20, 1 << 18, 1 << 24, 1 << 18, SimTime.Zero, 8), sink);
            }

            rig.Simulator.Run();
        }

        Run();
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8192), "bytes for 130,000 lines");
    }

    [Test]
    public void Access_outside_memory_names_the_memory_and_the_address()
    {
        ReservationRig rig = new();
        rig.Simulator.Start("host", async () => await rig.Ports["d"].ReadAsync(1L << 40, 64));
        Assert.That(() => rig.Simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("0x10000000000").And.Message.Contains("dram"));
    }

    [Test]
    public void Engine_with_another_line_is_refused() =>
        Assert.That(() => new ReservationRig().System.AddDma("bad", new DmaOptions { LineBytes = 32 }),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("bad").And.Message.Contains("64"));

    private static SimTime RunTask(Func<Simulator, TransactionConfiguration, RunCore> make, CoreTask task)
    {
        Simulator simulator = new();
        RunCore run = make(simulator, TransactionPresets.Get("LPDDR4_3200_2x16"));
        var end = new Sink();
        run(task, end, 0);
        simulator.Run();
        return end.Last;
    }

    private static List<SimTime> Latencies(Rig rig, string sequence)
    {
        List<SimTime> latencies = [];
        rig.Simulator.Start("host", async () =>
        {
            foreach (string access in sequence.Split(' '))
            {
                await rig.Simulator.DelayUntil(new Clock(rig.Simulator, 1.Gigahertz()).Edge(1000));
                MemoryPort port = rig.Ports[access[..1]];
                latencies.Add(await port.AccessAsync(access.EndsWith('R') ? MemoryCommand.Read : MemoryCommand.Write, 0x1000, Line));
            }
        });
        rig.Simulator.Run();
        return latencies;
    }

    /// <summary>Two cores and a DMA engine at work on memory of their own, and a port on what the first core has written.</summary>
    private static SimTime Stream(Rig rig)
    {
        async Task Walk(string port, long from, int lines, bool write, int bytes)
        {
            for (int i = 0; i < lines; i++) await rig.Ports[port].AccessAsync(write ? MemoryCommand.Write : MemoryCommand.Read, from + ((long)i * bytes), bytes);
        }

        rig.Simulator.Start("a", async () =>
        {
            await Walk("a", 0x10000, 400, write: true, Line);
            await Walk("p", 0x10000, 6, write: false, 64 * Line);
        });
        rig.Simulator.Start("b", () => Walk("b", 0x40000, 400, write: false, Line));
        rig.Simulator.Start("d", async () =>
        {
            await Walk("d", 0x80000, 10, write: false, 64 * Line);
            await Walk("d", 0x90000, 6, write: true, 64 * Line);
            await Walk("d", 0x10000, 6, write: false, 64 * Line);
        });
        rig.Simulator.Run();
        return rig.Simulator.Now;
    }

    private delegate void RunCore(in CoreTask task, EventTarget target, long tag);

    private abstract class Rig
    {
        public Simulator Simulator { get; } = new();

        public Dictionary<string, MemoryPort> Ports { get; } = [];

        protected static MesiOptions Options(int l2Bytes, int banks = 1, int hop = 1) =>
            new() { LineBytes = Line, L2Size = l2Bytes.Bytes(), L2Ways = 8, L2Banks = banks, RouterCycles = hop, LinkCycles = 2 * hop - 1 };

        protected static DmaOptions Dma => new() { LineBytes = Line, FlushCyclesPerLine = 0, InvalidatesOnStore = false };
    }

    private sealed class ReservationRig : Rig
    {
        public ReservationRig(int cacheBytes = 65536, int l2Bytes = 1 << 20, int banks = 1, int hop = 1)
        {
            System = new ReservationMemorySystem(Simulator, TransactionPresets.Get("LPDDR4_3200_2x16"), 1.Gibibytes(), Options(l2Bytes, banks, hop));
            foreach (string name in (string[])["a", "b", "c"]) Ports.Add(name, System.AddCore(name, cacheBytes.Bytes(), 2));
            Ports.Add("d", System.AddDma("d", Dma));
            Ports.Add("p", System.AddAcp("p", new AcpOptions { LineBytes = Line }));
            Ports.Add("q", System.AddAcp("q", new AcpOptions { LineBytes = Line }));
        }

        public ReservationMemorySystem System { get; }

        public CorePort Core => (CorePort)Ports["a"];
    }

    private sealed class MessageRig : Rig
    {
        public MessageRig(int banks = 1, int hop = 1)
        {
            DramMemory dram = new(Simulator, "dram", TransactionPresets.Get("LPDDR4_3200_2x16"), size: 1.Gibibytes());
            MesiMemorySystem system = new(Simulator, dram.Port, Options(1 << 20, banks, hop));
            foreach (string name in (string[])["a", "b", "c"]) Ports.Add(name, system.AddCache(name, 64.Kibibytes(), 2));
            Ports.Add("d", new EnginePort(new DmaEngine(Simulator, "d", system.AddDma("dma"), Dma), Simulator));
            Ports.Add("p", new EnginePort(new AcpEngine(Simulator, "p", system.AddAcp("acp0"), new AcpOptions { LineBytes = Line }), Simulator));
            Ports.Add("q", new EnginePort(new AcpEngine(Simulator, "q", system.AddAcp("acp1"), new AcpOptions { LineBytes = Line }), Simulator));
        }
    }

    /// <summary>An engine of the message-level system behind a port that takes blocks.</summary>
    private sealed class EnginePort : MemoryPort
    {
        private readonly Action<MemoryRequest> _start;

        public EnginePort(DmaEngine engine, Simulator simulator) : base(simulator, engine.Name) =>
            _start = r => engine.Start(r.Command == MemoryCommand.Write ? DmaDirection.Store : DmaDirection.Load, r.Address, r.Bytes, new End(r));

        public EnginePort(AcpEngine engine, Simulator simulator) : base(simulator, engine.Name) =>
            _start = r => engine.Start(r.Command == MemoryCommand.Write, r.Address, r.Bytes, new End(r));

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
        {
            _start(request);
            return true;
        }

        private sealed class End(MemoryRequest request) : EventTarget
        {
            public override void Handle(SimTime now, long tag) => request.Respond();
        }
    }

    private sealed class Sink : EventTarget, IMemoryRequester
    {
        private readonly Stack<MemoryRequest> _free = new();

        public SimTime Last { get; private set; }

        public void Send(MemoryPort port, MemoryCommand command, long address, int bytes)
        {
            if (!_free.TryPop(out MemoryRequest? request)) request = new MemoryRequest();
            request.Set(this, command, address, bytes);
            port.TrySend(request, this);
        }

        public override void Handle(SimTime now, long tag) => Last = now;

        public void Complete(MemoryRequest request) => _free.Push(request);

        public void Retry(MemoryPort port) { }
    }
}
