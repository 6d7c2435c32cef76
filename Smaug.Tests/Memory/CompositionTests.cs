using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Analytical;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>What is composed by hand: parts of two simulations are refused, and addresses without memory are dropped or reported.</summary>
public class CompositionTests
{
    private static IEnumerable<TestCaseData> Parts()
    {
        yield return Part("cache on memory", (s, port) => new Cache(s, "part", port));
        yield return Part("cache on crossbar", (s, port) => new Cache(s, "part", new CoherentCrossbar(port.Simulator, "below", port)), "below");
        yield return Part("crossbar on memory", (s, port) => new CoherentCrossbar(s, "part", port));
        yield return Part("crossbar on cache", (s, port) => new CoherentCrossbar(s, "part", new Cache(port.Simulator, "below", port)), "below");
        yield return Part("decoder", (s, port) => new AddressDecoder(s, "part").Map(port, 0, 1.Kibibytes()));
        yield return Part("interleaver", (s, port) => new ChannelInterleaver(s, "part", [port]));
        yield return Part("directory system", (s, port) => new MesiMemorySystem(s, port, name: "part"));
        yield return Part("classic system", (s, port) => new ClassicMemorySystem(s, port, name: "part"), part: "part.membus");
        yield return Part("DMA engine", (s, port) => new DmaEngine(s, "part", port));
        yield return Part("coherency engine", (s, port) => new AcpEngine(s, "part", port));

        static TestCaseData Part(string name, Func<Simulator, MemoryPort, object> compose, string below = "memory", string part = "part") =>
            new TestCaseData(compose, $"{part}: '{below}' below it belongs to another simulation: make both with the same Simulator").SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Parts))]
    public void PartsOfTwoSimulationsAreNotJoined(Func<Simulator, MemoryPort, object> compose, string message)
    {
        MemoryPort memory = new BandwidthLatencyMemory(new Simulator(), "memory").Port;
        Assert.That(() => compose(new Simulator(), memory), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(message));
    }

    [TestCase("memory")]
    [TestCase("decoder")]
    [TestCase("channels")]
    [TestCase("levels")]
    public void APrefetchOfALineThatLiesNowhereIsDropped(string below)
    {
        Simulator simulator = new();
        MemoryPort port = Below(simulator, below);
        Cache cache = new(simulator, "cache", port, new CacheOptions { Prefetcher = PrefetcherKind.Tagged });
        simulator.Start("reader", async () => await cache.Port.ReadAsync(448, 4));
        simulator.Run();
        Assert.That(simulator.Statistics.All.Single(s => s.Name == "cache.prefetches").Value, Is.Zero, "0x1c0 is in the last line");
    }

    [TestCase(4096, 64, true)]
    [TestCase(4095, 64, false)]
    [TestCase(4096 + (1 << 20) - 64, 64, true)]
    [TestCase(4096 + (1 << 20) - 63, 64, false)]
    public void DramKnowsItsAddresses(long address, int bytes, bool exist)
    {
        DramMemory dram = new(new Simulator(), "dram", TransactionPresets.Get("DDR3_1600_8x8"), baseAddress: 4096, size: 1.Mebibytes());
        Assert.That(dram.Port.HasMemoryAt(address, bytes), Is.EqualTo(exist));
    }

    [Test]
    public void AnAccessThatLiesNowhereIsStillAnError()
    {
        Simulator simulator = new();
        Cache cache = new(simulator, "cache", Below(simulator, "memory"), new CacheOptions { Prefetcher = PrefetcherKind.Tagged });
        simulator.Start("reader", async () => await cache.Port.ReadAsync(512, 4));
        Assert.That(() => simulator.Run(), Throws.InstanceOf<SmaugException>().With.Message.Contains("read of 64 B at 0x200 is outside its memory (0x0 to 0x1ff)"));
    }

    [TestCase("memory")]
    [TestCase("levels")]
    [TestCase("directory")]
    public void AnEngineThatTransfersWhereNoMemoryLiesIsNamed(string below)
    {
        Simulator simulator = new();
        MemoryPort memory = below == "directory" ? new MesiMemorySystem(simulator, Below(simulator, "memory")).AddDma("dma") : Below(simulator, below);
        DmaEngine dma = new(simulator, "camera", memory);
        AcpEngine acp = new(simulator, "display", memory);
        dma.Start(DmaDirection.Store, 1L << 40, 64, new SilentTarget());
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("camera: ").And.Message.Contains(" of 64 B at 0x10000000000 is outside "));
        acp.Start(isStore: false, 512, 64, new SilentTarget());
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.StartsWith("display: ").And.Message.Contains("read of 64 B at 0x200 is outside "));
    }

    [TestCase(1, false)]
    [TestCase(2, false)]
    [TestCase(3, true)]
    public void APrefetcherNeedsARegisterThatItMayUse(int mshrs, bool isAllowed)
    {
        CacheOptions options = new() { Mshrs = mshrs, Prefetcher = PrefetcherKind.Stride };
        if (isAllowed) Assert.That(options.Validate, Throws.Nothing);
        else Assert.That(options.Validate, Throws.TypeOf<ConfigurationException>().With.Message.EqualTo($"Mshrs = {mshrs}: must be at least 3 with Prefetcher = Stride, which leaves 2 to those who wait"));
    }

    /// <summary>512 bytes of memory from 0 on.</summary>
    private static MemoryPort Below(Simulator simulator, string kind)
    {
        BandwidthLatencyMemoryOptions Bytes(long bytes) => new() { Size = new ByteSize(bytes) };
        MemoryPort Memory() => new BandwidthLatencyMemory(simulator, "memory", Bytes(512)).Port;
        return kind switch
        {
            "decoder" => new AddressDecoder(simulator, "decoder").Map(new BandwidthLatencyMemory(simulator, "large", Bytes(4096)).Port, 0, new ByteSize(512)).Port,
            "channels" => new ChannelInterleaver(simulator, "channels", [new BandwidthLatencyMemory(simulator, "even", Bytes(256)).Port, new BandwidthLatencyMemory(simulator, "odd", Bytes(256)).Port]).Port,
            "levels" => new Cache(simulator, "l2", new CoherentCrossbar(simulator, "bus", Memory()), new CacheOptions()).Port,
            _ => Memory(),
        };
    }

    private sealed class SilentTarget : EventTarget
    {
        public override void Handle(SimTime now, long tag) { }
    }
}
