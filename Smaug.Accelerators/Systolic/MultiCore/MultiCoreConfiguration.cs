using System.Collections.Immutable;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.MultiCore;

/// <summary>How layers are cut into parts for the cores.</summary>
public enum PartitionStrategy
{
    /// <summary>Output pixels are divided: parts = cores × 1.</summary>
    Ifmap,

    /// <summary>Filters are divided: parts = 1 × cores.</summary>
    Filter,

    /// <summary>The best pair of factors of the core count, with the configured dataflow.</summary>
    ConstantDataflow,

    /// <summary>The best pair of factors and the best dataflow.</summary>
    Automatic,

    /// <summary>Given layer by layer.</summary>
    User,
}

/// <summary>How one layer is cut.</summary>
/// <param name="InputParts">Parts of the output pixels.</param>
/// <param name="FilterParts">Parts of the filters.</param>
/// <param name="Dataflow">Dataflow of the cores.</param>
/// <param name="UsesVectorUnit">Whether the cores use their vector unit instead of their array.</param>
public sealed record CorePartition(int InputParts, int FilterParts, Dataflow Dataflow, bool UsesVectorUnit = false);

/// <summary>Several equal cores with private scratchpads.</summary>
public sealed record MultiCoreConfiguration
{
    /// <summary>Array, scratchpads and default dataflow of a core.</summary>
    public required SystolicConfiguration Core { get; init; }

    /// <summary>Number of cores; at least 1, default 4.</summary>
    public int Cores { get; init; } = 4;

    /// <summary>How layers are cut; default <see cref="PartitionStrategy.Automatic"/>.</summary>
    public PartitionStrategy Strategy { get; init; } = PartitionStrategy.Automatic;

    /// <summary>Whether the cores have an array; default true.</summary>
    public bool HasArray { get; init; } = true;

    /// <summary>Lanes of the vector unit of a core, a one-dimensional array; 0 (default) for none.</summary>
    public int VectorLanes { get; init; }

    /// <summary>One partition per layer, for <see cref="PartitionStrategy.User"/>.</summary>
    public ImmutableArray<CorePartition> Partitions { get; init; } = [];

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Core.Validate();
        Require.Range(nameof(Cores), Cores, 1, 65536);
        if (VectorLanes < 0) throw new ConfigurationException($"VectorLanes = {VectorLanes}: must not be negative");
        if (!HasArray && VectorLanes == 0) throw new ConfigurationException("the cores have neither an array nor vector lanes");
    }
}
