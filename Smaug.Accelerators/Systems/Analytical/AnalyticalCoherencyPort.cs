using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Analytical;

/// <summary>
/// The accelerator coherency port: reads and writes lines at the last-level cache, without flushing. Lines that the cache
/// does not hold are fetched into it.
/// </summary>
internal sealed class AnalyticalCoherencyPort(Simulator simulator, string name, AnalyticalMemory memory)
    : AnalyticalPort(simulator, name, memory)
{
    protected override SimTime Move(MemoryRequest request, long address, long lines, bool endsPage, out SimTime tail)
    {
        HostMemoryConfiguration times = Memory.Configuration;
        SimTime now = Simulator.Now;
        PageState state = Memory.Pages.StateOf(address);
        SimTime perLine = state switch
        {
            PageState.Uncached => times.DramStreamTime,
            PageState.Core => times.PortRecallTime,
            _ => times.PortLineTime,
        };
        SimTime roundTrip = times.PortRoundTrip + (state == PageState.Uncached ? times.DramRoundTrip : SimTime.Zero);
        tail = SimTime.Max(SimTime.Zero, roundTrip - perLine);
        SimTime bus = state == PageState.Uncached ? Memory.UseBus(now, lines, isWrite: false) : now;
        if (endsPage) Memory.Cache(now, address, byCore: false, modifies: request.Command == MemoryCommand.Write);
        return SimTime.Max(now + perLine * lines, bus);
    }
}
