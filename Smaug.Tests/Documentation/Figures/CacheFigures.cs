using Smaug.Core.Execution;
using Smaug.Core.Reporting.Charts;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Caches;

namespace Smaug.Tests.Documentation.Figures;

/// <summary>Figures of caches.</summary>
internal static class CacheFigures
{
    private const int LineBytes = 32, Lines = 16384 / LineBytes;

    /// <summary>Misses over capacity: an array of 16 KiB in order, at random places, and copied to one that lies 64 KiB behind it.</summary>
    public static SvgCanvas MissRatio()
    {
        int[] sizes = [4, 8, 16, 32, 64];
        double[] x = [.. sizes.Select(s => (double)s)];
        var chart = new LineChart("Misses on arrays of 16 KiB, lines of 32 bytes, one access to a line", new ChartAxis("capacity, KiB", AxisScale.PowersOfTwo), new ChartAxis("misses, % of the accesses"));
        chart.Add("in order, 2 ways", x, [.. sizes.Select(s => Misses(s, 2, i => i % Lines))]);
        var random = new Random(1);
        chart.Add("random, 2 ways", x, [.. sizes.Select(s => Misses(s, 2, i => i < 2 * Lines ? i % Lines : random.Next(Lines)))]);
        chart.Add("copy, 1 way", x, [.. sizes.Select(s => Misses(s, 1, Copy))]);
        chart.Add("copy, 2 ways", x, [.. sizes.Select(s => Misses(s, 2, Copy))]);
        return chart.Draw();

        static int Copy(int access) => access / 2 % Lines + access % 2 * (65536 / LineBytes);
    }

    /// <summary>Misses of the accesses after the first four rounds.</summary>
    private static double Misses(int kibibytes, int ways, Func<int, int> line)
    {
        var simulator = new Simulator();
        var memory = new BandwidthLatencyMemory(simulator, "memory");
        var cache = new Cache(simulator, "cache", memory.Port, new CacheOptions { Size = kibibytes.Kibibytes(), Ways = ways, LineBytes = LineBytes });
        Statistic misses = simulator.Statistics.All.Single(s => s.Name == "cache.misses");
        double before = 0;
        ComponentFigure.Time(simulator, async () =>
        {
            for (int access = 0; access < 8 * Lines; access++)
            {
                if (access == 4 * Lines) before = misses.Value;
                await cache.Port.ReadAsync((long)line(access) * LineBytes, 4);
            }
        });
        return 100 * (misses.Value - before) / (4 * Lines);
    }
}
