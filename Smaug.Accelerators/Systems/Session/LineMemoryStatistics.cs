using System.Globalization;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>The figures of caches and DRAM that line-by-line memory systems have, under the original's names.</summary>
internal static class LineMemoryStatistics
{
    /// <summary>Name of DRAM's controller in the original.</summary>
    public const string MemoryControllers = "system.mem_ctrls";

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

        DescribeDram(statistics, simulator, dram, MemoryControllers);
    }

    /// <summary>The figures of a memory alone, under a name.</summary>
    public static void DescribeDram(RunStatistics statistics, Simulator simulator, DramController dram, string name)
    {
        statistics.Count($"{name}.readReqs", "requests", "Read requests accepted", () => dram.Traffic.ReadPackets);
        statistics.Count($"{name}.writeReqs", "requests", "Write requests accepted", () => dram.Traffic.WritePackets);
        statistics.Count($"{name}.readBursts", "bursts", "Bursts of the read requests", () => dram.Traffic.ReadBursts);
        statistics.Count($"{name}.writeBursts", "bursts", "Bursts of the write requests", () => dram.Traffic.WriteBursts);
        statistics.Count($"{name}.bytesReadDRAM", "bytes", "Bytes read from the devices, whole bursts", () => dram.Traffic.DeviceReads * dram.Traffic.BurstBytes);
        statistics.Count($"{name}.bytesWritten", "bytes", "Bytes written to the devices, whole bursts", () => dram.Traffic.DeviceWrites * dram.Traffic.BurstBytes);
        statistics.Ratio($"{name}.readRowHitRate", "%", "Row buffer hit rate of reads", () => dram.Traffic.ReadRowHits, () => dram.Traffic.DeviceReads, 100);
        statistics.Ratio($"{name}.writeRowHitRate", "%", "Row buffer hit rate of writes that reached the devices", () => dram.Traffic.WriteRowHits, () => dram.Traffic.DeviceWrites, 100);
        statistics.Ratio($"{name}.busUtil", "%", "Part of the time in which the data bus was busy", () => dram.Traffic.BusBusy.Picoseconds, () => simulator.Now.Picoseconds, 100);
        if (dram.Transactions is { } transactions) Queues(statistics, simulator, transactions, name);
        Ranks(statistics, simulator, dram, name);
    }

    private static void Queues(RunStatistics statistics, Simulator simulator, TransactionController dram, string name)
    {
        TransactionStatistics counted = dram.Statistics;

        // The controller lets refreshes and queued writes happen when the next packet comes. That would be in a later interval.
        statistics.BeforeDump(() => dram.AdvanceBefore(simulator.Now));
        double Bursts() => counted.BytesRead / dram.Configuration.BurstBytes;
        statistics.Count($"{name}.servicedByWrQ", "bursts", "Read bursts that the write queue served", () => counted.ReadsServedByWriteQueue);
        statistics.Count($"{name}.mergedWrBursts", "bursts", "Write bursts that joined a queued one", () => counted.MergedWriteBursts);
        statistics.Count($"{name}.readRowHits", "bursts", "Row buffer hits of reads", () => counted.ReadRowHits);
        statistics.Count($"{name}.writeRowHits", "bursts", "Row buffer hits of writes", () => counted.WriteRowHits);
        statistics.Count($"{name}.totQLat", "ps", "Time that read bursts spent in the queue", () => counted.ReadQueueTime.Picoseconds);
        statistics.Count($"{name}.totMemAccLat", "ps", "Time from the arrival of read bursts to the end of their data", () => counted.ReadAccessTime.Picoseconds);
        statistics.Ratio($"{name}.avgQLat", "ns", "Mean time that a read burst spent in the queue", () => counted.ReadQueueTime.Nanoseconds, Bursts);
        statistics.Ratio($"{name}.avgMemAccLat", "ns", "Mean time from the arrival of a read burst to the end of its data", () => counted.ReadAccessTime.Nanoseconds, Bursts);
        statistics.Ratio($"{name}.avgRdQLen", "bursts", "Mean number of read bursts in the controller", () => dram.ReadBurstTime(simulator.Now).Picoseconds, () => simulator.Now.Picoseconds);
        statistics.Ratio($"{name}.avgWrQLen", "bursts", "Mean length of the write queue", () => dram.WriteBurstTime(simulator.Now).Picoseconds, () => simulator.Now.Picoseconds);
    }

    private static void Ranks(RunStatistics statistics, Simulator simulator, DramController dram, string memory)
    {
        for (int rank = 0; rank < dram.RankEnergies(simulator.Now).Count; rank++)
        {
            int r = rank;
            string name = string.Create(CultureInfo.InvariantCulture, $"{memory}_{rank}");
            Energy("actEnergy", "Energy of activates", e => e.Activate);
            Energy("preEnergy", "Energy of precharges", e => e.Precharge);
            Energy("readEnergy", "Energy of read bursts", e => e.Read);
            Energy("writeEnergy", "Energy of write bursts", e => e.Write);
            Energy("refreshEnergy", "Energy of refreshes", e => e.Refresh);
            Energy("actBackEnergy", "Standby with a bank open", e => e.ActiveStandby);
            Energy("preBackEnergy", "Standby with all banks closed", e => e.PrechargeStandby);
            Energy("totalEnergy", "All of them", e => e.Total);
            statistics.Ratio($"{name}.averagePower", "mW", "Power of the rank's devices", () => Of(e => e.Total), () => simulator.Now.Nanoseconds);

            double Of(Func<DramEnergyReport, Energy> part) => part(dram.RankEnergies(simulator.Now)[r]).Picojoules;
            void Energy(string figure, string description, Func<DramEnergyReport, Energy> part) => statistics.Count($"{name}.{figure}", "pJ", description, () => Of(part));
        }
    }

    private static (Func<double> Hits, Func<double> Misses) Cache(Simulator simulator, string cache)
    {
        Statistic Find(string name) => simulator.Statistics.All.Single(s => s.Name.EndsWith(name, StringComparison.Ordinal));
        (Statistic hits, Statistic misses) = (Find($"{cache}.hits"), Find($"{cache}.misses"));
        return (() => hits.Value, () => misses.Value);
    }
}
