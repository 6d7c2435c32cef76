using System.Globalization;
using Smaug.Memory.Dma;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Memory;

/// <summary>Reads the rows of a DMA or ACP micro-benchmark and compares results with them.</summary>
internal static class GoldenRows
{
    private const double Tolerance = 0.02;

    // From the end of the datapath to the wake-up of the CPU where the file does not tell.
    private const long DefaultWake = 14_000;

    public static (List<DmaRow> Rows, List<int> Cycles) Read(string file)
    {
        List<DmaRow> rows = [];
        List<int> cycles = [];
        string[] lines = [.. GoldenData.ReadLines(file)];
        List<string> header = [.. lines[0].Split(',')];
        foreach (string line in lines.Skip(1))
        {
            string[] f = line.Split(',');
            long Number(string column, long otherwise) =>
                header.IndexOf(column) is var i and >= 0 ? long.Parse(f[i], CultureInfo.InvariantCulture) : otherwise;
            DmaDirection direction = f[header.IndexOf("op")] == "load" ? DmaDirection.Load : DmaDirection.Store;
            rows.Add(new DmaRow((int)Number("idx", 0), f[header.IndexOf("mode")], direction, (int)Number("size", 0), (int)Number("k", 1),
                Number("wake_ps", DefaultWake) - Number("done_ps", 0)));
            cycles.Add((int)Number("accel_cycles", 0));
        }

        return (rows, cycles);
    }

    /// <summary>
    /// Passes when the cycles are right on average (mean error at most 2 %) and for most rows (within 2 %), and when the rows
    /// that the host program's timing cannot disturb are right one by one. A row's transfer meets the refreshes and the open
    /// rows that the accesses before it have left; where those include CPU code that the data does not describe, single rows
    /// shift by a refresh (180 ns) or a row conflict (18 ns). Every row beyond the tolerance is listed.
    /// </summary>
    public static void Compare(List<DmaRow> rows, List<int> expected, List<DmaResult> results, double minimumShare)
    {
        Assert.That(results, Has.Count.EqualTo(rows.Count));
        List<string> differences = [];
        int equal = 0;
        double sum = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            double error = (double)(results[i].Cycles - expected[i]) / expected[i];
            sum += error;
            if (results[i].Cycles == expected[i]) equal++;
            if (Math.Abs(error) > Tolerance)
            {
                differences.Add(string.Create(CultureInfo.InvariantCulture,
                    $"row {rows[i].Index} {rows[i].Mode} {rows[i].Direction} {rows[i].Nodes} x {rows[i].Bytes} B: {results[i].Cycles}, expected {expected[i]} ({100 * error:+0.0;-0.0} %)"));
            }
        }

        int within = rows.Count - differences.Count;
        string report = string.Create(CultureInfo.InvariantCulture,
            $"{rows.Count} rows compared: {equal} equal, {within} within 2 %, mean error {100 * sum / rows.Count:+0.00;-0.00} %\n{string.Join('\n', differences)}");
        TestContext.Out.WriteLine(report);
        Assert.Multiple(() =>
        {
            Assert.That(Math.Abs(sum / rows.Count), Is.LessThanOrEqualTo(Tolerance), report);
            Assert.That((double)within / rows.Count, Is.GreaterThanOrEqualTo(minimumShare), report);
        });
    }
}
