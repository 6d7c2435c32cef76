using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Smaug.Core.Formats;
using Smaug.Core.Reporting;

namespace Smaug.Sweeps;

/// <summary>The result of a sweep as a table, drawings and a page.</summary>
public static class SweepReport
{
    private static readonly (string Name, Func<SweepFigures, string> Value)[] s_columns =
    [
        ("total_us", f => Microseconds(f.Total.Picoseconds)),
        ("tensor_preparation_us", f => Microseconds(f.PreparationPicoseconds)),
        ("operator_body_us", f => Microseconds(f.BodyPicoseconds)),
        ("tensor_finalization_us", f => Microseconds(f.FinalizationPicoseconds)),
        ("reordering_us", f => Microseconds(f.ReorderingPicoseconds)),
        ("other_us", f => Microseconds(f.OtherPicoseconds)),
        ("accelerator_busy_share", f => f.BusyShare.ToString("0.0000", CultureInfo.InvariantCulture)),
        ("accelerator_cycles", f => f.AcceleratorCycles.ToString(CultureInfo.InvariantCulture)),
        ("memory_bytes", f => f.MemoryBytes.ToString(CultureInfo.InvariantCulture)),
        ("total_energy_uj", f => (f.TotalPicojoules / 1e6).ToString("0.000", CultureInfo.InvariantCulture)),
        ("accelerator_energy_uj", f => (f.AcceleratorPicojoules / 1e6).ToString("0.000", CultureInfo.InvariantCulture)),
    ];

    /// <summary>Writes <c>sweep.csv</c>, <c>sweep.html</c>, <c>breakdown.svg</c> and, where a parameter with numbers varies, <c>speedup.svg</c> into a folder.</summary>
    public static void Save(SweepResult result, string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, "sweep.csv"), Csv(result));
        AtomicFile.WriteText(Path.Combine(folder, "sweep.html"), Html(result));
        AtomicFile.WriteText(Path.Combine(folder, "breakdown.svg"), SweepCharts.Breakdown(result).ToString());
        if (SweepCharts.Speedup(result) is { } speedup) AtomicFile.WriteText(Path.Combine(folder, "speedup.svg"), speedup.ToString());
    }

    /// <summary>One row per point: its number, network, parameters, figures, and the remarks of its run. Times are in microseconds.</summary>
    public static string Csv(SweepResult result)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Header(result).Append("notes").Select(CsvText.Field)).Append('\n');
        foreach (SweepRow row in result.Rows) text.AppendJoin(',', Cells(row, result).Append(string.Join("; ", row.Notes)).Select(CsvText.Field)).Append('\n');
        return text.ToString();
    }

    /// <summary>A page without outside resources: remarks, the drawings and the table.</summary>
    public static string Html(SweepResult result)
    {
        var page = new HtmlPage(string.Create(CultureInfo.InvariantCulture, $"Sweep of {result.Rows.Length} points"));
        foreach (string note in result.Sweep.Notes.Concat(result.Notes)) page.Note(note);
        if (SweepCharts.Speedup(result) is { } speedup) page.Drawing(speedup);
        return page.Drawing(SweepCharts.Breakdown(result)).Table(2, [.. Header(result)], result.Rows.Select(row => (string[])[.. Cells(row, result)])).ToString();
    }

    /// <summary>Aligned text: the parameters that vary, time, speed-up over the first point of the network, and how busy accelerators are.</summary>
    public static string Text(SweepResult result)
    {
        ImmutableArray<int> varying = SweepCharts.Varying(result.Sweep);
        var table = new TextTable(1 + varying.Length, ["point", .. varying.Select(a => result.Sweep.Axes[a].Parameter), "total us", "speed-up", "busy %", "prepare us", "body us", "finalise us", "reorder us"]);
        var first = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (SweepRow row in result.Rows)
        {
            SweepFigures f = row.Figures;
            first.TryAdd(row.Network, f.Total.Picoseconds);
            table.Add([
                row.Index.ToString(CultureInfo.InvariantCulture), .. varying.Select(a => row.Values[a]), Microseconds(f.Total.Picoseconds),
                (first[row.Network] / f.Total.Picoseconds).ToString("0.00", CultureInfo.InvariantCulture), (100 * f.BusyShare).ToString("0.0", CultureInfo.InvariantCulture),
                Microseconds(f.PreparationPicoseconds), Microseconds(f.BodyPicoseconds), Microseconds(f.FinalizationPicoseconds), Microseconds(f.ReorderingPicoseconds),
            ]);
        }

        return table.ToString();
    }

    private static IEnumerable<string> Header(SweepResult result) =>
        ["point", SweepParameters.Network, .. Parameters(result).Select(a => result.Sweep.Axes[a].Parameter), .. s_columns.Select(c => c.Name)];

    private static IEnumerable<string> Cells(SweepRow row, SweepResult result) =>
        [row.Index.ToString(CultureInfo.InvariantCulture), row.Network, .. Parameters(result).Select(a => row.Values[a]), .. s_columns.Select(c => c.Value(row.Figures))];

    private static IEnumerable<int> Parameters(SweepResult result) =>
        Enumerable.Range(0, result.Sweep.Axes.Length).Where(a => result.Sweep.Axes[a].Parameter != SweepParameters.Network);

    private static string Microseconds(long picoseconds) => (picoseconds / 1e6).ToString("0.000", CultureInfo.InvariantCulture);
}
