using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Analytical;

/// <summary>
/// The DMA engine of an accelerator: flushes the lines of a block, then streams it from or to memory. A transfer leaves its
/// lines uncached, as the coherent directory of the modelled SoC does.
/// </summary>
internal sealed class AnalyticalDmaPort(Simulator simulator, string name, AnalyticalMemory memory, AcceleratorConfiguration configuration)
    : AnalyticalPort(simulator, name, memory)
{
    protected override bool IsPipelined => configuration.PipelinedDma;

    protected override SimTime Setup(MemoryRequest request)
    {
        int line = Memory.Configuration.LineBytes;
        long lines = ((long)request.Bytes + line - 1) / line;
        return configuration.Frequency.Cycles(lines * configuration.FlushCyclesPerLine);
    }

    protected override SimTime Move(MemoryRequest request, long address, long lines, bool endsPage, out SimTime tail)
    {
        HostMemoryConfiguration times = Memory.Configuration;
        SimTime now = Simulator.Now;
        bool isCached = Memory.Pages.StateOf(address) != PageState.Uncached;
        bool isStore = request.Command == MemoryCommand.Write;
        SimTime bus = now;
        SimTime perLine;
        if (isCached)
        {
            // The cache gives up the line, which is written to DRAM in passing.
            perLine = times.CachedLoadTime + (isStore ? times.PlainStoreTime : SimTime.Zero);
            bus = Memory.UseBus(now, lines, isWrite: true);
        }
        else if (isStore)
        {
            perLine = configuration.InvalidateOnStore ? times.InvalidatingStoreTime : times.PlainStoreTime;
            if (configuration.InvalidateOnStore) Memory.UseBus(now, lines, isWrite: false);
            bus = Memory.UseBus(now, lines, isWrite: true);
        }
        else
        {
            perLine = times.DramStreamTime;
            bus = Memory.UseBus(now, lines, isWrite: false);
        }

        SimTime roundTrip = isCached ? times.CachedRoundTrip : isStore && !configuration.InvalidateOnStore ? times.PlainStoreRoundTrip : times.DramRoundTrip;
        perLine = SimTime.Max(perLine, new SimTime(roundTrip.Picoseconds / configuration.MaxDmaRequests));
        tail = SimTime.Max(SimTime.Zero, roundTrip - perLine);
        if (isCached && endsPage) Memory.Pages.Drop(address);
        return SimTime.Max(now + perLine * lines, isCached ? now : bus);
    }
}
