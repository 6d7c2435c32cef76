using System.Globalization;
using Smaug.Core.Simulation;
using Smaug.Memory.Dram.Levels;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>The figures of caches and DRAM that line-by-line memory systems have, under the original's names.</summary>
internal static class LineMemoryStatistics
{
    /// <param name="statistics">Gets the figures.</param>
    /// <param name="simulator">The simulation, in which the caches have registered their counters.</param>
    /// <param name="dram">The DRAM controller.</param>
    /// <param name="cores">Number of cores.</param>
    /// <param name="banks">Banks of the L2.</param>
    public static void Describe(RunStatistics statistics, Simulator simulator, DramController dram, int cores, int banks)
    {
        Func<double> hits, misses;
        for (int bank = 0; bank < banks; bank++)
        {
            (hits, misses) = Cache(simulator, banks == 1 ? ".l2" : string.Create(CultureInfo.InvariantCulture, $".l2.{bank}"));
            string name = string.Create(CultureInfo.InvariantCulture, $"system.ruby.l2_cntrl{bank}.L2cache");
            statistics.Count($"{name}.demand_hits", "accesses", "Requests that found their line in the L2 or above", hits);
            statistics.Count($"{name}.demand_misses", "accesses", "Requests that went to the directory", misses);
        }

        for (int core = 0; core < cores; core++)
        {
            (hits, misses) = Cache(simulator, string.Create(CultureInfo.InvariantCulture, $".cpu{core}"));
            string name = string.Create(CultureInfo.InvariantCulture, $"system.ruby.l1_cntrl{core}.L1Dcache");
            statistics.Count($"{name}.demand_hits", "lines", "Lines of tiles, layouts and operators that the cache held", hits);
            statistics.Count($"{name}.demand_misses", "lines", "Lines that it did not hold", misses);
        }

        statistics.Count("system.mem_ctrls.readReqs", "requests", "Read requests accepted", () => dram.Traffic.ReadPackets);
        statistics.Count("system.mem_ctrls.writeReqs", "requests", "Write requests accepted", () => dram.Traffic.WritePackets);
        statistics.Count("system.mem_ctrls.readBursts", "bursts", "Bursts of the read requests", () => dram.Traffic.ReadBursts);
        statistics.Count("system.mem_ctrls.writeBursts", "bursts", "Bursts of the write requests", () => dram.Traffic.WriteBursts);
        statistics.Count("system.mem_ctrls.bytesReadDRAM", "bytes", "Bytes read from the devices, whole bursts", () => dram.Traffic.DeviceReads * dram.Traffic.BurstBytes);
        statistics.Count("system.mem_ctrls.bytesWritten", "bytes", "Bytes written to the devices, whole bursts", () => dram.Traffic.DeviceWrites * dram.Traffic.BurstBytes);
        statistics.Ratio("system.mem_ctrls.readRowHitRate", "%", "Row buffer hit rate of reads", () => dram.Traffic.ReadRowHits, () => dram.Traffic.DeviceReads, 100);
        statistics.Ratio("system.mem_ctrls.writeRowHitRate", "%", "Row buffer hit rate of writes that reached the devices", () => dram.Traffic.WriteRowHits, () => dram.Traffic.DeviceWrites, 100);
        statistics.Ratio("system.mem_ctrls.busUtil", "%", "Part of the time in which the data bus was busy", () => dram.Traffic.BusBusy.Picoseconds, () => simulator.Now.Picoseconds, 100);
    }

    private static (Func<double> Hits, Func<double> Misses) Cache(Simulator simulator, string cache)
    {
        Statistic Find(string name) => simulator.Statistics.All.Single(s => s.Name.EndsWith(name, StringComparison.Ordinal));
        (Statistic hits, Statistic misses) = (Find($"{cache}.hits"), Find($"{cache}.misses"));
        return (() => hits.Value, () => misses.Value);
    }
}
