using System.Globalization;
using Smaug.Core;
using Smaug.Memory.Interconnect;

namespace Smaug.Accelerators.Systems;

/// <summary>
/// How many cores a memory system has room for beside the engines of accelerators and components. Both systems that go line by line keep the
/// holders of a line as bits of one number, which bounds what can be attached.
/// </summary>
internal static class MemoryRoom
{
    /// <summary>Checks that cores, accelerators and components fit.</summary>
    /// <param name="soc">The SoC, whose values are in their ranges.</param>
    /// <param name="components">Components that were added to it, each with a DMA engine.</param>
    /// <exception cref="ConfigurationException">They do not; the message says how many threads, or cores, would.</exception>
    public static void Check(SocConfiguration soc, int components)
    {
        if (soc.Memory.Fidelity == MemoryFidelity.Analytical) return;
        (int accelerators, CpuConfiguration cpu) = (soc.Accelerators.Count, soc.Cpu);
        // A device array has a DMA engine of its own beside that of the engine whose place it shares.
        int dmaEngines = accelerators * (soc.Accelerators.ConvolutionArray is null ? 1 : 2) + components;
        (int room, string system) = soc.Memory.Fidelity == MemoryFidelity.Classic ? Classic(soc.Memory.Classic, accelerators, dmaEngines) : Directory(soc.Memory, accelerators, dmaEngines);
        string with = string.Create(CultureInfo.InvariantCulture, $"{accelerators} accelerator(s){(components == 0 ? "" : $" and {components} component(s)")}");
        if (room < 1) throw new ConfigurationException($"{with}: too many for {system}; add fewer components, or take Memory.Fidelity = Analytical (--memory analytical)");
        if (cpu.CoreCount <= room) return;
        int threads = room < 3 ? 1 : room - 1;
        string found = cpu.Threads > threads
            ? string.Create(CultureInfo.InvariantCulture, $"Cpu.Threads = {cpu.Threads} (--num-threads): must be at most {threads}")
            : string.Create(CultureInfo.InvariantCulture, $"Cpu.Cores = {cpu.Cores} (--num-cpus): must be at most {room}");
        throw new ConfigurationException($"{found} with Memory.Fidelity = {soc.Memory.Fidelity} and {with}: N threads use N + 1 cores, and {system}; take fewer, or Memory.Fidelity = Analytical (--memory analytical), which has room for 64 threads");
    }

    private static (int Cores, string System) Directory(HostMemoryConfiguration memory, int accelerators, int dmaEngines)
    {
        int endpoints = HostMemoryParts.Caches(memory).MaximumEndpoints;
        return (endpoints - dmaEngines - accelerators, string.Create(CultureInfo.InvariantCulture,
            $"the directory memory system with {memory.Caches.LastLevelBanks} bank(s) of the L2 joins {endpoints} cores, DMA engines and coherency ports at most"));
    }

    private static (int Cores, string System) Classic(ClassicMemoryConfiguration classic, int accelerators, int dmaEngines)
    {
        if (!classic.HasL2) return (CoherentCrossbar.MaximumPorts - dmaEngines - accelerators, string.Create(CultureInfo.InvariantCulture, $"the crossbar of the classic memory system joins {CoherentCrossbar.MaximumPorts} cores, DMA engines and coherency ports at most"));
        // The L2 is a requester of the system crossbar, as the DMA engines are.
        if (dmaEngines + 1 > CoherentCrossbar.MaximumPorts) return (0, string.Create(CultureInfo.InvariantCulture, $"the system crossbar of the classic memory system, which joins the L2 and {CoherentCrossbar.MaximumPorts - 1} DMA engines at most"));
        return (CoherentCrossbar.MaximumPorts - accelerators, string.Create(CultureInfo.InvariantCulture, $"the crossbar above the L2 of the classic memory system joins {CoherentCrossbar.MaximumPorts} cores and coherency ports at most"));
    }
}
