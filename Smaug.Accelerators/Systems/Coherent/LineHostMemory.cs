using System.Globalization;
using Smaug.Accelerators.Systems.Power;
using Smaug.Accelerators.Systems.Session;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Controllers;
using Smaug.Memory.Cores;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Power;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>
/// The memory system of an SoC on a hierarchy that takes lines: cores that run their tasks line by line, DMA engines and coherency ports above its
/// ports. Which hierarchy that is, what stands above a coherency port and which figures there are, others say.
/// </summary>
internal sealed class LineHostMemory : ICoreTaskMemory, IStatisticsSource, IComposedMemory
{
    // A core's store misses drain one after the other, and so do reads that nothing hides.
    private const int CoreWindow = 1;

    private readonly Simulator _simulator;
    private readonly MemoryHierarchy _hierarchy;
    private readonly DramMemory[] _drams;
    private readonly MemoryPort[] _cpu;
    private readonly MessageCore[] _cores;
    private readonly MemoryPort[] _dma;
    private readonly MemoryPort?[] _coherency;
    private readonly MemoryPort?[] _direct;
    private readonly DmaOptions _dmaOptions;
    private readonly DmaOptions _directDma;
    private readonly Action<RunStatistics> _describe;

    /// <summary>Creates the memory system.</summary>
    /// <param name="simulator">The simulation.</param>
    /// <param name="configuration">The SoC.</param>
    /// <param name="hierarchy">The hierarchy, whose functions can be relied on.</param>
    /// <param name="coherency">Makes the port of an accelerator's coherency port, which takes blocks, from its number; null when there are none.</param>
    /// <param name="describe">Adds the figures of hierarchy and DRAM.</param>
    public LineHostMemory(Simulator simulator, SocConfiguration configuration, MemoryHierarchy hierarchy, Func<int, MemoryPort>? coherency, Action<RunStatistics> describe)
    {
        (_simulator, _hierarchy, _drams, _describe) = (simulator, hierarchy, [hierarchy.Dram, .. hierarchy.FurtherDram], describe);
        int line = configuration.Memory.LineBytes;
        _cpu = new MemoryPort[configuration.Cpu.CoreCount];
        _cores = new MessageCore[_cpu.Length];
        for (int i = 0; i < _cpu.Length; i++)
        {
            MemoryPort lines = hierarchy.CorePort(Name("cpu", i));
            _cpu[i] = new LineSplitter(lines, line, CoreWindow);
            _cores[i] = new MessageCore(lines, line, configuration.Cpu.Frequency);
        }

        _dmaOptions = HostMemoryParts.Dma(configuration);
        _directDma = HostMemoryParts.DirectDma(configuration);
        _dma = new MemoryPort[configuration.Accelerators.Count];
        _coherency = new MemoryPort?[_dma.Length];
        _direct = new MemoryPort?[_dma.Length];
        for (int i = 0; i < _dma.Length; i++)
        {
            _dma[i] = Engine($"{Name("accelerator", i)}.dma", Name("dma", i), _dmaOptions, i);
            _coherency[i] = coherency?.Invoke(i);
        }
    }

    /// <inheritdoc/>
    public IHierarchyParts? Parts { get; init; }

    public long DramReadBytes => _drams.Sum(d => d.Controller.Traffic.ReadBytes);

    public long DramWriteBytes => _drams.Sum(d => d.Controller.Traffic.WriteBytes);

    public int DramAccessBytes => _drams[0].Controller.Traffic.BurstBytes;

    /// <summary>Name of a part with a number.</summary>
    public static string Name(string part, int number) => string.Create(CultureInfo.InvariantCulture, $"{part}{number}");

    public DramActivity? DramActivity(SimTime end) => HostMemoryParts.Activity([.. _drams.Select(d => d.Controller)], end);

    public DramEnergyReport? DramEnergy(SimTime end)
    {
        DramEnergyReport? sum = null;
        foreach (DramMemory dram in _drams)
        {
            if (dram.Controller.Energy(end) is not { } energy) return null;
            sum = sum?.Add(energy) ?? energy;
        }

        return sum;
    }

    public MemoryPort CpuPort(int core) => _cpu[core];

    public MemoryPort DmaPort(int engine)
    {
        int component = engine - _dma.Length;
        return component < 0 ? _dma[engine] : Engine($"{Name("component", component)}.dma", Name("component", component), _dmaOptions, engine);
    }

    public MemoryPort DirectDmaPort(int accelerator) =>
        _direct[accelerator] ??= Engine($"{Name("accelerator", accelerator)}.directDma", Name("direct", accelerator), _directDma, accelerator);

    public MemoryPort CoherencyPort(int accelerator) => _coherency[accelerator]
        ?? throw new ConfigurationException($"the memory hierarchy has no coherency port for accelerator {accelerator}, which the network's memory policy needs: set MemoryHierarchy.CoherencyPort, or take AllDma");

    public void Run(int core, in CoreTask task, EventTarget target) => _cores[core].Run(task, target);

    public void Describe(RunStatistics statistics) => _describe(statistics);

    private BlockPort Engine(string name, string port, DmaOptions options, int requester) =>
        new(_simulator, new DmaEngine(_simulator, name, _hierarchy.DmaPort(port), options, requester));
}
