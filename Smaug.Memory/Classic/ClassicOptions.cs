using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Coherence;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Classic;

/// <summary>Parameters of a classic memory system. Defaults are those of gem5-Aladdin's run script with <c>--caches --l2cache</c>.</summary>
public sealed record ClassicOptions
{
    /// <summary>Clock of cores' caches, L2 and crossbars. Default 1 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Bytes per line everywhere: a power of two, 8 to 1,024. Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Bytes per cycle of the system crossbar, 1 to 65,536. Default 16.</summary>
    public int CrossbarBytes { get; init; } = 16;

    /// <summary>Whether there is a shared L2 below the cores' caches. Default true.</summary>
    public bool HasL2 { get; init; } = true;

    /// <summary>Capacity of the L2, which has one bank (banks are those of the directory system's L2). Default 2 MiB.</summary>
    public ByteSize L2Size { get; init; } = ByteSize.FromMebibytes(2);

    /// <summary>Ways of the L2, 1 to 64. Default 8.</summary>
    public int L2Ways { get; init; } = 8;

    /// <summary>Tag, data and response latency of the L2 in cycles, 0 to 1,000,000. Default 20.</summary>
    public int L2Cycles { get; init; } = 20;

    /// <summary>Prefetcher of the cores' and accelerators' caches. With any, the L2 has a stride prefetcher. Default none.</summary>
    public PrefetcherKind Prefetcher { get; init; } = PrefetcherKind.None;

    /// <summary>The L2's parameters: 20 miss-status holding registers of 12 places, 8 write buffers.</summary>
    public CacheOptions L2 => new()
    {
        Frequency = Frequency,
        LineBytes = LineBytes,
        Size = L2Size,
        Ways = L2Ways,
        TagCycles = L2Cycles,
        DataCycles = L2Cycles,
        ResponseCycles = L2Cycles,
        Mshrs = 20,
        TargetsPerMshr = 12,
        Prefetcher = Prefetcher == PrefetcherKind.None ? PrefetcherKind.None : PrefetcherKind.Stride,
    };

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or does not fit another; the message names it.</exception>
    public void Validate()
    {
        Require.Clock(nameof(Frequency), Frequency);
        Require.PowerOfTwo(nameof(LineBytes), LineBytes, 8, 1024);
        Require.Range(nameof(CrossbarBytes), CrossbarBytes, 1, 65_536);
        Require.Defined(nameof(Prefetcher), Prefetcher);
        if (!HasL2) return;
        CacheGeometry.Validate(nameof(L2Size), L2Size, nameof(L2Ways), L2Ways, LineBytes);
        Require.Cycles(nameof(L2Cycles), L2Cycles);
    }
}
