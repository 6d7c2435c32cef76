using System.Globalization;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Memory;

/// <summary>The DMA and ACP micro-benchmarks of the reference on the reservation model, which leaves out the protocol's messages.</summary>
[Category("Golden")]
[Category("Golden.Soc")]
public class ReservationGoldenTests
{
    private static IEnumerable<TestCaseData> Files() =>
        [.. GoldenData.Files("gem5aladdin/dma", "dma_ruby_*.csv"), .. GoldenData.Files("gem5aladdin/acp", "acp_ruby_*.csv")];

    [TestCaseSource(nameof(Files))]
    public void Cycles_are_those_measured_to_a_quarter_per_cent_on_average_and_nine_rows_of_ten_to_two(string file)
    {
        // Without flushes engines send a line every cycle, links are full all the time, and what little is decided out of order there moves whole
        // rows across a refresh. No SoC of the experiments ignores the flush.
        bool ignoresFlush = file.Contains("_ign", StringComparison.Ordinal);
        (List<DmaRow> rows, List<int> expected) = GoldenRows.Read(file);
        List<DmaResult> results = Simulate(file, rows);
        Assert.That(results, Has.Count.EqualTo(rows.Count));
        double[] errors = [.. results.Zip(expected, (r, e) => (double)r.Cycles / e - 1)];
        int Within(double limit) => errors.Count(e => Math.Abs(e) <= limit);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rows.Count} rows: {Within(0)} equal, {Within(0.02)} within 2 %, {Within(0.05)} within 5 %, mean error {100 * errors.Average():+0.00;-0.00} %"));
        for (int i = 0; i < rows.Count; i++)
        {
            if (Math.Abs(errors[i]) <= 0.05) continue;
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"row {rows[i].Index} {rows[i].Mode} {rows[i].Direction} {rows[i].Nodes} x {rows[i].Bytes} B: {results[i].Cycles}, expected {expected[i]} ({100 * errors[i]:+0.0;-0.0} %)"));
        }

        Assert.Multiple(() =>
        {
            Assert.That(Math.Abs(errors.Average()), Is.LessThanOrEqualTo(ignoresFlush ? 0.0075 : 0.0025));
            Assert.That(Within(0.02), Is.GreaterThanOrEqualTo((ignoresFlush ? 0.85 : 0.93) * rows.Count));
            Assert.That(Within(0.05), Is.GreaterThanOrEqualTo((ignoresFlush ? 0.9 : 0.96) * rows.Count));
        });
    }

    internal static List<DmaResult> Simulate(string file, List<DmaRow> rows)
    {
        DmaFileOptions options = DmaFileOptions.Parse(file);
        Simulator simulator = new();
        simulator.RunUntil(MicroBenchmark.Switch);
        var mesi = new MesiOptions { LineBytes = options.LineBytes, L2Size = 2.Mebibytes(), L2Ways = 16 };
        ReservationMemorySystem system = new(simulator, TransactionPresets.Get(options.Memory), 1.Gibibytes(), mesi);
        CorePort core = system.AddCore("cpu", 64.Kibibytes(), 2);
        CorePort acceleratorCache = system.AddCore("accelerator.cache", 16.Kibibytes(), 2);
        MicroBenchmark program = new(simulator, core, acceleratorCache, options.Dma.Frequency, options.LineBytes)
        {
            Blocks = options.IsAcp ? system.AddAcp("accelerator.acp", new AcpOptions { LineBytes = options.LineBytes }) : system.AddDma("accelerator.dma", options.Dma),
            BlocksAreCoherent = options.IsAcp,
        };
        simulator.Start("host", () => program.RunAsync(rows));
        simulator.Run();
        return program.Results;
    }
}
