using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;

namespace Smaug;

/// <summary>
/// The memory system of an SoC, as the CPU and the accelerators see it: a port for each of them. A request is a block of
/// consecutive bytes that may cross lines and pages; the port answers when the whole block has been moved. Implementations:
/// the analytical model of <see cref="HostMemoryConfiguration"/>; a user's own, composed of caches, DMA engines and DRAM.
/// </summary>
public interface IHostMemory
{
    /// <summary>
    /// The data port of a CPU core, which answers after the stalls that the block costs the core. A
    /// <see cref="MemoryCommand.Prefetch"/> stands for reads whose misses the core hides: it moves the lines but stalls nobody.
    /// </summary>
    /// <param name="core">Index of the core, from 0.</param>
    MemoryPort CpuPort(int core);

    /// <summary>The port of a DMA engine; a request has at most 4 KiB, and its flush is part of its time.</summary>
    /// <param name="engine">Index of the accelerator in the pool, from 0; from the number of accelerators on, index of a component
    /// that was added to the SoC. Each is asked for once, before the run begins.</param>
    MemoryPort DmaPort(int engine);

    /// <summary>
    /// The port of an accelerator's second DMA engine, for which no software flushes caches: 16 lines under way in 16 channels,
    /// lines are invalidated before a store. A request has at most 4 KiB. By default that of <see cref="DmaPort"/>.
    /// </summary>
    /// <param name="accelerator">Index in the pool, from 0.</param>
    MemoryPort DirectDmaPort(int accelerator) => DmaPort(accelerator);

    /// <summary>The coherency port of an accelerator.</summary>
    /// <param name="accelerator">Index in the pool, from 0.</param>
    MemoryPort CoherencyPort(int accelerator);

    /// <summary>Bytes read from DRAM so far.</summary>
    long DramReadBytes { get; }

    /// <summary>Bytes written to DRAM so far.</summary>
    long DramWriteBytes { get; }

    /// <summary>Bytes of the accesses that <see cref="DramReadBytes"/> and <see cref="DramWriteBytes"/> count; 0, the default, when the model does not say.</summary>
    int DramAccessBytes => 0;

    /// <summary>What DRAM did up to a time, for its energy; null, the default, when the model has no rows and banks.</summary>
    DramActivity? DramActivity(SimTime end) => null;

    /// <summary>DRAM's energy up to a time, where the model knows its commands and currents; null, the default, when it is to be computed from
    /// <see cref="DramActivity"/>.</summary>
    DramEnergyReport? DramEnergy(SimTime end) => null;
}

/// <summary>Makes the memory system for one run.</summary>
/// <param name="simulator">The simulation of the run.</param>
/// <param name="configuration">The SoC.</param>
public delegate IHostMemory HostMemoryFactory(Simulator simulator, SocConfiguration configuration);
