using Smaug.Core;

namespace Smaug;

/// <summary>
/// Constants of the energy and area of what is not an accelerator, in a 40 nm process. They are orders of magnitude from
/// published designs, for comparisons between SoCs, and each can be set; <c>docs/soc.md</c> has the formulas.
/// </summary>
public sealed record EnergyConfiguration
{
    /// <summary>
    /// Energy of an instruction on a core, first-level caches apart. Default 100 pJ: 125 pJ of a dual-core Cortex-A9 in 40 nm
    /// (0.5 W at 4,000 DMIPS), less 25 pJ for the caches (M. Horowitz, "Computing's energy problem", ISSCC 2014).
    /// </summary>
    public double CorePicojoulesPerInstruction { get; init; } = 100;

    /// <summary>Leakage of a core; default 25 mW, a tenth of the power of that core at 800 MHz.</summary>
    public double CoreLeakageMilliwatts { get; init; } = 25;

    /// <summary>Area of a core without caches; default 1.5 mm², from 4.6 mm² for two of them with first-level caches.</summary>
    public double CoreAreaSquareMillimetres { get; init; } = 1.5;

    /// <summary>Loads and stores per instruction; default 0.33: 304,215 for the 922,672 instructions of the tutorial's largest finalisation.</summary>
    public double DataAccessesPerInstruction { get; init; } = 0.33;

    /// <summary>Instructions that one access to the instruction cache delivers; default 8, a fetch buffer of 32 bytes.</summary>
    public double InstructionsPerFetch { get; init; } = 8;

    /// <summary>
    /// Energy to move a byte over a millimetre of the interconnect; default 0.97 pJ, from 310 pJ for 256 bits over 10 mm in 40 nm
    /// (S. Keckler et al., "GPUs and the future of parallel computing", IEEE Micro 2011).
    /// </summary>
    public double InterconnectPicojoulesPerByteMillimetre { get; init; } = 0.97;

    /// <summary>
    /// Millimetres between an agent and the second-level cache, and between that and the DRAM controller; through each crossbar of a composed
    /// hierarchy (<see cref="SocBuilder.WithHierarchy"/>); default 3, an estimate.
    /// </summary>
    public double InterconnectMillimetres { get; init; } = 3;

    /// <summary>
    /// Share of DRAM bursts that find their row open, where the memory model has no rows; default 0.93, the tutorial at
    /// transaction fidelity.
    /// </summary>
    public double DramRowHitRate { get; init; } = 0.93;

    /// <summary>Share of the time in which a bank of DRAM is open, where the memory model has no banks; default 0.23, the tutorial at transaction fidelity.</summary>
    public double DramActiveShare { get; init; } = 0.23;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Amount("Energy.CorePicojoulesPerInstruction", CorePicojoulesPerInstruction);
        Require.Amount("Energy.CoreLeakageMilliwatts", CoreLeakageMilliwatts);
        Require.Amount("Energy.CoreAreaSquareMillimetres", CoreAreaSquareMillimetres);
        Require.Amount("Energy.DataAccessesPerInstruction", DataAccessesPerInstruction);
        Require.Amount("Energy.InterconnectPicojoulesPerByteMillimetre", InterconnectPicojoulesPerByteMillimetre);
        Require.Amount("Energy.InterconnectMillimetres", InterconnectMillimetres);
        if (!(InstructionsPerFetch >= 1)) throw new ConfigurationException(FormattableString.Invariant($"Energy.InstructionsPerFetch = {InstructionsPerFetch}: must be at least 1"));
        Share("Energy.DramRowHitRate", DramRowHitRate);
        Share("Energy.DramActiveShare", DramActiveShare);
    }

    private static void Share(string name, double value)
    {
        if (!(value is >= 0 and <= 1)) throw new ConfigurationException(FormattableString.Invariant($"{name} = {value}: must be 0 to 1"));
    }
}
