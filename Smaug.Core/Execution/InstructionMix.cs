namespace Smaug.Core.Execution;

/// <summary>
/// Loads and stores among the instructions of a task, which fill the load and the store queue of an out-of-order core. Nothing tells floating
/// point from integers: neither the simulations that the costs come from nor the energy of a core know classes of instructions.
/// </summary>
public sealed record InstructionMix
{
    /// <summary>
    /// Loads per instruction, 0 to 1; default 0.165, half of the 304,215 data accesses in the 922,672 instructions of the tutorial's largest
    /// finalisation: a copy writes as much as it reads.
    /// </summary>
    public double Loads { get; init; } = 0.165;

    /// <summary>Stores per instruction, 0 to 1; default 0.165, the other half.</summary>
    public double Stores { get; init; } = 0.165;

    /// <summary>Checks the values, whose names begin with a path in errors.</summary>
    internal void Validate(string path)
    {
        Share(path + nameof(Loads), Loads);
        Share(path + nameof(Stores), Stores);
        if (Loads + Stores > 1) throw new ConfigurationException(FormattableString.Invariant($"{path}Loads + {path}Stores = {Loads + Stores}: must be at most 1"));
    }

    private static void Share(string name, double value)
    {
        if (!(value is >= 0 and <= 1)) throw new ConfigurationException(FormattableString.Invariant($"{name} = {value}: must be 0 to 1"));
    }
}
