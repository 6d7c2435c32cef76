using System.Globalization;
using System.Text;
using Smaug.Tests.Infrastructure;
using Smaug.Tests.Memory;

namespace Smaug.Tests.Validation;

/// <summary>The page <c>docs/validation.md</c> and the parts of it that are written from golden data.</summary>
internal static class ValidationPage
{
    public static string Path => System.IO.Path.Combine(ProjectFolder.Repository, "docs", "validation.md");

    public static IReadOnlyList<IValidationSection> Sections { get; } =
    [
        new NetworksSection("networks-analytical", MemoryFidelity.Analytical),
        new NetworksSection("networks-transaction", MemoryFidelity.Transaction),
        new NetworksSection("networks-message", MemoryFidelity.Message),
        new InvocationsSection(),
        new SystolicDeviceSection(),
        new DmaSection("dma", "transaction", ReservationGoldenTests.Simulate),
        new DmaSection("acp", "transaction", ReservationGoldenTests.Simulate),
        new DmaSection("dma", "message", DmaGoldenTests.Simulate),
        new DmaSection("acp", "message", DmaGoldenTests.Simulate),
        new DmaSection("dma", "classic", (path, rows) => ClassicGoldenTests.Simulate(path, rows).Results),
        new DmaSection("acp", "classic", (path, rows) => ClassicGoldenTests.Simulate(path, rows).Results),
        new IntegrationSection(),
        new FindingsSection(),
    ];

    /// <summary>What stands between the markers of a section.</summary>
    public static string Read(string page, string name)
    {
        (int begin, int end) = Place(page, name);
        return page[begin..end];
    }

    public static string Replace(string page, string name, string text)
    {
        (int begin, int end) = Place(page, name);
        return page[..begin] + text + page[end..];
    }

    /// <summary>A Markdown table: the first columns to the left, the others to the right.</summary>
    public static string Table(int leftColumns, string[] header, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        Row(header);
        Row([.. header.Select((_, i) => i < leftColumns ? "---" : "---:")]);
        foreach (string[] row in rows) Row(row);
        return text.ToString();

        void Row(string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    /// <summary>Ours, measured, and the difference: <c>1407.4 / 1411.7 (-0.3 %)</c>.</summary>
    public static string Compared(double ours, double measured, string format = "0.0") => string.Create(
        CultureInfo.InvariantCulture, $"{ours.ToString(format, CultureInfo.InvariantCulture)} / {measured.ToString(format, CultureInfo.InvariantCulture)} ({100 * (ours / measured - 1):+0.0;-0.0;0.0} %)");

    private static (int Begin, int End) Place(string page, string name)
    {
        string open = $"<!-- validation: {name} -->\n", close = $"<!-- end: {name} -->";
        int begin = page.IndexOf(open, StringComparison.Ordinal), end = page.IndexOf(close, StringComparison.Ordinal);
        if (begin < 0 || end < begin) throw new InvalidOperationException($"{Path} has no pair of lines '{open.Trim()}' and '{close}'");
        return (begin + open.Length, end);
    }
}
