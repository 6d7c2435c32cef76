using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;

namespace Smaug.Tests.Memory;

/// <summary>
/// Random traffic of cores, DMA engines and coherency ports on few lines and tiny caches of the line-by-line system: every access is
/// answered, and whenever nothing is under way a line has one writer or any number of readers, all of whom the L2 knows. A million
/// accesses together. The level carries no values: that no update is lost is seen in the directory's states, that values are right at
/// the message level (<see cref="CoherencePropertyTests"/>).
/// </summary>
public class ReservationPropertyTests
{
    private const int Lines = 160;
    private const int Rounds = 25;
    private const int Accesses = 255_000;

    [TestCase(1, 32, 1, 4, 1, 1)]
    [TestCase(2, 64, 4, 3, 2, 2)]
    [TestCase(3, 128, 2, 2, 3, 1)]
    [TestCase(4, 64, 16, 6, 1, 3)]
    public void Random_traffic_ends_and_leaves_every_line_with_one_writer(int seed, int line, int banks, int cores, int engines, int ports)
    {
        Simulator simulator = new();
        ReservationMemorySystem system = new(simulator, TransactionPresets.Get("LPDDR4_3200_2x16"), 1.Gibibytes(), new MesiOptions
        {
            LineBytes = line,
            L2Size = (64 * line).Bytes(),
            L2Ways = 4,
            L2Banks = banks,
        });
        List<Agent> agents = [];
        for (int i = 0; i < cores; i++) agents.Add(new Agent(simulator, system.AddCore($"cpu{i}", (16 * line).Bytes(), 2), seed + (100 * agents.Count), line, 1));
        for (int i = 0; i < engines; i++)
        {
            var options = new DmaOptions { LineBytes = line, FlushCyclesPerLine = i, InvalidatesOnStore = i > 0, IsPipelined = i < 2, Channels = i + 1 };
            agents.Add(new Agent(simulator, system.AddDma($"dma{i}", options), seed + (100 * agents.Count), line, 4));
        }

        for (int i = 0; i < ports; i++) agents.Add(new Agent(simulator, system.AddAcp($"acp{i}", new AcpOptions { LineBytes = line }), seed + (100 * agents.Count), line, 3));
        int each = Accesses / Rounds / agents.Count;
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Agent agent in agents) agent.Begin(each);
            simulator.Run();
            Assert.That(agents.Select(a => a.Left), Has.All.Zero, "accesses without an answer");
            for (long l = 0; l < Lines; l++)
            {
                system.CheckLine(l * line);
                Assert.That(system.L2State(l * line), Is.LessThan(4), "a line is on its way for ever");
            }
        }

        Assert.That(agents.Sum(a => a.Answered), Is.EqualTo((long)each * Rounds * agents.Count).And.GreaterThan(250_000));
        double Total(string figure) => simulator.Statistics.All.Where(s => s.Name.EndsWith(figure, StringComparison.Ordinal)).Sum(s => s.Value);
        Assert.That(new[] { Total(".recalls"), Total(".writeBacks"), Total(".hits") }, Has.All.GreaterThan(10_000), "lines are called back, given up and shared");
    }

    [Test]
    public void What_a_core_writes_last_is_its_own_or_on_its_way_down()
    {
        // No update is lost: after a write the writer owns the line, until another takes it, or it is written to memory.
        Simulator simulator = new();
        ReservationMemorySystem system = new(simulator, TransactionPresets.Get("LPDDR4_3200_2x16"), 1.Gibibytes(), new MesiOptions { LineBytes = 64, L2Size = 4096.Bytes(), L2Ways = 4 });
        MemoryPort[] cores = [system.AddCore("a", 1024.Bytes(), 2), system.AddCore("b", 1024.Bytes(), 2)];
        MemoryPort dma = system.AddDma("dma", new DmaOptions { LineBytes = 64, FlushCyclesPerLine = 0, InvalidatesOnStore = false });
        simulator.Start("host", async () =>
        {
            var random = new Random(9);
            for (int i = 0; i < 5000; i++)
            {
                long address = random.Next(200) * 64L;
                await cores[i & 1].WriteAsync(address, 64);
                Assert.That(system.L2State(address), Is.EqualTo(3), "owned by the core that wrote");
                if (random.Next(4) > 0) continue;
                long before = system.Dram.Traffic.WritePackets;
                await dma.ReadAsync(address, 64);
                Assert.That((system.L2State(address), system.Dram.Traffic.WritePackets), Is.EqualTo((0, before + 1)), "written to memory before DMA reads it");
            }
        });
        simulator.Run();
    }

    /// <summary>Reads and writes random blocks, three at a time.</summary>
    private sealed class Agent(Simulator simulator, MemoryPort port, int seed, int line, int mostLines) : EventTarget, IMemoryRequester
    {
        private const int Depth = 3;
        private readonly Random _random = new(seed);
        private readonly Stack<MemoryRequest> _free = new(Enumerable.Range(0, Depth).Select(_ => new MemoryRequest()));
        private MemoryRequest? _refused;
        private int _toIssue;

        public long Answered { get; private set; }

        public int Left => _toIssue + Depth - _free.Count;

        public void Begin(int accesses)
        {
            _toIssue = accesses;
            simulator.Schedule(simulator.Now, this);
        }

        public override void Handle(SimTime now, long tag)
        {
            while (_refused is null && _toIssue > 0 && _free.TryPop(out MemoryRequest? request))
            {
                int lines = 1 + _random.Next(mostLines);
                bool write = _random.Next(5) < 2;
                request.Set(this, write ? MemoryCommand.Write : MemoryCommand.Read, _random.Next(Lines - lines + 1) * (long)line, lines * line);
                _toIssue--;
                if (!port.TrySend(request, this)) _refused = request;
            }
        }

        public void Complete(MemoryRequest request)
        {
            Answered++;
            _free.Push(request);
            simulator.ScheduleAfter(new SimTime(_random.Next(4) * 500), this);
        }

        public void Retry(MemoryPort retried)
        {
            if (_refused is null || !port.TrySend(_refused, this)) return;
            _refused = null;
            simulator.Schedule(simulator.Now, this);
        }
    }
}
