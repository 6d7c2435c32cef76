using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Acp;

/// <summary>Parameters of an accelerator's coherent port. Defaults are gem5-Aladdin's for accelerators with scratchpads, with
/// a clock of 1 GHz.</summary>
public sealed record AcpOptions
{
    /// <summary>Clock of the accelerator. Default 1 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Line size of the memory system, into which bursts are cut: a power of two from 8 to 65,536. Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Requests issued per accelerator cycle at most, 1 to 65,536. Default 4 (what accelerators of type spad get,
    /// whatever their configuration file says).</summary>
    public int RequestsPerCycle { get; init; } = 4;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require.Clock(nameof(Frequency), Frequency);
        Require.PowerOfTwo(nameof(LineBytes), LineBytes, 8, 65_536);
        Require.Range(nameof(RequestsPerCycle), RequestsPerCycle, 1, Require.MaximumRequests);
    }
}
