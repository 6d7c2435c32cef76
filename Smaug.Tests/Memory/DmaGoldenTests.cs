using System.Globalization;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Memory;

/// <summary>The DMA micro-benchmark of the reference, row by row: accelerator cycles within 2 %.</summary>
[Category("Golden")]
[Category("Golden.Soc")]
public class DmaGoldenTests
{
    private const double Tolerance = 0.02;

    private static IEnumerable<TestCaseData> RubyFiles() => GoldenData.Files("gem5aladdin/dma", "dma_ruby_*.csv");

    [TestCaseSource(nameof(RubyFiles))]
    public void CyclesOfTheDirectorySystemAreThoseMeasured(string file)
    {
        (List<DmaRow> rows, List<int> expected) = Read(file);
        DmaFileOptions options = DmaFileOptions.Parse(file);
        Simulator simulator = new();
        simulator.RunUntil(MicroBenchmark.Switch);
        DramMemory dram = new(simulator, "dram", TransactionPresets.Get(options.Memory), size: 1.Gibibytes());
        MesiMemorySystem ruby = new(simulator, dram.Port, new MesiOptions
        {
            LineBytes = options.LineBytes,
            L2Size = 2.Mebibytes(),
            L2Ways = 16,
        });
        MemoryPort data = ruby.AddCache("cpu.data", 64.Kibibytes(), 2);
        MemoryPort instructions = ruby.AddCache("cpu.instructions", 32.Kibibytes(), 2);
        MemoryPort flag = ruby.AddCache("accelerator.cache", 16.Kibibytes(), 2);
        DmaEngine engine = new(simulator, "dma", ruby.AddDma("accelerator.dma"), options.Dma);
        MicroBenchmark program = new(simulator, data, instructions, data, engine, options.Dma.Frequency, options.LineBytes);
        simulator.Start("host", () => program.RunAsync(rows));
        simulator.Run();
        Compare(rows, expected, program.Results);
    }

    private static (List<DmaRow> Rows, List<int> Cycles) Read(string file)
    {
        List<DmaRow> rows = [];
        List<int> cycles = [];
        foreach (string line in GoldenData.ReadLines(file).Skip(1))
        {
            string[] f = line.Split(',');
            long Number(int i) => long.Parse(f[i], CultureInfo.InvariantCulture);
            rows.Add(new DmaRow((int)Number(0), f[1], f[2] == "load" ? DmaDirection.Load : DmaDirection.Store, (int)Number(3), (int)Number(4),
                Number(11) - Number(10)));
            cycles.Add((int)Number(5));
        }

        return (rows, cycles);
    }

    private static void Compare(List<DmaRow> rows, List<int> expected, List<DmaResult> results)
    {
        Assert.That(results, Has.Count.EqualTo(rows.Count));
        List<string> differences = [];
        int equal = 0;
        double worst = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            double error = (double)(results[i].Cycles - expected[i]) / expected[i];
            worst = Math.Max(worst, Math.Abs(error));
            if (results[i].Cycles == expected[i]) equal++;
            if (Math.Abs(error) > Tolerance)
            {
                differences.Add(string.Create(CultureInfo.InvariantCulture,
                    $"row {rows[i].Index} {rows[i].Mode} {rows[i].Direction} {rows[i].Nodes} x {rows[i].Bytes} B: {results[i].Cycles}, expected {expected[i]} ({error:+0.0 %;-0.0 %})"));
            }
        }

        string summary = string.Create(CultureInfo.InvariantCulture,
            $"{rows.Count} rows compared, {equal} equal, {rows.Count - differences.Count} within {Tolerance:0 %}, worst {worst:0.00 %}");
        TestContext.Out.WriteLine(summary);
        Assert.That(differences, Is.Empty, $"{summary}\n{string.Join('\n', differences.Take(100))}");
    }
}

/// <summary>What the name of a micro-benchmark file says: dma_SYSTEM_MEMORY_OPTION...</summary>
internal sealed record DmaFileOptions(bool IsRuby, string Memory, int LineBytes, int CrossbarBytes, DmaOptions Dma)
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

        return new DmaFileOptions(words[1] == "ruby", MemoryPreset(words[2]), line, width, dma);
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
