using Smaug.Core.Simulation;
using Smaug.Memory.Dram.Levels;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>The figures of a composed hierarchy: what its parts count, under the names that they were given, and those of DRAM.</summary>
internal static class HierarchyStatistics
{
    /// <param name="statistics">Gets the figures.</param>
    /// <param name="simulator">The simulation, in which the parts have registered theirs.</param>
    /// <param name="dram">The DRAM controller.</param>
    public static void Describe(RunStatistics statistics, Simulator simulator, DramController dram)
    {
        foreach (Statistic figure in simulator.Statistics.All)
        {
            if (figure is Counter counter) statistics.Count(counter.Name, counter.Unit, counter.Description.TrimEnd('.'), () => counter.Total);
            else if (figure is Histogram histogram) statistics.Histogram(histogram.Name, histogram.Description.TrimEnd('.'), histogram);
        }

        LineMemoryStatistics.DescribeDram(statistics, simulator, dram);
    }
}
