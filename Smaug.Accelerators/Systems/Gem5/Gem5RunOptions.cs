using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>
/// The system around the accelerators, as gem5-Aladdin's run script takes it from its command line. Names in parentheses are
/// the options; defaults are the script's. <see cref="Gem5CommandLine"/> reads them.
/// </summary>
public sealed record Gem5RunOptions
{
    /// <summary>CPU cores (<c>--num-cpus</c>, <c>-n</c>). Default 1.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>Kind of core (<c>--cpu-type</c>). Default DerivO3CPU, the one that experiments measure with.</summary>
    public string CpuType { get; init; } = "DerivO3CPU";

    /// <summary>System clock, which is also that of the cores (<c>--sys-clock</c>). Default 1 GHz.</summary>
    public Frequency SystemFrequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Clock of the directory memory system (<c>--ruby-clock</c>). Default 2 GHz.</summary>
    public Frequency RubyFrequency { get; init; } = Frequency.FromGigahertz(2);

    /// <summary>DRAM class (<c>--mem-type</c>). Default DDR3_1600_8x8.</summary>
    public string MemoryType { get; init; } = "DDR3_1600_8x8";

    /// <summary>Memory from address 0 (<c>--mem-size</c>). Default 128 MiB.</summary>
    public ByteSize MemorySize { get; init; } = ByteSize.FromMebibytes(128);

    /// <summary>DRAM channels, a power of two up to 64, classic memory system only (<c>--mem-channels</c>). Default 1.</summary>
    public int MemoryChannels { get; init; } = 1;

    /// <summary>Ranks per channel; null for the class's (<c>--mem-ranks</c>).</summary>
    public int? MemoryRanks { get; init; }

    /// <summary>Directory memory system instead of the classic one (<c>--ruby</c>). Default false.</summary>
    public bool Ruby { get; init; }

    /// <summary>First-level caches in the classic memory system (<c>--caches</c>). Default false.</summary>
    public bool Caches { get; init; }

    /// <summary>Second-level cache in the classic memory system (<c>--l2cache</c>). Default false.</summary>
    public bool L2Cache { get; init; }

    /// <summary>Instruction cache (<c>--l1i_size</c>). Default 32 KiB.</summary>
    public ByteSize L1InstructionSize { get; init; } = ByteSize.FromKibibytes(32);

    /// <summary>Its ways (<c>--l1i_assoc</c>). Default 2.</summary>
    public int L1InstructionWays { get; init; } = 2;

    /// <summary>Data cache (<c>--l1d_size</c>). Default 64 KiB.</summary>
    public ByteSize L1DataSize { get; init; } = ByteSize.FromKibibytes(64);

    /// <summary>Its ways (<c>--l1d_assoc</c>). Default 2.</summary>
    public int L1DataWays { get; init; } = 2;

    /// <summary>Second-level cache (<c>--l2_size</c>). Default 2 MiB.</summary>
    public ByteSize L2Size { get; init; } = ByteSize.FromMebibytes(2);

    /// <summary>Its ways (<c>--l2_assoc</c>). Default 8.</summary>
    public int L2Ways { get; init; } = 8;

    /// <summary>Banks of the second level, which share its capacity; directory memory only (<c>--num-l2caches</c>). Default 1.</summary>
    public int L2Banks { get; init; } = 1;

    /// <summary>Cycles of each router of the directory's network (<c>--router-latency</c>). Default 1.</summary>
    public int RouterCycles { get; init; } = 1;

    /// <summary>Cycles of each of its links (<c>--link-latency</c>). Default 1.</summary>
    public int LinkCycles { get; init; } = 1;

    /// <summary>Bits that a link moves per cycle, a multiple of 8 (<c>--link-width-bits</c>). Default 128.</summary>
    public int LinkBits { get; init; } = 128;

    /// <summary>Latency of the instruction cache in cycles, classic only (<c>--l1i_hit_latency</c>). Default 2.</summary>
    public int L1InstructionHitCycles { get; init; } = 2;

    /// <summary>Latency of the data cache in cycles, classic only (<c>--l1d_hit_latency</c>). Default 2.</summary>
    public int L1DataHitCycles { get; init; } = 2;

    /// <summary>Latency of the second level in cycles, classic only (<c>--l2_hit_latency</c>). Default 20.</summary>
    public int L2HitCycles { get; init; } = 20;

    /// <summary>Bytes per line everywhere (<c>--cacheline_size</c>). Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Bytes per cycle of the system crossbar, classic only (<c>--xbar_width</c>). Default 16.</summary>
    public int CrossbarBytes { get; init; } = 16;

    /// <summary>Prefetchers, classic only (<c>--enable_prefetchers</c>). Default false.</summary>
    public bool EnablePrefetchers { get; init; }

    /// <summary>Their kind: tagged, ghb or stride (<c>--prefetcher-type</c>). Default tagged.</summary>
    public string PrefetcherType { get; init; } = "tagged";

    /// <summary>
    /// Simulated time by which a run must have ended, in ticks of 1 ps (<c>-m</c>, <c>--abs-max-tick</c>, <c>--rel-max-tick</c>; the earliest counts);
    /// null for no limit. It is for whoever runs the simulation: <see cref="RunOptions.MaximumTime"/>, <c>Simulator.RunWithin</c>.
    /// </summary>
    public SimTime? MaximumTime { get; init; }

    /// <summary>The accelerators' file (<c>--accel_cfg_file</c>); null when not named.</summary>
    public string? AcceleratorFile { get; init; }

    /// <summary>Options that have no effect, and why; one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
