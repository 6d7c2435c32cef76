using System.Collections.Immutable;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.MultiCore;

/// <summary>How a matrix product is shared by the cores of a Pr × Pc grid.</summary>
public enum PartitionScheme
{
    /// <summary>Both spatial extents are divided.</summary>
    Spatial,

    /// <summary>Time is divided by Pr, the column extent by Pc.</summary>
    SpatioTemporal1,

    /// <summary>Time is divided by Pr, the row extent by Pc.</summary>
    SpatioTemporal2,
}

/// <summary>Best figures of a scheme over all dataflows and core grids.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="SmallestFootprint">Smallest footprint of all cores, in words.</param>
/// <param name="CyclesAtSmallestFootprint">Cycles of that choice.</param>
/// <param name="FewestCycles">Fewest compute cycles.</param>
/// <param name="FootprintAtFewestCycles">Footprint of that choice, in words.</param>
/// <param name="FootprintTimesCycles">Smallest product, over dataflows, of their smallest footprint and their fewest cycles.</param>
public sealed record PartitionFigures(
    PartitionScheme Scheme,
    double SmallestFootprint,
    long CyclesAtSmallestFootprint,
    long FewestCycles,
    double FootprintAtFewestCycles,
    double FootprintTimesCycles);

/// <summary>Partitioning of a matrix product over several arrays by closed forms (SCALE-Sim v3's study).</summary>
public static class AnalyticalPartitioning
{
    /// <summary>Searches dataflows and core grids for each scheme.</summary>
    /// <param name="m">Rows of the result.</param>
    /// <param name="n">Columns of the result.</param>
    /// <param name="k">Inner dimension.</param>
    /// <param name="cores">Number of cores.</param>
    /// <param name="rows">Rows of each core's array.</param>
    /// <param name="columns">Columns of each core's array.</param>
    /// <exception cref="ConfigurationException">An argument is below 1.</exception>
    public static ImmutableArray<PartitionFigures> Search(long m, long n, long k, int cores, int rows, int columns)
    {
        if (Math.Min(Math.Min(m, n), Math.Min(k, Math.Min(cores, Math.Min(rows, columns)))) < 1)
            throw new ConfigurationException($"partitioning of {m} x {n} x {k} on {cores} cores of {rows} x {columns}: every figure must be at least 1");
        return [.. Enum.GetValues<PartitionScheme>().Select(scheme => Search(scheme, m, n, k, cores, rows, columns))];
    }

    private static PartitionFigures Search(PartitionScheme scheme, long m, long n, long k, int cores, int rows, int columns)
    {
        // The study's script has WS and IS the other way round than the simulator; that changes nothing for the best of all.
        (double, double, double)[] extents = [(m, n, k), (k, m, n), (k, n, m)];
        double footprint = double.MaxValue;
        double cyclesAtFootprint = 0;
        double cycles = double.MaxValue;
        double footprintAtCycles = 0;
        double product = double.MaxValue;
        foreach ((double sr, double sc, double t) in extents)
        {
            double dataflowFootprint = double.MaxValue;
            double dataflowCycles = double.MaxValue;
            foreach ((int pr, int pc) in Grids(cores))
            {
                (double time, double words) = Figures(scheme, sr, sc, t, pr, pc, rows, columns);
                dataflowFootprint = Math.Min(dataflowFootprint, words);
                dataflowCycles = Math.Min(dataflowCycles, time);
                if (words < footprint) (footprint, cyclesAtFootprint) = (words, time);
                if (time < cycles) (cycles, footprintAtCycles) = (time, words);
            }

            product = Math.Min(product, dataflowFootprint * dataflowCycles);
        }

        return new PartitionFigures(scheme, footprint, (long)cyclesAtFootprint, (long)cycles, footprintAtCycles, product);
    }

    private static IEnumerable<(int Rows, int Columns)> Grids(int cores)
    {
        for (int i = 1; (long)i * i <= cores; i++)
        {
            if (cores % i != 0) continue;
            yield return (i, cores / i);
            yield return (cores / i, i);
        }
    }

    private static (double Cycles, double Footprint) Figures(
        PartitionScheme scheme, double sr, double sc, double t, double pr, double pc, double rows, double columns)
    {
        double fill = 2 * rows + columns - 2;
        return scheme switch
        {
            PartitionScheme.Spatial => (
                (fill + t) * Math.Ceiling(sr / pr / rows) * Math.Ceiling(sc / pc / columns),
                pr * pc * (sr * t / pr + sc * t / pc + sr * sc / (pr * pc))),
            PartitionScheme.SpatioTemporal1 => (
                (fill + Math.Ceiling(t / pr)) * Math.Ceiling(sr / rows) * Math.Ceiling(sc / pc / columns),
                pr * pc * (sr * t / pr + sc * t / (pr * pc) + sr * sc / pc)),
            _ => (
                (fill + Math.Ceiling(t / pr)) * Math.Ceiling(sr / pc / rows) * Math.Ceiling(sc / columns),
                pr * pc * (sr * t / (pr * pc) + sc * t / pr + sr * sc / pc)),
        };
    }
}
