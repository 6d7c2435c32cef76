using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Memory;

/// <summary>The uncontended latencies of the directory-coherent system, in cycles R of 0.5 ns and the memory's own time.</summary>
public class MesiLatencyTests
{
    private const int ReadNanoseconds = 60;
    private const int WriteNanoseconds = 10;

    [Test]
    public void AnL1HitTakesOneCycle() =>
        Assert.That(Measure(s => s.First, s => s.Cpu, MemoryCommand.Read, MemoryCommand.Read), Is.EqualTo(Cycles(1)));

    [Test]
    public void AnL2HitTakesSeventeenCycles() =>
        // The other core reads twice: it brings the line in, and the first one's read makes it shared in the L2.
        Assert.That(Measure(s => s.Second, s => s.Third, MemoryCommand.Read, MemoryCommand.Read, alsoRead: s => s.Cpu, l2State: 1), Is.EqualTo(Cycles(17)));

    // The line came by the coherency port: no L1 has it (state M), unmodified or modified.
    [Test]
    public void AnL2HitOfALineThatOnlyTheL2HasTakesSeventeenCycles(
        [Values(MemoryCommand.Read, MemoryCommand.Write)] MemoryCommand before, [Values(MemoryCommand.Read, MemoryCommand.Write)] MemoryCommand command) =>
        Assert.That(Measure(s => s.Acp, s => s.Cpu, before, command, l2State: 2), Is.EqualTo(Cycles(17)));

    [Test]
    public void AnL2MissAddsTheWayToMemoryAndBack() =>
        Assert.That(Measure(null, s => s.Cpu, MemoryCommand.Read, MemoryCommand.Read), Is.EqualTo(Cycles(9 + 9 + 8 + 8) + ReadNanoseconds.Nanoseconds()));

    [Test]
    public void ADmaReadOfAnUncachedLineTakesTwentyTwoCyclesAndTheMemory() =>
        Assert.That(Measure(null, s => s.Dma, MemoryCommand.Read, MemoryCommand.Read), Is.EqualTo(Cycles(22) + ReadNanoseconds.Nanoseconds() + 1.Picoseconds()));

    [Test]
    public void ADmaWriteOfAnUncachedLineTakesTwentyTwoCyclesAndTheAcceptance() =>
        Assert.That(Measure(null, s => s.Dma, MemoryCommand.Write, MemoryCommand.Write), Is.EqualTo(Cycles(22) + WriteNanoseconds.Nanoseconds() + 1.Picoseconds()));

    [TestCase(MemoryCommand.Read)]
    [TestCase(MemoryCommand.Write)]
    public void ADmaAccessToALineThatACoreModifiedTakesFiftySevenCyclesAndTheAcceptance(MemoryCommand command) =>
        Assert.That(Measure(s => s.Cpu, s => s.Dma, MemoryCommand.Write, command), Is.EqualTo(Cycles(57) + WriteNanoseconds.Nanoseconds() + 1.Picoseconds()));

    [TestCase(MemoryCommand.Read)]
    [TestCase(MemoryCommand.Write)]
    public void AnAcpAccessThatHitsTheL2TakesSixteenCycles(MemoryCommand command) =>
        Assert.That(Measure(s => s.Acp, s => s.Acp, MemoryCommand.Read, command), Is.EqualTo(Cycles(16)));

    [Test]
    public void AnAcpReadOfALineThatACoreOwnsComesFromThatCore() =>
        Assert.That(Measure(s => s.Cpu, s => s.Acp, MemoryCommand.Write, MemoryCommand.Read), Is.EqualTo(Cycles(8 + 7 + 8)));

    [Test]
    public void AnAcpWriteOfALineThatACoreOwnsWaitsForItsData() =>
        Assert.That(Measure(s => s.Cpu, s => s.Acp, MemoryCommand.Write, MemoryCommand.Write), Is.EqualTo(Cycles(8 + 7 + 8 + 8)));

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(1, 3)]
    public void TheNetworkAddsThreeRoutersAndThreeLinksToEveryMessage(int router, int link)
    {
        MesiOptions options = new() { RouterCycles = router, LinkCycles = link };
        int message = 3 * (router + link);
        SimTime memory = ReadNanoseconds.Nanoseconds();
        Assert.Multiple(() =>
        {
            Assert.That(Measure(s => s.Cpu, s => s.Acp, MemoryCommand.Write, MemoryCommand.Read, options: options), Is.EqualTo(Cycles(2 + message + 1 + message + 2 + message)), "from an L1 by way of the L2");
            Assert.That(Measure(null, s => s.Cpu, MemoryCommand.Read, MemoryCommand.Read, options: options), Is.EqualTo(Cycles(10 + (4 * message)) + memory), "from memory");
        });
    }

    // The worked examples of the specification, on LPDDR4_3200_2x16: a read of a closed row takes 60.5 ns, a write is accepted after 10 ns.
    [TestCase(MemoryCommand.Read, false, 71_500)]
    [TestCase(MemoryCommand.Write, false, 21_000)]
    [TestCase(MemoryCommand.Read, true, 38_500)]
    [TestCase(MemoryCommand.Write, true, 38_500)]
    public void OneLineByDmaTakesTheTimeMeasuredOnLpddr4(MemoryCommand command, bool modifiedByACore, int picoseconds)
    {
        Simulator simulator = new();
        DramMemory dram = new(simulator, "dram", TransactionPresets.Get("LPDDR4_3200_2x16"));
        MesiMemorySystem system = new(simulator, dram.Port, new MesiOptions { LineBytes = 32 });
        MemoryPort cpu = system.AddCache("cpu", 64.Kibibytes(), 2), dma = system.AddDma("dma");
        SimTime latency = default;
        simulator.Start("host", async () =>
        {
            if (modifiedByACore) await cpu.WriteAsync(0x1000, 4);
            await simulator.Delay(1.Microseconds());
            latency = await dma.AccessAsync(command, modifiedByACore ? 0x1000 : 0x40_0000, 32);
        });
        simulator.Run();
        // An answer to DMA comes an instant (1 ps) after the cycle in which its message does.
        Assert.That(latency, Is.EqualTo(new SimTime(picoseconds + 1)));
    }

    [Test]
    public void DmaLeavesTheLineUncached()
    {
        Simulator simulator = new();
        Rig rig = new(simulator);
        simulator.Start("host", async () =>
        {
            await rig.Cpu.WriteAsync(0, 4);
            await rig.Dma.ReadAsync(0, 64);
        });
        simulator.Run();
        Assert.That((rig.System.CacheState("cpu", 0), rig.System.L2State(0)), Is.EqualTo((0, 0)));
    }

    [Test]
    public void RequestsMustLieWithinALine()
    {
        Simulator simulator = new();
        Rig rig = new(simulator);
        simulator.Start("host", async () => await rig.Cpu.ReadAsync(60, 8));
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("one line of 64 bytes"));
    }

    [Test]
    public void DmaToUnmappedMemoryNamesTheMemoryAndTheAddress()
    {
        Simulator simulator = new();
        Rig rig = new(simulator);
        simulator.Start("host", async () => await rig.Dma.ReadAsync(1L << 40, 64));
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("0x10000000000").And.Message.Contains("dram"));
    }

    [TestCase(1000, 2, "multiple of the line size")]
    [TestCase(1024, 0, "1 to 64")]
    [TestCase(1024, 3, "power of two")]
    [TestCase(0, 1, "above 0")]
    public void CachesThatCannotBeAreRefused(int bytes, int ways, string says)
    {
        MesiMemorySystem system = new Rig(new Simulator()).System;
        Assert.That(() => system.AddCache("bad", bytes.Bytes(), ways), Throws.TypeOf<ConfigurationException>().With.Message.Contains("bad").And.Message.Contains(says));
    }

    [Test]
    public void AMemoryThatNeverAnswersIsReportedWithWhoWaits()
    {
        Simulator simulator = new();
        MesiMemorySystem system = new(simulator, new SilentMemory(simulator));
        MemoryPort cpu = system.AddCache("cpu", 1.Kibibytes(), 2);
        simulator.Start("host", async () => await cpu.ReadAsync(0x40, 4));
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("deadlock")
            .And.Message.Contains("process 'host' waits for an answer from 'ruby.cpu'")
            .And.Message.Contains("ruby.cpu waits for the answer to a read of 4 B at 0x40"));
    }

    private static SimTime Cycles(int cycles) => new(cycles * 500L);

    /// <summary>Latency of the second access, the first (by another endpoint) having settled before.</summary>
    private static SimTime Measure(Func<Rig, MemoryPort>? before, Func<Rig, MemoryPort> port, MemoryCommand first, MemoryCommand second, Func<Rig, MemoryPort>? alsoRead = null, MesiOptions? options = null, int? l2State = null)
    {
        Simulator simulator = new();
        Rig rig = new(simulator, options);
        SimTime latency = default;
        simulator.Start("host", async () =>
        {
            if (before is not null) await (before(rig) == rig.First ? rig.Cpu : before(rig)).AccessAsync(first, 0x1000, 4);
            await simulator.Delay(1.Microseconds());
            if (alsoRead is not null) await alsoRead(rig).ReadAsync(0x1000, 4);
            await simulator.Delay(1.Microseconds());
            if (l2State is { } state) Assert.That(rig.System.L2State(0x1000), Is.EqualTo(state));
            latency = await port(rig).AccessAsync(second, 0x1000, 4);
        });
        simulator.Run();
        return latency;
    }

    private sealed class Rig
    {
        public Rig(Simulator simulator, MesiOptions? options = null)
        {
            BandwidthLatencyMemory memory = new(simulator, "dram", new BandwidthLatencyMemoryOptions
            {
                ReadLatency = ReadNanoseconds.Nanoseconds(),
                WriteLatency = WriteNanoseconds.Nanoseconds(),
            });
            System = new MesiMemorySystem(simulator, memory.Port, options);
            Cpu = System.AddCache("cpu", 64.Kibibytes(), 2);
            Second = System.AddCache("second", 64.Kibibytes(), 2);
            Third = System.AddCache("third", 64.Kibibytes(), 2);
            Dma = System.AddDma("dma");
            Acp = System.AddAcp("acp");
        }

        public MesiMemorySystem System { get; }

        public MemoryPort Cpu { get; }

        public MemoryPort First => Cpu;

        public MemoryPort Second { get; }

        public MemoryPort Third { get; }

        public MemoryPort Dma { get; }

        public MemoryPort Acp { get; }
    }
}
