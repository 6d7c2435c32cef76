using Smaug.Core;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Tlb;

/// <summary>Parameters of an accelerator's translation buffer; latencies are in cycles of its clock. Defaults are those of
/// gem5-Aladdin's configuration template.</summary>
public sealed record TlbOptions
{
    private const int MaximumEntries = 1 << 20;

    /// <summary>Entries, at most 1,048,576; 0 means that it holds every page. Default 0.</summary>
    public int Entries { get; init; }

    /// <summary>Ways per set, at most 1,048,576; 0 means fully associative. Default 4.</summary>
    public int Ways { get; init; } = 4;

    /// <summary>Page size: a power of two from 64 to 1 Gi. Default 4,096.</summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>Cycles of a hit, 0 to 1,000,000. Default 0.</summary>
    public int HitCycles { get; init; }

    /// <summary>Cycles of a page walk, 0 to 1,000,000. Default 10.</summary>
    public int MissCycles { get; init; } = 10;

    /// <summary>Pages that may be walked at a time; with as many under way no request is taken. Default 4.</summary>
    public int MaximumOutstandingWalks { get; init; } = 4;

    /// <summary>Requests taken per cycle; 0 means no limit, of walks neither. Default 1.</summary>
    public int RequestsPerCycle { get; init; } = 1;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or does not fit another; the message names it.</exception>
    public void Validate()
    {
        Require.Range(nameof(Entries), Entries, 0, MaximumEntries);
        Require.Range(nameof(Ways), Ways, 0, MaximumEntries);
        if (Entries != 0 && Ways != 0 && Entries % Ways != 0) throw new ConfigurationException($"{nameof(Entries)} = {Entries}: must be a multiple of {nameof(Ways)} ({Ways})");
        Require.PowerOfTwo(nameof(PageBytes), PageBytes, 64, 1 << 30);
        Require.Cycles(nameof(HitCycles), HitCycles);
        Require.Cycles(nameof(MissCycles), MissCycles);
        Require.Range(nameof(MaximumOutstandingWalks), MaximumOutstandingWalks, 1, int.MaxValue);
        Require.Range(nameof(RequestsPerCycle), RequestsPerCycle, 0, int.MaxValue);
    }
}
