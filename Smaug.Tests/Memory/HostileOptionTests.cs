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
using Smaug.Memory.Reservation;
using Smaug.Memory.Scratchpads;
using Smaug.Memory.Tlb;
using Smaug.Tests.Simulation;

namespace Smaug.Tests.Memory;

/// <summary>
/// Values that no hardware has: each is one error that names component, option, value and range, before anything is made; none is taken,
/// hangs, or asks the host for all of its memory.
/// </summary>
public class HostileOptionTests
{
    private const int Most = int.MaxValue;

    private static IEnumerable<TestCaseData> Options()
    {
        static TestCaseData Case(string name, Func<Simulator, object> make, string message) => new TestCaseData(make, message).SetArgDisplayNames(name);
        static TestCaseData Cache(string name, CacheOptions options, string message) => Case($"cache: {name}", s => new Cache(s, "l1", Memory(s), options), "l1: " + message);
        static TestCaseData Mesi(string name, MesiOptions options, string message) => Case($"directory: {name}", s => new MesiMemorySystem(s, Memory(s), options), "ruby: " + message);
        static TestCaseData Lines(string name, MesiOptions options, string message) =>
            Case($"lines: {name}", s => new ReservationMemorySystem(s, TransactionPresets.Get("DDR3_1600_8x8"), 1.Gibibytes(), options), message);
        static TestCaseData Classic(string name, ClassicOptions options, string message) => Case($"classic: {name}", s => new ClassicMemorySystem(s, Memory(s), options), message);
        static TestCaseData Bus(string name, CrossbarOptions options, string message) => Case($"crossbar: {name}", s => new CoherentCrossbar(s, "bus", Memory(s), options), "bus: " + message);
        static TestCaseData Dma(string name, DmaOptions options, string message) => Case($"DMA: {name}", s => new DmaEngine(s, "dma", Memory(s), options), "dma: " + message);
        static TestCaseData Acp(string name, AcpOptions options, string message) => Case($"ACP: {name}", s => new AcpEngine(s, "acp", Memory(s), options), "acp: " + message);
        static TestCaseData Tlb(string name, TlbOptions options, string message) => Case($"TLB: {name}", s => new TranslationBuffer(s, "tlb", 1.Gigahertz(), options), "tlb: " + message);
        static TestCaseData Pad(string name, ScratchpadOptions options, string message) => Case($"scratchpad: {name}", s => new Scratchpad(s, "pad", options), "pad: " + message);
        static TestCaseData Flat(string name, BandwidthLatencyMemoryOptions options, string message) => Case($"memory: {name}", s => new BandwidthLatencyMemory(s, "flat", options), "flat: " + message);

        yield return Cache("capacity", new() { Size = new(1L << 45) }, "Size = 32768 GiB: must be at most 1 GiB with lines of 64 bytes");
        yield return Cache("negative capacity", new() { Size = new(-64) }, "Size = -64 B: must be above 0");
        yield return Cache("line", new() { LineBytes = int.MinValue }, "LineBytes = -2147483648: must be a power of two from 8 to 1024");
        yield return Cache("ways", new() { Ways = 65 }, "Ways = 65: must be 1 to 64");
        yield return Cache("registers", new() { Mshrs = Most }, "Mshrs = 2147483647: must be 1 to 1024");
        yield return Cache("no registers", new() { Mshrs = 0 }, "Mshrs = 0: must be 1 to 1024");
        yield return Cache("places", new() { TargetsPerMshr = Most }, "TargetsPerMshr = 2147483647: must be 1 to 1024");
        yield return Cache("write buffers", new() { WriteBuffers = Most }, "WriteBuffers = 2147483647: must be 1 to 1024");
        yield return Cache("latency", new() { TagCycles = Most }, "TagCycles = 2147483647: must be 0 to 1000000");
        yield return Cache("negative latency", new() { ResponseCycles = -1 }, "ResponseCycles = -1: must be 0 to 1000000");
        yield return Cache("no clock", new() { Frequency = default }, "Frequency is not set: must be above 0");
        yield return Cache("replacement", new() { Replacement = (ReplacementPolicy)9 }, "Replacement = 9: must be one of LeastRecentlyUsed, TreePseudoLeastRecentlyUsed");
        yield return Cache("prefetcher", new() { Prefetcher = (PrefetcherKind)9 }, "Prefetcher = 9: must be one of None, Tagged, Stride");
        yield return Mesi("no clock", new() { Frequency = default }, "Frequency is not set: must be above 0");
        yield return Mesi("capacity", new() { L2Size = new(1L << 45) }, "L2Size = 32768 GiB: must be at most 1 GiB");
        yield return Mesi("requests", new() { SequencerOutstanding = Most }, "SequencerOutstanding = 2147483647: must be 1 to 1024");
        yield return Mesi("DMA requests", new() { DmaOutstanding = 0 }, "DmaOutstanding = 0: must be 1 to 1024");
        yield return Mesi("link", new() { LinkBytesPerCycle = Most }, "LinkBytesPerCycle = 2147483647: must be 1 to 4096");
        yield return Mesi("message", new() { ControlBytes = Most }, "ControlBytes = 2147483647: must be 1 to 1024");
        yield return Mesi("latency", new() { DirectoryCycles = Most }, "DirectoryCycles = 2147483647: must be 0 to 1000000");
        yield return Mesi("router", new() { RouterCycles = 0 }, "RouterCycles = 0: must be 1 to 1000000");
        yield return Mesi("hop", new() { LinkCycles = Most }, "LinkCycles = 2147483647: must be 1 to 1000000");
        yield return Mesi("banks", new() { L2Banks = 3 }, "L2Banks = 3: must be 1, 2, 4, 8 or 16");
        yield return Lines("no clock", new() { Frequency = default }, "Frequency is not set: must be above 0");
        yield return Lines("capacity", new() { L2Size = new(1L << 45) }, "L2Size = 32768 GiB: must be at most 1 GiB");
        yield return Classic("capacity", new() { L2Size = new(1L << 45) }, "L2Size = 32768 GiB: must be at most 1 GiB");
        yield return Classic("latency", new() { L2Cycles = -1 }, "L2Cycles = -1: must be 0 to 1000000");
        yield return Classic("width", new() { CrossbarBytes = 0 }, "CrossbarBytes = 0: must be 1 to 65536");
        yield return Classic("prefetcher", new() { Prefetcher = (PrefetcherKind)9 }, "Prefetcher = 9: must be one of");
        yield return Bus("latency", new() { FrontendCycles = Most }, "FrontendCycles = 2147483647: must be 0 to 1000000");
        yield return Bus("width", new() { WidthBytes = -1 }, "WidthBytes = -1: must be 1 to 65536");
        yield return Dma("channels", new() { Channels = Most }, "Channels = 2147483647: must be 1 to 1024");
        yield return Dma("no channel", new() { Channels = 0 }, "Channels = 0: must be 1 to 1024");
        yield return Dma("line", new() { LineBytes = 1 << 30 }, "LineBytes = 1073741824: must be a power of two from 8 to 65536");
        yield return Dma("page", new() { PageBytes = 32 }, "PageBytes = 32: must be a power of two from 64 to 1073741824");
        yield return Dma("flush", new() { FlushCyclesPerLine = -1 }, "FlushCyclesPerLine = -1: must be 0 to 1000000000");
        yield return Acp("rate", new() { RequestsPerCycle = 0 }, "RequestsPerCycle = 0: must be 1 to 65536");
        yield return Tlb("entries", new() { Entries = Most, Ways = 0 }, "Entries = 2147483647: must be 0 to 1048576");
        yield return Tlb("ways", new() { Ways = Most }, "Ways = 2147483647: must be 0 to 1048576");
        yield return Tlb("page", new() { PageBytes = 4097 }, "PageBytes = 4097: must be a power of two from 64 to 1073741824");
        yield return Pad("partitions", new() { Bytes = 4, Partitions = Most }, "Partitions = 2147483647: must be 1 to 65536");
        yield return Pad("kind", new() { Kind = (PartitionKind)9 }, "Kind = 9: must be one of Cyclic, Block, Complete");
        yield return Flat("requests", new() { MaximumOutstanding = Most }, "MaximumOutstanding = 2147483647: must be 1 to 65536");
        yield return Flat("end", new() { BaseAddress = long.MaxValue - 100, Size = new(1000) }, "Size = 1000 B: must be above 0, and end before the last address");
        yield return Flat("bandwidth", new() { BytesPerNanosecond = 1e-300 }, "BytesPerNanosecond = 1E-300: must be at least 0.000001 and finite");
        yield return Flat("latency", new() { ReadLatency = SimTime.MaxValue }, "ReadLatency = 9223372.037 s: must be 0 to 1 s");
        yield return Case("ready bits", s => new ReadyBits(-1, 4), "ready bits: -1 bytes: must be at least 1");
        yield return Case("DRAM beyond the last address", s => new DramMemory(s, "dram", TransactionPresets.Get("DDR3_1600_8x8"), 100, new(long.MaxValue)), "dram: size 9223372036854775807 must be above 0 and end before the last address");
    }

    [TestCaseSource(nameof(Options))]
    public void Options_out_of_range_are_one_error_that_names_them(Func<Simulator, object> make, string message) =>
        Assert.That(() => make(new Simulator()), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(message));

    private static IEnumerable<TestCaseData> Ports()
    {
        static TestCaseData Port(string name, Func<Simulator, MemoryPort> make) => new TestCaseData(make).SetArgDisplayNames(name);
        yield return Port("memory", Memory);
        yield return Port("DRAM", s => new DramMemory(s, "dram", TransactionPresets.Get("DDR3_1600_8x8"), size: 1.Mebibytes()).Port);
        yield return Port("decoder", s => new AddressDecoder(s, "bus").Map(Memory(s), 0, 1.Gibibytes()).Port);
        yield return Port("cache", s => new Cache(s, "l1", Memory(s)).Port);
        yield return Port("private cache", s => new MesiMemorySystem(s, Memory(s)).AddCache("cpu", 1.Kibibytes(), 2));
        yield return Port("ACP", s => new MesiMemorySystem(s, Memory(s)).AddAcp("acp"));
        yield return Port("DMA", s => new MesiMemorySystem(s, Memory(s)).AddDma("dma"));
        yield return Port("core, line by line", s => LineByLine(s).AddCore("cpu", 1.Kibibytes(), 2));
        yield return Port("ACP, line by line", s => LineByLine(s).AddAcp("acp", new AcpOptions()));
        yield return Port("DMA, line by line", s => LineByLine(s).AddDma("dma", new DmaOptions()));
    }

    [TestCaseSource(nameof(Ports))]
    public void Addresses_that_do_not_exist_are_one_error(Func<Simulator, MemoryPort> make)
    {
        foreach (long address in (long[])[-1, -64, long.MinValue, long.MaxValue - 3, long.MaxValue - 63, 1L << 40, 1L << 60])
        {
            Simulator simulator = new();
            MemoryPort port = make(simulator);
            simulator.Start("host", async () => await port.WriteAsync(address, 64));
            Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains($"0x{address:x}").Or.Message.Contains("outside its memory"), $"0x{address:x}");
        }
    }

    [TestCase(0, -1)]
    [TestCase(-4096, 4096)]
    [TestCase(0, long.MaxValue)]
    public void Mappings_that_cannot_be_are_one_error(long address, long bytes) =>
        Assert.That(() => new TranslationBuffer(new Simulator(), "tlb", 1.Gigahertz()).Map(address, address, bytes), Throws.TypeOf<SimulationException>().With.Message.Contains("at most 4194304 pages"));

    [Test]
    public void A_time_beyond_the_end_of_simulated_time_is_one_error_that_says_so([Values] bool inAProcess)
    {
        Simulator simulator = new();
        simulator.Schedule(SimTime.FromSeconds(9e6), new Recorder { Then = (now, _) => simulator.ScheduleAfter(now, new Recorder()) });
        if (inAProcess) simulator.Start("host", async () => await simulator.Delay(SimTime.MaxValue - simulator.Now + 1.Picoseconds()));
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("simulated time ends after 106 days"));
    }

    [Test]
    public void Caches_and_crossbars_that_wait_are_named_when_nothing_can_happen_any_more([Values] bool taken)
    {
        Simulator simulator = new();
        CoherentCrossbar bus = new(simulator, "bus", new SilentMemory(simulator, taken));
        Cache l2 = new(simulator, "l2", bus);
        Cache l1 = new(simulator, "l1", new CoherentCrossbar(simulator, "toL2", l2));
        MemoryRequest request = new();
        Nobody nobody = new();
        request.Set(nobody, MemoryCommand.Read, 0x1040, 8);
        Assert.That(l1.Port.TrySend(request, nobody), Is.True);
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.StartsWith("deadlock at ")
            .And.Message.Contains(taken ? "bus waits for answers from 'silent' to 1 requests" : "bus waits for room below, at 'silent', for a read of 64 B at 0x1040")
            .And.Message.Contains("l2 waits for an answer below, at 'bus.l2', for 1 missing lines (the first at 0x1040)")
            .And.Message.Contains("l1 waits for an answer below, at 'toL2.l1'"));
    }

    private static MemoryPort Memory(Simulator simulator) => new BandwidthLatencyMemory(simulator, "memory", new BandwidthLatencyMemoryOptions { Size = 1.Gibibytes() }).Port;

    private static ReservationMemorySystem LineByLine(Simulator simulator) => new(simulator, TransactionPresets.Get("DDR3_1600_8x8"), 1.Gibibytes());

    private sealed class Nobody : IMemoryRequester
    {
        public void Complete(MemoryRequest request) { }

        public void Retry(MemoryPort port) { }
    }
}
