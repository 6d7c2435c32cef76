using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Tests.Simulation;

namespace Smaug.Tests.Memory;

/// <summary>The coherency port's engine rule by rule, with an accelerator of 1 GHz, lines of 32 bytes and a memory that answers after 100 ns.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class AcpEngineTests
{
    private const int Line = 32;
    private static readonly AcpOptions s_options = new() { LineBytes = Line };

    private readonly Simulator _simulator = new();
    private readonly Recorder _ends = new();
    private PacketLog _memory = null!;

    private AcpEngine Engine(AcpOptions options, PacketLog? memory = null) => new(_simulator, "acp", _memory = memory ?? new PacketLog(_simulator, 100.Nanoseconds()), options);

    [TestCase(1, new double[] { 0, 1, 2, 3, 4, 5 })]
    [TestCase(4, new double[] { 0, 0, 0, 0, 1, 1 })]
    public void Lines_of_a_burst_go_out_in_order_so_many_per_cycle(int perCycle, double[] times)
    {
        Engine(s_options with { RequestsPerCycle = perCycle }).Start(isStore: false, 0x1000, 6 * Line, _ends);
        _simulator.Run();
        Assert.That(_memory.Times, Is.EqualTo(times));
        Assert.That(_memory.Addresses, Is.Ordered);
    }

    [Test]
    public void A_burst_is_cut_at_lines_whatever_pages_it_crosses()
    {
        Engine(s_options).Start(isStore: true, 4096 - 8, 48, _ends);
        _simulator.Run();
        Assert.That(_memory.Packets.Select(p => (p.Command, p.Address, p.Bytes)), Is.EqualTo(new[] { (MemoryCommand.Write, 4088L, 8), (MemoryCommand.Write, 4096L, 32), (MemoryCommand.Write, 4128L, 8) }));
    }

    [Test]
    public void It_begins_at_an_edge_and_ends_with_its_last_answer()
    {
        AcpEngine engine = Engine(s_options);
        _simulator.RunUntil(2500.Picoseconds());
        engine.Start(isStore: false, 0, 5 * Line, _ends, tag: 3);
        _simulator.Run();
        Assert.That(_memory.Times, Is.EqualTo(new double[] { 3, 3, 3, 3, 4 }));
        Assert.That(_ends.Seen, Is.EqualTo(new[] { (104_000L, 3L) }));
    }

    [Test]
    public void Lines_wait_in_the_queue_and_then_for_their_answer()
    {
        Engine(s_options with { RequestsPerCycle = 1 }).Start(isStore: false, 0, 20 * Line, _ends);
        _simulator.Run();
        Histogram Of(string name) => (Histogram)_simulator.Statistics.All.Single(s => s.Name == name);
        Assert.Multiple(() =>
        {
            Assert.That(Of("acp.acpQueueTime").Buckets[..3].ToArray(), Is.EqualTo(new[] { 10, 10, 0 }), "one line per nanosecond");
            Assert.That((Of("acp.acpLatency").Buckets[10], Of("acp.acpLatency").Samples), Is.EqualTo((20, 20)), "100 ns each");
        });
    }

    [Test]
    public void A_refused_request_holds_up_those_behind_it()
    {
        Engine(s_options, new PacketLog(_simulator, 100.Nanoseconds()) { RefusesAfter = 2, CallsAt = 10.Nanoseconds() }).Start(isStore: false, 0, 4 * Line, _ends);
        _simulator.Run();
        Assert.That(_memory.Packets.Select(p => (p.Nanoseconds, p.Address)), Is.EqualTo(new[] { (0.0, 0L), (0.0, 32L), (10.0, 64L), (11.0, 96L) }));
    }

    [TestCase(0, 0, "a burst of 0 bytes")]
    [TestCase(0, long.MaxValue, "must be 1 to 4294967296")]
    [TestCase(-64, 64, "there are no such addresses")]
    public void Bursts_that_cannot_be_are_refused(long address, long bytes, string message) =>
        Assert.That(() => Engine(s_options).Start(isStore: false, address, bytes, _ends), Throws.TypeOf<SimulationException>().With.Message.StartsWith("acp: ").And.Message.Contains(message));
}
