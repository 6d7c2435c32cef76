using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Interconnect;

namespace Smaug.Memory.Classic;

/// <summary>
/// gem5's classic memory system as gem5-Aladdin composes it: the cores' caches and the front caches of coherency ports above a
/// crossbar and a shared L2; the L2, the accelerators' private caches and their DMA engines above the system crossbar, which
/// keeps them coherent by snooping; the memory below. The parts are <see cref="Cache"/> and <see cref="CoherentCrossbar"/>: other
/// hierarchies are composed from them in the same way.
/// </summary>
public sealed class ClassicMemorySystem
{
    private readonly Simulator _simulator;
    private readonly CoherentCrossbar _system;
    private readonly CoherentCrossbar _upper;
    private readonly string _name;

    /// <summary>Creates a system without cores and accelerators.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="memory">The memory below the system crossbar.</param>
    /// <param name="options">Its parameters.</param>
    /// <param name="name">Prefix of the names of its parts.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the name is taken.</exception>
    public ClassicMemorySystem(Simulator simulator, MemoryPort memory, ClassicOptions? options = null, string name = "classic")
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(memory);
        Options = options ?? new ClassicOptions();
        Options.Validate();
        _simulator = simulator;
        _name = name;
        _system = new CoherentCrossbar(simulator, $"{name}.membus", memory,
            new CrossbarOptions { Frequency = Options.Frequency, LineBytes = Options.LineBytes, WidthBytes = Options.CrossbarBytes });
        if (!Options.HasL2)
        {
            _upper = _system;
            return;
        }

        L2 = new Cache(simulator, $"{name}.l2", _system, Options.L2);
        _upper = new CoherentCrossbar(simulator, $"{name}.tol2bus", L2, CrossbarOptions.ToL2 with { Frequency = Options.Frequency, LineBytes = Options.LineBytes });
    }

    /// <summary>The parameters.</summary>
    public ClassicOptions Options { get; }

    /// <summary>The L2; null when there is none.</summary>
    public Cache? L2 { get; }

    /// <summary>Adds a core's cache above the L2, and gives its port.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Its parameters; clock, line size and prefetcher are those of the system.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the name is taken.</exception>
    public MemoryPort AddCache(string name, CacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Add(name, _upper, options with { Frequency = Options.Frequency, Prefetcher = Options.Prefetcher });
    }

    /// <summary>Adds a core without a cache of its own, and gives its port.</summary>
    /// <exception cref="ConfigurationException">The crossbar has too many ports.</exception>
    public MemoryPort AddCore(string name) => _upper.AddPort($"{_name}.{name}");

    /// <summary>Adds an accelerator's private cache beside the L2, and gives its port.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Its parameters; line size and prefetcher are those of the system.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the name is taken.</exception>
    public MemoryPort AddAcceleratorCache(string name, CacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Add(name, _system, options with { Prefetcher = Options.Prefetcher });
    }

    /// <summary>Adds a DMA engine beside the L2, and gives its port: uncached accesses, for which caches are asked.</summary>
    /// <exception cref="ConfigurationException">The crossbar has too many ports.</exception>
    public MemoryPort AddDma(string name) => _system.AddPort($"{_name}.{name}");

    /// <summary>Adds a coherency port (ACP) above the L2, behind a small front cache of one way, and gives it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">Capacity of the front cache; 128 bytes in the reference.</param>
    /// <param name="cycles">Its tag latency in cycles of the system.</param>
    /// <param name="mshrs">Its miss-status holding registers, and its write buffers; each register has 4 places.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the name is taken.</exception>
    public MemoryPort AddAcp(string name, ByteSize size, int cycles = 1, int mshrs = 16) => Add(name, _upper, new CacheOptions
    {
        Frequency = Options.Frequency,
        Size = size,
        Ways = 1,
        TagCycles = cycles,
        DataCycles = 1,
        ResponseCycles = 1,
        Mshrs = mshrs,
        TargetsPerMshr = 4,
        WriteBuffers = mshrs,
    });

    private MemoryPort Add(string name, CoherentCrossbar below, CacheOptions options) =>
        new Cache(_simulator, $"{_name}.{name}", below, options with { LineBytes = Options.LineBytes }).Port;
}
