using System.Globalization;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin;

/// <summary>
/// What the designer chooses for one accelerator: where arrays live, how loops are unrolled and pipelined, the clock.
/// Immutable; <see cref="DatapathConfigurationFile"/> reads the text format.
/// </summary>
public sealed record DatapathConfiguration
{
    /// <summary>Clock period in nanoseconds; above 0, at most 1000. Default 1.</summary>
    public float CycleTimeNanoseconds { get; init; } = 1;

    /// <summary>Read/write ports per scratchpad partition; 0 = unlimited. Default 1.</summary>
    public int ScratchpadPorts { get; init; } = 1;

    /// <summary>Full/empty bits on scratchpad words. Default off.</summary>
    public bool ReadyMode { get; init; }

    /// <summary>Pipelining of every loop boundary (the older, global form). Default off.</summary>
    public bool GlobalPipelining { get; init; }

    /// <summary>The arrays, by name; a later entry of the same name replaces an earlier one.</summary>
    public IReadOnlyList<DatapathArray> Arrays { get; init; } = [];

    /// <summary>Unroll factors; 0 flattens the loop (unrolls it completely).</summary>
    public IReadOnlyDictionary<LoopLabel, int> Unrolling { get; init; } = new Dictionary<LoopLabel, int>();

    /// <summary>Loops to pipeline.</summary>
    public IReadOnlySet<LoopLabel> Pipelined { get; init; } = new HashSet<LoopLabel>();

    /// <summary>The same configuration with every scratchpad split into <paramref name="factor"/> partitions.</summary>
    public DatapathConfiguration WithPartitions(int factor) => this with
    {
        Arrays = [.. Arrays.Select(a => a.Memory == ArrayMemory.Scratchpad ? a with { Factor = factor } : a)],
    };

    /// <summary>The same configuration with one scratchpad split into <paramref name="factor"/> partitions.</summary>
    /// <exception cref="ConfigurationException">There is no such scratchpad.</exception>
    public DatapathConfiguration WithPartitions(string array, int factor)
    {
        bool IsMeant(DatapathArray a) => a.Memory == ArrayMemory.Scratchpad && a.Name == array;
        if (!Arrays.Any(IsMeant))
        {
            throw new ConfigurationException($"There is no scratchpad '{array}'; the configuration has " +
                $"{string.Join(", ", Arrays.Where(a => a.Memory == ArrayMemory.Scratchpad).Select(a => a.Name).Distinct().DefaultIfEmpty("none"))}.");
        }

        return this with { Arrays = [.. Arrays.Select(a => IsMeant(a) ? a with { Factor = factor } : a)] };
    }

    /// <summary>The same configuration with one loop's unroll factor (0 = flatten).</summary>
    public DatapathConfiguration WithUnrolling(string function, string label, int factor) => this with
    {
        Unrolling = new Dictionary<LoopLabel, int>(Unrolling) { [new LoopLabel(function, label)] = factor },
    };

    /// <summary>The same configuration with one loop pipelined or not.</summary>
    public DatapathConfiguration WithPipelining(string function, string label, bool pipelined = true)
    {
        var set = new HashSet<LoopLabel>(Pipelined);
        if (pipelined) set.Add(new LoopLabel(function, label));
        else set.Remove(new LoopLabel(function, label));
        return this with { Pipelined = set };
    }

    /// <summary>Checks every property.</summary>
    /// <exception cref="ConfigurationException">A property is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (!(CycleTimeNanoseconds > 0 && CycleTimeNanoseconds <= 1000))
            throw Bad(nameof(CycleTimeNanoseconds), CycleTimeNanoseconds.ToString(CultureInfo.InvariantCulture), "above 0, at most 1000 ns");
        if (ScratchpadPorts is < 0 or > 1024) throw Bad(nameof(ScratchpadPorts), ScratchpadPorts, "0 (unlimited) to 1024");
        foreach (DatapathArray array in Arrays) Validate(array);
        foreach (KeyValuePair<LoopLabel, int> entry in Unrolling)
        {
            if (entry.Value < 0)
                throw Bad($"unrolling of {entry.Key.Function}/{entry.Key.Label}", entry.Value, "0 (flatten) or a positive factor");
        }
    }

    private static void Validate(DatapathArray array)
    {
        bool scratchpad = array.Memory == ArrayMemory.Scratchpad;
        if (array.Name.Length == 0) throw new ConfigurationException("An array has no name; give the variable's name.");
        if (array.Bytes < 0 || (scratchpad && array.Bytes == 0))
            throw Bad($"bytes of array {array.Name}", array.Bytes, "a positive size");
        if (array.WordBytes < 0 || (scratchpad && array.WordBytes is < 1 or > 1024))
            throw Bad($"word size of array {array.Name}", array.WordBytes, "1 to 1024 bytes");
        if (scratchpad && array.Factor is < 1 or > 65536)
            throw Bad($"partition factor of array {array.Name}", array.Factor, "1 to 65536");
        if (scratchpad && array.Bytes / array.WordBytes < array.Factor)
        {
            throw new ConfigurationException($"Array {array.Name} has {array.Bytes / array.WordBytes} words of {array.WordBytes} bytes, " +
                $"fewer than its {array.Factor} partitions; lower the factor to at most the number of words.");
        }
    }

    private static ConfigurationException Bad(string what, object value, string allowed) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The {what} is {value}; allowed: {allowed}."));
}
