using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>What a core counts: the time in which it is not asleep, and instructions.</summary>
internal sealed class CoreCounters(Frequency frequency)
{
    private SimTime _active;

    public double Instructions { get; private set; }

    private double Cycles => (double)_active.Picoseconds / frequency.PeriodPicoseconds;

    public void Add(SimTime active, double instructions)
    {
        _active += active;
        Instructions += instructions;
    }

    /// <param name="statistics">Gets the figures.</param>
    /// <param name="name">Name of the core in the original: switch_cpus, with a number where there are several.</param>
    public void Describe(RunStatistics statistics, string name)
    {
        statistics.Count($"system.{name}.numCycles", "cycles", "Cycles in which the core was not asleep", () => Cycles);
        statistics.Count($"system.{name}.commit.committedInsts", "instructions", "Instructions of the framework", () => Instructions);
        statistics.Count($"system.{name}.committedInsts", "instructions", "Instructions of the framework", () => Instructions);
    }
}
