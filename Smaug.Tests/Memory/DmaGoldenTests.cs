using System.Globalization;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Memory;

/// <summary>The DMA and ACP micro-benchmarks of the reference on the directory-coherent system, row by row.</summary>
[Category("Golden")]
[Category("Golden.Soc")]
public class DmaGoldenTests
{
    private static IEnumerable<TestCaseData> RubyFiles() => GoldenData.Files("gem5aladdin/dma", "dma_ruby_*.csv");

    private static IEnumerable<TestCaseData> RubyAcpFiles() => GoldenData.Files("gem5aladdin/acp", "acp_ruby_*.csv");

    [TestCaseSource(nameof(RubyFiles))]
    public void DmaCyclesOfTheDirectorySystemAreThoseMeasured(string file) => Run(file, minimumShare: 0.97);

    [TestCaseSource(nameof(RubyAcpFiles))]
    public void AcpCyclesOfTheDirectorySystemAreThoseMeasured(string file) => Run(file, minimumShare: 1);

    /// <summary>All rows of twelve files; the other one before the first that meets a refresh elsewhere.</summary>
    [TestCaseSource(nameof(RubyFiles))]
    public void RowsAreEqual(string file)
    {
        (List<DmaRow> rows, List<int> expected) = GoldenRows.Read(file);
        int count = Path.GetFileNameWithoutExtension(file) == "dma_ruby_ddr3_l32" ? 69 : rows.Count;
        List<DmaResult> results = Simulate(file, rows.GetRange(0, count));
        Assert.That(results.Select(r => r.Cycles), Is.EqualTo(expected.Take(count)));
    }

    private static void Run(string file, double minimumShare)
    {
        (List<DmaRow> rows, List<int> expected) = GoldenRows.Read(file);
        GoldenRows.Compare(rows, expected, Simulate(file, rows), minimumShare);
    }

    internal static List<DmaResult> Simulate(string file, List<DmaRow> rows) => RubyMicroBenchmark.Run(DmaFileOptions.Parse(file), rows);
}

/// <summary>The system of the reference's micro-benchmarks with directory-coherent memory.</summary>
internal static class RubyMicroBenchmark
{
    /// <summary>Runs rows; the memory that the directory sees may be wrapped.</summary>
    public static List<DmaResult> Run(DmaFileOptions options, List<DmaRow> rows, Func<Simulator, MemoryPort, MemoryPort>? wrapMemory = null)
    {
        Simulator simulator = new();
        simulator.RunUntil(MicroBenchmark.Switch);
        DramMemory dram = new(simulator, "dram", TransactionPresets.Get(options.Memory), size: 1.Gibibytes());
        MemoryPort memory = wrapMemory?.Invoke(simulator, dram.Port) ?? dram.Port;
        MesiMemorySystem ruby = new(simulator, memory, new MesiOptions { LineBytes = options.LineBytes, L2Size = 2.Mebibytes(), L2Ways = 16 });
        MemoryPort core = ruby.AddCore("cpu", 32.Kibibytes(), 2, 64.Kibibytes(), 2);
        MemoryPort acceleratorCache = ruby.AddCache("accelerator.cache", 16.Kibibytes(), 2);
        DmaEngine dma = new(simulator, "dma", ruby.AddDma("accelerator.dma"), options.Dma);
        AcpEngine acp = new(simulator, "acp", ruby.AddAcp("accelerator.acp"), new AcpOptions { LineBytes = options.LineBytes });
        MicroBenchmark program = new(simulator, core, acceleratorCache, options.Dma.Frequency, options.LineBytes)
        {
            Dma = options.IsAcp ? null : dma,
            Acp = options.IsAcp ? acp : null,
        };
        simulator.Start("host", () => program.RunAsync(rows));
        simulator.Run();
        return program.Results;
    }
}

/// <summary>What the name of a micro-benchmark file says: dma_SYSTEM_MEMORY_OPTION...</summary>
internal sealed record DmaFileOptions(bool IsAcp, string Memory, int LineBytes, int CrossbarBytes, DmaOptions Dma)
{
    public static DmaFileOptions Parse(string file)
    {
        string[] words = Path.GetFileNameWithoutExtension(file).Split('_');
        int line = words.Contains("l64") ? 64 : 32;
        int cycleTime = words.Contains("ct2") ? 2 : 1;
        int width = 16;
        DmaOptions dma = new()
        {
            LineBytes = line,
            Frequency = Frequency.FromPeriod(cycleTime.Nanoseconds()),
            FlushCyclesPerLine = words.Contains("ign") ? 0 : DmaOptions.FlushCycles(12.Nanoseconds(), cycleTime),
            InvalidatesOnStore = !words.Contains("noinv"),
            IsPipelined = !words.Contains("nopipe"),
        };
        foreach (string word in words)
        {
            if (word.StartsWith("max", StringComparison.Ordinal)) dma = dma with { MaximumOutstanding = Number(word, 3) };
            if (word.StartsWith("ch", StringComparison.Ordinal)) dma = dma with { Channels = Number(word, 2) };
            if (word.StartsWith("xbar", StringComparison.Ordinal)) width = Number(word, 4);
        }

        return new DmaFileOptions(words[0] == "acp", MemoryPreset(words[2]), line, width, dma);
    }

    public static string MemoryPreset(string name) => name switch
    {
        "lpddr4" => "LPDDR4_3200_2x16",
        "lpddr3" => "LPDDR3_1600_1x32",
        "ddr3" => "DDR3_1600_8x8",
        "ddr4" => "DDR4_2400_8x8",
        "hbm" => "HBM_1000_4H_1x128",
        _ => throw new ArgumentException($"unknown memory '{name}'"),
    };

    private static int Number(string word, int from) => int.Parse(word.AsSpan(from), CultureInfo.InvariantCulture);
}
