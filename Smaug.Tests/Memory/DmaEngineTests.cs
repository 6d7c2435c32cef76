using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Dma;
using Smaug.Tests.Simulation;

namespace Smaug.Tests.Memory;

/// <summary>The DMA engine rule by rule, with an accelerator of 1 GHz, lines of 32 bytes and a memory that answers after 100 ns.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class DmaEngineTests
{
    private const int Line = 32;
    private static readonly DmaOptions s_free = new() { LineBytes = Line, FlushCyclesPerLine = 0 };

    private readonly Simulator _simulator = new();
    private readonly Recorder _ends = new();
    private PacketLog _memory = null!;

    private DmaEngine Engine(DmaOptions options, PacketLog? memory = null, Func<long, long>? translate = null) =>
        new(_simulator, "dma", _memory = memory ?? new PacketLog(_simulator, 100.Nanoseconds()), options, translate: translate);

    [Test]
    public void A_transfer_is_split_at_pages_and_lines_and_only_its_ends_are_partial()
    {
        Engine(s_free).Start(DmaDirection.Load, 4096 - 24, 24 + 32 + 8, _ends);
        _simulator.Run();
        Assert.That(_memory.Packets.Select(p => (p.Address, p.Bytes)), Is.EqualTo(new[] { (4096L - 24, 24), (4096L, 32), (4128L, 8) }));
    }

    [Test]
    public void Pages_are_translated_one_by_one_in_no_time()
    {
        Engine(s_free, translate: a => a >= 4096 ? a + 0x10000 : a).Start(DmaDirection.Load, 4096 - 32, 64, _ends);
        _simulator.Run();
        Assert.That(_memory.Packets.Select(p => (p.Nanoseconds, p.Address)), Is.EqualTo(new[] { (0.0, 4064L), (1.0, 0x11000L) }));
    }

    [Test]
    public void One_packet_leaves_per_accelerator_cycle()
    {
        Engine(s_free with { Frequency = 500.Megahertz() }).Start(DmaDirection.Load, 0, 4 * Line, _ends);
        _simulator.Run();
        Assert.That(_memory.Times, Is.EqualTo(new double[] { 0, 2, 4, 6 }));
    }

    [Test]
    public void The_end_is_in_the_instant_of_the_last_answer()
    {
        Engine(s_free).Start(DmaDirection.Load, 0, 4 * Line, _ends, tag: 5);
        _simulator.Run();
        Assert.That(_ends.Seen, Is.EqualTo(new[] { (103_000L, 5L) }));
    }

    [TestCase(DmaDirection.Load)]
    [TestCase(DmaDirection.Store)]
    public void The_set_up_takes_the_flush_of_every_line_for_stores_as_for_loads(DmaDirection direction)
    {
        Engine(s_free with { FlushCyclesPerLine = 12, InvalidatesOnStore = false }).Start(direction, 8, 100, _ends);
        _simulator.Run();
        // 100 bytes are four lines, wherever they begin.
        Assert.That(_memory.Times.First(), Is.EqualTo(48));
        Assert.That(_simulator.Statistics.All.Single(s => s.Name == "dma.dmaSetupCycles").Value, Is.EqualTo(48));
    }

    [TestCase(1, 12)]
    [TestCase(5, 2)]
    [TestCase(6, 2)]
    [TestCase(12, 1)]
    [TestCase(13, 0)]
    public void The_flush_latency_becomes_whole_cycles_rounded_down(int cycleTime, int cycles) =>
        Assert.That(DmaOptions.FlushCycles(12.Nanoseconds(), cycleTime), Is.EqualTo(cycles));

    [TestCase(true, 12, 24)]
    [TestCase(false, 24, 25)]
    public void Transfers_are_set_up_one_after_the_other_and_issued_at_once_or_all_together(bool pipelined, int first, int second)
    {
        DmaEngine engine = Engine(s_free with { FlushCyclesPerLine = 12, IsPipelined = pipelined });
        engine.Start(DmaDirection.Load, 0, Line, _ends);
        engine.Start(DmaDirection.Load, 8192, Line, _ends);
        _simulator.Run();
        Assert.That(_memory.Packets.Select(p => (p.Nanoseconds, p.Address)), Is.EqualTo(new[] { (first, 0L), (second, 8192L) }));
    }

    [Test]
    public void No_more_packets_than_the_limit_are_under_way()
    {
        Engine(s_free with { MaximumOutstanding = 3 }).Start(DmaDirection.Load, 0, 6 * Line, _ends);
        _simulator.Run();
        // The engine looks every cycle, before the answers of that instant: the answer of 100 ns is seen at 101 ns.
        Assert.That(_memory.Times, Is.EqualTo(new double[] { 0, 1, 2, 101, 102, 103 }));
    }

    [TestCase(1, new long[] { 4032, 4064, 4096, 4128 })]
    [TestCase(2, new long[] { 4032, 4096, 4064, 4128 })]
    public void Channels_take_turns_by_packet_and_hold_a_page_each(int channels, long[] order)
    {
        Engine(s_free with { Channels = channels, IsPipelined = false }).Start(DmaDirection.Load, 4096 - 64, 128, _ends);
        _simulator.Run();
        Assert.That(_memory.Addresses, Is.EqualTo(order));
    }

    [Test]
    public void Lines_are_invalidated_before_they_are_stored_page_by_page()
    {
        Engine(s_free).Start(DmaDirection.Store, 4096 - 64, 128, _ends);
        _simulator.Run();
        (double, MemoryCommand, long)[] expected =
        [
            (0, MemoryCommand.Invalidate, 4032), (1, MemoryCommand.Invalidate, 4064), (2, MemoryCommand.Invalidate, 4096), (3, MemoryCommand.Invalidate, 4128),
            (101, MemoryCommand.Write, 4032), (102, MemoryCommand.Write, 4064), (103, MemoryCommand.Write, 4096), (104, MemoryCommand.Write, 4128),
        ];
        Assert.That(_memory.Packets.Select(p => (p.Nanoseconds, p.Command, p.Address)), Is.EqualTo(expected));
        Assert.That(_ends.Seen.Single().Time, Is.EqualTo(204_000));
    }

    [Test]
    public void Stores_that_invalidate_nothing_write_at_once()
    {
        Engine(s_free with { InvalidatesOnStore = false }).Start(DmaDirection.Store, 0, 2 * Line, _ends);
        _simulator.Run();
        Assert.That(_memory.Packets.Select(p => (p.Nanoseconds, p.Command)), Is.EqualTo(new[] { (0.0, MemoryCommand.Write), (1.0, MemoryCommand.Write) }));
    }

    [Test]
    public void A_refused_packet_keeps_its_place_and_holds_up_the_others()
    {
        Engine(s_free, new PacketLog(_simulator, 100.Nanoseconds()) { RefusesAfter = 1, CallsAt = 50.Nanoseconds() }).Start(DmaDirection.Load, 0, 3 * Line, _ends);
        _simulator.Run();
        Assert.That(_memory.Packets.Select(p => (p.Nanoseconds, p.Address)), Is.EqualTo(new[] { (0.0, 0L), (50.0, 32L), (51.0, 64L) }));
    }

    [Test]
    public void Transfers_beyond_the_most_in_flight_wait_for_the_end_of_one()
    {
        DmaEngine engine = Engine(s_free with { MaximumTransfers = 2, FlushCyclesPerLine = 12 });
        for (int i = 0; i < 3; i++) engine.Start(DmaDirection.Load, i * 4096, Line, _ends);
        _simulator.Run();
        // The first ends at 12 + 100 ns; only then the third is set up.
        Assert.That(_memory.Times, Is.EqualTo(new double[] { 12, 24, 124 }));
    }

    [TestCase(0, 0, "a transfer of 0 bytes at 0x0 is not possible: must be 1 to 4294967296")]
    [TestCase(0, -1, "a transfer of -1 bytes")]
    [TestCase(0, 1L << 50, "a transfer of 1125899906842624 bytes")]
    [TestCase(-64, 64, "there are no such addresses")]
    [TestCase(long.MaxValue - 8, 64, "there are no such addresses")]
    public void Transfers_that_cannot_be_are_refused(long address, long bytes, string message) =>
        Assert.That(() => Engine(s_free).Start(DmaDirection.Load, address, bytes, _ends), Throws.TypeOf<SimulationException>().With.Message.StartsWith("dma: ").And.Message.Contains(message));

    [Test]
    public void A_memory_that_never_answers_is_reported_with_the_packets_under_way()
    {
        var engine = new DmaEngine(_simulator, "dma", new SilentMemory(_simulator), s_free);
        engine.Start(DmaDirection.Load, 0, 1 << 20, _ends);
        Assert.That(() => _simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("dma waits for 16 packets of 1 transfers from 'silent'"));
    }
}
