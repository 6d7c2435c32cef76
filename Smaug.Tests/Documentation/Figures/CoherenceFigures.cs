using Smaug.Core.Execution;
using Smaug.Core.Reporting.Charts;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Documentation.Figures;

/// <summary>Figures of the coherent memory systems.</summary>
internal static class CoherenceFigures
{
    private static readonly string[] s_accesses =
        ["core, own L1", "core, L2", "core, other L1", "core, DRAM", "DMA read, L1", "DMA read, DRAM", "ACP read, L2", "ACP read, L1", "ACP read, DRAM"];

    /// <summary>Latency of a lone access by where the line is.</summary>
    public static SvgCanvas Latencies()
    {
        var chart = new StackedBarChart("Latency in ns of a lone access to a line of 32 bytes, by where the line is", ("directory (MESI)", "#4477aa"), ("snooping (classic)", "#ccbb44"));
        double[] directory = Measure(Directory), classic = Measure(Classic);
        double longest = Math.Max(directory.Max(), classic.Max());
        for (int i = 0; i < s_accesses.Length; i++)
        {
            (string first, string second) = (Text(directory[i]), Text(classic[i]));
            chart.Add(s_accesses[i], [directory[i], 0], first, _ => first, longest);
            chart.Add("", [0, classic[i]], second, _ => second, longest);
        }

        return chart.Draw();

        static string Text(double latency) => FormattableString.Invariant($"{latency:0.0} ns");
    }

    private static double[] Measure(Func<Simulator, Ports> compose)
    {
        var simulator = new Simulator();
        Ports ports = compose(simulator);
        List<double> latencies = [];
        long line = 0x100000;
        ComponentFigure.Time(simulator, async () =>
        {
            async Task Add(MemoryPort port, params MemoryPort[] before)
            {
                line += 1 << 16;
                foreach (MemoryPort earlier in before)
                {
                    if (earlier == ports.Evict) await Evict();
                    else await earlier.WriteAsync(line, 4);
                    await simulator.Delay(10.Microseconds());
                }

                // On an edge of all clocks, and no refresh near.
                await simulator.Delay(new SimTime(3_904_000 - simulator.Now.Picoseconds % 3_904_000 + 1_000_000));
                SimTime begin = simulator.Now;
                await port.ReadAsync(line, 4);
                latencies.Add((simulator.Now - begin).Nanoseconds);
            }

            // Two other lines of the set push the line from the core's cache of two ways into the L2.
            async Task Evict()
            {
                await ports.Core.WriteAsync(line + 32768, 4);
                await ports.Core.WriteAsync(line + 65536, 4);
                await simulator.Delay(10.Microseconds());
            }

            await Add(ports.Core, ports.Core);
            await Add(ports.Core, ports.Core, ports.Evict);
            await Add(ports.Core, ports.Other);
            await Add(ports.Core);
            await Add(ports.Dma, ports.Core);
            await Add(ports.Dma);
            await Add(ports.Acp, ports.Core, ports.Evict);
            await Add(ports.Acp, ports.Core);
            await Add(ports.Acp);
        });
        return [.. latencies];
    }

    private static DramMemory Dram(Simulator simulator) => new(simulator, "dram", TransactionPresets.Get("LPDDR4_3200_2x16"));

    private static Ports Directory(Simulator simulator)
    {
        var system = new MesiMemorySystem(simulator, Dram(simulator).Port, new MesiOptions { LineBytes = 32 });
        return new Ports(system.AddCache("core", 64.Kibibytes(), 2), system.AddCache("other", 64.Kibibytes(), 2), system.AddDma("dma"), system.AddAcp("acp"), system.AddDma("evict"));
    }

    private static Ports Classic(Simulator simulator)
    {
        var system = new ClassicMemorySystem(simulator, Dram(simulator).Port, new ClassicOptions { LineBytes = 32 });
        var l1 = new CacheOptions { Size = 64.Kibibytes(), LineBytes = 32 };
        return new Ports(system.AddCache("core", l1), system.AddCache("other", l1), system.AddDma("dma"), system.AddAcp("acp", new ByteSize(128)), system.AddDma("evict"));
    }

    /// <param name="Core">A core's port.</param>
    /// <param name="Other">Another core's port.</param>
    /// <param name="Dma">A DMA engine's port.</param>
    /// <param name="Acp">A coherency port.</param>
    /// <param name="Evict">Stands for pushing the line out of the first core's cache.</param>
    private sealed record Ports(MemoryPort Core, MemoryPort Other, MemoryPort Dma, MemoryPort Acp, MemoryPort Evict);
}
