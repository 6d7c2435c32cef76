using System.Text;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Traces;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Dram;

/// <summary>Latency and throughput against formulas.</summary>
internal sealed class DramTheoryTests
{
    [TestCase("DDR3_1600K_2Gb_x8", "nRCD")]
    [TestCase("DDR4_2400R_8Gb_x8", "nRCD")]
    [TestCase("LPDDR3_1600_8Gb_x32", "nRCD")]
    [TestCase("LPDDR4_3200_8Gb_x16", "nRCD")]
    [TestCase("GDDR5_6000_4Gb_x16", "nRCDR")]
    [TestCase("HBM_1Gbps_2Gb", "nRCDR")]
    public void UnloadedReadTakesActivateAndReadLatency(string name, string activate)
    {
        DramPreset preset = DramPresets.Get(name, DramRules.Ramulator1);
        var listener = new Last();
        var memory = new DramMemory(new DramConfiguration { Preset = preset }, listener);
        memory.TryEnqueue(0, isWrite: false, 0);
        memory.AdvanceTo(500);
        Assert.That(listener.Completion.Depart, Is.EqualTo(1 + preset.Timing[activate] + preset.ReadLatencyCycles));
        Assert.That(listener.Completion.Outcome, Is.EqualTo(DramOutcome.Miss));
    }

    [Test]
    public void UnloadedRowHitTakesReadLatency()
    {
        var listener = new Last();
        var memory = new DramMemory(new DramConfiguration { Preset = DramPresets.Get("DDR4_2400R_8Gb_x8") }, listener);
        memory.TryEnqueue(0, isWrite: false, 0);
        memory.AdvanceTo(500);
        memory.TryEnqueue(64, isWrite: false, 1);
        memory.AdvanceTo(1000);
        Assert.That(listener.Completion.Depart - listener.Completion.Arrive, Is.EqualTo(1 + 16 + 4));
    }

    [TestCase("DDR3_1600K_2Gb_x8")]
    [TestCase("DDR3_2133L_8Gb_x8")]
    [TestCase("LPDDR3_1600_8Gb_x32")]
    public void SequentialStreamReachesThePeakLessRefresh(string name)
    {
        const int requests = 20_000;
        DramPreset preset = DramPresets.Get(name, DramRules.Ramulator1);
        var memory = new DramMemory(new DramConfiguration { Preset = preset }, new Last());
        using var trace = new DramTraceReader(new MemoryStream(Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Range(0, requests).Select(i => $"0x{i * 64:x} R\n")))), "sequential");
        new DramTraceRun(memory, trace).ToEnd();
        double bus = (double)requests * preset.Timing["nBL"];
        // A refresh stops the stream for precharge, refresh and the way back to the first data.
        double refresh = 1 + (preset.RefreshCycles + 60.0) / preset.RefreshIntervalCycles;
        Assert.That(memory.Cycle, Is.InRange(bus, bus * refresh * 1.01 + 100));
    }

    [TestCase("LPDDR4_3200_2x16", 60_500, 42_500)]
    [TestCase("LPDDR3_1600_1x32", 58_000, 40_000)]
    [TestCase("DDR3_1600_8x8", 52_500, 38_750)]
    [TestCase("DDR4_2400_8x8", 51_652, 37_492)]
    public void TransactionLevelUnloadedLatencyIsTheSumOfItsParts(string preset, long closedPicoseconds, long hitPicoseconds)
    {
        var listener = new LastResponse();
        TransactionConfiguration configuration = TransactionPresets.Get(preset);
        var controller = new TransactionController(configuration, listener);
        controller.TryAccept(100.Nanoseconds(), 0, configuration.BurstBytes, isWrite: false, 0);
        controller.AdvanceTo(300.Nanoseconds());
        Assert.That(listener.Response.Time - 100.Nanoseconds(), Is.EqualTo(new SimTime(closedPicoseconds)));
        controller.TryAccept(400.Nanoseconds(), (ulong)configuration.BurstBytes, configuration.BurstBytes, isWrite: false, 1);
        controller.AdvanceTo(600.Nanoseconds());
        Assert.That(listener.Response.Time - 400.Nanoseconds(), Is.EqualTo(new SimTime(hitPicoseconds)));
    }

    [Test]
    public void CyclesAndTimeTranslateBothWays()
    {
        var memory = new DramMemory(new DramConfiguration { Preset = DramPresets.Get("DDR4_2400R_8Gb_x8") }, new Last());
        Assert.Multiple(() =>
        {
            Assert.That(memory.TimeOf(3), Is.EqualTo(new SimTime(2500)));
            Assert.That(memory.CycleAtOrAfter(new SimTime(2500)), Is.EqualTo(3));
            Assert.That(memory.CycleAtOrAfter(new SimTime(2501)), Is.EqualTo(4));
            Assert.That(memory.CycleAtOrAfter(SimTime.Zero), Is.Zero);
        });
    }

    private sealed class Last : IDramListener
    {
        public DramCompletion Completion { get; private set; }

        public void OnCompleted(in DramCompletion completion) => Completion = completion;
    }

    private sealed class LastResponse : ITransactionListener
    {
        public TransactionResponse Response { get; private set; }

        public void OnResponse(in TransactionResponse response) => Response = response;

        public void OnRetry(bool isWrite)
        {
        }
    }
}
