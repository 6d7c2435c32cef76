using Smaug.Accelerators.Systems.Session;

namespace Smaug.Accelerators.Systems.Analytical;

/// <content>The figures that the analytical model has: DRAM's.</content>
internal sealed partial class AnalyticalHostMemory : IStatisticsSource
{
    public void Describe(RunStatistics statistics)
    {
        int line = _memory.Configuration.LineBytes;
        statistics.Count("system.mem_ctrls.readReqs", "requests", "Lines read", () => _memory.ReadBytes / line);
        statistics.Count("system.mem_ctrls.writeReqs", "requests", "Lines written", () => _memory.WriteBytes / line);
        statistics.Count("system.mem_ctrls.bytesReadDRAM", "bytes", "Bytes read", () => _memory.ReadBytes);
        statistics.Count("system.mem_ctrls.bytesWritten", "bytes", "Bytes written", () => _memory.WriteBytes);
        statistics.Ratio("system.mem_ctrls.busUtil", "%", "Part of the time in which the data bus was busy", () => _memory.BusBusy.Picoseconds, () => _simulator.Now.Picoseconds, 100);
    }
}
