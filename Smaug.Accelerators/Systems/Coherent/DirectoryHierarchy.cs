using Smaug.Accelerators.Systems.Session;
using Smaug.Core.Simulation;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>
/// The hierarchy of an SoC message by message: first-level caches of the cores, a shared second-level cache with a directory, DMA
/// engines and coherency ports joined by a message network, and a DRAM controller with its banks.
/// </summary>
internal static class DirectoryHierarchy
{
    public static LineHostMemory Create(HierarchyContext context)
    {
        (Simulator simulator, SocConfiguration soc) = (context.Simulator, context.Configuration);
        HostMemoryConfiguration memory = soc.Memory;
        DramMemory dram = context.AddDram();
        var caches = new MesiMemorySystem(simulator, dram.Port, HostMemoryParts.Caches(memory));
        var hierarchy = new MemoryHierarchy
        {
            Dram = dram,
            CorePort = name => caches.AddCache(name, memory.Caches.L1DataSize, memory.Caches.L1DataWays),
            DmaPort = caches.AddDma,
        };
        return new LineHostMemory(simulator, soc, hierarchy, i => new LineSplitter(caches.AddAcp(LineHostMemory.Name("acp", i)), memory.LineBytes, memory.Coherence.SequencerOutstanding), Describe);

        void Describe(RunStatistics statistics)
        {
            LineMemoryStatistics.Describe(statistics, simulator, dram.Controller, context.Cores, caches.Options.L2Banks);
            new MessageStatistics(statistics, simulator, caches.Options).Describe(context.Cores, context.Accelerators);
        }
    }
}
