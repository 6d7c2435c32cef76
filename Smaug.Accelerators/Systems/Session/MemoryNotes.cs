using Smaug.Core.Execution;
using Smaug.Memory.Caches;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>What a configuration sets and the memory of its runs does not read, wherever it was set; one line each.</summary>
internal static class MemoryNotes
{
    private const string NetworkOptions = "Memory.Coherence (--router-latency, --link-latency, --link-width-bits)";

    private static readonly SocConfiguration s_default = new();

    /// <summary>Of caches, interconnect and DMA engines.</summary>
    public static IEnumerable<string> OfCaches(SocConfiguration soc)
    {
        HostMemoryConfiguration memory = soc.Memory;
        switch (memory.Fidelity)
        {
            case MemoryFidelity.Analytical:
                return Note(LinesOnly(soc), "times of the analytical memory model", "with --memory transaction");
            case MemoryFidelity.Transaction:
                IEnumerable<string> recycling = memory.Coherence.RecycleCycles == s_default.Memory.Coherence.RecycleCycles ? [] : ["Memory.Coherence.RecycleCycles"];
                return [.. Times(memory), .. Note(recycling, "caches that are simulated without messages", "with --memory message")];
            case MemoryFidelity.Classic:
                IEnumerable<string> network = memory.Coherence == s_default.Memory.Coherence ? [] : [NetworkOptions];
                return [.. Times(memory), .. Note(network, "the classic memory system, which has crossbars", "with --memory transaction")];
            default:
                return Times(memory);
        }
    }

    /// <summary>Of DRAM.</summary>
    public static IEnumerable<string> OfDram(HostMemoryConfiguration memory)
    {
        if (memory.DramLevel != DramFidelity.Command && memory.CommandDram != s_default.Memory.CommandDram) yield return "Memory.CommandDram has no effect: DRAM is not simulated command by command (--dram command)";
        bool isAnalytical = memory.Fidelity != MemoryFidelity.Analytical && memory.DramLevel == DramFidelity.Analytical;
        if (!isAnalytical && memory.AnalyticalDram != s_default.Memory.AnalyticalDram) yield return "Memory.AnalyticalDram has no effect: it is DRAM behind caches that are simulated line by line (--memory transaction --dram analytical)";
        if (!isAnalytical || memory.DramRanks == s_default.Memory.DramRanks) yield break;
        foreach (string note in Note(["Memory.DramRanks (--mem-ranks)"], "times of DRAM as bandwidth and latency", "with --dram transaction")) yield return note;
    }

    /// <summary>Of what belongs to the classic memory system, or to a level that it does not have.</summary>
    public static IEnumerable<string> OfClassic(HostMemoryConfiguration memory)
    {
        (ClassicMemoryConfiguration classic, CacheConfiguration caches) = (memory.Classic, memory.Caches);
        if (memory.Fidelity != MemoryFidelity.Classic)
        {
            foreach (string note in Note(ClassicOnly(classic), "the memory system in use", "with --memory classic")) yield return note;
            yield break;
        }

        if (caches.LastLevelBanks != s_default.Memory.Caches.LastLevelBanks) yield return "Memory.Caches.LastLevelBanks has no effect: the L2 of the classic memory system has one bank";
        if (caches.Frequency != s_default.Memory.Caches.Frequency) yield return "Memory.Caches.Frequency has no effect: the classic memory system runs at the clock of the cores";
        if (classic is { HasL1: true, Prefetcher: PrefetcherKind.Stride }) yield return "Memory.Classic.Prefetcher = Stride has no effect: accesses of a network's cores carry no numbers of instructions";
        if (!classic.HasL1)
        {
            foreach (string note in Note(FirstLevelOnly(memory), "cores without data caches", "with Memory.Classic.HasL1 (--caches)")) yield return note;
        }

        if (classic.HasL2) yield break;
        foreach (string note in Note(SecondLevelOnly(memory), "a memory system without a second level", "with Memory.Classic.HasL2 (--l2cache)")) yield return note;
    }

    private static IEnumerable<string> Times(HostMemoryConfiguration memory) =>
        Note(memory.ChangedTimes(), "caches that are simulated line by line, whose parts make the times", "with --memory analytical");

    /// <summary>Names, and options of the command line, of what is not as by default and counts line by line only.</summary>
    private static IEnumerable<string> LinesOnly(SocConfiguration soc)
    {
        (HostMemoryConfiguration memory, HostMemoryConfiguration byDefault) = (soc.Memory, s_default.Memory);
        (CacheConfiguration caches, CacheConfiguration plain) = (memory.Caches, byDefault.Caches);
        if (caches.L1DataWays != plain.L1DataWays) yield return "Memory.Caches.L1DataWays (--l1d_assoc)";
        if (caches.LastLevelWays != plain.LastLevelWays) yield return "Memory.Caches.LastLevelWays (--l2_assoc)";
        if (caches.LastLevelBanks != plain.LastLevelBanks) yield return "Memory.Caches.LastLevelBanks (--num-l2caches)";
        if (caches.Frequency != plain.Frequency) yield return "Memory.Caches.Frequency (--ruby-clock)";
        if (memory.Coherence != byDefault.Coherence) yield return NetworkOptions;
        if (!memory.Dram.Equals(byDefault.Dram, StringComparison.OrdinalIgnoreCase)) yield return "Memory.Dram (--mem-type)";
        if (memory.DramRanks != byDefault.DramRanks) yield return "Memory.DramRanks (--mem-ranks)";
        if (memory.Capacity != byDefault.Capacity) yield return "Memory.Capacity (--mem-size)";
        if (soc.Accelerators.DmaChannels != s_default.Accelerators.DmaChannels) yield return "Accelerators.DmaChannels (num_dma_channels)";
    }

    private static IEnumerable<string> ClassicOnly(ClassicMemoryConfiguration classic)
    {
        ClassicMemoryConfiguration byDefault = s_default.Memory.Classic;
        if (classic.HasL1 != byDefault.HasL1) yield return "Memory.Classic.HasL1 (--caches)";
        if (classic.HasL2 != byDefault.HasL2) yield return "Memory.Classic.HasL2 (--l2cache)";
        if (classic.L1DataCycles != byDefault.L1DataCycles) yield return "Memory.Classic.L1DataCycles (--l1d_hit_latency)";
        if (classic.L2Cycles != byDefault.L2Cycles) yield return "Memory.Classic.L2Cycles (--l2_hit_latency)";
        if (classic.CrossbarBytes != byDefault.CrossbarBytes) yield return "Memory.Classic.CrossbarBytes (--xbar_width)";
        if (classic.MemoryChannels != byDefault.MemoryChannels) yield return "Memory.Classic.MemoryChannels (--mem-channels)";
        if (classic.Prefetcher != byDefault.Prefetcher) yield return "Memory.Classic.Prefetcher (--enable_prefetchers)";
    }

    private static IEnumerable<string> FirstLevelOnly(HostMemoryConfiguration memory)
    {
        HostMemoryConfiguration byDefault = s_default.Memory;
        if (memory.Caches.L1DataSize != byDefault.Caches.L1DataSize) yield return "Memory.Caches.L1DataSize (--l1d_size)";
        if (memory.Caches.L1DataWays != byDefault.Caches.L1DataWays) yield return "Memory.Caches.L1DataWays (--l1d_assoc)";
        if (memory.Classic.L1DataCycles != byDefault.Classic.L1DataCycles) yield return "Memory.Classic.L1DataCycles (--l1d_hit_latency)";
        if (memory.Classic.Prefetcher != byDefault.Classic.Prefetcher) yield return "Memory.Classic.Prefetcher (--enable_prefetchers)";
    }

    private static IEnumerable<string> SecondLevelOnly(HostMemoryConfiguration memory)
    {
        HostMemoryConfiguration byDefault = s_default.Memory;
        if (memory.CacheSize != byDefault.CacheSize) yield return "Memory.CacheSize (--l2_size)";
        if (memory.Caches.LastLevelWays != byDefault.Caches.LastLevelWays) yield return "Memory.Caches.LastLevelWays (--l2_assoc)";
        if (memory.Classic.L2Cycles != byDefault.Classic.L2Cycles) yield return "Memory.Classic.L2Cycles (--l2_hit_latency)";
    }

    /// <summary>One note on all names; none without names.</summary>
    private static IEnumerable<string> Note(IEnumerable<string> names, string what, string where)
    {
        string[] all = [.. names];
        if (all.Length == 1) yield return $"{all[0]} has no effect on {what}: it counts {where}";
        else if (all.Length > 1) yield return $"{string.Join(", ", all)} have no effect on {what}: they count {where}";
    }
}
