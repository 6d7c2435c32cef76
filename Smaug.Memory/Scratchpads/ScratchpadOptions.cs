using Smaug.Core;

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

    /// <summary>Partitions (banks), at least 1. Default 1.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>How words are spread. Default cyclic.</summary>
    public PartitionKind Kind { get; init; } = PartitionKind.Cyclic;

    /// <summary>Accesses that a partition takes per cycle, at least 1. Default 1.</summary>
    public int PortsPerPartition { get; init; } = 1;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or does not fit another; the message names it.</exception>
    public void Validate()
    {
        Require(Bytes >= 1, nameof(Bytes), Bytes, "at least 1");
        Require(WordBytes >= 1, nameof(WordBytes), WordBytes, "at least 1");
        Require(Bytes % WordBytes == 0, nameof(Bytes), Bytes, $"a multiple of {nameof(WordBytes)} ({WordBytes})");
        Require(Partitions >= 1, nameof(Partitions), Partitions, "at least 1");
        Require(PortsPerPartition >= 1, nameof(PortsPerPartition), PortsPerPartition, "at least 1");
    }

    private static void Require(bool holds, string property, int value, string allowed)
    {
        if (!holds) throw new ConfigurationException($"{property} = {value}: must be {allowed}");
    }
}
