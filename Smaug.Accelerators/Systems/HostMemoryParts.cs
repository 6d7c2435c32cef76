using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Accelerators.Systems;

/// <summary>The parts of a line-by-line memory system as an SoC's configuration asks for them.</summary>
internal static class HostMemoryParts
{
    public static TransactionConfiguration Channel(HostMemoryConfiguration memory)
    {
        TransactionConfiguration channel = TransactionPresets.Get(memory.Dram);
        return memory.DramRanks > 0 ? channel with { Ranks = memory.DramRanks } : channel;
    }

    /// <summary>DRAM behind caches that are simulated line by line.</summary>
    public static DramModel Dram(HostMemoryConfiguration memory) => memory.DramLevel switch
    {
        DramFidelity.Analytical => memory.AnalyticalDram.ToModel(Channel(memory)),
        DramFidelity.Command => memory.CommandDram.ToModel(memory.Dram, memory.DramRanks),
        _ => new TransactionDram(Channel(memory)),
    };

    public static MesiOptions Caches(HostMemoryConfiguration memory) => memory.Coherence.ApplyTo(new MesiOptions
    {
        Frequency = memory.Caches.Frequency,
        LineBytes = memory.LineBytes,
        L2Size = memory.CacheSize,
        L2Ways = memory.Caches.LastLevelWays,
        L2Banks = memory.Caches.LastLevelBanks,
    });

    /// <summary>What DRAM controllers did up to a time, all together; null where one has no banks, or tells its energy itself.</summary>
    public static DramActivity? Activity(ReadOnlySpan<DramController> controllers, SimTime end)
    {
        DramActivity sum = default;
        foreach (DramController controller in controllers)
        {
            if (controller.Transactions is not { } transactions) return null;
            TransactionStatistics statistics = transactions.Statistics;
            sum = new DramActivity(sum.Activates + statistics.Activates, sum.ReadBursts + statistics.ReadBursts - statistics.ReadsServedByWriteQueue,
                sum.WriteBursts + statistics.WriteBursts - statistics.MergedWriteBursts, sum.ActiveTime + transactions.ActiveTime(end));
        }

        return sum;
    }

    /// <summary>The DMA engine of an accelerator for which no software flushes caches: the systolic-array device of the original.</summary>
    public static DmaOptions DirectDma(SocConfiguration configuration) =>
        Dma(configuration) with { MaximumOutstanding = 16, Channels = 16, IsPipelined = true, InvalidatesOnStore = true, FlushCyclesPerLine = 0 };

    public static DmaOptions Dma(SocConfiguration configuration)
    {
        AcceleratorConfiguration accelerators = configuration.Accelerators;
        return new DmaOptions
        {
            Frequency = accelerators.Frequency,
            LineBytes = configuration.Memory.LineBytes,
            MaximumOutstanding = accelerators.MaxDmaRequests,
            Channels = accelerators.DmaChannels,
            IsPipelined = accelerators.PipelinedDma,
            InvalidatesOnStore = accelerators.InvalidateOnStore,
            FlushCyclesPerLine = (int)accelerators.FlushCyclesPerLine,
        };
    }
}
