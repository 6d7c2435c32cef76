namespace Smaug.Core.Formats;

/// <summary>Comma-separated values (RFC 4180).</summary>
public static class CsvText
{
    /// <summary>A field as it stands in a row: in quotes when it holds a comma, a quote or the end of a line.</summary>
    public static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
}
