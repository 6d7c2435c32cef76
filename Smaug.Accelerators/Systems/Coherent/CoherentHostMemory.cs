using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>
/// The memory system of an SoC line by line: first-level caches of the cores, a shared second-level cache with a directory, DMA
/// engines and coherency ports joined by a message network, and a DRAM controller with its banks.
/// </summary>
internal sealed class CoherentHostMemory : IHostMemory
{
    // A core's store misses drain one after the other, and so do reads that nothing hides.
    private const int CoreWindow = 1;

    // Requests that a sequencer of the directory system takes at a time.
    private const int SequencerWindow = 16;

    private readonly DramMemory _dram;
    private readonly int _burstBytes;
    private readonly MemoryPort[] _cpu;
    private readonly MemoryPort[] _dma;
    private readonly MemoryPort[] _coherency;
    private readonly Func<int, MemoryPort> _componentDma;
    private readonly MemoryPort?[] _direct;
    private readonly Simulator _simulator;
    private readonly MesiMemorySystem _caches;
    private readonly DmaOptions _directDma;

    public CoherentHostMemory(Simulator simulator, SocConfiguration configuration)
    {
        HostMemoryConfiguration memory = configuration.Memory;
        AcceleratorConfiguration accelerators = configuration.Accelerators;
        TransactionConfiguration channel = TransactionPresets.Get(memory.Dram);
        if (memory.DramRanks > 0) channel = channel with { Ranks = memory.DramRanks };
        _burstBytes = channel.BurstBytes;
        _dram = new DramMemory(simulator, "dram", channel, size: memory.Capacity);
        var options = new MesiOptions
        {
            Frequency = memory.Caches.Frequency,
            LineBytes = memory.LineBytes,
            L2Size = memory.CacheSize,
            L2Ways = memory.Caches.LastLevelWays,
        };
        var caches = new MesiMemorySystem(simulator, _dram.Port, options);
        (_simulator, _caches) = (simulator, caches);
        _cpu = new MemoryPort[configuration.Cpu.CoreCount];
        _dma = new MemoryPort[accelerators.Count];
        _coherency = new MemoryPort[accelerators.Count];
        for (int i = 0; i < _cpu.Length; i++)
        {
            _cpu[i] = new LineSplitter(caches.AddCache($"cpu{i}", memory.Caches.L1DataSize, memory.Caches.L1DataWays), memory.LineBytes, CoreWindow);
        }

        var dma = new DmaOptions
        {
            Frequency = accelerators.Frequency,
            LineBytes = memory.LineBytes,
            MaximumOutstanding = accelerators.MaxDmaRequests,
            Channels = accelerators.DmaChannels,
            IsPipelined = accelerators.PipelinedDma,
            InvalidatesOnStore = accelerators.InvalidateOnStore,
            FlushCyclesPerLine = (int)accelerators.FlushCyclesPerLine,
        };
        _directDma = dma with { MaximumOutstanding = 16, Channels = 16, IsPipelined = true, InvalidatesOnStore = true, FlushCyclesPerLine = 0 };
        _direct = new MemoryPort?[accelerators.Count];
        for (int i = 0; i < _dma.Length; i++)
        {
            _dma[i] = Engine($"accelerator{i}.dma", $"dma{i}", i);
            _coherency[i] = new LineSplitter(caches.AddAcp($"acp{i}"), memory.LineBytes, SequencerWindow);
        }

        _componentDma = index => Engine($"component{index}.dma", $"component{index}", accelerators.Count + index);
        MemoryPort Engine(string name, string endpoint, int id) => new DmaBlockPort(simulator, new DmaEngine(simulator, name, caches.AddDma(endpoint), dma, requesterId: id));
    }

    public long DramReadBytes => _dram.Controller.Statistics.ReadBursts * _burstBytes;

    public long DramWriteBytes => _dram.Controller.Statistics.WriteBursts * _burstBytes;

    public DramActivity? DramActivity(SimTime end)
    {
        TransactionStatistics statistics = _dram.Controller.Statistics;
        return new DramActivity(statistics.Activates, statistics.ReadBursts - statistics.ReadsServedByWriteQueue, statistics.WriteBursts - statistics.MergedWriteBursts, _dram.Controller.ActiveTime(end));
    }

    public MemoryPort CpuPort(int core) => _cpu[core];

    public MemoryPort DmaPort(int engine) => engine < _dma.Length ? _dma[engine] : _componentDma(engine - _dma.Length);

    public MemoryPort DirectDmaPort(int accelerator) => _direct[accelerator] ??= new DmaBlockPort(
        _simulator,
        new DmaEngine(_simulator, $"accelerator{accelerator}.directDma", _caches.AddDma($"direct{accelerator}"), _directDma, requesterId: accelerator));

    public MemoryPort CoherencyPort(int accelerator) => _coherency[accelerator];
}
