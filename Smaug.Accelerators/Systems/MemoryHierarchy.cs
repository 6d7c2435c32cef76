using Smaug.Core.Execution;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Memory.Controllers;

namespace Smaug;

/// <summary>
/// A memory hierarchy composed of parts that work line by line, such as <see cref="Smaug.Memory.Caches.Cache"/>,
/// <see cref="Smaug.Memory.Interconnect.CoherentCrossbar"/> and <see cref="Smaug.Memory.Classic.ClassicMemorySystem"/>: the ports that it offers and the DRAM
/// below them. The SoC supplies what stands above the ports: cores that run tasks line by line, DMA engines and the engines of coherency
/// ports, which cut blocks into lines. Each function is called once for each name.
/// </summary>
public sealed class MemoryHierarchy
{
    /// <summary>
    /// The memory at the bottom, for traffic, energy and statistics. <see cref="HierarchyContext.AddDram"/> makes the SoC's; energy goes by the
    /// devices of the SoC (<see cref="HostMemoryConfiguration.Dram"/>) unless DRAM is simulated command by command.
    /// </summary>
    public required DramMemory Dram { get; init; }

    /// <summary>Makes the data port of a core, <c>cpu0</c> and so on: that of its first-level cache, or of a crossbar.</summary>
    public required Func<string, MemoryPort> CorePort { get; init; }

    /// <summary>
    /// Makes the port of a DMA engine, which holds no copies: <c>dma0</c> and so on of the accelerators, <c>direct0</c> of their second engines
    /// (<see cref="IHostMemory.DirectDmaPort"/>), <c>component0</c> of components that were added to the SoC.
    /// </summary>
    public required Func<string, MemoryPort> DmaPort { get; init; }

    /// <summary>
    /// Makes the port of an accelerator's coherency port, <c>acp0</c> and so on; null when there is none: then only networks with the memory
    /// policy AllDma run.
    /// </summary>
    public Func<string, MemoryPort>? CoherencyPort { get; init; }

    /// <summary>
    /// Other memories beside <see cref="Dram"/>, such as the further channels behind a <see cref="Smaug.Memory.Interconnect.ChannelInterleaver"/>: their traffic,
    /// energy and figures count as well. Default none.
    /// </summary>
    public IReadOnlyList<DramMemory> FurtherDram { get; init; } = [];

    /// <summary>
    /// Tells energy and area of parts of one's own, from the length of the run, for <see cref="RunReport.Components"/>; called once, when the run has
    /// ended. <see cref="Smaug.Memory.Caches.Cache"/>, <see cref="Smaug.Memory.Interconnect.CoherentCrossbar"/> and <see cref="Dram"/> are counted
    /// without it; other parts, when it is null, are in no sum, and a note names them. <see cref="Smaug.Accelerators.Aladdin.Power.SramModel"/> and
    /// <see cref="Smaug.Accelerators.Aladdin.Power.CacheModel"/> give costs of memories on the chip.
    /// </summary>
    public Func<SimTime, IEnumerable<ComponentEnergy>>? EnergyOfOwnParts { get; init; }
}

/// <summary>Composes the memory hierarchy of one run.</summary>
/// <param name="context">The simulation, the SoC and its DRAM.</param>
public delegate MemoryHierarchy HierarchyFactory(HierarchyContext context);
