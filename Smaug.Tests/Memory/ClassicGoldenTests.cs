using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Memory;

/// <summary>The DMA and ACP micro-benchmarks of the reference on the classic memory system, row by row.</summary>
[Category("Golden")]
[Category("Golden.Soc")]
public class ClassicGoldenTests
{
    private static IEnumerable<TestCaseData> DmaFiles() => GoldenData.Files("gem5aladdin/dma", "dma_classic_*.csv");

    private static IEnumerable<TestCaseData> AcpFiles() => GoldenData.Files("gem5aladdin/acp", "acp_classic_*.csv");

    [TestCaseSource(nameof(DmaFiles))]
    public void DmaCyclesOfTheClassicSystemAreThoseMeasured(string file) => Compare(file, minimumShare: 1);

    [TestCaseSource(nameof(AcpFiles))]
    public void AcpCyclesOfTheClassicSystemAreThoseMeasured(string file) => Compare(file, minimumShare: 1);

    /// <summary>But for one row of cold stores and long ones of clean stores (a cycle).</summary>
    [TestCaseSource(nameof(AcpFiles))]
    public void AcpRowsAreEqual(string file)
    {
        (List<DmaRow> rows, List<int> expected) = GoldenRows.Read(file);
        List<DmaResult> results = Simulate(file, rows).Results;
        int equal = rows.Count(r => results[r.Index].Cycles == expected[r.Index]);
        Assert.That(equal, Is.GreaterThanOrEqualTo(DmaFileOptions.Parse(file).LineBytes == 32 ? 87 : 84));
    }

    /// <summary>Up to 4 KiB no refresh falls into a row but by chance of the host program's timing, which these rows meet.</summary>
    [TestCaseSource(nameof(DmaFiles))]
    public void ColdRowsAreEqual(string file)
    {
        (List<DmaRow> rows, List<int> expected) = GoldenRows.Read(file);
        ClassicHost host = Simulate(file, rows);
        int[] small = [.. Enumerable.Range(0, 28).Where(i => rows[i].Bytes <= 4096)];
        Assert.That(small.Select(i => host.Results[i].Cycles), Is.EqualTo(small.Select(i => expected[i])));
    }

    [TestCaseSource(nameof(DmaFiles))]
    public void TheCoreIsWokenWhenMeasured(string file)
    {
        (List<DmaRow> rows, _) = GoldenRows.Read(file);
        ClassicHost host = Simulate(file, rows);
        Assert.That(host.WakePicoseconds, Is.EqualTo(rows.Select(r => r.WakePicoseconds)));
    }

    private static void Compare(string file, double minimumShare)
    {
        (List<DmaRow> rows, List<int> expected) = GoldenRows.Read(file);
        GoldenRows.Compare(rows, expected, Simulate(file, rows).Results, minimumShare);
    }

    internal static ClassicHost Simulate(string file, List<DmaRow> rows)
    {
        DmaFileOptions options = DmaFileOptions.Parse(file);
        ClassicHost host = new(options);
        host.Run(rows, options.Memory);
        return host;
    }
}
