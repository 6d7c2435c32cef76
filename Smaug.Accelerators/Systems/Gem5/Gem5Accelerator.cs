using Smaug.Accelerators.Aladdin.Device;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Core.Units;
using Smaug.Memory.Dma;
using Smaug.Memory.Tlb;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>
/// One accelerator of a gem5-Aladdin configuration. Names in parentheses are the file's keys; defaults are those of the
/// reference's built-in template.
/// </summary>
public sealed record Gem5Accelerator
{
    /// <summary>Name of the section.</summary>
    public required string Name { get; init; }

    /// <summary>Number by which programs invoke it (<c>accelerator_id</c>).</summary>
    public required int Id { get; init; }

    /// <summary>Prefix of result files (<c>bench_name</c>); empty for a systolic array.</summary>
    public string BenchmarkPath { get; init; } = "";

    /// <summary>Dynamic trace (<c>trace_file_name</c>); empty for a systolic array.</summary>
    public string TracePath { get; init; } = "";

    /// <summary>Directives of the datapath (<c>config_file_name</c>); empty for a systolic array.</summary>
    public string DatapathPath { get; init; } = "";

    /// <summary>The systolic array, when <c>accelerator_type</c> is systolic_array; null for a trace-driven accelerator.</summary>
    public OutputStationaryOptions? SystolicArray { get; init; }

    /// <summary>Whether <c>memory_type</c> is cache, so that the keys of cache and TLB count.</summary>
    public bool UsesCache { get; init; }

    /// <summary>Clock period in whole nanoseconds (<c>cycle_time</c>). Default 6.</summary>
    public int CycleTimeNanoseconds { get; init; } = 6;

    /// <summary>DMA packets under way at most (<c>max_dma_requests</c>). Default 16.</summary>
    public int MaxDmaRequests { get; init; } = 16;

    /// <summary>Queues of DMA packets (<c>num_dma_channels</c>). Default 1.</summary>
    public int DmaChannels { get; init; } = 1;

    /// <summary>Whether a transfer is issued as soon as it is set up (<c>pipelined_dma</c>). Default false.</summary>
    public bool PipelinedDma { get; init; }

    /// <summary>Whether setting up costs nothing (<c>ignore_cache_flush</c>). Default false.</summary>
    public bool IgnoreCacheFlush { get; init; }

    /// <summary>Whether stores invalidate first (<c>invalidate_on_dma_store</c>). Default true.</summary>
    public bool InvalidateOnDmaStore { get; init; } = true;

    /// <summary>Time to flush a line, also to invalidate one (<c>cacheline_flush_latency</c>). Default 12 ns.</summary>
    public SimTime FlushLatency { get; init; } = SimTime.FromNanoseconds(12);

    /// <summary>Private cache (<c>cache_size</c>): 32 KiB by default, 16 KiB where <see cref="UsesCache"/> is false.</summary>
    public ByteSize CacheSize { get; init; } = ByteSize.FromKibibytes(16);

    /// <summary>Its ways (<c>cache_assoc</c>): 1 by default, 2 where <see cref="UsesCache"/> is false.</summary>
    public int CacheWays { get; init; } = 2;

    /// <summary>Its latency in accelerator cycles, classic memory system only (<c>cache_hit_latency</c>). Default 1.</summary>
    public int CacheHitCycles { get; init; } = 1;

    /// <summary>Cache and ACP requests per cycle (<c>cache_bandwidth</c>). Default 4, and always 4 where <see cref="UsesCache"/> is false.</summary>
    public int CacheBandwidth { get; init; } = 4;

    /// <summary>Whether it has a coherency port (<c>enable_acp</c>). Default false.</summary>
    public bool EnableAcp { get; init; }

    /// <summary>Cache in front of the coherency port, classic memory system only (<c>acp_cache_size</c>). Default 128 B.</summary>
    public ByteSize AcpCacheSize { get; init; } = new(128);

    /// <summary>Its latency in cycles (<c>acp_cache_latency</c>). Default 1.</summary>
    public int AcpCacheCycles { get; init; } = 1;

    /// <summary>Its requests under way (<c>acp_cache_mshrs</c>). Default 16.</summary>
    public int AcpCacheMshrs { get; init; } = 16;

    /// <summary>Description of the cache's memory for its energy (<c>cacti_cache_config</c>); empty when not named or where <see cref="UsesCache"/> is false.</summary>
    public string CactiCachePath { get; init; } = "";

    /// <summary>Description of the TLB's memory (<c>cacti_tlb_config</c>); likewise.</summary>
    public string CactiTlbPath { get; init; } = "";

    /// <summary>The TLB (<c>tlb_*</c>).</summary>
    public TlbOptions Tlb { get; init; } = new();

    /// <summary>
    /// The clock: the reference writes 1/<see cref="CycleTimeNanoseconds"/> GHz with three decimals and takes the period of that
    /// in whole picoseconds, so that 3 ns become 3,003 ps and 6 ns 5,988 ps.
    /// </summary>
    public Frequency Frequency => Frequency.FromPeriod(SimTime.FromPicoseconds((long)Math.Round(1e6 / Math.Round(1000.0 / CycleTimeNanoseconds))));

    /// <summary>How the trace-driven accelerator is attached to an SoC.</summary>
    /// <param name="lineBytes">Line size of the system.</param>
    public AladdinDeviceOptions DeviceOptions(int lineBytes) => new()
    {
        Dma = new DmaOptions
        {
            Frequency = Frequency,
            LineBytes = lineBytes,
            MaximumOutstanding = MaxDmaRequests,
            Channels = DmaChannels,
            IsPipelined = PipelinedDma,
            InvalidatesOnStore = InvalidateOnDmaStore,
            FlushCyclesPerLine = IgnoreCacheFlush ? 0 : DmaOptions.FlushCycles(FlushLatency, CycleTimeNanoseconds),
        },
        RequestsPerCycle = CacheBandwidth,
        Tlb = Tlb,
    };
}
