using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>
/// Random traffic on snooping caches of random geometry: of one to four ways, with one to sixteen registers, few places and small write
/// buffers, lines shared and prefetched. Nobody waits for ever, reads return current values, no update is lost, writers are alone.
/// </summary>
public class ClassicGeometryPropertyTests
{
    private const int AddedLines = 2;

    [Test]
    public void RandomHierarchiesAreCoherent([Values] HierarchyShape shape, [Range(0, 11)] int seed) => Check(shape, seed, 1_500);

    [Test]
    [Explicit("an hour")]
    public void TensOfThousandsOfRandomHierarchiesAreCoherent([Values] HierarchyShape shape)
    {
        for (int seed = 1_000; seed < 11_000; seed++) Check(shape, seed, 3_000);
    }

    [Test]
    public void AnEvictionOfALineThatARefusedRequestWantsDoesNotHoldUpTheSharedCache()
    {
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "memory");
        CacheOptions small = new() { Size = 4.Kibibytes() };
        Cache l2 = new(simulator, "l2", memory.Port, small with { Size = 16.Kibibytes(), Ways = 1, Mshrs = 1 });
        CoherentCrossbar above = new(simulator, "tol2", l2);
        MemoryPort first = new Cache(simulator, "l1.0", above, small).Port, second = new Cache(simulator, "l1.1", above, small).Port;
        bool ended = false;
        simulator.Start("reader", async () =>
        {
            await first.ReadAsync(0, 4);
            await second.ReadAsync(0, 4);
            Wait slow = first.ReadAsync(256 * 64, 4);
            await simulator.Delay(10.Nanoseconds());
            await second.WriteAsync(0, 4);
            await slow;
            ended = true;
        });
        simulator.RunUntil(10.Microseconds());
        Assert.That(ended, Is.True, string.Join("; ", simulator.DescribeWaits()));
    }

    [Test]
    public void TheClassicSystemWithADirectMappedSharedCacheDoesNotHangUp()
    {
        const long Stride = 32_768 * 64L;
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "memory");
        ClassicMemorySystem system = new(simulator, memory.Port, new ClassicOptions { L2Size = new ByteSize(Stride), L2Ways = 1, LineBytes = 64 });
        MemoryPort[] ports = [.. Enumerable.Range(0, 3).Select(i => system.AddCache($"l1.{i}", new CacheOptions()))];
        bool ended = false;
        simulator.Start("reader", async () =>
        {
            await ports[0].ReadAsync(0, 4);
            await ports[2].ReadAsync(0, 4);
            Wait[] reads = [.. Enumerable.Range(0, 20).Select(i => ports[i / 10].ReadAsync((1 + i) * Stride, 4))];
            await simulator.Delay(60.Nanoseconds());
            await ports[2].WriteAsync(0, 4);
            foreach (Wait read in reads) await read;
            ended = true;
        });
        simulator.RunUntil(100.Microseconds());
        Assert.That(ended, Is.True, string.Join("; ", simulator.DescribeWaits()));
    }

    private static void Check(HierarchyShape shape, int seed, int operations)
    {
        Simulator simulator = new();
        RandomHierarchy hierarchy = new(simulator, shape, seed);
        ValueLog log = new(hierarchy.Pick(1, 2, 5, 12, 20));
        List<RandomAgent> agents = [];
        List<AtomicAdder> adders = [];
        int each = operations / hierarchy.Ports.Count;
        foreach (MemoryPort port in hierarchy.Ports)
        {
            agents.Add(new RandomAgent(simulator, port, log, agents.Count, seed, each, hierarchy.Pick(1, 3, 16))
            {
                WriteAttributes = hierarchy.Pick(0, 0, 1) == 1 ? MemoryAttributes.WholeLine : MemoryAttributes.None,
            });
            adders.Add(new AtomicAdder(simulator, port, adders.Count, each / 8, AddedLines, firstLine: log.Lines));
        }

        if (hierarchy.Dma is { } dma) agents.Add(new RandomAgent(simulator, dma, log, agents.Count, seed, each, 6) { WritesOfFive = 0, ReadAttributes = MemoryAttributes.Uncacheable });
        foreach (RandomAgent agent in agents) agent.Begin();
        foreach (AtomicAdder adder in adders) adder.Begin();
        int Left() => agents.Sum(a => a.Left) + adders.Sum(a => a.Left);
        for (int left = int.MaxValue, before = 0; left > 0 && left != before;)
        {
            before = left;
            // Much longer than any access takes: without an answer in this time there will be none.
            for (int step = 0; step < 50 && Left() > 0; step++)
            {
                simulator.RunUntil(simulator.Now + 2.Microseconds());
                hierarchy.CheckSingleWriter(log.Lines + AddedLines);
            }

            left = Left();
        }

        string what = $"{shape} {seed}:\n{string.Join('\n', hierarchy.Description)}\n{string.Join("; ", simulator.DescribeWaits())}";
        Assert.That(Left(), Is.Zero, "somebody starved: " + what);
        Assert.That(log.Violations, Is.Empty, what);
        Assert.That(Sum(simulator, hierarchy.Ports[0], log.Lines), Is.EqualTo(adders.Count * (each / 8)), "an update was lost: " + what);
    }

    private static long Sum(Simulator simulator, MemoryPort port, int firstLine)
    {
        long sum = 0;
        Reader reader = new(value => sum += value);
        for (int line = firstLine; line < firstLine + AddedLines; line++)
        {
            // What was prefetched last, and what leaves, comes to rest.
            simulator.RunUntil(simulator.Now + 100.Microseconds());
            MemoryRequest request = new();
            request.Set(reader, MemoryCommand.Read, line * 64, 8);
            Assert.That(port.TrySend(request, reader), Is.True);
        }

        simulator.RunUntil(simulator.Now + 100.Microseconds());
        return sum;
    }

    private sealed class Reader(Action<long> read) : IMemoryRequester
    {
        public void Complete(MemoryRequest request) => read(request.Value);

        public void Retry(MemoryPort port) { }
    }
}
