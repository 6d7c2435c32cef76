using Smaug.Accelerators.Systems;
using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dram.Levels;

namespace Smaug;

/// <summary>What a composed memory hierarchy is given by the SoC that it is part of. See <see cref="SocBuilder.WithHierarchy"/>.</summary>
public sealed class HierarchyContext
{
    private readonly DramModel? _dram;

    internal HierarchyContext(Simulator simulator, SocConfiguration configuration, DramModel? dram)
    {
        Simulator = simulator;
        Configuration = configuration;
        _dram = dram;
    }

    /// <summary>The simulation that caches, crossbars and DRAM belong to.</summary>
    public Simulator Simulator { get; }

    /// <summary>The SoC.</summary>
    public SocConfiguration Configuration { get; }

    /// <summary>Bytes of a line of the SoC (<see cref="HostMemoryConfiguration.LineBytes"/>), which those of caches and crossbars must equal.</summary>
    public int LineBytes => Configuration.Memory.LineBytes;

    /// <summary>Cores, each of which will ask for a port.</summary>
    public int Cores => Configuration.Cpu.CoreCount;

    /// <summary>Accelerators of the pool, each of which will ask for a DMA port and a coherency port.</summary>
    public int Accelerators => Configuration.Accelerators.Count;

    /// <summary>Adds the SoC's DRAM: its capacity and devices, at the level of <see cref="DramFidelity"/>.</summary>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="size">Bytes that it answers for, where it is one of several channels; null: all of <see cref="HostMemoryConfiguration.Capacity"/>.</param>
    /// <exception cref="ConfigurationException">The name is taken, or the devices cannot have that size.</exception>
    public DramMemory AddDram(string name = "dram", ByteSize? size = null) =>
        new(Simulator, name, _dram ?? HostMemoryParts.Dram(Configuration.Memory), size ?? Configuration.Memory.Capacity);
}
