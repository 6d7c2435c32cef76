using Smaug.Core.Execution;
using Smaug.Core.Reporting.Charts;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;

namespace Smaug.Tests.Documentation.Figures;

/// <summary>Figures of DMA engine and coherency port.</summary>
internal static class TransferFigures
{
    private static readonly int[] s_sizes = [64, 256, 1024, 4096, 16384, 65536];
    private static readonly double[] s_x = [.. s_sizes.Select(s => s / 1024.0)];

    /// <summary>Bandwidth of a load from DRAM over its size, for several limits of packets under way, with and without the flush.</summary>
    public static SvgCanvas DmaBandwidth()
    {
        var chart = new LineChart("DMA loads of uncached lines, LPDDR4-3200 2x16", new ChartAxis("transfer, KiB", AxisScale.PowersOfTwo), new ChartAxis("bandwidth, GB/s"));
        foreach (int outstanding in (int[])[4, 16, 64])
            chart.Add($"{outstanding} packets, no flush", s_x, [.. s_sizes.Select(s => s / Dma(s, outstanding, 0, warm: false).Nanoseconds)]);
        chart.Add("16 packets, flush", s_x, [.. s_sizes.Select(s => s / Dma(s, 16, 12, warm: false).Nanoseconds)]);
        return chart.Draw();
    }

    /// <summary>Time to load a buffer that the core has just written, and one that it has not, both ways.</summary>
    public static SvgCanvas AcpAgainstDma()
    {
        var chart = new LineChart("Loading a buffer", new ChartAxis("buffer, KiB", AxisScale.PowersOfTwo), new ChartAxis("time, ns", AxisScale.PowersOfTen));
        chart.Add("DMA, just written", s_x, [.. s_sizes.Select(s => Dma(s, 16, 12, warm: true).Nanoseconds)]);
        chart.Add("DMA, uncached", s_x, [.. s_sizes.Select(s => Dma(s, 16, 12, warm: false).Nanoseconds)]);
        chart.Add("ACP, just written", s_x, [.. s_sizes.Select(s => Acp(s, warm: true).Nanoseconds)]);
        chart.Add("ACP, uncached", s_x, [.. s_sizes.Select(s => Acp(s, warm: false).Nanoseconds)]);
        return chart.Draw();
    }

    private static SimTime Dma(int bytes, int outstanding, int flush, bool warm) =>
        Load(bytes, warm, system => system.AddDma("dma", new DmaOptions { LineBytes = 32, MaximumOutstanding = outstanding, FlushCyclesPerLine = flush }));

    private static SimTime Acp(int bytes, bool warm) => Load(bytes, warm, system => system.AddAcp("acp", new AcpOptions { LineBytes = 32 }));

    private static SimTime Load(int bytes, bool warm, Func<ReservationMemorySystem, MemoryPort> add)
    {
        var simulator = new Simulator();
        var system = new ReservationMemorySystem(simulator, TransactionPresets.Get("LPDDR4_3200_2x16"), 1.Gibibytes(), new MesiOptions { LineBytes = 32, L2Ways = 16 });
        CorePort core = system.AddCore("cpu", 64.Kibibytes(), 2, 1.Gigahertz());
        MemoryPort port = add(system);
        SimTime begin = SimTime.Zero;
        ComponentFigure.Time(simulator, async () =>
        {
            if (warm) await core.WriteAsync(0x100000, bytes);
            await simulator.Delay(1.Microseconds());
            begin = simulator.Now;
            await port.ReadAsync(0x100000, bytes);
        });
        return simulator.Now - begin;
    }
}
