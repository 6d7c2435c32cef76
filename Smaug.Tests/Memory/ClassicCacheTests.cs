using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Caches;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>Caches and snooping crossbars: latencies, and coherence under random traffic.</summary>
public class ClassicCacheTests
{
    private const int LineBytes = 64;

    [Test]
    public void AHitTakesTheLongerOfTagAndData()
    {
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "dram");
        Cache cache = new(simulator, "l1", memory.Port, new CacheOptions { TagCycles = 2, DataCycles = 3, ResponseCycles = 4 });
        List<SimTime> latencies = [];
        simulator.Start("host", async () =>
        {
            latencies.Add(await cache.Port.ReadAsync(0x100, 8));
            await simulator.Delay(1.Microseconds());
            latencies.Add(await cache.Port.ReadAsync(0x108, 8));
        });
        simulator.Run();
        // The miss: 2 ns of tags, 60.5 ns of memory, from the next edge 4 ns of response.
        Assert.That(latencies.Select(l => l.Picoseconds - (l.Picoseconds % 1000)), Is.EqualTo(new long[] { 67_000, 3_000 }));
    }

    [Test]
    public void AnUncachedReadThroughTheSystemCrossbarPaysEightCyclesDownAndTwoUp()
    {
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "dram");
        CoherentCrossbar crossbar = new(simulator, "bus", memory.Port);
        MemoryPort dma = crossbar.AddPort("dma");
        SimTime latency = default;
        simulator.Start("host", async () => latency = await dma.ReadAsync(0, 64, attributes: MemoryAttributes.Uncacheable));
        simulator.Run();
        Assert.That(latency, Is.EqualTo(71.Nanoseconds()));
    }

    [Test]
    public void AReadOfWhatAnotherCacheModifiedComesFromThatCache()
    {
        Simulator simulator = new();
        Hierarchy system = new(simulator);
        SimTime latency = default;
        simulator.Start("host", async () =>
        {
            await system.First.Port.WriteAsync(0x40, 8);
            await simulator.Delay(1.Microseconds());
            latency = await system.Accelerator.Port.ReadAsync(0x40, 8);
        });
        simulator.Run();
        Assert.That(latency, Is.LessThan(50.Nanoseconds()));
        Assert.That((system.First.StateOf(0x40), system.Accelerator.StateOf(0x40)), Is.EqualTo((5, 1)), "modified and shared; shared");
    }

    [Test]
    public void ThePrefetcherBringsTheNextLines()
    {
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "dram");
        Cache cache = new(simulator, "l1", memory.Port, new CacheOptions { Prefetcher = PrefetcherKind.Tagged, PrefetchDegree = 2 });
        SimTime next = default;
        simulator.Start("host", async () =>
        {
            await cache.Port.ReadAsync(0, 8);
            await simulator.Delay(1.Microseconds());
            next = await cache.Port.ReadAsync(128, 8);
        });
        simulator.Run();
        Assert.That(next, Is.LessThan(5.Nanoseconds()));
    }

    [Test]
    public void NoAtomicUpdateIsLostAmongCachesOfTwoLevels()
    {
        const int Additions = 40_000, Lines = 21;
        Simulator simulator = new();
        Hierarchy system = new(simulator);
        List<Adder> adders = [];
        foreach (Cache cache in system.All)
        {
            adders.Add(new Adder(simulator, cache.Port, adders.Count, Additions, Lines));
            adders.Add(new Adder(simulator, cache.Port, adders.Count, Additions, Lines));
        }

        foreach (Adder adder in adders) adder.Begin();
        simulator.Run();
        long total = 0;
        for (int line = 0; line < Lines; line++)
        {
            Reader reader = new();
            MemoryRequest request = new();
            request.Set(reader, MemoryCommand.Read, line * LineBytes, 8);
            Assert.That(system.First.Port.TrySend(request, reader), Is.True);
            simulator.Run();
            total += request.Value;
        }

        Assert.That(adders.Select(a => a.Left), Has.All.Zero);
        Assert.That(total, Is.EqualTo(adders.Count * Additions));
    }

    /// <summary>
    /// The third level keeps a modified line to itself while two second levels share it, one of them with newer content; when that one asks
    /// for the right to write again, it gets the older content along.
    /// </summary>
    [Test]
    public void TheRightToWriteDoesNotBringOlderContent()
    {
        Simulator simulator = new();
        CacheOptions tiny = new() { Size = (4 * LineBytes).Bytes(), Ways = 2 };
        CoherentCrossbar bus = new(simulator, "bus", new ValueMemory(simulator, LineBytes));
        CoherentCrossbar toL3 = new(simulator, "toL3", new Cache(simulator, "l3", bus, tiny with { Size = (64 * LineBytes).Bytes() }));
        Cache[] cores = [.. Enumerable.Range(0, 2).Select(core =>
        {
            Cache second = new(simulator, $"l2.{core}", toL3, tiny with { Size = (8 * LineBytes).Bytes() });
            return new Cache(simulator, $"l1.{core}", new CoherentCrossbar(simulator, $"toL2.{core}", second), tiny);
        })];
        Cache accelerator = new(simulator, "accelerator", bus, tiny);
        long Access(Cache cache, MemoryCommand command, int line, long value = 0)
        {
            Reader reader = new();
            MemoryRequest request = new();
            request.Set(reader, command, line * LineBytes, 8);
            request.Value = value;
            Assert.That(cache.Port.TrySend(request, reader), Is.True);
            simulator.Run();
            return request.Value;
        }

        Access(accelerator, MemoryCommand.Write, 0, 10);
        Access(cores[1], MemoryCommand.Read, 0);
        Access(cores[0], MemoryCommand.Write, 0, 20);
        Assert.That(Access(cores[1], MemoryCommand.Read, 0), Is.EqualTo(20));

        // The line leaves the first cache of one core, and both caches of the other.
        foreach (int line in new[] { 2, 6 }) Access(cores[0], MemoryCommand.Read, line);
        foreach (int line in new[] { 4, 8 }) Access(cores[1], MemoryCommand.Read, line);
        Assert.That(Access(cores[0], MemoryCommand.Atomic, 0, 1), Is.EqualTo(20), "the value before the addition");
        Assert.That(Access(cores[1], MemoryCommand.Read, 0), Is.EqualTo(21));
    }

    [TestCase(1000, 2, "multiple of the line size")]
    [TestCase(1024, 0, "Ways = 0")]
    public void CachesThatCannotBeAreRefused(int bytes, int ways, string says) =>
        Assert.That(() => new CacheOptions { Size = bytes.Bytes(), Ways = ways }.Validate(), Throws.TypeOf<ConfigurationException>().With.Message.Contains(says));

    private sealed class Hierarchy
    {
        public Hierarchy(Simulator simulator)
        {
            CoherentCrossbar bus = new(simulator, "bus", new ValueMemory(simulator, LineBytes));
            CacheOptions tiny = new() { Size = (4 * LineBytes).Bytes(), Ways = 2, Mshrs = 4 };
            Cache l2 = new(simulator, "l2", bus, tiny with { Size = (16 * LineBytes).Bytes(), Ways = 4 });
            CoherentCrossbar toL2 = new(simulator, "toL2", l2);
            First = new Cache(simulator, "first", toL2, tiny);
            Second = new Cache(simulator, "second", toL2, tiny with { Prefetcher = PrefetcherKind.Tagged, PrefetchDegree = 2 });
            Front = new Cache(simulator, "front", toL2, tiny with { Size = (2 * LineBytes).Bytes(), Ways = 1 });
            Accelerator = new Cache(simulator, "accelerator", bus, tiny);
        }

        public Cache First { get; }

        public Cache Second { get; }

        public Cache Front { get; }

        public Cache Accelerator { get; }

        public Cache[] All => [First, Second, Front, Accelerator];
    }

    private sealed class Reader : IMemoryRequester
    {
        public void Complete(MemoryRequest request) { }

        public void Retry(MemoryPort port) { }
    }

    private sealed class Adder(Simulator simulator, MemoryPort port, int id, int additions, int lines) : EventTarget, IMemoryRequester
    {
        private readonly MemoryRequest _request = new();
        private readonly Random _random = new(id);

        public int Left { get; private set; } = additions;

        public void Begin() => simulator.Schedule(simulator.Now, this);

        public override void Handle(SimTime now, long tag)
        {
            if (Left == 0) return;
            Left--;
            _request.Set(this, MemoryCommand.Atomic, _random.Next(lines) * LineBytes, 8, id);
            _request.Value = 1;
            port.TrySend(_request, this);
        }

        public void Complete(MemoryRequest request) => simulator.ScheduleAfter(new SimTime(_random.Next(5) * 500), this);

        public void Retry(MemoryPort retried) => port.TrySend(_request, this);
    }
}
