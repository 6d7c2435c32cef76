using System.Globalization;
using System.Text;
using System.Text.Json;
using Smaug.Core.Formats;
using Smaug.Core.Reporting;

namespace Smaug.Accelerators.Aladdin;

/// <summary>An explored design space as files: a table, a picture, a page.</summary>
public static class DesignReport
{
    private static readonly (string Name, string Title, Func<DesignOutcome, double> Value, string Format)[] Columns =
    [
        ("cycles", "cycles", o => o.Cycles, "0"),
        ("timeNanoseconds", "time, ns", o => o.Time.Nanoseconds, "0.###"),
        ("averageMilliwatts", "power, mW", o => o.AverageMilliwatts, "0.####"),
        ("energyPicojoules", "energy, pJ", o => o.Energy.Picojoules, "0.#"),
        ("areaSquareMicrometres", "area, um2", o => o.AreaSquareMicrometres, "0.#"),
    ];

    private static readonly (string Name, string Title, DesignObjectives Objectives)[] Fronts =
    [
        ("paretoTimePower", "front: time, power", DesignObjectives.Time | DesignObjectives.Power),
        ("paretoTimeArea", "front: time, area", DesignObjectives.Time | DesignObjectives.Area),
        ("paretoTimePowerArea", "front: all three", DesignObjectives.Time | DesignObjectives.Power | DesignObjectives.Area),
    ];

    /// <summary>Writes <c>designs.csv</c>, <c>designs.json</c>, <c>pareto.svg</c> and <c>designs.html</c> into a folder.</summary>
    /// <param name="outcomes">The designs, at least one.</param>
    /// <param name="folder">The folder; it is made when needed.</param>
    public static void Save(IReadOnlyList<DesignOutcome> outcomes, string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, "designs.csv"), Csv(outcomes));
        AtomicFile.Write(Path.Combine(folder, "designs.json"), stream => Json(outcomes, stream));
        AtomicFile.WriteText(Path.Combine(folder, "pareto.svg"), AladdinCharts.Pareto(outcomes).ToString());
        AtomicFile.WriteText(Path.Combine(folder, "designs.html"), Html(outcomes));
    }

    /// <summary>A row per design: what was chosen on each axis, the figures with their units in the names, and 1 for each front that it is on.</summary>
    public static string Csv(IReadOnlyList<DesignOutcome> outcomes)
    {
        string[] axes = [.. DesignChart.Axes(outcomes)];
        HashSet<DesignOutcome>[] fronts = FrontsOf(outcomes);
        var text = new StringBuilder();
        string[] head = ["design", .. axes, .. Columns.Select(c => c.Name), .. Fronts.Select(f => f.Name)];
        text.AppendJoin(',', head.Select(CsvText.Field)).Append('\n');
        foreach (DesignOutcome o in outcomes)
        {
            string[] cells = [o.Point.Name, .. axes.Select(a => DesignChart.Value(o, a)), .. Columns.Select(c => Number(c.Value(o), c.Format)), .. fronts.Select(f => f.Contains(o) ? "1" : "0")];
            text.AppendJoin(',', cells.Select(CsvText.Field)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>One array, one object per design.</summary>
    public static void Json(IReadOnlyList<DesignOutcome> outcomes, Stream target)
    {
        HashSet<DesignOutcome>[] fronts = FrontsOf(outcomes);
        using var json = new Utf8JsonWriter(target, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (DesignOutcome o in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("design", o.Point.Name);
            json.WriteStartObject("settings");
            foreach (DesignSetting setting in o.Point.Settings) json.WriteString(setting.Axis, setting.Value);
            json.WriteEndObject();
            foreach ((string name, _, Func<DesignOutcome, double> value, _) in Columns) json.WriteNumber(name, value(o));
            for (int f = 0; f < fronts.Length; f++) json.WriteBoolean(Fronts[f].Name, fronts[f].Contains(o));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A page without outside resources: the picture and the table of all designs, fastest first.</summary>
    public static string Html(IReadOnlyList<DesignOutcome> outcomes)
    {
        string[] axes = [.. DesignChart.Axes(outcomes)];
        HashSet<DesignOutcome>[] fronts = FrontsOf(outcomes);
        string[] header = [.. axes, .. Columns.Select(c => c.Title), .. Fronts.Select(f => f.Title)];
        return new HtmlPage("Design space").Drawing(AladdinCharts.Pareto(outcomes)).Table(0, header, outcomes.OrderBy(o => o.Time).Select(o => (string[])
            [.. axes.Select(a => DesignChart.Value(o, a)), .. Columns.Select(c => Number(c.Value(o), c.Format)), .. fronts.Select(f => f.Contains(o) ? "yes" : "")])).ToString();
    }

    private static HashSet<DesignOutcome>[] FrontsOf(IReadOnlyList<DesignOutcome> outcomes) => [.. Fronts.Select(f => DesignSpace.Pareto(outcomes, f.Objectives).ToHashSet())];

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
