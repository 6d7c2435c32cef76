using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Dma;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>Several memories behind one port.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class AddressDecoderTests
{
    private readonly Simulator _simulator = new();

    private BandwidthLatencyMemory Memory(string name, long first, int read) =>
        new(_simulator, name, new BandwidthLatencyMemoryOptions { BaseAddress = first, Size = 64.Kibibytes(), ReadLatency = read.Nanoseconds() });

    private AddressDecoder TwoMemories() => new AddressDecoder(_simulator, "bus")
        .Map(Memory("slow", 0x20000, 100).Port, 0x20000, 64.Kibibytes())
        .Map(Memory("fast", 0x10000, 10).Port, 0x10000, 64.Kibibytes());

    [TestCase(0x10000, 10)]
    [TestCase(0x1ffc0, 10)]
    [TestCase(0x20000, 100)]
    public void Requests_go_to_the_memory_of_their_address(long address, int nanoseconds)
    {
        AddressDecoder bus = TwoMemories();
        SimTime latency = SimTime.Zero;
        _simulator.Start("reader", async () => latency = await bus.Port.ReadAsync(address, 64));
        _simulator.Run();
        Assert.That(latency, Is.EqualTo(nanoseconds.Nanoseconds()));
    }

    [TestCase(0x1ffff, 1)]
    [TestCase(0x10000, 0x10000)]
    [TestCase(0, 0x40000)]
    public void Ranges_that_overlap_are_refused(long first, int bytes) =>
        Assert.That(() => TwoMemories().Map(Memory("third", first, 1).Port, first, bytes.Bytes()),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("bus: 'third' (0x").And.Message.Contains("overlaps 'fast' (0x10000 to 0x1ffff)"));

    [Test]
    public void Range_without_bytes_is_refused() =>
        Assert.That(() => new AddressDecoder(_simulator, "bus").Map(Memory("m", 0, 1).Port, 0, 0.Bytes()), Throws.TypeOf<ConfigurationException>().With.Message.Contains("at least 1 byte"));

    [Test]
    public void DMA_to_unmapped_memory_is_an_error_that_names_what_is_mapped()
    {
        var dma = new DmaEngine(_simulator, "dma", TwoMemories().Port, new DmaOptions { FlushCyclesPerLine = 0 });
        dma.Start(DmaDirection.Load, 0x30000, 64, new Nobody(), 0);
        Assert.That(() => _simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.StartsWith("dma: bus: ").And.Message.Contains("0x30000").And.Message.Contains("'fast' (0x10000 to 0x1ffff), 'slow' (0x20000 to 0x2ffff)"));
    }

    [TestCase(0x1fff0, "reaches beyond the range that it lies in")]
    [TestCase(0xfff0, "reaches beyond the range that it lies in")]
    [TestCase(0xffc0, "lies in no range")]
    [TestCase(0x30000, "lies in no range")]
    public void A_request_that_no_range_holds_is_told_why(long address, string why)
    {
        AddressDecoder bus = TwoMemories();
        _simulator.Start("reader", async () => await bus.Port.ReadAsync(address, 64));
        Assert.That(() => _simulator.Run(), Throws.InstanceOf<SmaugException>().With.Message.Contains($"{why}; mapped are 'fast'"));
    }

    private sealed class Nobody : EventTarget
    {
        public override void Handle(SimTime now, long tag)
        {
        }
    }
}
