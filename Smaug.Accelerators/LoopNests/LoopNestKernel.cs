using System.Collections.Immutable;
using System.Globalization;
using Smaug.Accelerators.Aladdin;
using Smaug.Core;

namespace Smaug.Accelerators.LoopNests;

/// <summary>
/// A kernel described by its loops instead of a trace: what an iteration computes and which arrays it touches. Its cycles,
/// energy and area follow in closed form from <see cref="LoopNestModel"/>.
/// </summary>
public sealed record LoopNestKernel
{
    /// <summary>Name, for reports and messages.</summary>
    public required string Name { get; init; }

    /// <summary>Arrays, partitions, ports and clock. Loop directives are in the loops themselves; those here are not used.</summary>
    public required DatapathConfiguration Datapath { get; init; }

    /// <summary>Functional units and registers that exist at once, for leakage and area.</summary>
    public UnitDemand Units { get; init; }

    /// <summary>Multiply-accumulates on logical elements, for the report of a run; default 0, none.</summary>
    public long MultiplyAccumulates { get; init; }

    /// <summary>What the kernel does, in order.</summary>
    public required ImmutableArray<LoopNest> Body { get; init; }

    /// <summary>Checks the description.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names kernel, loop, property and range.</exception>
    public void Validate()
    {
        Datapath.Validate();
        if (Body.IsDefaultOrEmpty) throw new ConfigurationException($"kernel '{Name}': the body is empty; give it a region or a loop");
        foreach (LoopNest part in Body) part.Validate(this);
    }

    internal int IndexOf(string array)
    {
        for (int i = 0; i < Datapath.Arrays.Count; i++)
        {
            if (Datapath.Arrays[i].Name == array) return i;
        }

        return -1;
    }

    internal ConfigurationException Bad(string part, string property, long value, string allowed) =>
        new(string.Create(CultureInfo.InvariantCulture, $"kernel '{Name}', '{part}': {property} = {value}; allowed: {allowed}"));
}
