using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Interconnect;
using Smaug.Tests.Simulation;

namespace Smaug.Tests.Memory;

/// <summary>Hierarchies that cannot be are refused with one message that says what is wrong.</summary>
public class ClassicBadInputTests
{
    private Simulator _simulator = null!;

    [SetUp]
    public void Begin() => _simulator = new Simulator();

    [TestCase(1000, 2, 64, "multiple of the line size 64")]
    [TestCase(1024, 0, 64, "Ways = 0")]
    [TestCase(1024, 3, 64, "number of sets must be a power of two")]
    [TestCase(1024, 2, 48, "LineBytes = 48")]
    public void ACacheWhoseSizesDoNotFit(int bytes, int ways, int line, string says) =>
        Assert.That(() => new Cache(_simulator, "l1", Memory(), new CacheOptions { Size = bytes.Bytes(), Ways = ways, LineBytes = line }),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains(says));

    [Test]
    public void AnL2WithoutWays() => Assert.That(() => new ClassicMemorySystem(_simulator, Memory(), new ClassicOptions { L2Ways = 0 }),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("Ways = 0"));

    [TestCase(0, 128)]
    [TestCase(60, 8)]
    [TestCase(-64, 64)]
    public void AccessesBesideTheCachesThatAreNotWithinALine(long address, int bytes)
    {
        CoherentCrossbar bus = new(_simulator, "bus", Memory());
        _ = new Cache(_simulator, "l1", bus);
        MemoryPort dma = bus.AddPort("dma");
        _simulator.Start("host", async () => await dma.ReadAsync(address, bytes));
        Assert.That(() => _simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("bus.dma: read of ").And.Message.Contains("must lie within one line of 64 bytes"));
    }

    [Test]
    public void ADmaEngineWithLargerLinesThanTheCaches()
    {
        ClassicMemorySystem classic = new(_simulator, Memory(), new ClassicOptions { LineBytes = 32 });
        MemoryPort core = classic.AddCache("cpu", new CacheOptions { LineBytes = 32 });
        DmaEngine dma = new(_simulator, "dma", classic.AddDma("acc.dma"), new DmaOptions { LineBytes = 64 });
        _simulator.Start("host", async () =>
        {
            await core.WriteAsync(32, 4);
            dma.Start(DmaDirection.Load, 0, 64, new Recorder());
        });
        Assert.That(() => _simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("read of 64 B at 0x0 must lie within one line of 32 bytes"));
    }

    [Test]
    public void ACacheOnACrossbarOfAnotherLineSize()
    {
        CoherentCrossbar bus = new(_simulator, "bus", Memory());
        Assert.That(() => new Cache(_simulator, "l1", bus, new CacheOptions { LineBytes = 32 }), Throws.TypeOf<ConfigurationException>()
            .With.Message.EqualTo("bus: cache 'l1' has lines of 32 bytes, the crossbar of 64: must be equal"));
    }

    [Test]
    public void ACrossbarAboveACacheOfAnotherLineSize()
    {
        Cache l2 = new(_simulator, "l2", Memory());
        Assert.That(() => new CoherentCrossbar(_simulator, "toL2", l2, CrossbarOptions.ToL2 with { LineBytes = 32 }),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("the cache 'l2' below of 64"));
    }

    [Test]
    public void TwoCrossbarsAboveOneCache()
    {
        Cache l2 = new(_simulator, "l2", Memory());
        _ = new CoherentCrossbar(_simulator, "first", l2);
        Assert.That(() => new CoherentCrossbar(_simulator, "second", l2),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("l2: crossbar 'second' cannot be above it, as 'first' already is"));
    }

    [Test]
    public void MorePortsThanACrossbarHas()
    {
        CoherentCrossbar bus = new(_simulator, "bus", Memory());
        for (int i = 0; i < 31; i++) bus.AddPort($"port{i}");
        Assert.That(() => bus.AddPort("port31"), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("bus: port 'port31': at most 31 ports"));
    }

    [Test]
    public void TwoCachesOfOneName()
    {
        CoherentCrossbar bus = new(_simulator, "bus", Memory());
        _ = new Cache(_simulator, "l1", bus);
        Assert.That(() => new Cache(_simulator, "l1", bus), Throws.InstanceOf<SmaugException>().With.Message.Contains("l1"));
    }

    [Test]
    public void ACycleOfCrossbars()
    {
        Forward loop = new(_simulator);
        CoherentCrossbar bus = new(_simulator, "bus", loop);
        loop.To = bus.AddPort("again");
        MemoryPort port = bus.AddPort("core");
        Assert.That(() => Run(port), Throws.InstanceOf<SmaugException>().With.Message.Contains("cycle of ports"));
    }

    [Test]
    public void ACycleOfCaches()
    {
        Forward loop = new(_simulator);
        Cache first = new(_simulator, "first", loop);
        loop.To = first.Port;
        Assert.That(() => Run(first.Port), Throws.InstanceOf<SmaugException>().With.Message.Contains("cycle of ports"));
    }

    [Test]
    public void AnAccessBeyondTheCapacity()
    {
        DramMemory dram = new(_simulator, "dram", TransactionPresets.Get("DDR3_1600_8x8"), size: 1.Mebibytes());
        Cache l1 = new(_simulator, "l1", new CoherentCrossbar(_simulator, "bus", dram.Port));
        Assert.That(() => Run(l1.Port, 1 << 20), Throws.InstanceOf<SmaugException>().With.Message.Contains("is outside its memory (0x0 to 0xfffff)"));
    }

    private void Run(MemoryPort port, long address = 0)
    {
        _simulator.Start("host", async () => await port.ReadAsync(address, 8));
        _simulator.Run();
    }

    private MemoryPort Memory() => new BandwidthLatencyMemory(_simulator, "memory").Port;

    private sealed class Forward(Simulator simulator) : MemoryPort(simulator, "loop")
    {
        public MemoryPort? To { get; set; }

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => To!.TrySend(request, sender);
    }
}
