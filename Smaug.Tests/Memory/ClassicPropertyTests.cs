using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>
/// Random traffic on snooping caches of two and three levels, on few lines and tiny caches: no agent starves, every read returns a value
/// that was current, and no line ever has a writer beside another holder.
/// </summary>
public class ClassicPropertyTests
{
    private const int LineBytes = 64;
    private const int Lines = 20;

    private static readonly CacheOptions s_tiny = new() { Size = (4 * LineBytes).Bytes(), Ways = 2, Mshrs = 4, TargetsPerMshr = 2, WriteBuffers = 2 };

    [TestCase(1, 400_000)]
    [TestCase(2, 400_000)]
    [TestCase(3, 300_000)]
    public void RandomTrafficIsCoherent(int seed, int operations)
    {
        Simulator simulator = new();
        CoherentCrossbar bus = new(simulator, "bus", new ValueMemory(simulator, LineBytes));
        Cache l2 = new(simulator, "l2", bus, s_tiny with { Size = (16 * LineBytes).Bytes(), Ways = 4 });
        CoherentCrossbar toL2 = new(simulator, "toL2", l2);
        Cache[] upper =
        [
            new(simulator, "first", toL2, s_tiny with { Replacement = ReplacementPolicy.TreePseudoLeastRecentlyUsed }),
            new(simulator, "second", toL2, s_tiny with { Mshrs = 6, Prefetcher = PrefetcherKind.Tagged, PrefetchDegree = 2 }),
            new(simulator, "front", toL2, s_tiny with { Size = (2 * LineBytes).Bytes(), Ways = 1 }),
        ];
        Cache accelerator = new(simulator, "accelerator", bus, s_tiny);
        Check(simulator, bus, [.. upper, accelerator], [upper, [l2, accelerator]], seed, operations);
    }

    [TestCase(1, 300_000)]
    [TestCase(2, 300_000)]
    public void RandomTrafficIsCoherentOnThreeLevelsWithPrivateSecondLevels(int seed, int operations)
    {
        Simulator simulator = new();
        CoherentCrossbar bus = new(simulator, "bus", new ValueMemory(simulator, LineBytes));
        Cache l3 = new(simulator, "l3", bus, s_tiny with { Size = (16 * LineBytes).Bytes(), Ways = 4, Replacement = ReplacementPolicy.TreePseudoLeastRecentlyUsed });
        CoherentCrossbar toL3 = new(simulator, "toL3", l3);
        Cache[] second = new Cache[2], first = new Cache[2];
        for (int core = 0; core < 2; core++)
        {
            second[core] = new Cache(simulator, $"l2.{core}", toL3, s_tiny with { Size = (8 * LineBytes).Bytes() });
            first[core] = new Cache(simulator, $"l1.{core}", new CoherentCrossbar(simulator, $"toL2.{core}", second[core]), s_tiny);
        }

        Cache accelerator = new(simulator, "accelerator", bus, s_tiny);
        Check(simulator, bus, [.. first, accelerator], [first, second, [l3, accelerator]], seed, operations);
    }

    [Test]
    [Explicit("minutes")]
    public void RandomTrafficIsCoherentForTwentyMillionOperations([Range(11, 20)] int seed)
    {
        RandomTrafficIsCoherent(seed, 1_000_000);
        RandomTrafficIsCoherentOnThreeLevelsWithPrivateSecondLevels(seed, 1_000_000);
    }

    /// <summary>Lets every cache's port and a DMA engine that reads access random lines.</summary>
    /// <param name="simulator">The simulation.</param>
    /// <param name="bus">Where the DMA engine is.</param>
    /// <param name="ports">Caches that are accessed.</param>
    /// <param name="besides">Caches of which only one may hold a line that it may write.</param>
    /// <param name="seed">Seed of the traffic.</param>
    /// <param name="operations">Accesses of all agents together.</param>
    private static void Check(Simulator simulator, CoherentCrossbar bus, Cache[] ports, Cache[][] besides, int seed, int operations)
    {
        ValueLog log = new(Lines);
        List<RandomAgent> agents = [];
        int each = operations / (ports.Length + 1);
        foreach (Cache cache in ports)
        {
            agents.Add(new RandomAgent(simulator, cache.Port, log, agents.Count, seed, each, 3)
            {
                // Whole lines of the coherency port are not fetched before they are written.
                WriteAttributes = cache.Name == "front" ? MemoryAttributes.WholeLine : MemoryAttributes.None,
            });
        }

        agents.Add(new RandomAgent(simulator, bus.AddPort("dma"), log, agents.Count, seed, each, 6) { WritesOfFive = 0, ReadAttributes = MemoryAttributes.Uncacheable });
        foreach (RandomAgent agent in agents) agent.Begin();
        for (int step = 0; agents.Any(a => a.Left > 0) && step < operations; step++)
        {
            simulator.RunUntil(simulator.Now + 1.Microseconds());
            foreach (Cache[] beside in besides) CheckSingleWriter(beside);
        }

        Assert.That(agents.Select(a => a.Left), Has.All.Zero, "an agent starved: " + string.Join("; ", simulator.DescribeWaits()));
        Assert.That(log.Violations, Is.Empty);
        Assert.That(log.Checked, Is.GreaterThan(operations / 2));
    }

    private static void CheckSingleWriter(Cache[] beside)
    {
        for (long address = 0; address < Lines * LineBytes; address += LineBytes)
        {
            int holders = beside.Count(c => c.StateOf(address) != 0);
            int writers = beside.Count(c => (c.StateOf(address) & 2) != 0);
            Assert.That(writers == 0 || holders == 1, Is.True, $"line 0x{address:x} has {writers} writers among {holders} holders");
        }
    }
}
