using System.Globalization;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Memory;

/// <summary>
/// Cores, caches, network, directory, DMA and DRAM together against the reference's DRAM log: every request of the DMA
/// micro-benchmark must reach the controller at the picosecond at which it did in the reference, refused ones included.
/// </summary>
[Category("Golden")]
[Category("Golden.Soc")]
public class DramArrivalGoldenTests
{
    // Which micro-benchmark each log was recorded with, in the words of the result files' names, and the rows it reaches into.
    private static readonly (string Log, string Configuration, int Rows)[] s_logs =
    [
        ("dram_lpddr4_3200_2x16_l32", "dma_ruby_lpddr4_l32_ign", 53),
        ("dram_lpddr3_1600_1x32_l32", "dma_ruby_lpddr3_l32_ign", 30),
        ("dram_ddr3_1600_8x8_l64", "dma_ruby_ddr3_l64_ign", 51),
        ("dram_ddr4_2400_8x8_l32_max64", "dma_ruby_ddr4_l32_max64_ign", 30),
        ("dram_hbm_1000_4h_1x128_l32", "dma_ruby_hbm_l32_ign", 30),
    ];

    private static IEnumerable<TestCaseData> Logs() =>
        s_logs.Select(log => new TestCaseData(log.Log, log.Configuration, log.Rows).SetArgDisplayNames(log.Log));

    [TestCaseSource(nameof(Logs))]
    public void EveryRequestReachesTheMemoryWhenItDidInTheReference(string log, string configuration, int rows)
    {
        List<string> expected = ReadRequests($"gem5aladdin/dramctrl/{log}.csv.gz");
        GoldenData.Require("gem5aladdin/dma/dma_ruby_lpddr4_l32.csv");
        (List<DmaRow> program, _) = GoldenRows.Read("gem5aladdin/dma/dma_ruby_lpddr4_l32.csv");
        List<string> requests = [];
        RubyMicroBenchmark.Run(DmaFileOptions.Parse(configuration), program.GetRange(0, rows), (simulator, memory) => new Tap(simulator, memory, requests));
        Assert.That(requests, Has.Count.GreaterThanOrEqualTo(expected.Count));
        int first = 0;
        while (first < expected.Count && requests[first] == expected[first]) first++;
        Assert.That(first, Is.EqualTo(expected.Count),
            () => $"{first} of {expected.Count} requests equal, then {requests[first]} for {expected[first]}");
        TestContext.Out.WriteLine($"{expected.Count} requests compared, all equal");
    }

    private static List<string> ReadRequests(string file)
    {
        List<string> requests = [];
        foreach (string line in GoldenData.ReadLines(file))
        {
            string[] f = line.Split(',');
            if (f[0] is "REQ_R" or "REQ_W") requests.Add($"{f[0][4]} {f[1]} {f[2]} {f[3]}");
            else if (f[0] is "REJECT") requests[^1] += " refused";
        }

        return requests;
    }

    private sealed class Tap(Simulator simulator, MemoryPort memory, List<string> requests) : MemoryPort(simulator, "tap")
    {
        public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
        {
            string text = string.Create(CultureInfo.InvariantCulture,
                $"{(request.CarriesDataDown ? 'W' : 'R')} {Simulator.Now.Picoseconds} {request.Address} {request.Bytes}");
            bool accepted = memory.TrySend(request, sender);
            requests.Add(accepted ? text : text + " refused");
            return accepted;
        }
    }
}
