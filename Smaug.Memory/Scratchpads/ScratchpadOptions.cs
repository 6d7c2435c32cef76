using Smaug.Core;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Scratchpads;

/// <summary>How the words of an array are spread over its partitions.</summary>
public enum PartitionKind
{
    /// <summary>Word i lies in partition i mod the number of partitions.</summary>
    Cyclic,

    /// <summary>Neighbouring words lie in one partition as long as they fit.</summary>
    Block,

    /// <summary>Every word is a register: no limit of ports.</summary>
    Complete,
}

/// <summary>Parameters of one array in scratchpad memory.</summary>
public sealed record ScratchpadOptions
{
    /// <summary>Capacity in bytes, at least 1.</summary>
    public int Bytes { get; init; } = 32768;

    /// <summary>Bytes per word, at least 1. Default 4.</summary>
    public int WordBytes { get; init; } = 4;

    /// <summary>Partitions (banks), 1 to 65,536. Default 1.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>How words are spread. Default cyclic.</summary>
    public PartitionKind Kind { get; init; } = PartitionKind.Cyclic;

    /// <summary>Accesses that a partition takes per cycle, at least 1. Default 1.</summary>
    public int PortsPerPartition { get; init; } = 1;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or does not fit another; the message names it.</exception>
    public void Validate()
    {
        Require.Range(nameof(Bytes), Bytes, 1, int.MaxValue);
        Require.Range(nameof(WordBytes), WordBytes, 1, int.MaxValue);
        if (Bytes % WordBytes != 0) throw new ConfigurationException($"{nameof(Bytes)} = {Bytes}: must be a multiple of {nameof(WordBytes)} ({WordBytes})");
        Require.Range(nameof(Partitions), Partitions, 1, 65_536);
        Require.Defined(nameof(Kind), Kind);
        Require.Range(nameof(PortsPerPartition), PortsPerPartition, 1, int.MaxValue);
    }
}
