using System.Numerics;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>The TLB of an accelerator with a private cache. Defaults are gem5-Aladdin's: no limit on entries.</summary>
public sealed record TlbOptions
{
    /// <summary>Entries; 0 = as many as there are pages. Default 0.</summary>
    public int Entries { get; init; }

    /// <summary>Ways; 0 = fully associative. Default 4.</summary>
    public int Ways { get; init; } = 4;

    /// <summary>Bytes of a page, a power of two. Default 4,096.</summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>Accelerator cycles of a hit. Default 0.</summary>
    public int HitCycles { get; init; }

    /// <summary>Accelerator cycles of a page walk. Default 10.</summary>
    public int MissCycles { get; init; } = 10;

    /// <summary>Pages that may be walked for at a time; at least 1. Default 4.</summary>
    public int MaximumWalks { get; init; } = 4;

    /// <summary>Translations begun per cycle; 0 = no limit, on walks neither. Default 1.</summary>
    public int TranslationsPerCycle { get; init; } = 1;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(Entries >= 0, nameof(Entries), Entries, "0 (unlimited) or more");
        Require(Ways >= 0, nameof(Ways), Ways, "0 (fully associative) or more");
        Require(Ways == 0 || Entries % Ways == 0, nameof(Ways), Ways, $"a divisor of {nameof(Entries)} ({Entries})");
        Require(PageBytes >= 64 && BitOperations.IsPow2(PageBytes), nameof(PageBytes), PageBytes, "a power of two, at least 64");
        Require(HitCycles >= 0, nameof(HitCycles), HitCycles, "0 or more");
        Require(MissCycles >= 0, nameof(MissCycles), MissCycles, "0 or more");
        Require(MaximumWalks >= 1, nameof(MaximumWalks), MaximumWalks, "at least 1");
        Require(TranslationsPerCycle >= 0, nameof(TranslationsPerCycle), TranslationsPerCycle, "0 (no limit) or more");
    }

    private static void Require(bool holds, string property, int value, string allowed)
    {
        if (!holds) throw new ConfigurationException($"{property} = {value}: must be {allowed}");
    }
}
