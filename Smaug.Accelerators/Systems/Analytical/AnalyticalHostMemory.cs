using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Accelerators.Systems.Analytical;

/// <summary>The analytical memory system of an SoC: its shared part and a port for each requester.</summary>
internal sealed partial class AnalyticalHostMemory : IHostMemory
{
    private readonly Simulator _simulator;
    private readonly AnalyticalMemory _memory;
    private readonly MemoryPort[] _cpu;
    private readonly MemoryPort[] _dma;
    private readonly MemoryPort[] _coherency;
    private readonly Func<int, MemoryPort> _componentDma;
    private readonly MemoryPort?[] _direct;
    private readonly AcceleratorConfiguration _directDma;

    public AnalyticalHostMemory(Simulator simulator, SocConfiguration configuration)
    {
        _simulator = simulator;
        _memory = new AnalyticalMemory(configuration.Memory);
        AcceleratorConfiguration accelerators = configuration.Accelerators;
        _componentDma = index => new AnalyticalDmaPort(simulator, $"component {index} DMA", _memory, accelerators);
        _directDma = accelerators with { IgnoreCacheFlush = true, PipelinedDma = true, InvalidateOnStore = true, MaxDmaRequests = 16 };
        _direct = new MemoryPort?[accelerators.Count];
        _cpu = new MemoryPort[configuration.Cpu.CoreCount];
        _dma = new MemoryPort[accelerators.Count];
        _coherency = new MemoryPort[accelerators.Count];
        for (int i = 0; i < _cpu.Length; i++) _cpu[i] = new AnalyticalCpuPort(simulator, $"CPU {i}", _memory);
        for (int i = 0; i < _dma.Length; i++)
        {
            _dma[i] = new AnalyticalDmaPort(simulator, $"accelerator {i} DMA", _memory, accelerators);
            _coherency[i] = new AnalyticalCoherencyPort(simulator, $"accelerator {i} coherency port", _memory);
        }
    }

    public long DramReadBytes => _memory.ReadBytes;

    public long DramWriteBytes => _memory.WriteBytes;

    public int DramAccessBytes => _memory.Configuration.LineBytes;

    public MemoryPort CpuPort(int core) => _cpu[core];

    public MemoryPort DmaPort(int engine) => engine < _dma.Length ? _dma[engine] : _componentDma(engine - _dma.Length);

    public MemoryPort DirectDmaPort(int accelerator) =>
        _direct[accelerator] ??= new AnalyticalDmaPort(_simulator, $"accelerator {accelerator} direct DMA", _memory, _directDma);

    public MemoryPort CoherencyPort(int accelerator) => _coherency[accelerator];
}
