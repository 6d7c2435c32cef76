using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Analytical;

/// <summary>
/// The data port of a CPU core: a block costs the stalls of the lines that no cache holds. A prefetch stands for reads
/// whose misses the core hides; it uses DRAM but stalls nobody.
/// </summary>
internal sealed class AnalyticalCpuPort(Simulator simulator, string name, AnalyticalMemory memory)
    : AnalyticalPort(simulator, name, memory)
{
    protected override SimTime Move(MemoryRequest request, long address, long lines, bool endsPage, out SimTime tail)
    {
        SimTime now = Simulator.Now;
        SimTime next = now;
        tail = SimTime.Zero;
        if (Memory.Pages.StateOf(address) == PageState.Uncached)
        {
            SimTime bus = Memory.UseBus(now, lines, isWrite: false);
            SimTime stall = request.Command switch
            {
                MemoryCommand.Write => Memory.Configuration.CpuStoreMiss,
                MemoryCommand.Read => Memory.Configuration.CpuReadMiss,
                _ => SimTime.Zero,
            };
            next = stall == SimTime.Zero ? now : SimTime.Max(now + stall * lines, bus);
        }

        if (endsPage) Memory.Cache(now, address, byCore: true, modifies: request.Command == MemoryCommand.Write);
        return next;
    }
}
