using System.Globalization;
using Smaug.Accelerators.Systems.Session;
using Smaug.Core.Simulation;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Accelerators.Systems.Coherent;

/// <content>The figures of caches and DRAM under the original's names.</content>
internal sealed partial class CoherentHostMemory : IStatisticsSource
{
    public void Describe(RunStatistics statistics)
    {
        Dictionary<string, Statistic> parts = _simulator.Statistics.All.ToDictionary(s => s.Name, StringComparer.Ordinal);
        statistics.Count("system.ruby.l2_cntrl0.L2cache.demand_hits", "accesses", "Requests that found their line in the L2 or above", () => parts["ruby.l2.hits"].Value);
        statistics.Count("system.ruby.l2_cntrl0.L2cache.demand_misses", "accesses", "Requests that went to the directory", () => parts["ruby.l2.misses"].Value);
        for (int core = 0; core < _cpu.Length; core++)
        {
            string cache = string.Create(CultureInfo.InvariantCulture, $"ruby.cpu{core}");
            string name = string.Create(CultureInfo.InvariantCulture, $"system.ruby.l1_cntrl{core}.L1Dcache");
            statistics.Count($"{name}.demand_hits", "lines", "Lines of tiles, layouts and operators that the cache held", () => parts[$"{cache}.hits"].Value);
            statistics.Count($"{name}.demand_misses", "lines", "Lines that it did not hold", () => parts[$"{cache}.misses"].Value);
        }

        TransactionStatistics dram = _dram.Controller.Statistics;
        statistics.Count("system.mem_ctrls.readReqs", "requests", "Read requests accepted", () => dram.ReadPackets);
        statistics.Count("system.mem_ctrls.writeReqs", "requests", "Write requests accepted", () => dram.WritePackets);
        statistics.Count("system.mem_ctrls.readBursts", "bursts", "Bursts of the read requests", () => dram.ReadBursts);
        statistics.Count("system.mem_ctrls.writeBursts", "bursts", "Bursts of the write requests", () => dram.WriteBursts);
        statistics.Count("system.mem_ctrls.bytesReadDRAM", "bytes", "Bytes read from the devices, whole bursts", () => dram.BytesRead);
        statistics.Count("system.mem_ctrls.bytesWritten", "bytes", "Bytes written to the devices, whole bursts", () => dram.BytesWritten);
        statistics.Ratio("system.mem_ctrls.readRowHitRate", "%", "Row buffer hit rate of reads", () => dram.ReadRowHits, () => dram.ReadBursts - dram.ReadsServedByWriteQueue, 100);
        statistics.Ratio("system.mem_ctrls.writeRowHitRate", "%", "Row buffer hit rate of writes that reached the devices", () => dram.WriteRowHits, () => dram.BytesWritten / (double)_burstBytes, 100);
        statistics.Ratio("system.mem_ctrls.busUtil", "%", "Part of the time in which the data bus was busy", () => dram.BusBusy.Picoseconds, () => _simulator.Now.Picoseconds, 100);
    }
}
