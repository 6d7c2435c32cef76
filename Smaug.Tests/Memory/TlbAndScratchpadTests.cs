using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Scratchpads;
using Smaug.Memory.Tlb;
using Smaug.Tests.Simulation;

namespace Smaug.Tests.Memory;

public class TlbAndScratchpadTests
{
    private static readonly TlbOptions Small = new() { Entries = 4, Ways = 2, HitCycles = 1, MissCycles = 100, RequestsPerCycle = 3, MaximumOutstandingWalks = 2 };

    [Test]
    public void AMissWaitsForTheWalkAndTheRetryHits()
    {
        (Simulator simulator, TranslationBuffer tlb, Recorder recorder) = Make(Small);
        Assert.That(tlb.Request(0x5000, recorder, 1), Is.EqualTo(TranslationOutcome.Miss));
        simulator.Run();
        Assert.That(tlb.Request(0x5fff, recorder, 2), Is.EqualTo(TranslationOutcome.Hit));
        simulator.Run();
        Assert.That(recorder.Seen, Is.EqualTo(new[] { (100_000L, 1L), (101_000L, 2L) }));
    }

    [Test]
    public void MissesOfAPageShareItsWalk()
    {
        (Simulator simulator, TranslationBuffer tlb, Recorder recorder) = Make(Small);
        tlb.Request(0x5000, recorder, 1);
        tlb.Request(0x5100, recorder, 2);
        simulator.Run();
        Assert.That(recorder.Seen, Is.EqualTo(new[] { (100_000L, 1L), (100_000L, 2L) }));
    }

    [Test]
    public void RequestsAndWalksAreLimited()
    {
        (_, TranslationBuffer tlb, Recorder recorder) = Make(Small);
        Assert.That(new[] { tlb.Request(0, recorder, 0), tlb.Request(0x1000, recorder, 1), tlb.Request(0x2000, recorder, 2) },
            Is.EqualTo(new[] { TranslationOutcome.Miss, TranslationOutcome.Miss, TranslationOutcome.Refused }));
        (_, tlb, recorder) = Make(Small with { RequestsPerCycle = 1 });
        tlb.Request(0, recorder, 0);
        Assert.That(tlb.Request(0, recorder, 1), Is.EqualTo(TranslationOutcome.Refused));
    }

    [Test]
    public void TheLeastRecentlyUsedPageOfASetLeaves()
    {
        (Simulator simulator, TranslationBuffer tlb, Recorder recorder) = Make(Small with { RequestsPerCycle = 0 });
        // Two sets: even pages share one.
        foreach (int page in new[] { 0, 2, 0, 4 })
        {
            tlb.Request(page * 4096L, recorder, page);
            simulator.Run();
        }

        Assert.That(tlb.Request(0, recorder, 9), Is.EqualTo(TranslationOutcome.Hit));
        Assert.That(tlb.Request(2 * 4096, recorder, 9), Is.EqualTo(TranslationOutcome.Miss));
    }

    [Test]
    public void AFullyAssociativeBufferHoldsAnyPages()
    {
        (Simulator simulator, TranslationBuffer tlb, Recorder recorder) = Make(Small with { Ways = 0, RequestsPerCycle = 0 });
        foreach (int page in new[] { 0, 2, 4, 6 })
        {
            tlb.Request(page * 4096L, recorder, page);
            simulator.Run();
        }

        Assert.That(new[] { 0, 2, 4, 6 }.Select(p => tlb.Request(p * 4096L, recorder, 9)), Has.All.EqualTo(TranslationOutcome.Hit));
    }

    [Test]
    public void WithoutABandwidthNeitherRequestsNorWalksAreLimited()
    {
        (_, TranslationBuffer tlb, Recorder recorder) = Make(Small with { RequestsPerCycle = 0 });
        Assert.That(Enumerable.Range(0, 8).Select(p => tlb.Request(p * 4096L, recorder, p)), Has.All.EqualTo(TranslationOutcome.Miss));
    }

    [Test]
    public void WithoutEntriesEveryPageStaysAfterItsFirstMiss()
    {
        (Simulator simulator, TranslationBuffer tlb, Recorder recorder) = Make(Small with { Entries = 0, RequestsPerCycle = 0 });
        for (int page = 0; page < 100; page++) tlb.Request(page * 4096L, recorder, page);
        simulator.Run();
        Assert.That(Enumerable.Range(0, 100).Select(p => tlb.Request(p * 4096L, recorder, p)), Has.All.EqualTo(TranslationOutcome.Hit));
    }

    [Test]
    public void APageHasTheSizeOfItsOption()
    {
        (Simulator simulator, TranslationBuffer tlb, Recorder recorder) = Make(Small with { PageBytes = 64 });
        tlb.Request(0, recorder, 0);
        simulator.Run();
        Assert.That(new[] { tlb.Request(63, recorder, 1), tlb.Request(64, recorder, 2) }, Is.EqualTo(new[] { TranslationOutcome.Hit, TranslationOutcome.Miss }));
    }

    [Test]
    public void MappedPagesTranslateAndOthersAreThemselves()
    {
        (_, TranslationBuffer tlb, _) = Make(Small);
        tlb.Map(0x10800, 0x7800, 0x1000);
        Assert.That(new[] { tlb.Translate(0x10900), tlb.Translate(0x11010), tlb.Translate(0x12000) }, Is.EqualTo(new long[] { 0x7900, 0x8010, 0x12000 }));
        Assert.That(() => tlb.Map(0x1001, 0x2000, 1), Throws.TypeOf<SimulationException>().With.Message.Contains("0x1001"));
    }

    [Test]
    public void EntriesMustFillTheSets() =>
        Assert.That(() => Make(Small with { Entries = 5 }), Throws.TypeOf<ConfigurationException>().With.Message.Contains("Entries = 5"));

    [TestCase(PartitionKind.Cyclic, 0, 16, 0)]
    [TestCase(PartitionKind.Cyclic, 0, 4, 1)]
    [TestCase(PartitionKind.Block, 0, 4, 0)]
    [TestCase(PartitionKind.Block, 0, 64, 1)]
    public void WordsLieInTheirPartitions(PartitionKind kind, int first, int second, int difference)
    {
        Scratchpad scratchpad = new(new Simulator(), "spad", new ScratchpadOptions { Bytes = 256, Partitions = 4, Kind = kind });
        Assert.That(scratchpad.PartitionOf(second) - scratchpad.PartitionOf(first), Is.EqualTo(difference));
    }

    [Test]
    public void AConflictIsRefusedAndCountedAndTheNextCycleIsFree()
    {
        Scratchpad scratchpad = new(new Simulator(), "spad", new ScratchpadOptions { Bytes = 256, Partitions = 4 });
        bool[] taken = [scratchpad.TryAccess(0, 0, false), scratchpad.TryAccess(0, 16, true), scratchpad.TryAccess(0, 4, true), scratchpad.TryAccess(1, 16, true)];
        Assert.That(taken, Is.EqualTo(new[] { true, false, true, true }));
        Assert.That(scratchpad.Conflicts, Is.EqualTo(1));
    }

    [Test]
    public void RegistersHaveNoPortLimit()
    {
        Scratchpad scratchpad = new(new Simulator(), "regs", new ScratchpadOptions { Bytes = 16, Kind = PartitionKind.Complete });
        for (int i = 0; i < 10; i++) Assert.That(scratchpad.TryAccess(0, 0, true), Is.True);
    }

    [Test]
    public void AnOffsetOutsideTheScratchpadIsRefused()
    {
        Scratchpad scratchpad = new(new Simulator(), "spad", new ScratchpadOptions { Bytes = 256 });
        Assert.That(() => scratchpad.TryAccess(0, 256, false), Throws.TypeOf<SimulationException>().With.Message.Contains("256"));
        Assert.That(() => new ScratchpadOptions { Bytes = 10 }.Validate(), Throws.TypeOf<ConfigurationException>().With.Message.Contains("WordBytes (4)"));
    }

    [Test]
    public void ReadyBitsFollowTheDataPacketByPacket()
    {
        ReadyBits bits = new(1024, 4);
        bits.Set(64, 32);
        Assert.That((bits.IsReady(64, 32), bits.IsReady(64, 33), bits.IsReady(60, 8)), Is.EqualTo((true, false, false)));
        bits.Clear();
        Assert.That(bits.IsReady(64, 4), Is.False);
        Assert.That(() => bits.Set(1020, 8), Throws.TypeOf<SimulationException>());
    }

    [Test]
    public void OnlyWordsThatArriveWholeAreReady()
    {
        ReadyBits bits = new(10, 4);
        bits.Set(2, 3);
        Assert.That((bits.IsReady(0, 4), bits.IsReady(4, 4)), Is.EqualTo((false, false)));
        bits.Set(2, 6);
        Assert.That((bits.IsReady(0, 4), bits.IsReady(4, 4)), Is.EqualTo((false, true)));
        bits.Set(8, 2);
        Assert.That(bits.IsReady(8, 2), Is.True, "the last word has two bytes only");
        bits.Set(7, 1, isReady: false);
        Assert.That((bits.IsReady(4, 4), bits.IsReady(8, 2)), Is.EqualTo((false, true)));
    }

    private static (Simulator, TranslationBuffer, Recorder) Make(TlbOptions options)
    {
        Simulator simulator = new();
        return (simulator, new TranslationBuffer(simulator, "tlb", 1.Gigahertz(), options), new Recorder());
    }
}
