using System.Numerics;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Memory.Interconnect;

/// <summary>
/// Parameters of a coherent crossbar; latencies are in cycles of <see cref="Frequency"/>. Defaults are those of gem5-Aladdin's
/// system crossbar; <see cref="ToL2"/> gives those of the one between L1 caches and L2.
/// </summary>
public sealed record CrossbarOptions
{
    /// <summary>Clock. Default 1 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Bytes of the lines it keeps coherent: a power of two, 8 to 1,024. Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Bytes moved per cycle, at least 1. Default 16.</summary>
    public int WidthBytes { get; init; } = 16;

    /// <summary>From the arrival of a request to its routing. Default 3.</summary>
    public int FrontendCycles { get; init; } = 3;

    /// <summary>From its routing to its delivery. Default 4.</summary>
    public int ForwardCycles { get; init; } = 4;

    /// <summary>For an answer. Default 2.</summary>
    public int ResponseCycles { get; init; } = 2;

    /// <summary>For an answer that comes from a cache beside. Default 4.</summary>
    public int SnoopResponseCycles { get; init; } = 4;

    /// <summary>For asking the snoop filter which caches hold a line. Default 1.</summary>
    public int SnoopFilterCycles { get; init; } = 1;

    /// <summary>Whether all caches are above it, so that what none of them has is only in memory: false for a crossbar with
    /// another cache level below. Default true.</summary>
    public bool IsPointOfCoherency { get; init; } = true;

    /// <summary>The crossbar between L1 caches and L2: 32 bytes, 1 + 0 cycles forward, 1 back, no filter look-up time.</summary>
    public static CrossbarOptions ToL2 { get; } = new()
    {
        WidthBytes = 32,
        FrontendCycles = 1,
        ForwardCycles = 0,
        ResponseCycles = 1,
        SnoopResponseCycles = 1,
        SnoopFilterCycles = 0,
        IsPointOfCoherency = false,
    };

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (Frequency.PeriodPicoseconds <= 0) throw new ConfigurationException($"{nameof(Frequency)} is not set: must be above 0");
        if (LineBytes is < 8 or > 1024 || !BitOperations.IsPow2(LineBytes))
        {
            throw new ConfigurationException($"{nameof(LineBytes)} = {LineBytes}: must be a power of two from 8 to 1024");
        }

        if (WidthBytes < 1) throw new ConfigurationException($"{nameof(WidthBytes)} = {WidthBytes}: must be at least 1");
        int least = Math.Min(Math.Min(FrontendCycles, ForwardCycles), Math.Min(Math.Min(ResponseCycles, SnoopResponseCycles), SnoopFilterCycles));
        if (least < 0) throw new ConfigurationException($"a crossbar latency = {least}: must be at least 0");
    }
}
