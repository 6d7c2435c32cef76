using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Smaug.Core;
using Smaug.Core.Formats;

namespace Smaug.Cli;

/// <summary>One column of a <see cref="FigureTable"/>.</summary>
/// <param name="Header">Head in Markdown.</param>
/// <param name="Key">Name in CSV and JSON, with the unit.</param>
/// <param name="Format">How Markdown shows a number, for example <c>N0</c>; empty for text.</param>
internal sealed record FigureColumn(string Header, string Key, string Format = "");

/// <summary>A table of figures: Markdown for people, CSV and JSON with full precision. A null cell is a figure that there is not.</summary>
internal sealed class FigureTable(params FigureColumn[] columns)
{
    private readonly List<object?[]> _rows = [];

    /// <summary>Adds a row: text, <see cref="long"/> or <see cref="double"/> for each column.</summary>
    public void Add(params object?[] cells) => _rows.Add(cells);

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", columns.Select(c => c.Header)).Append(" |\n|");
        foreach (FigureColumn column in columns) text.Append(column.Format.Length > 0 ? "---:|" : "---|");
        text.Append('\n');
        foreach (object?[] row in _rows) text.Append("| ").AppendJoin(" | ", row.Select((cell, i) => Shown(cell, columns[i].Format))).Append(" |\n");
        return text.ToString();
    }

    public string ToCsv()
    {
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(c => c.Key)).Append('\n');
        foreach (object?[] row in _rows) text.AppendJoin(',', row.Select(c => Shown(c, "R", missing: ""))).Append('\n');
        return text.ToString();
    }

    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (object?[] row in _rows)
            {
                json.WriteStartObject();
                for (int i = 0; i < columns.Length; i++) Write(json, columns[i].Key, row[i]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    /// <summary>Throws when a file name has no ending of a format that can be written, before hours are spent on its content.</summary>
    public static void CheckEnding(string path)
    {
        if (Path.GetExtension(path) is not (".md" or ".csv" or ".json")) throw new ConfigurationException($"--out {path}: the name must end in .md, .csv or .json");
    }

    /// <summary>Writes the table in the format of the file name's ending.</summary>
    public void Save(string path)
    {
        CheckEnding(path);
        AtomicFile.WriteText(path, Path.GetExtension(path) switch { ".md" => ToMarkdown(), ".csv" => ToCsv(), _ => ToJson() });
    }

    private static void Write(Utf8JsonWriter json, string key, object? cell)
    {
        switch (cell)
        {
            case null:
                json.WriteNull(key);
                break;
            case long number:
                json.WriteNumber(key, number);
                break;
            case double number:
                json.WriteNumber(key, number);
                break;
            default:
                json.WriteString(key, cell.ToString());
                break;
        }
    }

    private static string Shown(object? cell, string format, string missing = "–") => cell switch
    {
        null => missing,
        long number => number.ToString(format == "R" ? "D" : format, CultureInfo.InvariantCulture),
        double number => number.ToString(format, CultureInfo.InvariantCulture),
        _ => cell.ToString()!,
    };
}
