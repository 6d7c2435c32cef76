using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Caches;

/// <summary>How a cache chooses the line that makes room.</summary>
public enum ReplacementPolicy
{
    /// <summary>The least recently used.</summary>
    LeastRecentlyUsed,

    /// <summary>Tree pseudo-LRU: one bit per pair of halves.</summary>
    TreePseudoLeastRecentlyUsed,
}

/// <summary>What brings lines into a cache before they are asked for.</summary>
public enum PrefetcherKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Every access asks for the lines that follow.</summary>
    Tagged,

    /// <summary>Constant strides per static instruction.</summary>
    Stride,
}

/// <summary>
/// Parameters of a write-back, write-allocate cache. Defaults are gem5-Aladdin's L1 data cache in its classic memory system;
/// latencies are in cycles of <see cref="Frequency"/>, 0 to 1,000,000.
/// </summary>
public sealed record CacheOptions
{
    /// <summary>Clock of the cache. Default 1 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Capacity, at most 16 Mi lines. Default 64 KiB.</summary>
    public ByteSize Size { get; init; } = ByteSize.FromKibibytes(64);

    /// <summary>Ways, 1 to 64. Default 2.</summary>
    public int Ways { get; init; } = 2;

    /// <summary>Bytes per line: a power of two, 8 to 1,024. Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Time to look a line up; also that of passing a miss on. Default 2.</summary>
    public int TagCycles { get; init; } = 2;

    /// <summary>Time to read a line, in parallel with the tags. Default 2.</summary>
    public int DataCycles { get; init; } = 2;

    /// <summary>From the arrival of a missing line to the answer. Default 2.</summary>
    public int ResponseCycles { get; init; } = 2;

    /// <summary>Lines under way from below (miss-status holding registers), 1 to 1,024. Default 16.</summary>
    public int Mshrs { get; init; } = 16;

    /// <summary>Requests that may wait for one such line, 1 to 1,024. Default 20.</summary>
    public int TargetsPerMshr { get; init; } = 20;

    /// <summary>Modified lines and uncacheable writes on their way down, 1 to 1,024. Default 8.</summary>
    public int WriteBuffers { get; init; } = 8;

    /// <summary>Replacement. Default least recently used.</summary>
    public ReplacementPolicy Replacement { get; init; } = ReplacementPolicy.LeastRecentlyUsed;

    /// <summary>Prefetcher; one needs at least 3 <see cref="Mshrs"/>, of which it leaves two to those who wait. Default none.</summary>
    public PrefetcherKind Prefetcher { get; init; } = PrefetcherKind.None;

    /// <summary>Lines that the prefetcher asks for at a time, 1 to 32. Default 8.</summary>
    public int PrefetchDegree { get; init; } = 8;

    /// <summary>Registers that prefetches leave to those who wait, as in the reference.</summary>
    internal const int MshrsLeftByPrefetcher = 2;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or does not fit another; the message names it.</exception>
    public void Validate()
    {
        Require.Clock(nameof(Frequency), Frequency);
        Require.PowerOfTwo(nameof(LineBytes), LineBytes, 8, 1024);
        CacheGeometry.Validate(nameof(Size), Size, nameof(Ways), Ways, LineBytes);
        Require.Cycles(nameof(TagCycles), TagCycles);
        Require.Cycles(nameof(DataCycles), DataCycles);
        Require.Cycles(nameof(ResponseCycles), ResponseCycles);
        Require.Range(nameof(Mshrs), Mshrs, 1, 1024);
        Require.Range(nameof(TargetsPerMshr), TargetsPerMshr, 1, 1024);
        Require.Range(nameof(WriteBuffers), WriteBuffers, 1, 1024);
        Require.Defined(nameof(Replacement), Replacement);
        Require.Defined(nameof(Prefetcher), Prefetcher);
        if (Prefetcher != PrefetcherKind.None && Mshrs <= MshrsLeftByPrefetcher)
        {
            throw new ConfigurationException($"{nameof(Mshrs)} = {Mshrs}: must be at least {MshrsLeftByPrefetcher + 1} with {nameof(Prefetcher)} = {Prefetcher}, which leaves {MshrsLeftByPrefetcher} to those who wait");
        }

        Require.Range(nameof(PrefetchDegree), PrefetchDegree, 1, 32);
    }
}
