using System.Globalization;
using System.Text;

namespace Smaug.Core.Reporting.Charts;

/// <summary>A small writer of SVG drawings: rectangles, circles, lines and text. The text stands alone or inside an HTML page.</summary>
public sealed class SvgCanvas
{
    private readonly StringBuilder _body = new();

    /// <summary>Creates an empty drawing.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public SvgCanvas(double width, double height)
    {
        Width = width;
        Height = height;
    }

    /// <summary>Width in pixels.</summary>
    public double Width { get; }

    /// <summary>Height in pixels.</summary>
    public double Height { get; }

    /// <summary>Draws a filled rectangle.</summary>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Top edge.</param>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    /// <param name="colour">Fill, for example <c>#4477aa</c>.</param>
    /// <param name="hint">Text shown when the pointer rests on it; null for none.</param>
    public void Rectangle(double x, double y, double width, double height, string colour, string? hint = null)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" fill=\"{colour}\"");
        if (hint is null) _body.Append("/>\n");
        else _body.Append("><title>").Append(Escape(hint)).Append("</title></rect>\n");
    }

    /// <summary>Draws a filled circle.</summary>
    /// <param name="x">Centre, from the left.</param>
    /// <param name="y">Centre, from the top.</param>
    /// <param name="radius">Radius.</param>
    /// <param name="colour">Fill.</param>
    /// <param name="hint">Text shown when the pointer rests on it; null for none.</param>
    /// <param name="outline">Colour of a thin outline; null for none.</param>
    public void Circle(double x, double y, double radius, string colour, string? hint = null, string? outline = null)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\" fill=\"{colour}\"");
        if (outline is not null) _body.Append(CultureInfo.InvariantCulture, $" stroke=\"{outline}\" stroke-width=\"1.5\"");
        if (hint is null) _body.Append("/>\n");
        else _body.Append("><title>").Append(Escape(hint)).Append("</title></circle>\n");
    }

    /// <summary>Draws a line.</summary>
    /// <param name="x1">Begin, from the left.</param>
    /// <param name="y1">Begin, from the top.</param>
    /// <param name="x2">End, from the left.</param>
    /// <param name="y2">End, from the top.</param>
    /// <param name="colour">Stroke.</param>
    /// <param name="width">Width of the stroke in pixels.</param>
    public void Line(double x1, double y1, double x2, double y2, string colour, double width = 1) =>
        _body.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\" stroke=\"{colour}\" stroke-width=\"{width:0.##}\"/>\n");

    /// <summary>Writes text.</summary>
    /// <param name="x">Anchor, from the left.</param>
    /// <param name="y">Base line, from the top.</param>
    /// <param name="text">What to write.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    /// <param name="size">Height of the letters in pixels.</param>
    public void Text(double x, double y, string text, string anchor = "start", double size = 12) =>
        _body.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.##}\" y=\"{y:0.##}\" text-anchor=\"{anchor}\" font-size=\"{size:0.##}\">").Append(Escape(text)).Append("</text>\n");

    /// <summary>Writes text that reads upwards, centred at a point.</summary>
    /// <param name="x">Base line, from the left.</param>
    /// <param name="y">Middle of the text, from the top.</param>
    /// <param name="text">What to write.</param>
    /// <param name="size">Height of the letters in pixels.</param>
    public void TextUpwards(double x, double y, string text, double size = 12) =>
        _body.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate({x:0.##} {y:0.##}) rotate(-90)\" text-anchor=\"middle\" font-size=\"{size:0.##}\">").Append(Escape(text)).Append("</text>\n");

    /// <summary>The drawing as an SVG element, on white so that it can be read on a dark page too.</summary>
    public override string ToString()
    {
        string head = string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width:0.##}\" height=\"{Height:0.##}\" viewBox=\"0 0 {Width:0.##} {Height:0.##}\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        return head + _body + "</svg>\n";
    }

    /// <summary>Text with the characters replaced that mark up XML and HTML.</summary>
    internal static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}
