using System.Globalization;
using Smaug.Core.Simulation;
using Smaug.Memory.Controllers;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>The figures of a composed hierarchy: what its parts count, under the names that they were given, and those of DRAM.</summary>
internal static class HierarchyStatistics
{
    private const string MemoryControllers = LineMemoryStatistics.MemoryControllers;

    /// <param name="statistics">Gets the figures.</param>
    /// <param name="simulator">The simulation, in which the parts have registered theirs.</param>
    /// <param name="drams">The memories.</param>
    public static void Describe(RunStatistics statistics, Simulator simulator, IReadOnlyList<DramMemory> drams)
    {
        foreach (Statistic figure in simulator.Statistics.All)
        {
            if (figure is Counter counter) statistics.Count(counter.Name, counter.Unit, counter.Description.TrimEnd('.'), () => counter.Total);
            else if (figure is Histogram histogram) statistics.Histogram(histogram.Name, histogram.Description.TrimEnd('.'), histogram);
        }

        // As in the original, memory controllers have numbers where there are several.
        for (int i = 0; i < drams.Count; i++) LineMemoryStatistics.DescribeDram(statistics, simulator, drams[i].Controller, drams.Count == 1 ? MemoryControllers : string.Create(CultureInfo.InvariantCulture, $"{MemoryControllers}{i}"));
    }
}
