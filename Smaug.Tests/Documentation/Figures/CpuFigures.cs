using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Reporting;
using Smaug.Core.Reporting.Charts;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Cores;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;

namespace Smaug.Tests.Documentation.Figures;

/// <summary>Figures of the cores and of the way to an accelerator.</summary>
internal static class CpuFigures
{
    private const int Elements = 8192, ElementBytes = 2, LineBytes = 32;

    /// <summary>Time to gather a tile over the length of its runs.</summary>
    public static SvgCanvas GatherTime()
    {
        int[] runs = [4, 8, 16, 32, 64, 128, 256, 512];
        double[] x = [.. runs.Select(r => (double)r)];
        var chart = new LineChart("Gathering a tile of 8,192 elements of 2 bytes, cores at 1 GHz", new ChartAxis("elements that lie together in the tensor", AxisScale.PowersOfTwo), new ChartAxis("time, us", AxisScale.PowersOfTen));
        chart.Add("out of order, uncached", x, [.. runs.Select(r => Gather(new OutOfOrderCpuModel(), r, cached: false))]);
        chart.Add("out of order, cached", x, [.. runs.Select(r => Gather(new OutOfOrderCpuModel(), r, cached: true))]);
        chart.Add("in order, uncached", x, [.. runs.Select(r => Gather(new InOrderCpuModel(), r, cached: false))]);
        return chart.Draw();
    }

    /// <summary>What one invocation consists of, over the size of its tile.</summary>
    public static SvgCanvas InvocationParts()
    {
        var chart = new StackedBarChart("One invocation: addition of two tensors", ("launch and wake-up", "#bbbbbb"), ("flush and transfer in", "#4477aa"), ("compute", "#228833"), ("transfer out", "#ccbb44"));
        foreach (bool acp in (bool[])[false, true])
        {
            foreach (int elements in (int[])[256, 1024, 4096, 16384])
            {
                InvocationReport invocation = Add(elements, acp);
                var cpu = new OutOfOrderCpuModel();
                double launch = (cpu.LaunchCycles + cpu.ColdReads(CpuOverhead.Launch).ReadBytes / 32d * 72) / 1e3 + invocation.Overhead.Microseconds;
                double[] parts = [launch, invocation.TransferIn.Microseconds, invocation.Compute.Microseconds, invocation.TransferOut.Microseconds];
                chart.Add($"{(acp ? "ACP" : "DMA")}, {elements} elements", parts, FormattableString.Invariant($"{parts.Sum():0.00} us"), part => FormattableString.Invariant($"{parts[part]:0.00} us"), parts.Sum());
            }
        }

        return chart.Draw();
    }

    private static double Gather(ICpuModel model, int run, bool cached)
    {
        var simulator = new Simulator();
        var system = new ReservationMemorySystem(simulator, TransactionPresets.Get("LPDDR4_3200_2x16"), 1.Gibibytes(), new MesiOptions { LineBytes = LineBytes, L2Ways = 16 });
        CorePort core = system.AddCore("cpu", 64.Kibibytes(), 2, 1.Gigahertz());
        CpuWork work = model.Work(new HostTask(HostTaskKind.TileGather, "tile", "tensor", Elements, ElementBytes, run), LineBytes);
        var end = new ComponentFigure.End();
        SimTime begin = SimTime.Zero;
        ComponentFigure.Time(simulator, async () =>
        {
            if (cached) await core.ReadAsync(0x100000, Elements * ElementBytes);
            if (cached) await core.WriteAsync(0x20a000, Elements * ElementBytes);
            await simulator.Delay(1.Microseconds());
            begin = simulator.Now;
            core.Run(new CoreTask(0x100000, work.ReadBytes, 0x20a000, work.WriteBytes, SimTime.FromNanoseconds(work.Cycles), work.HidesReadMisses ? work.LinesAhead : 0,
                SimTime.FromNanoseconds(work.HiddenCycles), SimTime.FromNanoseconds(work.MissCycles)), end);
        });
        return (end.At - begin).Microseconds;
    }

    private static InvocationReport Add(int elements, bool acp)
    {
        Graph graph = Model.Build("add", Backends.Smv, model => model.Input("a", 1, elements).Add(model.Input("b", 1, elements)));
        return new SocBuilder(SocPresets.Tutorial).WithMemory(MemoryFidelity.Transaction).Build()
            .Run(graph, new RunOptions { MemoryPolicy = acp ? MemoryPolicy.AllAcp : MemoryPolicy.AllDma }).Report.Invocations[0];
    }
}
