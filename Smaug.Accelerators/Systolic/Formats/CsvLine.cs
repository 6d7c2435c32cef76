using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>One field of a topology or layout file and its column, counted from 1.</summary>
internal readonly record struct CsvField(string Text, int Column);

/// <summary>Lines of a topology or layout file, cut into fields.</summary>
internal sealed class CsvLine
{
    private CsvLine(string source, int number, List<CsvField> fields)
    {
        Source = source;
        Number = number;
        Fields = fields;
    }

    public string Source { get; }

    public int Number { get; }

    public List<CsvField> Fields { get; }

    public string Name => Fields.Count == 0 ? "" : Fields[0].Text;

    /// <summary>
    /// The lines after the header that are not blank. Strict: cut at commas, the piece after the last comma dropped.
    /// Otherwise tabs separate where there are no commas, and empty fields at the end are dropped.
    /// </summary>
    public static IEnumerable<CsvLine> Read(string text, string source, bool strict)
    {
        string[] lines = text.Split('\n');
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0) continue;
            bool tabs = !strict && !lines[i].Contains(',', StringComparison.Ordinal);
            List<CsvField> fields = Cut(lines[i], tabs ? '\t' : ',');
            if (strict) fields.RemoveAt(fields.Count - 1);
            while (!strict && fields.Count > 0 && fields[^1].Text.Length == 0) fields.RemoveAt(fields.Count - 1);
            if (fields.Count > 0) yield return new CsvLine(source, i + 1, fields);
        }
    }

    /// <summary>The fields after the name up to a <c>#</c>, cut at blanks as well and without empty ones.</summary>
    public List<CsvField> LooseValues()
    {
        var values = new List<CsvField>();
        foreach (CsvField field in Fields.Skip(1))
        {
            foreach (CsvField part in Cut(field.Text, ' '))
            {
                if (part.Text.StartsWith('#')) return values;
                if (part.Text.Length > 0) values.Add(new CsvField(part.Text, field.Column + part.Column - 1));
            }
        }

        return values;
    }

    public InputFormatException Error(int column, string detail) => new(Source, Number, column, detail);

    private static List<CsvField> Cut(string line, char separator)
    {
        var fields = new List<CsvField>();
        int start = 0;
        while (true)
        {
            int length = line.AsSpan(start).IndexOf(separator);
            string piece = length < 0 ? line[start..] : line.Substring(start, length);
            int blanks = piece.Length - piece.TrimStart().Length;
            fields.Add(new CsvField(piece.Trim(), start + blanks + 1));
            if (length < 0) return fields;
            start += length + 1;
        }
    }
}
