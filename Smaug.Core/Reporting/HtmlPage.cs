using System.Text;
using Smaug.Core.Reporting.Charts;

namespace Smaug.Core.Reporting;

/// <summary>One HTML page without outside resources: headings, notes, drawings and tables, from top to bottom.</summary>
public sealed class HtmlPage
{
    private const string Style =
        "body{font-family:sans-serif;margin:24px;color:#222}.wide{overflow-x:auto}svg{max-width:100%;height:auto}" +
        "table{border-collapse:collapse;margin:12px 0;font-size:12px}th,td{border-bottom:1px solid #ddd;padding:3px 8px;text-align:right;white-space:nowrap}" +
        ".left{text-align:left}h1{font-size:22px}h2{font-size:17px;margin-top:28px}.note{color:#666}";

    private readonly StringBuilder _html = new();

    /// <summary>Begins a page.</summary>
    /// <param name="title">Its title and first heading.</param>
    public HtmlPage(string title)
    {
        string heading = SvgCanvas.Escape(title);
        _html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(heading).Append("</title><style>").Append(Style)
            .Append("</style></head><body>\n<h1>").Append(heading).Append("</h1>\n");
    }

    /// <summary>Adds a heading of the second level.</summary>
    public HtmlPage Heading(string text) => Element("<h2>", text, "</h2>\n");

    /// <summary>Adds a paragraph.</summary>
    public HtmlPage Paragraph(string text) => Element("<p>", text, "</p>\n");

    /// <summary>Adds a paragraph in grey.</summary>
    public HtmlPage Note(string text) => Element("<p class=\"note\">", text, "</p>\n");

    /// <summary>Adds a drawing.</summary>
    public HtmlPage Drawing(SvgCanvas drawing)
    {
        _html.Append("<div class=\"wide\">\n").Append(drawing).Append("</div>\n");
        return this;
    }

    /// <summary>Adds a table; one that is wider than the page scrolls by itself.</summary>
    /// <param name="leftColumns">Columns that are aligned to the left; the others are aligned to the right.</param>
    /// <param name="header">Column names; none: a table without a header.</param>
    /// <param name="rows">Cells of each row.</param>
    public HtmlPage Table(int leftColumns, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        _html.Append("<div class=\"wide\"><table>\n");
        if (header.Count > 0) Row("th", leftColumns, header);
        foreach (IReadOnlyList<string> row in rows) Row("td", leftColumns, row);
        _html.Append("</table></div>\n");
        return this;
    }

    /// <summary>The page so far, complete.</summary>
    public override string ToString() => _html + "</body></html>\n";

    private void Row(string element, int leftColumns, IReadOnlyList<string> cells)
    {
        _html.Append("<tr>");
        for (int i = 0; i < cells.Count; i++)
        {
            _html.Append('<').Append(element).Append(i < leftColumns ? " class=\"left\">" : ">").Append(SvgCanvas.Escape(cells[i])).Append("</").Append(element).Append('>');
        }

        _html.Append("</tr>\n");
    }

    private HtmlPage Element(string begin, string text, string end)
    {
        _html.Append(begin).Append(SvgCanvas.Escape(text)).Append(end);
        return this;
    }
}
