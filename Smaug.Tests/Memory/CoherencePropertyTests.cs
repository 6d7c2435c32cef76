using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Coherence;

namespace Smaug.Tests.Memory;

/// <summary>
/// Random traffic of several agents on few lines and tiny caches, so that every race of requests, recalls, replacements and
/// write-backs happens: no agent starves, no update is lost, every read returns a value that was current, and no line ever has
/// a writer beside another holder.
/// </summary>
public class CoherencePropertyTests
{
    private const int LineBytes = 64;

    [TestCase(1, 400_000)]
    [TestCase(2, 400_000)]
    [TestCase(3, 300_000)]
    [TestCase(4, 200_000, 4)]
    public void RandomTrafficIsCoherent(int seed, int operations, int banks = 1)
    {
        Simulator simulator = new();
        MesiMemorySystem system = System(simulator, banks);
        ValueLog log = new(lines: 20);
        List<RandomAgent> agents = [];
        for (int i = 0; i < 4; i++)
        {
            agents.Add(new RandomAgent(simulator, system.AddCache($"cache{i}", (4 * LineBytes).Bytes(), 2), log, i, seed, operations / 6, 3));
        }

        agents.Add(new RandomAgent(simulator, system.AddDma("dma"), log, 4, seed, operations / 6, 6));
        agents.Add(new RandomAgent(simulator, system.AddAcp("acp"), log, 5, seed, operations / 6, 4));
        foreach (RandomAgent agent in agents) agent.Begin();
        for (int step = 0; agents.Any(a => a.Left > 0) && step < operations; step++)
        {
            simulator.RunUntil(simulator.Now + 1.Microseconds());
            if (step % 16 == 0) CheckSingleWriter(system);
        }

        simulator.Run();
        Assert.That(agents.Select(a => a.Left), Has.All.Zero, "an agent starved");
        Assert.That(log.Violations, Is.Empty);
        Assert.That(log.Checked, Is.GreaterThan(operations / 4));
    }

    [Test]
    [Explicit("minutes")]
    public void RandomTrafficIsCoherentForTwentyMillionOperations([Range(11, 20)] int seed)
    {
        RandomTrafficIsCoherent(seed, 1_000_000);
        RandomTrafficIsCoherent(seed, 1_000_000, 4);
    }

    [Test]
    public void NoAtomicUpdateIsLost()
    {
        const int Agents = 6, Additions = 20_000, Lines = 5;
        Simulator simulator = new();
        MesiMemorySystem system = System(simulator);
        AddingAgent[] adders = [.. Enumerable.Range(0, Agents).Select(i =>
            new AddingAgent(simulator, system.AddCache($"cache{i}", (4 * LineBytes).Bytes(), 2), i, Additions, Lines))];
        MemoryPort reader = system.AddDma("dma");
        foreach (AddingAgent adder in adders) adder.Begin();
        simulator.Run();
        long total = 0;
        MemoryRequest request = new();
        Reader sum = new(value => total += value);
        for (int line = 0; line < Lines; line++)
        {
            request.Set(sum, MemoryCommand.Read, line * LineBytes, 8);
            Assert.That(reader.TrySend(request, sum), Is.True);
            simulator.Run();
        }

        Assert.That(total, Is.EqualTo(Agents * Additions));
    }

    [Test]
    public void TwoRunsAreTheSame()
    {
        static long Once()
        {
            Simulator simulator = new();
            MesiMemorySystem system = System(simulator);
            ValueLog log = new(20);
            for (int i = 0; i < 3; i++) new RandomAgent(simulator, system.AddCache($"cache{i}", (4 * LineBytes).Bytes(), 2), log, i, 7, 5_000, 3).Begin();
            new RandomAgent(simulator, system.AddDma("dma"), log, 3, 7, 5_000, 6).Begin();
            simulator.Run();
            return (simulator.Now.Picoseconds * 31) + simulator.EventsExecuted;
        }

        long first = Once();
        Assert.That(Once(), Is.EqualTo(first));
    }

    private static MesiMemorySystem System(Simulator simulator, int banks = 1)
    {
        BandwidthLatencyMemory memory = new(simulator, "dram", new BandwidthLatencyMemoryOptions { Size = 1.Mebibytes(), MaximumOutstanding = 6 });
        return new MesiMemorySystem(simulator, memory.Port, new MesiOptions
        {
            LineBytes = LineBytes,
            L2Size = (16 * LineBytes).Bytes(),
            L2Ways = 4,
            L2Banks = banks,
            CarriesValues = true,
        });
    }

    private static void CheckSingleWriter(MesiMemorySystem system)
    {
        for (int line = 0; line < 20; line++)
        {
            // While a line is in transition its messages are under way; the invariant is that of settled lines.
            if (system.L2State(line * LineBytes) == 4) continue;
            int owners = 0, sharers = 0;
            for (int i = 0; i < 4; i++)
            {
                int state = system.CacheState($"cache{i}", line * LineBytes);
                if (state is 2 or 3) owners++;
                if (state == 1) sharers++;
            }

            Assert.That(owners, Is.LessThanOrEqualTo(1), $"line {line} has {owners} owners");
            if (owners == 1) Assert.That(sharers, Is.Zero, $"line {line} has an owner and {sharers} sharers");
        }
    }

    private sealed class Reader(Action<long> read) : IMemoryRequester
    {
        public void Complete(MemoryRequest request) => read(request.Value);

        public void Retry(MemoryPort port) { }
    }
}
