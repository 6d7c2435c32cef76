using System.Globalization;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin;

/// <summary>One choice on an axis.</summary>
/// <param name="Value">Name of the choice in reports, with its unit.</param>
/// <param name="Apply">Makes the choice in a design.</param>
public sealed record DesignChoice(string Value, Func<DatapathConfiguration, DatapathConfiguration> Apply);

/// <summary>Something that a designer varies, for <see cref="DesignSpace.Combine"/>. Axes of your own: name them and list their choices.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Choices">What can be chosen, at least one.</param>
public sealed record DesignAxis(string Name, IReadOnlyList<DesignChoice> Choices)
{
    /// <summary>Unroll factors of loops, which change together.</summary>
    /// <param name="loops">The loops.</param>
    /// <param name="factors">Factors; 0 flattens.</param>
    public static DesignAxis Unrolling(IReadOnlyList<LoopLabel> loops, params IReadOnlyList<int> factors) => Of("unrolling of " + Names(loops), factors,
        f => f == 0 ? "complete" : Number(f), (c, f) => loops.Aggregate(c, (d, l) => d.WithUnrolling(l.Function, l.Label, f)));

    /// <summary>Loops that are pipelined or not, together.</summary>
    /// <param name="loops">The loops.</param>
    /// <param name="choices">Pipelined or not; default both.</param>
    public static DesignAxis Pipelining(IReadOnlyList<LoopLabel> loops, params IReadOnlyList<bool> choices) => Of("pipelining of " + Names(loops),
        choices.Count == 0 ? [false, true] : choices, p => p ? "yes" : "no", (c, p) => loops.Aggregate(c, (d, l) => d.WithPipelining(l.Function, l.Label, p)));

    /// <summary>Partitions of all scratchpads.</summary>
    /// <param name="factors">Partition factors.</param>
    public static DesignAxis Partitions(params IReadOnlyList<int> factors) => Of("partitions", factors, f => Number(f), (c, f) => c.WithPartitions(f));

    /// <summary>Partitions of one scratchpad.</summary>
    /// <param name="array">Its name.</param>
    /// <param name="factors">Partition factors.</param>
    /// <exception cref="ConfigurationException">When a choice is made in a design that has no such scratchpad.</exception>
    public static DesignAxis Partitions(string array, params IReadOnlyList<int> factors) =>
        Of("partitions of " + array, factors, f => Number(f), (c, f) => c.WithPartitions(array, f));

    /// <summary>Ports of every partition.</summary>
    /// <param name="ports">Read/write ports; 0 = unlimited.</param>
    public static DesignAxis Ports(params IReadOnlyList<int> ports) => Of("ports", ports,
        p => p == 0 ? "unlimited" : Number(p), (c, p) => c with { ScratchpadPorts = p });

    /// <summary>Clock periods.</summary>
    /// <param name="nanoseconds">Periods, ns.</param>
    public static DesignAxis CycleTime(params IReadOnlyList<float> nanoseconds) => Of("cycle time", nanoseconds,
        t => Number(t) + " ns", (c, t) => c with { CycleTimeNanoseconds = t });

    private static DesignAxis Of<T>(string name, IReadOnlyList<T> values, Func<T, string> text, Func<DatapathConfiguration, T, DatapathConfiguration> apply)
    {
        if (values.Count == 0) throw new ConfigurationException($"The axis '{name}' has no values; give at least one.");
        return new DesignAxis(name, [.. values.Select(v => new DesignChoice(text(v), c => apply(c, v)))]);
    }

    private static string Names(IReadOnlyList<LoopLabel> loops) => string.Join("+", loops.Select(l => l.Label));

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
