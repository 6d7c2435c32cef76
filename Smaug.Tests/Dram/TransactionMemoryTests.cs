using System.Text;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Traces;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Dram;

/// <summary>Several channels of transaction-level DRAM.</summary>
internal sealed class TransactionMemoryTests
{
    private static readonly TransactionConfiguration s_lpddr4 = TransactionPresets.Get("LPDDR4_3200_2x16");

    [TestCase(TransactionMapping.RoRaBaCoCh, 64)]
    [TestCase(TransactionMapping.RoCoRaBaCh, 64)]
    [TestCase(TransactionMapping.RoRaBaChCo, 4096)]
    public void ChannelsTakeTurns(TransactionMapping mapping, int interleave)
    {
        var memory = new TransactionMemory(s_lpddr4 with { Mapping = mapping }, 4, new Log());
        Assert.Multiple(() =>
        {
            Assert.That(memory.InterleaveBytes, Is.EqualTo(interleave));
            Assert.That(memory.CapacityBytes, Is.EqualTo(4 * s_lpddr4.CapacityBytes));
            for (int i = 0; i < 16; i++) Assert.That(memory.ChannelOf((ulong)(i * interleave)), Is.EqualTo(i % 4));
        });
    }

    [TestCase(TransactionMapping.RoRaBaCoCh)]
    [TestCase(TransactionMapping.RoCoRaBaCh)]
    [TestCase(TransactionMapping.RoRaBaChCo)]
    public void ResponsesCarryTheAddressOfTheRequest(TransactionMapping mapping)
    {
        var log = new Log();
        var memory = new TransactionMemory(s_lpddr4 with { Mapping = mapping }, 4, log);
        ulong[] addresses = [.. Enumerable.Range(0, 40).Select(i => (ulong)i * 0x9_1357_40 % (ulong)memory.CapacityBytes)];
        for (int i = 0; i < addresses.Length; i++)
        {
            Assert.That(memory.TryAccept((10 * i).Nanoseconds(), addresses[i], 64, isWrite: false, i), Is.True);
        }

        memory.AdvanceTo(10.Microseconds());
        Assert.That(log.Responses.OrderBy(r => r.Tag).Select(r => r.Address), Is.EqualTo(addresses));
        Assert.That(memory.Statistics.ReadPackets, Is.EqualTo(40));
    }

    [Test]
    public void OneChannelIsTheControllerItself()
    {
        var log = new Log();
        var memory = new TransactionMemory(s_lpddr4, 1, log);
        var alone = new Log();
        var controller = new TransactionController(s_lpddr4, alone);
        for (int i = 0; i < 20; i++)
        {
            memory.TryAccept((7 * i).Nanoseconds(), (ulong)(i * 8192), 64, i % 3 == 0, i);
            controller.TryAccept((7 * i).Nanoseconds(), (ulong)(i * 8192), 64, i % 3 == 0, i);
        }

        memory.AdvanceTo(5.Microseconds());
        controller.AdvanceTo(5.Microseconds());
        Assert.That(log.Responses, Is.EqualTo(alone.Responses).And.Not.Empty);
    }

    [Test]
    public void TwoChannelsMoveAStreamTwiceAsFast()
    {
        double one = Stream(1), two = Stream(2);
        Assert.That(one / two, Is.EqualTo(2).Within(0.1));
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(1 << 30)]
    public void ChannelsMustBeAPowerOfTwo(int channels) =>
        Assert.That(() => new TransactionMemory(s_lpddr4, channels, new Log()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains($"Channels = {channels}"));

    [Test]
    public void PacketsDoNotCrossChannels() =>
        Assert.That(() => new TransactionMemory(s_lpddr4, 2, new Log()).TryAccept(default, 32, 64, isWrite: false, 0),
            Throws.TypeOf<SimulationException>().With.Message.Contains("0x20"));

    [Test]
    public void TraceLineAcrossChannelsIsNamed() =>
        Assert.That(() => Run("0x0 R\n0x20 R\n", 2), Throws.TypeOf<InputFormatException>().With.Message.Contains("(2)").And.Message.Contains("0x20"));

    [Test]
    public void TraceAddressBeyondAllChannelsIsNamed() =>
        Assert.That(() => Run("0x100000000 R\n0x400000000 R\n", 4), Throws.TypeOf<InputFormatException>().With.Message.Contains("(2)"));

    [Test]
    public void TraceCycleBeyondTimeIsNamed() =>
        Assert.That(() => Run($"0x0 R {long.MaxValue}\n", 1), Throws.TypeOf<InputFormatException>().With.Message.Contains("(1)").And.Message.Contains("end of simulated time"));

    private static double Stream(int channels) => Run(string.Concat(Enumerable.Range(0, 5000).Select(i => $"0x{i * 64:x} R\n")), channels)
        .Memory.Statistics.LastResponse.Nanoseconds;

    private static TransactionTraceRun Run(string text, int channels)
    {
        using var trace = new DramTraceReader(new MemoryStream(Encoding.ASCII.GetBytes(text)), "t.trace");
        var run = new TransactionTraceRun(s_lpddr4, trace, channels);
        run.ToEnd();
        return run;
    }

    private sealed class Log : ITransactionListener
    {
        public List<TransactionResponse> Responses { get; } = [];

        public void OnResponse(in TransactionResponse response) => Responses.Add(response);

        public void OnRetry(bool isWrite)
        {
        }
    }
}
