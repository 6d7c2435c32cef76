using Smaug.Core.Reporting.Charts;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Scratchpads;
using Smaug.Memory.Tlb;

namespace Smaug.Tests.Documentation.Figures;

/// <summary>Figures of translation buffers and scratchpads.</summary>
internal static class AddressFigures
{
    private const int ArrayBytes = 1 << 20, Accesses = 4096;

    /// <summary>Mean time of a translation over the page size: an array of 1 MiB in order, and at random places.</summary>
    public static SvgCanvas WalkTime()
    {
        int[] pages = [1024, 4096, 16384, 65536, 262144];
        double[] x = [.. pages.Select(p => p / 1024.0)];
        var chart = new LineChart("Translations of an array of 1 MiB, walks of 100 cycles", new ChartAxis("page, KiB", AxisScale.PowersOfTwo), new ChartAxis("cycles per translation"));
        foreach (int entries in (int[])[8, 64]) chart.Add($"random, {entries} entries", x, [.. pages.Select(p => Cycles(p, entries, random: true))]);
        chart.Add("in order, 8 entries", x, [.. pages.Select(p => Cycles(p, 8, random: false))]);
        return chart.Draw();
    }

    /// <summary>Accesses that get a port per cycle over the number of partitions, for strides in words.</summary>
    public static SvgCanvas ScratchpadThroughput()
    {
        int[] partitions = [1, 2, 4, 8, 16, 32];
        double[] x = [.. partitions.Select(p => (double)p)];
        var chart = new LineChart("32 accesses at a time to partitions with a port each; strides in words", new ChartAxis("partitions", AxisScale.PowersOfTwo), new ChartAxis("accesses per cycle"));
        foreach (int stride in (int[])[1, 2, 8]) chart.Add($"cyclic, stride {stride}", x, [.. partitions.Select(p => PerCycle(p, stride, PartitionKind.Cyclic))]);
        chart.Add("block, stride 1", x, [.. partitions.Select(p => PerCycle(p, 1, PartitionKind.Block))]);
        return chart.Draw();
    }

    private static double Cycles(int pageBytes, int entries, bool random)
    {
        var simulator = new Simulator();
        var buffer = new TranslationBuffer(simulator, "tlb", 1.Gigahertz(), new TlbOptions { Entries = entries, Ways = 0, PageBytes = pageBytes, HitCycles = 1, MissCycles = 100 });
        var numbers = new Random(1);
        var walker = new Walker(buffer, [.. Enumerable.Range(0, Accesses).Select(i => random ? (long)numbers.Next(ArrayBytes) : i * (ArrayBytes / Accesses))]);
        walker.Next();
        simulator.Run();
        return simulator.Now.Nanoseconds / Accesses;
    }

    private static double PerCycle(int partitions, int stride, PartitionKind kind)
    {
        const int Bytes = 4096, WordBytes = 4, AtATime = 32;
        var pad = new Scratchpad(new Simulator(), "pad", new ScratchpadOptions { Bytes = Bytes, WordBytes = WordBytes, Partitions = partitions, Kind = kind });
        long cycle = 0;
        int word = 0, done = 0;
        for (int group = 0; group < 32; group++)
        {
            List<int> waiting = [.. Enumerable.Range(0, AtATime).Select(_ => word++ * stride * WordBytes % Bytes)];
            for (; waiting.Count > 0; cycle++) done += waiting.RemoveAll(offset => pad.TryAccess(cycle, offset, isWrite: false));
        }

        return (double)done / cycle;
    }

    /// <summary>Asks for one translation after the other.</summary>
    private sealed class Walker(TranslationBuffer buffer, long[] addresses) : EventTarget
    {
        private int _index;
        private TranslationOutcome _outcome;

        public void Next() => _outcome = buffer.Request(addresses[_index], this, 0);

        public override void Handle(SimTime now, long tag)
        {
            // After a walk the request is made again and hits.
            if (_outcome == TranslationOutcome.Hit && ++_index == addresses.Length) return;
            Next();
        }
    }
}
