using Smaug.Core.Execution;
using Smaug.Core.Reporting.Charts;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Tests.Documentation.Figures;

/// <summary>A figure of a page of <c>docs/components</c>, drawn from what the component itself does.</summary>
/// <param name="Name">File name without its ending.</param>
/// <param name="Draw">Draws it.</param>
internal sealed record ComponentFigure(string Name, Func<SvgCanvas> Draw)
{
    /// <summary>All figures; a new one is a method beside its siblings and a line here.</summary>
    public static IReadOnlyList<ComponentFigure> All { get; } =
    [
        new("caches", CacheFigures.MissRatio),
        new("coherence", CoherenceFigures.Latencies),
        new("dma", TransferFigures.DmaBandwidth),
        new("acp", TransferFigures.AcpAgainstDma),
        new("tlb", AddressFigures.WalkTime),
        new("scratchpads", AddressFigures.ScratchpadThroughput),
        new("dram", DramFigures.LatencyOverLoad),
        new("cpu", CpuFigures.GatherTime),
        new("invocation", CpuFigures.InvocationParts),
        new("energy", EnergyFigures.SramOverSize),
        new("statistics", EnergyFigures.BusUtilisation),
    ];

    public override string ToString() => Name;

    /// <summary>Runs a process to its end and gives the time from its begin.</summary>
    public static SimTime Time(Simulator simulator, Func<Task> process)
    {
        SimTime begin = simulator.Now;
        simulator.Start("figure", process);
        simulator.Run();
        return simulator.Now - begin;
    }

    /// <summary>An engine with <c>Start</c> as something to wait for.</summary>
    public sealed class End : EventTarget
    {
        public SimTime At { get; private set; }

        public override void Handle(SimTime now, long tag) => At = now;
    }
}
