using System.Numerics;
using Smaug.Core;
using Smaug.Core.Units;

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
/// latencies are in cycles of <see cref="Frequency"/>.
/// </summary>
public sealed record CacheOptions
{
    /// <summary>Clock of the cache. Default 1 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Capacity. Default 64 KiB.</summary>
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

    /// <summary>Lines under way from below (miss-status holding registers), at least 1. Default 16.</summary>
    public int Mshrs { get; init; } = 16;

    /// <summary>Requests that may wait for one such line, at least 1. Default 20.</summary>
    public int TargetsPerMshr { get; init; } = 20;

    /// <summary>Modified lines and uncacheable writes on their way down, at least 1. Default 8.</summary>
    public int WriteBuffers { get; init; } = 8;

    /// <summary>Replacement. Default least recently used.</summary>
    public ReplacementPolicy Replacement { get; init; } = ReplacementPolicy.LeastRecentlyUsed;

    /// <summary>Prefetcher. Default none.</summary>
    public PrefetcherKind Prefetcher { get; init; } = PrefetcherKind.None;

    /// <summary>Lines that the prefetcher asks for at a time, 1 to 32. Default 8.</summary>
    public int PrefetchDegree { get; init; } = 8;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or does not fit another; the message names it.</exception>
    public void Validate()
    {
        if (Frequency.PeriodPicoseconds <= 0) throw new ConfigurationException($"{nameof(Frequency)} is not set: must be above 0");
        if (LineBytes is < 8 or > 1024 || !BitOperations.IsPow2(LineBytes))
        {
            throw new ConfigurationException($"{nameof(LineBytes)} = {LineBytes}: must be a power of two from 8 to 1024");
        }

        Coherence.CacheGeometry.Validate(nameof(Size), Size, nameof(Ways), Ways, LineBytes);
        AtLeast(nameof(TagCycles), TagCycles, 0);
        AtLeast(nameof(DataCycles), DataCycles, 0);
        AtLeast(nameof(ResponseCycles), ResponseCycles, 0);
        AtLeast(nameof(Mshrs), Mshrs, 1);
        AtLeast(nameof(TargetsPerMshr), TargetsPerMshr, 1);
        AtLeast(nameof(WriteBuffers), WriteBuffers, 1);
        if (PrefetchDegree is < 1 or > 32) throw new ConfigurationException($"{nameof(PrefetchDegree)} = {PrefetchDegree}: must be 1 to 32");
    }

    private static void AtLeast(string name, int value, int minimum)
    {
        if (value < minimum) throw new ConfigurationException($"{name} = {value}: must be at least {minimum}");
    }
}
