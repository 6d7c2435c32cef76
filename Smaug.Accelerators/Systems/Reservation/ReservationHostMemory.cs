using Smaug.Accelerators.Systems.Session;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Cores;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Reservation;

namespace Smaug.Accelerators.Systems.Reservation;

/// <summary>The memory system of an SoC line by line, without messages: see <see cref="ReservationMemorySystem"/>.</summary>
internal sealed class ReservationHostMemory : ICoreTaskMemory, IStatisticsSource
{
    private readonly Simulator _simulator;
    private readonly ReservationMemorySystem _system;
    private readonly CorePort[] _cpu;
    private readonly MemoryPort[] _dma;
    private readonly MemoryPort[] _coherency;
    private readonly MemoryPort?[] _direct;
    private readonly DmaOptions _dmaOptions;
    private readonly DmaOptions _directDma;

    public ReservationHostMemory(Simulator simulator, SocConfiguration configuration, DramModel dram)
    {
        _simulator = simulator;
        HostMemoryConfiguration memory = configuration.Memory;
        AcceleratorConfiguration accelerators = configuration.Accelerators;
        _system = new ReservationMemorySystem(simulator, dram, memory.Capacity, HostMemoryParts.Caches(memory));
        _cpu = new CorePort[configuration.Cpu.CoreCount];
        _dma = new MemoryPort[accelerators.Count];
        _coherency = new MemoryPort[accelerators.Count];
        for (int i = 0; i < _cpu.Length; i++)
        {
            _cpu[i] = _system.AddCore($"cpu{i}", memory.Caches.L1DataSize, memory.Caches.L1DataWays, configuration.Cpu.Frequency);
        }

        var acp = new AcpOptions { Frequency = accelerators.Frequency, LineBytes = memory.LineBytes };
        _dmaOptions = HostMemoryParts.Dma(configuration);
        _directDma = HostMemoryParts.DirectDma(configuration);
        _direct = new MemoryPort?[accelerators.Count];
        for (int i = 0; i < _dma.Length; i++)
        {
            _dma[i] = _system.AddDma($"dma{i}", _dmaOptions);
            _coherency[i] = _system.AddAcp($"acp{i}", acp);
        }
    }

    public void Describe(RunStatistics statistics) => LineMemoryStatistics.Describe(statistics, _simulator, _system.Dram, _cpu.Length, _system.Options.L2Banks);

    public long DramReadBytes => _system.Dram.Traffic.ReadBytes;

    public long DramWriteBytes => _system.Dram.Traffic.WriteBytes;

    public int DramAccessBytes => _system.Dram.Traffic.BurstBytes;

    public DramActivity? DramActivity(SimTime end) => HostMemoryParts.Activity([_system.Dram], end);

    public DramEnergyReport? DramEnergy(SimTime end) => _system.Dram.Energy(end);

    public MemoryPort CpuPort(int core) => _cpu[core];

    public MemoryPort DmaPort(int engine) => engine < _dma.Length ? _dma[engine] : _system.AddDma($"component{engine - _dma.Length}", _dmaOptions);

    public MemoryPort DirectDmaPort(int accelerator) => _direct[accelerator] ??= _system.AddDma($"direct{accelerator}", _directDma);

    public MemoryPort CoherencyPort(int accelerator) => _coherency[accelerator];

    public void Run(int core, in CoreTask task, EventTarget target) => _cpu[core].Run(task, target);
}
