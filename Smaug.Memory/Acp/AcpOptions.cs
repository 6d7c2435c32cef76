using System.Numerics;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Memory.Acp;

/// <summary>Parameters of an accelerator's coherent port. Defaults are gem5-Aladdin's for accelerators with scratchpads, with
/// a clock of 1 GHz.</summary>
public sealed record AcpOptions
{
    /// <summary>Clock of the accelerator. Default 1 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Line size of the memory system, into which bursts are cut: a power of two, at least 8. Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Requests issued per accelerator cycle at most, at least 1. Default 4 (what accelerators of type spad get,
    /// whatever their configuration file says).</summary>
    public int RequestsPerCycle { get; init; } = 4;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (Frequency.PeriodPicoseconds <= 0) throw new ConfigurationException($"{nameof(Frequency)} is not set: must be above 0");
        if (LineBytes < 8 || !BitOperations.IsPow2(LineBytes)) throw new ConfigurationException($"{nameof(LineBytes)} = {LineBytes}: must be a power of two, at least 8");
        if (RequestsPerCycle < 1) throw new ConfigurationException($"{nameof(RequestsPerCycle)} = {RequestsPerCycle}: must be at least 1");
    }
}
