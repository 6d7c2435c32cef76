using Smaug.Core;
using Smaug.Memory.Caches;

namespace Smaug;

/// <summary>
/// What the classic memory system (<see cref="MemoryFidelity.Classic"/>) has beside the sizes and ways of <see cref="HostMemoryConfiguration"/>.
/// Everything runs at the clock of the cores, as in the original. Defaults are those of its run script with <c>--caches --l2cache</c>.
/// </summary>
public sealed record ClassicMemoryConfiguration
{
    /// <summary>Whether cores have data caches of their own (<c>--caches</c>); default true.</summary>
    public bool HasL1 { get; init; } = true;

    /// <summary>Whether there is a shared second level (<c>--l2cache</c>); default true.</summary>
    public bool HasL2 { get; init; } = true;

    /// <summary>Tag, data and response latency of the cores' data caches in cycles (<c>--l1d_hit_latency</c>), 0 to 1,000,000; default 2.</summary>
    public int L1DataCycles { get; init; } = 2;

    /// <summary>Tag, data and response latency of the second level in cycles (<c>--l2_hit_latency</c>), 0 to 1,000,000; default 20.</summary>
    public int L2Cycles { get; init; } = 20;

    /// <summary>Bytes per cycle of the system crossbar (<c>--xbar_width</c>), 1 to 65,536; default 16.</summary>
    public int CrossbarBytes { get; init; } = 16;

    /// <summary>
    /// Channels of DRAM (<c>--mem-channels</c>), a power of two up to 64, each with its share of the capacity; blocks of 128 bytes, or of a line where that is
    /// more, lie in one after the other, hashed from address bit 20 on. Default 1.
    /// </summary>
    public int MemoryChannels { get; init; } = 1;

    /// <summary>
    /// Prefetcher of the cores' data caches (<c>--enable_prefetchers</c>, <c>--prefetcher-type</c>); default none. Strides are learnt from the numbers of
    /// instructions, which accesses of a network's cores do not have.
    /// </summary>
    public PrefetcherKind Prefetcher { get; init; } = PrefetcherKind.None;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Range("Memory.Classic.L1DataCycles", L1DataCycles, 0, 1_000_000);
        Require.Range("Memory.Classic.L2Cycles", L2Cycles, 0, 1_000_000);
        Require.Range("Memory.Classic.CrossbarBytes", CrossbarBytes, 1, 65_536);
        Require.PowerOfTwo("Memory.Classic.MemoryChannels", MemoryChannels, 1, 64);
        Require.Defined("Memory.Classic.Prefetcher", Prefetcher);
    }
}
