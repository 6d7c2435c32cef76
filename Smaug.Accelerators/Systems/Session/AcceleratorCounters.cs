using Smaug.Core.Execution;
using Smaug.Core.Reporting;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>What an accelerator's datapath counts, under the original's names.</summary>
internal sealed class AcceleratorCounters(SocConfiguration configuration) : IStatisticsSource
{
    // The original counts one cycle before the first and one after the last cycle of an invocation: its sums of 30 measured
    // intervals are the invocations' cycles and 2 for each.
    private const int CyclesAroundInvocation = 2;

    private long _cycles;
    private long _setupCycles;
    private long _portLoads;
    private long _portStores;

    public required string Section { get; init; }

    public void Add(InvocationReport invocation) => _cycles += invocation.Cycles - invocation.UpsampledCycles + CyclesAroundInvocation;

    public void Add(HostTransfer transfer, bool usesDma)
    {
        int line = configuration.Memory.LineBytes;
        long lines = (transfer.Bytes + line - 1) / line;
        if (usesDma) _setupCycles += lines * configuration.Accelerators.FlushCyclesPerLine;
        else if (transfer.IsStore) _portStores += lines;
        else _portLoads += lines;
    }

    public void Describe(RunStatistics statistics)
    {
        statistics.Count($"system.{Section}_datapath.sim_cycles", "cycles", "Cycles of invocations, those that sampling added not counted", () => _cycles);
        statistics.Count($"system.{Section}_datapath.dma_setup_cycles", "cycles", "Cycles of flushing and invalidating caches for DMA", () => _setupCycles);
        statistics.Count($"system.{Section}_datapath.total_acp_loads", "lines", "Lines loaded through the coherency port", () => _portLoads);
        statistics.Count($"system.{Section}_datapath.total_acp_stores", "lines", "Lines stored through the coherency port", () => _portStores);
    }
}
