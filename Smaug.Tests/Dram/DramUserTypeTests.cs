using Smaug.Core;
using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Tests.Dram;

/// <summary>
/// Schedulers, row policies, refresh managers and mappings that a user writes, under the rules of both references. That they are
/// followed to the cycle is shown by <see cref="EventSkippingTests"/>, which has them among its cases.
/// </summary>
internal sealed class DramUserTypeTests
{
    private static readonly DramConfiguration[] s_configurations =
    [
        new() { Preset = DramPresets.Get("DDR4_2400R_8Gb_x8", DramRules.Ramulator1) },
        new() { Preset = DramPresets.Get("DDR4_2400R_8Gb_x8", DramRules.Ramulator2) },
        new() { Preset = DramPresets.Get("LPDDR5_6400_8Gb_x16") },
        new() { Preset = DramPresets.Get("HBM2_2000Mbps_4Gb") },
        new() { Preset = DramPresets.Get("HBM3_6400Mbps_4Gb") },
    ];

    private static IEnumerable<TestCaseData> Configurations() =>
        s_configurations.Select(c => new TestCaseData(c).SetArgDisplayNames($"{c.Preset.Rules}/{c.Preset.Name}"));

    [TestCaseSource(nameof(Configurations))]
    public void OwnSchedulerDecidesTheOrder(DramConfiguration configuration)
    {
        var log = new Log();
        var memory = new DramMemory(configuration with { Scheduler = new YoungestReady() }, log);
        // Four rows of one bank: each needs the bank for itself.
        for (int i = 0; i < 4; i++) memory.TryEnqueue(RowAddress(memory, i), isWrite: false, i);
        memory.AdvanceTo(3_000);
        Assert.That(log.Done, Is.EqualTo(new long[] { 3, 2, 1, 0 }));
    }

    [TestCaseSource(nameof(Configurations))]
    public void OwnRowPolicyClosesRows(DramConfiguration configuration)
    {
        var log = new Log();
        var memory = new DramMemory(configuration with { RowPolicy = new CloseAfterTwoOrTen() }, log, log);
        int bytes = configuration.Preset.TransactionBytes;
        for (int i = 0; i < 3; i++) memory.TryEnqueue((ulong)(i * bytes), isWrite: false, i);
        memory.AdvanceTo(1_000);
        DramCommandKind[] banksCommands = [.. log.Commands.Where(c => c is not (DramCommandKind.SynchronizeRead or DramCommandKind.ActivateSecond))];
        Assert.That(banksCommands, Is.EqualTo(new[]
        {
            DramCommandKind.Activate, DramCommandKind.Read, DramCommandKind.ReadPrecharge,
            DramCommandKind.Activate, DramCommandKind.Read, DramCommandKind.Precharge,
        }));
    }

    [TestCaseSource(nameof(Configurations))]
    public void OwnRefreshManagerSetsThePace(DramConfiguration configuration)
    {
        var memory = new DramMemory(configuration with { Refresh = new RefreshTwiceAsOften() }, new Log());
        memory.AdvanceTo(10 * configuration.Preset.RefreshIntervalCycles + 5_000);
        int ranks = configuration.Preset.Levels[1] == "PseudoChannel" ? configuration.Preset.Counts[1] : 1;
        Assert.That(memory.Statistics.Refreshes, Is.InRange(20 * ranks, 26 * ranks));
    }

    [TestCaseSource(nameof(Configurations))]
    public void OwnMappingPlacesRequests(DramConfiguration configuration)
    {
        var log = new Log();
        var memory = new DramMemory(configuration with { Mapping = new EverythingInOneBank(2) }, log, log);
        memory.TryEnqueue(0, isWrite: false, 0);
        memory.TryEnqueue(4096, isWrite: false, 1);
        memory.AdvanceTo(1_000);
        Assert.That(log.Banks, Is.Not.Empty.And.All.EqualTo(2));
    }

    [TestCaseSource(nameof(Configurations))]
    public void MappingIntoABankThatDoesNotExistIsAnError(DramConfiguration configuration)
    {
        var memory = new DramMemory(configuration with { Mapping = new EverythingInOneBank(1 << 20) }, new Log());
        Assert.That(() => memory.TryEnqueue(64, isWrite: false, 0),
            Throws.TypeOf<SimulationException>().With.Message.Contains("bank 1048576").And.Message.Contains("OneBank"));
    }

    [TestCaseSource(nameof(Configurations))]
    public void SchedulerThatChoosesNoEntryIsAnError(DramConfiguration configuration)
    {
        var memory = new DramMemory(configuration with { Scheduler = new BeyondTheEnd() }, new Log());
        memory.TryEnqueue(0, isWrite: false, 0);
        Assert.That(() => memory.AdvanceTo(10), Throws.TypeOf<SimulationException>().With.Message.Contains("BeyondTheEnd").And.Message.Contains("of 1"));
    }

    [Test]
    public void RefreshManagerThatDoesNotGoOnIsAnError() =>
        Assert.That(() => new DramMemory(s_configurations[0] with { Refresh = new AlwaysNow() }, new Log()),
            Throws.TypeOf<SimulationException>().With.Message.Contains("AlwaysNow").And.Message.Contains("later"));

    private static ulong RowAddress(DramMemory memory, int row)
    {
        DramAddress first = memory.Map(0);
        for (ulong address = 0; ; address += 1024)
        {
            DramAddress place = memory.Map(address);
            if (place.Bank == first.Bank && place.Row == row) return address;
        }
    }

    /// <summary>The youngest request that can go.</summary>
    internal sealed class YoungestReady : IRequestScheduler
    {
        public string Name => "YoungestReady";

        public int Select(ReadOnlySpan<SchedulerEntry> queue)
        {
            for (int i = queue.Length - 1; i >= 0; i--)
            {
                if (queue[i].IsReady && !(queue[i].ClosesRow && queue[i].OldestRowHit != long.MaxValue)) return i;
            }

            return -1;
        }
    }

    /// <summary>The second access closes a row; else it is closed ten cycles after its last use.</summary>
    internal sealed class CloseAfterTwoOrTen : IRowPolicy
    {
        public string Name => "CloseAfterTwoOrTen";

        public int MaxAccesses => 2;

        public long CloseAt(long lastUse) => lastUse + 10;
    }

    internal sealed class RefreshTwiceAsOften : IRefreshManager
    {
        public string Name => "RefreshTwiceAsOften";

        public long NextDue(int rank, int ranks, long interval, long previous) => previous + interval / 2;
    }

    private sealed class EverythingInOneBank(int bank) : IAddressMapping, IAddressMapper
    {
        public string Name => "OneBank";

        public IAddressMapper Create(DramGeometry geometry) => this;

        public DramAddress Map(ulong address) => new(0, bank, (int)(address >> 12), 0);
    }

    private sealed class BeyondTheEnd : IRequestScheduler
    {
        public string Name => "BeyondTheEnd";

        public int Select(ReadOnlySpan<SchedulerEntry> queue) => queue.Length;
    }

    private sealed class AlwaysNow : IRefreshManager
    {
        public string Name => "AlwaysNow";

        public long NextDue(int rank, int ranks, long interval, long previous) => previous;
    }

    private sealed class Log : IDramListener, IDramCommandObserver
    {
        public List<long> Done { get; } = [];

        public List<DramCommandKind> Commands { get; } = [];

        public List<int> Banks { get; } = [];

        public void OnCompleted(in DramCompletion completion) => Done.Add(completion.Tag);

        public void OnCommand(in DramCommandRecord command)
        {
            Commands.Add(command.Command);
            Banks.Add(command.Bank);
        }
    }
}
