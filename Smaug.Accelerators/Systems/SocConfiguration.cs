using Smaug.Accelerators.Systems;
using Smaug.Core;

namespace Smaug;

/// <summary>
/// What a system-on-chip is made of: CPU, memory system and a pool of equal accelerators. Immutable; every value has a
/// default, and the defaults together are the SoC of the original SMAUG's tutorial as it was measured.
/// </summary>
public sealed record SocConfiguration
{
    /// <summary>Name in reports.</summary>
    public string Name { get; init; } = "tutorial";

    /// <summary>The host CPU.</summary>
    public CpuConfiguration Cpu { get; init; } = new();

    /// <summary>Caches and DRAM.</summary>
    public HostMemoryConfiguration Memory { get; init; } = new();

    /// <summary>The accelerators.</summary>
    public AcceleratorConfiguration Accelerators { get; init; } = new();

    /// <summary>Energy and area of everything but the accelerators.</summary>
    public EnergyConfiguration Energy { get; init; } = new();

    /// <summary>Checks all values, and that the memory system has room for the cores of all threads.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it, and the range.</exception>
    public void Validate()
    {
        ValidateParts();
        MemoryRoom.Check(this, components: 0);
    }

    /// <summary>Checks all values, but not the room of a memory system that somebody else may bring.</summary>
    internal void ValidateParts()
    {
        if (string.IsNullOrWhiteSpace(Name)) throw new ConfigurationException("SocConfiguration.Name is empty: give the SoC a name");
        Require.Given(nameof(Cpu), Cpu).Validate();
        Require.Given(nameof(Memory), Memory).Validate();
        Require.Given(nameof(Accelerators), Accelerators).Validate();
        Require.Given(nameof(Energy), Energy).Validate();
    }
}
