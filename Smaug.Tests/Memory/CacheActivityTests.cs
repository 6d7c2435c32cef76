using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Caches;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>What caches and crossbars count for their energy.</summary>
public class CacheActivityTests
{
    [Test]
    public void A_cache_counts_accesses_and_the_lines_that_come_and_leave()
    {
        var simulator = new Simulator();
        var cache = new Cache(simulator, "l1", new BandwidthLatencyMemory(simulator, "memory").Port, new CacheOptions { Size = 1.Kibibytes() });
        simulator.Start("core", async () =>
        {
            await cache.Port.ReadAsync(0, 8);
            await cache.Port.WriteAsync(0, 8);
            // Two more lines of a set of two: the modified one leaves.
            await cache.Port.ReadAsync(512, 8);
            await cache.Port.ReadAsync(1024, 8);
        });
        simulator.Run();
        simulator.Statistics.Reset();
        Assert.That(cache.Activity, Is.EqualTo(new CacheActivity(Accesses: 4, LinesIn: 3, LinesOut: 1)), "since the begin, whatever has been reset");
    }

    [Test]
    public void A_line_that_comes_back_from_above_is_written()
    {
        var simulator = new Simulator();
        var l2 = new Cache(simulator, "l2", new BandwidthLatencyMemory(simulator, "memory").Port, new CacheOptions { Size = 64.Kibibytes() });
        var l1 = new Cache(simulator, "l1", new CoherentCrossbar(simulator, "bus", l2), new CacheOptions { Size = 1.Kibibytes() });
        simulator.Start("core", async () =>
        {
            await l1.Port.WriteAsync(0, 8);
            await l1.Port.ReadAsync(512, 8);
            await l1.Port.ReadAsync(1024, 8);
        });
        simulator.Run();
        Assert.That((l1.Activity.LinesIn, l1.Activity.LinesOut), Is.EqualTo((3L, 1L)));
        Assert.That((l2.Activity.LinesIn, l2.Activity.LinesOut), Is.EqualTo((4L, 0L)), "three from memory, one from the L1");
    }

    [Test]
    public void A_crossbar_counts_data_in_either_direction()
    {
        var simulator = new Simulator();
        var bus = new CoherentCrossbar(simulator, "bus", new BandwidthLatencyMemory(simulator, "memory").Port);
        var cache = new Cache(simulator, "l1", bus);
        MemoryPort engine = bus.AddPort("dma");
        var moved = new List<long>();
        simulator.Start("agents", async () =>
        {
            await cache.Port.WriteAsync(0, 8);
            moved.Add(bus.BytesMoved);
            await engine.ReadAsync(0, 64);
            moved.Add(bus.BytesMoved);
            await engine.WriteAsync(64, 16);
            moved.Add(bus.BytesMoved);
        });
        simulator.Run();
        Assert.That(moved, Is.EqualTo(new[] { 64L, 128L, 144L }), "a line fetched, one that the cache supplies, a part that is written");
        Assert.That(cache.Activity, Is.EqualTo(new CacheActivity(Accesses: 1, LinesIn: 1, LinesOut: 1)));
    }

    [Test]
    public void The_port_below_is_known()
    {
        var simulator = new Simulator();
        var memory = new BandwidthLatencyMemory(simulator, "memory");
        var bus = new CoherentCrossbar(simulator, "bus", memory.Port);
        var cache = new Cache(simulator, "l1", bus, new CacheOptions { Ways = 4 });
        Assert.That((bus.Below, cache.Below.Name, cache.Options.Ways), Is.EqualTo((memory.Port, "bus.l1", 4)));
    }
}
