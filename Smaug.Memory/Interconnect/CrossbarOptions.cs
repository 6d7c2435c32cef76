using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Interconnect;

/// <summary>
/// Parameters of a coherent crossbar; latencies are in cycles of <see cref="Frequency"/>, 0 to 1,000,000. Defaults are those of gem5-Aladdin's
/// system crossbar; <see cref="ToL2"/> gives those of the one between L1 caches and L2.
/// </summary>
public sealed record CrossbarOptions
{
    /// <summary>Clock. Default 1 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Bytes of the lines it keeps coherent: a power of two, 8 to 1,024. Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Bytes moved per cycle, 1 to 65,536. Default 16.</summary>
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
        Require.Clock(nameof(Frequency), Frequency);
        Require.PowerOfTwo(nameof(LineBytes), LineBytes, 8, 1024);
        Require.Range(nameof(WidthBytes), WidthBytes, 1, 65_536);
        Require.Cycles(nameof(FrontendCycles), FrontendCycles);
        Require.Cycles(nameof(ForwardCycles), ForwardCycles);
        Require.Cycles(nameof(ResponseCycles), ResponseCycles);
        Require.Cycles(nameof(SnoopResponseCycles), SnoopResponseCycles);
        Require.Cycles(nameof(SnoopFilterCycles), SnoopFilterCycles);
    }
}
