using Smaug.Core.Execution;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Controllers;
using Smaug.Memory.Interconnect;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>The classic memory system of the original as an SoC's configuration asks for it.</summary>
internal static class ClassicHierarchy
{
    // The front cache of a coherency port in the original.
    private const int FrontCacheBytes = 128;

    // Bytes that lie in one channel before the next one, at least a line.
    private const int InterleavedBytes = 128;

    public static MemoryHierarchy Compose(HierarchyContext context)
    {
        SocConfiguration soc = context.Configuration;
        (HostMemoryConfiguration memory, ClassicMemoryConfiguration classic) = (soc.Memory, soc.Memory.Classic);
        DramMemory[] channels = Channels(context, classic.MemoryChannels);
        MemoryPort below = channels is [DramMemory only] ? only.Port
            : new ChannelInterleaver(context.Simulator, "dram", [.. channels.Select(c => c.Port)], Math.Max(InterleavedBytes, memory.LineBytes)).Port;
        var system = new ClassicMemorySystem(context.Simulator, below, Options(soc), "system");
        var first = new CacheOptions
        {
            Size = memory.Caches.L1DataSize,
            Ways = memory.Caches.L1DataWays,
            TagCycles = classic.L1DataCycles,
            DataCycles = classic.L1DataCycles,
            ResponseCycles = classic.L1DataCycles,
        };
        var front = new ByteSize(Math.Max(FrontCacheBytes, memory.LineBytes));
        return new MemoryHierarchy
        {
            Dram = channels[0],
            FurtherDram = channels[1..],
            CorePort = name => classic.HasL1 ? system.AddCache($"{name}.dcache", first) : system.AddCore(name),
            DmaPort = system.AddDma,
            CoherencyPort = name => system.AddAcp(name, front),
        };
    }

    private static DramMemory[] Channels(HierarchyContext context, int count)
    {
        if (count == 1) return [context.AddDram()];
        var share = new ByteSize(context.Configuration.Memory.Capacity.Bytes / count);
        return [.. Enumerable.Range(0, count).Select(i => context.AddDram(LineHostMemory.Name("dram", i), share))];
    }

    private static ClassicOptions Options(SocConfiguration soc) => new()
    {
        Frequency = soc.Cpu.Frequency,
        LineBytes = soc.Memory.LineBytes,
        CrossbarBytes = soc.Memory.Classic.CrossbarBytes,
        HasL2 = soc.Memory.Classic.HasL2,
        L2Size = soc.Memory.CacheSize,
        L2Ways = soc.Memory.Caches.LastLevelWays,
        L2Cycles = soc.Memory.Classic.L2Cycles,
        Prefetcher = soc.Memory.Classic.Prefetcher,
    };
}
