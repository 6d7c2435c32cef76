using System.Numerics;
using Smaug.Core;

namespace Smaug.Memory.Tlb;

/// <summary>Parameters of an accelerator's translation buffer; latencies are in cycles of its clock. Defaults are those of
/// gem5-Aladdin's configuration template.</summary>
public sealed record TlbOptions
{
    /// <summary>Entries; 0 means that it holds every page. Default 0.</summary>
    public int Entries { get; init; }

    /// <summary>Ways per set; 0 means fully associative. Default 4.</summary>
    public int Ways { get; init; } = 4;

    /// <summary>Page size: a power of two, at least 64. Default 4,096.</summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>Cycles of a hit. Default 0.</summary>
    public int HitCycles { get; init; }

    /// <summary>Cycles of a page walk. Default 10.</summary>
    public int MissCycles { get; init; } = 10;

    /// <summary>Pages that may be walked at a time; with as many under way no request is taken. Default 4.</summary>
    public int MaximumOutstandingWalks { get; init; } = 4;

    /// <summary>Requests taken per cycle; 0 means no limit, of walks neither. Default 1.</summary>
    public int RequestsPerCycle { get; init; } = 1;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or does not fit another; the message names it.</exception>
    public void Validate()
    {
        Require(Entries >= 0, nameof(Entries), Entries, "at least 0");
        Require(Ways >= 0, nameof(Ways), Ways, "at least 0");
        Require(Entries == 0 || Ways == 0 || Entries % Ways == 0, nameof(Entries), Entries, $"a multiple of {nameof(Ways)} ({Ways})");
        Require(PageBytes >= 64 && BitOperations.IsPow2(PageBytes), nameof(PageBytes), PageBytes, "a power of two, at least 64");
        Require(HitCycles >= 0, nameof(HitCycles), HitCycles, "at least 0");
        Require(MissCycles >= 0, nameof(MissCycles), MissCycles, "at least 0");
        Require(MaximumOutstandingWalks >= 1, nameof(MaximumOutstandingWalks), MaximumOutstandingWalks, "at least 1");
        Require(RequestsPerCycle >= 0, nameof(RequestsPerCycle), RequestsPerCycle, "at least 0");
    }

    private static void Require(bool holds, string property, int value, string allowed)
    {
        if (!holds) throw new ConfigurationException($"{property} = {value}: must be {allowed}");
    }
}
