using Smaug.Accelerators.Systems.Session;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Cores;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Power;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>
/// The memory system of an SoC message by message: first-level caches of the cores, a shared second-level cache with a directory, DMA
/// engines and coherency ports joined by a message network, and a DRAM controller with its banks.
/// </summary>
internal sealed class CoherentHostMemory : ICoreTaskMemory, IStatisticsSource
{
    // A core's store misses drain one after the other, and so do reads that nothing hides.
    private const int CoreWindow = 1;

    private readonly Simulator _simulator;
    private readonly DramMemory _dram;
    private readonly MemoryPort[] _cpu;
    private readonly MessageCore[] _cores;
    private readonly MemoryPort[] _dma;
    private readonly MemoryPort[] _coherency;
    private readonly Func<int, MemoryPort> _componentDma;
    private readonly MemoryPort?[] _direct;
    private readonly MesiMemorySystem _caches;
    private readonly DmaOptions _directDma;

    public CoherentHostMemory(Simulator simulator, SocConfiguration configuration, DramModel dram)
    {
        _simulator = simulator;
        HostMemoryConfiguration memory = configuration.Memory;
        AcceleratorConfiguration accelerators = configuration.Accelerators;
        _dram = new DramMemory(simulator, "dram", dram, memory.Capacity);
        var caches = new MesiMemorySystem(simulator, _dram.Port, HostMemoryParts.Caches(memory));
        _caches = caches;
        _cpu = new MemoryPort[configuration.Cpu.CoreCount];
        _cores = new MessageCore[configuration.Cpu.CoreCount];
        _dma = new MemoryPort[accelerators.Count];
        _coherency = new MemoryPort[accelerators.Count];
        for (int i = 0; i < _cpu.Length; i++)
        {
            MemoryPort lines = caches.AddCache($"cpu{i}", memory.Caches.L1DataSize, memory.Caches.L1DataWays);
            _cpu[i] = new LineSplitter(lines, memory.LineBytes, CoreWindow);
            _cores[i] = new MessageCore(lines, memory.LineBytes, configuration.Cpu.Frequency);
        }

        DmaOptions dma = HostMemoryParts.Dma(configuration);
        _directDma = HostMemoryParts.DirectDma(configuration);
        _direct = new MemoryPort?[accelerators.Count];
        for (int i = 0; i < _dma.Length; i++)
        {
            _dma[i] = Engine($"accelerator{i}.dma", $"dma{i}", i);
            _coherency[i] = new LineSplitter(caches.AddAcp($"acp{i}"), memory.LineBytes, memory.Coherence.SequencerOutstanding);
        }

        _componentDma = index => Engine($"component{index}.dma", $"component{index}", accelerators.Count + index);
        MemoryPort Engine(string name, string endpoint, int id) => new DmaBlockPort(simulator, new DmaEngine(simulator, name, caches.AddDma(endpoint), dma, requesterId: id));
    }

    public void Describe(RunStatistics statistics)
    {
        LineMemoryStatistics.Describe(statistics, _simulator, _dram.Controller, _cpu.Length, _caches.Options.L2Banks);
        new MessageStatistics(statistics, _simulator, _caches.Options).Describe(_cpu.Length, _dma.Length);
    }

    public long DramReadBytes => _dram.Controller.Traffic.ReadBytes;

    public long DramWriteBytes => _dram.Controller.Traffic.WriteBytes;

    public DramActivity? DramActivity(SimTime end) => HostMemoryParts.Activity(_dram.Controller, end);

    public DramEnergyReport? DramEnergy(SimTime end) => _dram.Controller.Energy(end);

    public MemoryPort CpuPort(int core) => _cpu[core];

    public MemoryPort DmaPort(int engine) => engine < _dma.Length ? _dma[engine] : _componentDma(engine - _dma.Length);

    public MemoryPort DirectDmaPort(int accelerator) => _direct[accelerator] ??= new DmaBlockPort(
        _simulator,
        new DmaEngine(_simulator, $"accelerator{accelerator}.directDma", _caches.AddDma($"direct{accelerator}"), _directDma, requesterId: accelerator));

    public MemoryPort CoherencyPort(int accelerator) => _coherency[accelerator];

    public void Run(int core, in CoreTask task, EventTarget target) => _cores[core].Run(task, target);
}
