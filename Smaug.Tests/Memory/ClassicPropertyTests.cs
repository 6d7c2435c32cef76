using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>
/// Random traffic on snooping caches of two levels, on few lines and tiny caches: no agent starves, every read returns a value
/// that was current, and no line ever has a writer beside another holder.
/// </summary>
public class ClassicPropertyTests
{
    private const int LineBytes = 64;
    private const int Lines = 20;

    [TestCase(1, 400_000)]
    [TestCase(2, 400_000)]
    [TestCase(3, 300_000)]
    public void RandomTrafficIsCoherent(int seed, int operations)
    {
        Simulator simulator = new();
        CacheOptions tiny = new() { Size = (4 * LineBytes).Bytes(), Ways = 2, Mshrs = 4, TargetsPerMshr = 2, WriteBuffers = 2 };
        CoherentCrossbar bus = new(simulator, "bus", new ValueMemory(simulator, LineBytes));
        Cache l2 = new(simulator, "l2", bus, tiny with { Size = (16 * LineBytes).Bytes(), Ways = 4 });
        CoherentCrossbar toL2 = new(simulator, "toL2", l2);
        Cache[] upper =
        [
            new(simulator, "first", toL2, tiny with { Replacement = ReplacementPolicy.TreePseudoLeastRecentlyUsed }),
            new(simulator, "second", toL2, tiny with { Mshrs = 6, Prefetcher = PrefetcherKind.Tagged, PrefetchDegree = 2 }),
            new(simulator, "front", toL2, tiny with { Size = (2 * LineBytes).Bytes(), Ways = 1 }),
        ];
        Cache accelerator = new(simulator, "accelerator", bus, tiny);
        ValueLog log = new(Lines);
        List<RandomAgent> agents = [];
        foreach (Cache cache in upper.Append(accelerator))
        {
            agents.Add(new RandomAgent(simulator, cache.Port, log, agents.Count, seed, operations / 5, 3)
            {
                // Whole lines of the coherency port are not fetched before they are written.
                WriteAttributes = cache.Name == "front" ? MemoryAttributes.WholeLine : MemoryAttributes.None,
            });
        }

        agents.Add(new RandomAgent(simulator, bus.AddPort("dma"), log, agents.Count, seed, operations / 5, 6) { WritesOfFive = 0, ReadAttributes = MemoryAttributes.Uncacheable });
        foreach (RandomAgent agent in agents) agent.Begin();
        for (int step = 0; agents.Any(a => a.Left > 0) && step < 400_000; step++)
        {
            simulator.RunUntil(simulator.Now + 1.Microseconds());
            CheckSingleWriter(upper);
            CheckSingleWriter([l2, accelerator]);
        }

        Assert.That(agents.Select(a => a.Left), Has.All.Zero, "an agent starved");
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
