using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>
/// The uncontended latencies of the snooping system, part by part: L1 caches of 2 cycles, an L2 of 20, a crossbar of 1 + 0 cycles down and 1 up
/// between them, the system crossbar of 3 + 4 + 1 cycles down and 2 up, all at 1 GHz, and a memory of 60.5 ns.
/// </summary>
public class ClassicLatencyTests
{
    private const int Line = 64;
    private const MemoryAttributes Dma = MemoryAttributes.Uncacheable | MemoryAttributes.WholeLine;

    // Look-up of the L1, crossbar, look-up of the L2, system crossbar, memory and its next edge, crossbar, response of the L2, crossbar, response of the L1.
    [TestCase("r:R", 2 + 1 + 20 + 8 + 61 + 2 + 20 + 1 + 2, TestName = "A core's read that misses in all caches")]
    [TestCase("c:R c:R", 2, TestName = "A core's read that hits in its L1")]
    [TestCase("d:R", 8 + 61 + 2, TestName = "A DMA read of a line in no cache")]
    [TestCase("c:R d:R", 8 + 20 + 2 + 61 + 2, TestName = "A DMA read of a line that the L1 and the L2 hold unmodified")]
    [TestCase("c:W d:R", 2 + 1 + 20 + 2, TestName = "A DMA read of a line modified in an L1")]
    [TestCase("d:I", 8, TestName = "A DMA invalidation of a line in no cache")]
    [TestCase("c:W p:R", 1 + 1 + 2 + 1 + 1, TestName = "An ACP read of a line modified in an L1")]
    [TestCase("c:R c:E p:R", 1 + 1 + 20 + 1 + 1, TestName = "An ACP read of a line in the L2")]
    [TestCase("p:R", 1 + 1 + 20 + 8 + 61 + 2 + 20 + 1 + 1, TestName = "An ACP read of a line in no cache")]
    [TestCase("p:W", 1 + 1 + 20 + 8 + 20 + 1 + 1, TestName = "An ACP write of a whole line in no cache")]
    public void Latency_is_the_sum_of_the_parts(string accesses, int nanoseconds)
    {
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "dram");
        ClassicMemorySystem system = new(simulator, memory.Port, new ClassicOptions { LineBytes = Line });
        Dictionary<char, MemoryPort> ports = new()
        {
            ['c'] = system.AddCache("cpu", new CacheOptions { Size = (2 * Line).Bytes(), Ways = 1 }),
            ['r'] = system.AddCache("reader", new CacheOptions()),
            ['d'] = system.AddDma("dma"),
            ['p'] = system.AddAcp("acp", (2 * Line).Bytes()),
        };
        SimTime last = default;
        simulator.Start("host", async () =>
        {
            foreach (string access in accesses.Split(' '))
            {
                await simulator.DelayUntil(new Clock(simulator, 1.Gigahertz()).Edge(1000));
                last = await Access(ports[access[0]], access);
            }
        });
        simulator.Run();
        Assert.That(last, Is.EqualTo(nanoseconds.Nanoseconds()));
    }

    private static Wait Access(MemoryPort port, string access)
    {
        bool whole = access[0] is 'd' or 'p';
        MemoryAttributes attributes = access[0] switch { 'd' => Dma, 'p' => MemoryAttributes.WholeLine, _ => MemoryAttributes.None };
        return access[2] switch
        {
            'R' => port.ReadAsync(0x1000, whole ? Line : 4, attributes: attributes),
            'W' => port.WriteAsync(0x1000, whole ? Line : 4, attributes: attributes),
            'I' => port.AccessAsync(MemoryCommand.Invalidate, 0x1000, Line, attributes: attributes),
            // Another line of its set pushes the line out of the core's cache.
            _ => port.ReadAsync(0x1000 + (2 * Line), 4),
        };
    }

    [TestCase(16, 4)]
    [TestCase(32, 2)]
    [TestCase(64, 1)]
    public void A_packet_keeps_its_layer_for_a_cycle_and_its_bytes_over_the_width(int width, int cycles)
    {
        Simulator simulator = new();
        PacketLog memory = new(simulator, 100.Nanoseconds());
        CoherentCrossbar bus = new(simulator, "bus", memory, new CrossbarOptions { WidthBytes = width });
        MemoryPort first = bus.AddPort("first"), second = bus.AddPort("second");
        simulator.Start("first", async () => await first.WriteAsync(0, Line, attributes: Dma));
        simulator.Start("second", async () => await second.WriteAsync(Line, Line, attributes: Dma));
        simulator.Run();
        Assert.That(memory.Times, Is.EqualTo(new double[] { 0, 1 + cycles }));
    }
}
