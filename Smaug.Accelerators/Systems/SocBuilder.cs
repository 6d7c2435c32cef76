using System.Collections.Immutable;
using Smaug.Accelerators.Smv;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Accelerators.Systems;
using Smaug.Accelerators.Systems.Analytical;
using Smaug.Accelerators.Systems.Arrays;
using Smaug.Accelerators.Systems.Coherent;
using Smaug.Accelerators.Systems.Reservation;
using Smaug.Accelerators.Systems.Session;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Levels;

namespace Smaug;

/// <summary>
/// Puts an SoC together: starts from a configuration, changes what is wanted, checks everything at <see cref="Build"/>.
/// <code>
/// Soc soc = new SocBuilder().Named("four engines").WithAccelerators(4).WithThreads(2).Build();
/// </code>
/// </summary>
public sealed class SocBuilder
{
    private readonly List<IBackend> _backends = [];
    private SocConfiguration _configuration;
    private ISmvEngineModel? _engine;
    private SmvEnergyModel? _energy;
    private AcceleratorFactory? _factory;
    private ICpuModel? _cpu;
    private HostMemoryFactory? _memory;
    private HierarchyFactory? _hierarchy;
    private CommandDram? _dram;
    private ImmutableArray<SocComponent> _components = [];

    /// <summary>Starts from a configuration.</summary>
    /// <param name="configuration">What to start from; null for the defaults, the tutorial's SoC.</param>
    public SocBuilder(SocConfiguration? configuration = null) => _configuration = configuration ?? new SocConfiguration();

    /// <summary>Names the SoC in reports.</summary>
    public SocBuilder Named(string name) => Configure(c => c with { Name = name });

    /// <summary>Changes anything of the configuration.</summary>
    public SocBuilder Configure(Func<SocConfiguration, SocConfiguration> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _configuration = change(_configuration) ?? throw new ConfigurationException("Configure gave no configuration: return the one that it is given, changed with 'with'");
        return this;
    }

    /// <summary>Sets the number of accelerators in the pool, 1 to 8.</summary>
    public SocBuilder WithAccelerators(int count) => Configure(c => c with { Accelerators = c.Accelerators with { Count = count } });

    /// <summary>Sets the number of CPU threads that fill and gather tiles.</summary>
    public SocBuilder WithThreads(int threads) => Configure(c => c with { Cpu = c.Cpu with { Threads = threads } });

    /// <summary>Sets the clock of the CPU's cores.</summary>
    public SocBuilder WithCpuFrequency(Frequency frequency) => Configure(c => c with { Cpu = c.Cpu with { Frequency = frequency } });

    /// <summary>Sets the clock of the accelerators.</summary>
    public SocBuilder WithAcceleratorFrequency(Frequency frequency) => Configure(c => c with { Accelerators = c.Accelerators with { Frequency = frequency } });

    /// <summary>Times the kernels of the SMV engines with another model.</summary>
    public SocBuilder WithEngine(ISmvEngineModel engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        return this;
    }

    /// <summary>Uses other energy constants for the SMV engines.</summary>
    public SocBuilder WithEnergy(SmvEnergyModel energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        _energy = energy;
        return this;
    }

    /// <summary>Replaces the SMV engines by accelerators of one's own.</summary>
    /// <param name="factory">Makes one accelerator for each place in the pool.</param>
    /// <param name="backend">Plans operators for it and computes their values; null when it runs the plans of the SMV backend.</param>
    public SocBuilder WithAccelerator(AcceleratorFactory factory, IBackend? backend = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _factory = factory;
        if (backend is not null) _backends.Add(backend);
        return this;
    }

    /// <summary>
    /// Lets the 8 × 8 output-stationary array of the published examples run the convolutions of models for the SMV backend; everything
    /// else stays on the SMV engine.
    /// </summary>
    public SocBuilder WithSystolicArray() => WithSystolicArray(OutputStationaryOptions.Example8x8);

    /// <summary>Lets an output-stationary array run the convolutions of models for the SMV backend.</summary>
    /// <param name="array">The array device.</param>
    public SocBuilder WithSystolicArray(OutputStationaryOptions array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return Configure(c => c with { Accelerators = c.Accelerators with { ConvolutionArray = array, SystolicArray = null } });
    }

    /// <summary>
    /// Lets a systolic array run convolutions, depthwise convolutions and inner products of models for the backends SMV and Systolic.
    /// Other operators run on the SMV engine, for models of SMV, or on the host.
    /// </summary>
    /// <param name="array">The array.</param>
    public SocBuilder WithSystolicArray(SystolicArrayConfiguration array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return Configure(c => c with { Accelerators = c.Accelerators with { SystolicArray = array, ConvolutionArray = null } });
    }

    /// <summary>Sets how finely caches, interconnect and DMA engines are simulated.</summary>
    public SocBuilder WithMemory(MemoryFidelity fidelity) => Configure(c => c with { Memory = c.Memory with { Fidelity = fidelity } });

    /// <summary>Sets how finely DRAM is simulated behind caches that are simulated line by line.</summary>
    /// <param name="fidelity">The level.</param>
    /// <param name="devices">Class or preset of the devices; null for those that the SoC has.</param>
    public SocBuilder WithDram(DramFidelity fidelity, string? devices = null)
    {
        _dram = null;
        return Configure(c => c with { Memory = c.Memory with { DramFidelity = fidelity, Dram = devices ?? c.Memory.Dram } });
    }

    /// <summary>Puts DRAM with policies of one's own behind caches that are simulated line by line, command by command.</summary>
    /// <param name="dram">Preset, channels, ranks, mapping, scheduler, row policy and refresh.</param>
    public SocBuilder WithDram(CommandDram dram)
    {
        ArgumentNullException.ThrowIfNull(dram);
        _dram = dram;
        DramConfiguration memory = dram.Memory;
        return Configure(c => c with
        {
            Memory = c.Memory with
            {
                DramFidelity = DramFidelity.Command,
                Dram = memory.Preset.Name,
                DramRanks = memory.Ranks ?? 0,
                CommandDram = new CommandDramConfiguration { Rules = memory.Preset.Rules, Channels = memory.Channels },
            },
        });
    }

    /// <summary>Puts another memory system behind the ports of CPU and accelerators.</summary>
    public SocBuilder WithMemory(HostMemoryFactory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        (_memory, _hierarchy) = (memory, null);
        return this;
    }

    /// <summary>
    /// Puts a memory hierarchy of one's own, composed of caches, crossbars and DRAM, under cores, DMA engines and coherency ports. It is simulated
    /// line by line, so that a <see cref="HostMemoryConfiguration.Fidelity"/> of Analytical becomes Message. Energy and area of caches and
    /// interconnect are those of its parts.
    /// </summary>
    /// <param name="hierarchy">Composes it for one run. Parts or ports that are missing or do not fit are a <see cref="ConfigurationException"/> of the run.</param>
    public SocBuilder WithHierarchy(HierarchyFactory hierarchy)
    {
        ArgumentNullException.ThrowIfNull(hierarchy);
        (_hierarchy, _memory) = (hierarchy, null);
        return this;
    }

    /// <summary>Takes the classic memory system of the original: snooping caches and crossbars instead of the directory.</summary>
    /// <param name="classic">Its levels, latencies and prefetcher; null for those that the SoC has. Sizes and ways are those of <see cref="SocConfiguration.Memory"/>.</param>
    public SocBuilder WithClassicMemory(ClassicMemoryConfiguration? classic = null) =>
        Configure(c => c with { Memory = c.Memory with { Fidelity = MemoryFidelity.Classic, Classic = classic ?? c.Memory.Classic } });

    /// <summary>Sets the kind of the CPU's cores.</summary>
    public SocBuilder WithCpu(CpuModelKind kind) => Configure(c => c with { Cpu = c.Cpu with { Model = kind } });

    /// <summary>Times the CPU's work with another model. Values of the library's own models are checked by <see cref="Build"/>.</summary>
    public SocBuilder WithCpu(ICpuModel cpu)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        _cpu = cpu;
        return this;
    }

    /// <summary>
    /// Adds a component of one's own, with a DMA engine on the memory system: it runs beside the network, from time zero until
    /// the network has finished.
    /// </summary>
    /// <param name="name">Its name in messages; every component has its own.</param>
    /// <param name="process">What it does: an asynchronous method over simulated time.</param>
    /// <exception cref="ConfigurationException">The name is empty or taken.</exception>
    public SocBuilder WithComponent(string name, SocComponentProcess process) => Add(new SocComponent(name, process, OffersFrames: false));

    /// <summary>
    /// Adds a component whose frames the network waits for: each of the <see cref="RunOptions.Frames"/> runs begins when one has
    /// been offered (<see cref="SocComponentContext.OfferFrame"/>) and the run before has finished.
    /// </summary>
    /// <param name="name">Its name in messages; every component has its own.</param>
    /// <param name="process">What it does: an asynchronous method over simulated time.</param>
    /// <exception cref="ConfigurationException">The name is empty or taken, or there is a source of frames already.</exception>
    public SocBuilder WithFrameSource(string name, SocComponentProcess process)
    {
        if (_components.FirstOrDefault(c => c.OffersFrames) is { } other) throw new ConfigurationException($"frame source '{name}': the SoC has one already, '{other.Name}'; add this one with WithComponent");
        return Add(new SocComponent(name, process, OffersFrames: true));
    }

    /// <summary>Checks the configuration and makes the SoC.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it, and the range.</exception>
    public Soc Build()
    {
        // A composed hierarchy is asked for lines, so that buffers lie as they do in front of one.
        if (_hierarchy is not null && _configuration.Memory is { Fidelity: MemoryFidelity.Analytical }) WithMemory(MemoryFidelity.Message);
        _configuration.ValidateParts();
        if (_memory is null && _hierarchy is null) MemoryRoom.Check(_configuration, _components.Length);
        if (_cpu is OutOfOrderCpuModel wide) Require.Under(nameof(OutOfOrderCpuModel), wide.Validate);
        if (_cpu is InOrderCpuModel scalar) Require.Under(nameof(InOrderCpuModel), scalar.Validate);
        if (_cpu is InstantCpuModel instant) Require.Under(nameof(InstantCpuModel), instant.Validate);
        (ISmvEngineModel model, SmvEnergyModel? energy) = (_engine ?? new SmvLoopNestModel(), _energy);
        AcceleratorFactory engine = _factory ?? (context => new SmvAccelerator(context, model, energy));
        AcceleratorConfiguration accelerators = _configuration.Accelerators;
        var smv = new SmvBackend(new SmvOptions { ScratchpadBytes = accelerators.ScratchpadBytes });
        var backends = ImmutableArray.CreateBuilder<IBackend>();
        backends.AddRange(_backends);
        AcceleratorFactory factory = engine;
        if (accelerators.ConvolutionArray is { } device)
        {
            var array = new OutputStationaryBackend(device, smv);
            backends.Add(new ArrayBackend(array, smv));
            factory = context => new ArrayPlace(new OutputStationaryAccelerator(context, device), engine(context), plan => plan is SmvOperatorPlan && array.Supports(plan.Node));
        }
        else if (accelerators.SystolicArray is { } systolic)
        {
            var array = new SystolicBackend(systolic.ToBackendOptions(smv.Traits));
            backends.Add(new ArrayBackend(array, smv));
            backends.Add(new SystolicBackend(systolic.ToBackendOptions()));
            factory = context => new ArrayPlace(new SystolicAccelerator(context, array.Options), engine(context), plan => plan is SystolicOperatorPlan);
        }

        backends.Add(smv);
        backends.Add(new Smaug.Accelerators.Reference.ReferenceBackend());
        return new Soc(_configuration, new SocParts(factory, _memory ?? MemoryOf(_dram, _hierarchy), _cpu, _components) { HasOwnMemory = _memory is not null }, backends.ToImmutable());
    }

    private SocBuilder Add(SocComponent component)
    {
        ArgumentNullException.ThrowIfNull(component.Process, "process");
        if (string.IsNullOrWhiteSpace(component.Name)) throw new ConfigurationException("a component of an SoC needs a name");
        if (_components.Any(c => c.Name == component.Name)) throw new ConfigurationException($"component '{component.Name}': the SoC has one of this name already");
        _components = _components.Add(component);
        return this;
    }

    private static HostMemoryFactory MemoryOf(CommandDram? dram, HierarchyFactory? hierarchy) => (simulator, configuration) =>
    {
        var context = new HierarchyContext(simulator, configuration, dram);
        if (hierarchy is not null) return ComposedHierarchy.Create(context, hierarchy);
        HostMemoryConfiguration memory = configuration.Memory;
        return memory.Fidelity switch
        {
            MemoryFidelity.Transaction => new ReservationHostMemory(simulator, configuration, dram ?? HostMemoryParts.Dram(memory)),
            MemoryFidelity.Message => DirectoryHierarchy.Create(context),
            MemoryFidelity.Classic => ComposedHierarchy.Create(context, ClassicHierarchy.Compose),
            _ => new AnalyticalHostMemory(simulator, configuration),
        };
    };
}
