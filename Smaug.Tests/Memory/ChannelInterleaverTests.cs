using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Classic;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Interconnect;
using Smaug.Tests.Simulation;

namespace Smaug.Tests.Memory;

/// <summary>Channels of memory behind one port.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ChannelInterleaverTests
{
    private readonly Simulator _simulator = new();

    private PacketLog[] Channels(int count) => [.. Enumerable.Range(0, count).Select(_ => new PacketLog(_simulator, 10.Nanoseconds()))];

    [TestCase(0, 0, 0)]
    [TestCase(127, 0, 127)]
    [TestCase(128, 1, 0)]
    [TestCase(3 * 128, 3, 0)]
    [TestCase(4 * 128 + 5, 0, 128 + 5)]
    [TestCase(1 << 20, 1, 1 << 18)]
    [TestCase((1 << 20) + 128, 0, 1 << 18)]
    [TestCase((1 << 22) + 128, 1, 1 << 20)]
    public void Blocks_take_turns_and_bits_from_20_on_change_them(long address, int channel, long inner)
    {
        PacketLog[] channels = Channels(4);
        var memory = new ChannelInterleaver(_simulator, "memory", channels);
        long after = -1;
        _simulator.Start("host", async () => await memory.Port.ReadAsync(address, 1));
        _simulator.Run();
        Assert.That(memory.ChannelOf(address), Is.EqualTo(channel));
        Assert.That(channels[channel].Addresses, Is.EqualTo(new[] { inner }));
        var request = new MemoryRequest();
        request.Set(new Then(r => after = r.Address), MemoryCommand.Read, address, 1);
        memory.Port.TrySend(request, new Then(_ => { }));
        _simulator.Run();
        Assert.That(after, Is.EqualTo(address), "whoever asked finds its address again");
    }

    [Test]
    public void Without_hashing_blocks_only_take_turns() =>
        Assert.That(new ChannelInterleaver(_simulator, "memory", Channels(4), hashes: false).ChannelOf(1 << 20), Is.Zero);

    [Test]
    public void A_refused_request_keeps_its_address_and_is_called_by_its_channel()
    {
        var channel = new PacketLog(_simulator, 10.Nanoseconds()) { RefusesAfter = 0, CallsAt = 50.Nanoseconds() };
        var memory = new ChannelInterleaver(_simulator, "memory", [Channels(1)[0], channel]);
        SimTime latency = default;
        _simulator.Start("host", async () => latency = await memory.Port.ReadAsync(128, 64));
        _simulator.Run();
        Assert.That(latency, Is.EqualTo(60.Nanoseconds()));
    }

    [Test]
    public void Two_channels_of_DRAM_let_a_stream_of_DMA_go_twice_as_fast()
    {
        static double Stream(int channels)
        {
            Simulator simulator = new();
            MemoryPort[] dram = [.. Enumerable.Range(0, channels).Select(i => new DramMemory(simulator, $"dram{i}", TransactionPresets.Get("LPDDR3_1600_1x32")).Port)];
            var classic = new ClassicMemorySystem(simulator, new ChannelInterleaver(simulator, "memory", dram).Port, new ClassicOptions { CrossbarBytes = 64 });
            var dma = new DmaEngine(simulator, "dma", classic.AddDma("dma"), new DmaOptions { FlushCyclesPerLine = 0, MaximumOutstanding = 64 });
            dma.Start(DmaDirection.Load, 0, 256 << 10, new Recorder());
            simulator.Run();
            return simulator.Now.Microseconds;
        }

        Assert.That(Stream(1) / Stream(2), Is.EqualTo(2).Within(0.15));
    }

    [TestCase(0, 128, "memory: channels = 0: must be a power of two from 1 to 64")]
    [TestCase(3, 128, "memory: channels = 3: must be a power of two from 1 to 64")]
    [TestCase(2, 100, "memory: blockBytes = 100: must be a power of two from 8 to 4096")]
    public void Numbers_that_are_no_powers_of_two_are_refused(int channels, int block, string message) =>
        Assert.That(() => new ChannelInterleaver(_simulator, "memory", Channels(channels), block), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(message));

    [TestCase(100, 64)]
    [TestCase(-128, 64)]
    [TestCase(long.MaxValue - 3, 64)]
    public void Requests_beyond_a_block_are_an_error(long address, int bytes)
    {
        var memory = new ChannelInterleaver(_simulator, "memory", Channels(2));
        _simulator.Start("host", async () => await memory.Port.ReadAsync(address, bytes));
        Assert.That(() => _simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("memory: ").And.Message.Contains("one block of 128 bytes"));
    }

    private sealed class Then(Action<MemoryRequest> action) : IMemoryRequester
    {
        public void Complete(MemoryRequest request) => action(request);

        public void Retry(MemoryPort port) { }
    }
}
