using System.Text;

namespace Smaug.Core.Reporting;

/// <summary>A table of plain text with aligned columns: the first columns to the left, numbers to the right.</summary>
public sealed class TextTable
{
    private readonly int _leftColumns;
    private readonly List<string[]> _rows = [];

    /// <summary>Creates a table.</summary>
    /// <param name="leftColumns">Columns that are aligned to the left; the others are aligned to the right.</param>
    /// <param name="header">Column names.</param>
    public TextTable(int leftColumns, params string[] header)
    {
        _leftColumns = leftColumns;
        _rows.Add(header);
    }

    /// <summary>Adds a row with as many cells as the header has.</summary>
    public void Add(params string[] cells)
    {
        if (cells.Length != _rows[0].Length) throw new ArgumentException($"{cells.Length} cells in a table of {_rows[0].Length} columns", nameof(cells));
        _rows.Add(cells);
    }

    /// <summary>The table, header underlined, lines ended by a line feed.</summary>
    public override string ToString()
    {
        var widths = new int[_rows[0].Length];
        foreach (string[] row in _rows)
        {
            for (int i = 0; i < row.Length; i++) widths[i] = Math.Max(widths[i], row[i].Length);
        }

        var text = new StringBuilder();
        for (int r = 0; r < _rows.Count; r++)
        {
            AppendRow(text, _rows[r], widths);
            if (r == 0) text.Append('-', widths.Sum() + 2 * (widths.Length - 1)).Append('\n');
        }

        return text.ToString();
    }

    private void AppendRow(StringBuilder text, string[] row, int[] widths)
    {
        int start = text.Length;
        for (int i = 0; i < row.Length; i++)
        {
            if (i > 0) text.Append("  ");
            text.Append(i < _leftColumns ? row[i].PadRight(widths[i]) : row[i].PadLeft(widths[i]));
        }

        while (text.Length > start && text[^1] == ' ') text.Length--;
        text.Append('\n');
    }
}
