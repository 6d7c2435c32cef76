using System.Text;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Traces;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Dram;

/// <summary>Latency and throughput against formulas.</summary>
internal sealed class DramTheoryTests
{
    private static IEnumerable<TestCaseData> FastestOfEveryStandard() => Enum.GetValues<DramRules>()
        .SelectMany(DramPresetTests.All).GroupBy(p => (p.Rules, p.Standard)).Select(g => g.MaxBy(p => p.MegatransfersPerSecond)!)
        .Select(p => new TestCaseData(p).SetArgDisplayNames($"{p.Rules}/{p.Name}"));

    /// <summary>
    /// An activate in cycle 1, the column command nRCD later (from the activate's last cycle to the column command's last), then
    /// the read latency. LPDDR5 puts a CAS before the column command; half-clock column commands start at rising edges only.
    /// </summary>
    [TestCaseSource(nameof(FastestOfEveryStandard))]
    public void UnloadedReadTakesActivateAndReadLatency(DramPreset preset)
    {
        var listener = new Last();
        var memory = new DramMemory(new DramConfiguration { Preset = preset }, listener);
        memory.TryEnqueue(0, isWrite: false, 0);
        memory.AdvanceTo(500);
        string activate = new[] { "nRCD", "nRCDR", "nRCDRD" }.First(preset.Timing.ContainsKey);
        int multiCycle = preset.Standard is "HBM1" or "HBM2" or "HBM3" or "HBM4" && preset.Rules == DramRules.Ramulator2 ? 1 : 0;
        int column = 1 + preset.Timing[activate] + multiCycle;
        if (preset.Standard == "LPDDR5") column++;
        if (preset.CyclesPerClock == 2 && column % 2 == 0) column++;
        Assert.That(listener.Completion.Depart, Is.EqualTo(column + preset.ReadLatencyCycles));
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

    /// <summary>
    /// A stream of row hits over all bank groups and pseudo channels leaves the data bus no gaps but those of refreshes, and those
    /// that too few bank groups leave (16-bit DDR4).
    /// </summary>
    [TestCaseSource(nameof(FastestOfEveryStandard))]
    public void SequentialStreamReachesThePeakLessRefresh(DramPreset preset)
    {
        const int requests = 20_000;
        var memory = new DramMemory(new DramConfiguration { Preset = preset, Mapping = new GroupsInTurn() }, new Last());
        using var trace = new DramTraceReader(new MemoryStream(Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Range(0, requests).Select(i => $"0x{(long)i * preset.TransactionBytes:x} R\n")))), "sequential");
        new DramTraceRun(memory, trace).ToEnd();
        double ideal = requests * preset.TransactionBytes / preset.PeakBytesPerSecond / (preset.CyclePicoseconds * 1e-12);
        int groups = preset.Levels.Contains("BankGroup") ? preset.Counts[preset.Levels.ToList().IndexOf("BankGroup")] : 1;
        int burst = preset.Timing.TryGetValue("nBL", out int cycles) ? cycles : preset.Timing["nBL_min"];
        if (preset.Timing.TryGetValue("nCCDL", out int sameGroup)) ideal *= Math.Max(1, (double)sameGroup / groups / burst);
        // A refresh stops the stream for precharge, refresh and the way back to the first data.
        double refresh = 1 + (preset.RefreshCycles + 100.0) / preset.RefreshIntervalCycles;
        TestContext.Out.WriteLine($"{memory.Cycle} cycles, ideal {ideal:0}, {memory.Cycle / ideal / refresh:0.000} of the peak's time less refresh");
        Assert.That(memory.Cycle, Is.InRange(ideal * 0.99, ideal * refresh * 1.01 + 100));
    }

    [TestCase("LPDDR4_3200_2x16", 60_500, 42_500, 78_500)]
    [TestCase("LPDDR3_1600_1x32", 58_000, 40_000, 76_000)]
    [TestCase("DDR3_1600_8x8", 52_500, 38_750, 66_250)]
    [TestCase("DDR4_2400_8x8", 51_652, 37_492, 65_812)]
    public void TransactionLevelUnloadedLatencyIsTheSumOfItsParts(string preset, long closedPicoseconds, long hitPicoseconds, long conflictPicoseconds)
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
        // The same bank and rank, another row.
        ulong otherRow = (ulong)(configuration.RowBytes * configuration.BanksPerRank * configuration.Ranks);
        controller.TryAccept(700.Nanoseconds(), otherRow, configuration.BurstBytes, isWrite: false, 2);
        controller.AdvanceTo(900.Nanoseconds());
        Assert.That(listener.Response.Time - 700.Nanoseconds(), Is.EqualTo(new SimTime(conflictPicoseconds)));
    }

    [TestCase("LPDDR4_3200_2x16")]
    [TestCase("LPDDR3_1600_1x32")]
    [TestCase("DDR3_1600_8x8")]
    [TestCase("DDR4_2400_8x8")]
    [TestCase("HBM_1000_4H_1x128")]
    public void TransactionLevelTakesWritesInTenNanoseconds(string preset)
    {
        var listener = new LastResponse();
        TransactionConfiguration configuration = TransactionPresets.Get(preset);
        var controller = new TransactionController(configuration, listener);
        controller.TryAccept(100.Nanoseconds(), 0, configuration.BurstBytes, isWrite: true, 0);
        Assert.That(listener.Response.Time, Is.EqualTo(110.Nanoseconds()));
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

    /// <summary>From the least significant bits: pseudo channel, bank group, column. Nothing leaves the first row.</summary>
    private sealed class GroupsInTurn : IAddressMapping
    {
        public string Name => "GroupsInTurn";

        public IAddressMapper Create(DramGeometry geometry) => new Mapper(geometry);

        private sealed class Mapper(DramGeometry geometry) : IAddressMapper
        {
            public DramAddress Map(ulong address)
            {
                ulong rest = address >> geometry.TransactionBits;
                int[] field = new int[geometry.Counts.Length];
                IReadOnlyList<string> levels = geometry.Preset.Levels;
                foreach (string name in new[] { "PseudoChannel", "BankGroup", "Column" })
                {
                    int level = levels.ToList().IndexOf(name);
                    if (level < 0) continue;
                    field[level] = (int)(rest & ((1UL << geometry.FieldBits[level]) - 1));
                    rest >>= geometry.FieldBits[level];
                }

                int bank = 0;
                for (int level = 1; level <= geometry.BankLevel; level++) bank = bank * geometry.Counts[level] + field[level];
                return new DramAddress(0, bank, 0, field[^1]);
            }
        }
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
