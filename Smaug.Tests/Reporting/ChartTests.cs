using System.Xml.Linq;
using Smaug.Core;
using Smaug.Core.Reporting;
using Smaug.Core.Reporting.Charts;

namespace Smaug.Tests.Reporting;

/// <summary>Grid lines, positions and elements of charts, and what they say to values that they cannot draw.</summary>
public class ChartTests
{
    [TestCase(0, 1632.0, "0 500 1000 1500 2000")]
    [TestCase(0, 1.25, "0 0.25 0.5 0.75 1 1.25")]
    [TestCase(0, 7.0, "0 2 4 6 8")]
    [TestCase(0, 42_000.0, "0 10 k 20 k 30 k 40 k 50 k")]
    [TestCase(0, 0.0, "0 0.2 0.4 0.6 0.8 1")]
    [TestCase(0, 0.001, "0 0.0002 0.0004 0.0006 0.0008 0.001")]
    public void Linear_axis_has_round_grid_lines(double low, double largest, string ticks) =>
        Assert.That(Texts(AxisRange.Linear(low, null, largest)), Is.EqualTo(ticks));

    [TestCase(AxisScale.PowersOfTwo, 8, 256, "8 16 32 64 128 256")]
    [TestCase(AxisScale.PowersOfTwo, 1024, 4096, "1024 2 Ki 4 Ki")]
    [TestCase(AxisScale.PowersOfTen, 3, 700, "1 10 100 1000")]
    [TestCase(AxisScale.PowersOfTen, 10, 10, "10 100")]
    public void Logarithmic_axis_has_a_grid_line_for_each_power(AxisScale scale, double smallest, double largest, string ticks) =>
        Assert.That(Texts(AxisRange.Of(new ChartAxis("x", scale), smallest, largest)), Is.EqualTo(ticks));

    [TestCase(AxisScale.PowersOfTen, 20, 20_000, "100 1000 10 k")]
    [TestCase(AxisScale.PowersOfTwo, 6, 40, "8 16 32")]
    public void Grid_lines_lie_between_ends_that_are_no_powers(AxisScale scale, double minimum, double maximum, string ticks) =>
        Assert.That(Texts(AxisRange.Of(new ChartAxis("x", scale) { Minimum = minimum, Maximum = maximum }, minimum, maximum)), Is.EqualTo(ticks));

    [TestCase(1.39, 3.65, "1.5 2 2.5 3 3.5", false)]
    [TestCase(-3, 2, "-3 -2 -1 0 1 2", false)]
    [TestCase(1_000_000, 1_010_000, "1 M 1.002 M 1.004 M 1.006 M 1.008 M 1.01 M", false)]
    [TestCase(0, 0, "-1 -0.5 0 0.5 1", false)]
    [TestCase(7, 7, "6.8 6.9 7 7.1 7.2", false)]
    [TestCase(2, 10.0, "2 4 6 8 10", false)]
    [TestCase(2, 11.0, "2 3 4 6 8 10", true)]
    [TestCase(0.0003, 0.012, "0.0005 0.001 0.002 0.005 0.01", true)]
    [TestCase(3, 7000.0, "10 100 1000", true)]
    public void Axis_around_values_has_round_grid_lines_between_ends_a_little_beyond_them(double smallest, double largest, string ticks, bool logarithmic)
    {
        AxisRange axis = AxisRange.Around(smallest, largest);
        Assert.That((Texts(axis), axis.IsLogarithmic), Is.EqualTo((ticks, logarithmic)));
        double margin = smallest < largest ? 0.04 / 1.08 : 0.5;
        Assert.That((axis.Position(smallest), 1 - axis.Position(largest)), Is.EqualTo((margin, margin)).Within(1e-9));
    }

    [Test]
    public void Positions_on_a_logarithmic_axis_are_equal_for_equal_ratios()
    {
        AxisRange axis = AxisRange.Of(new ChartAxis("x", AxisScale.PowersOfTen), 1, 10_000);
        Assert.That(new[] { axis.Position(1), axis.Position(100), axis.Position(10_000) }, Is.EqualTo(new[] { 0, 0.5, 1 }).Within(1e-12));
    }

    [Test]
    public void Line_chart_draws_a_mark_per_value_a_segment_per_step_and_leaves_gaps()
    {
        var chart = new LineChart("title", new ChartAxis("x"), new ChartAxis("y"));
        chart.Add("a", [1, 2, 3, 4], [1, double.NaN, 3, 4]).Add("b", [1, 2], [5, 6], connected: false, hints: ["first", "second"]);
        XElement svg = XDocument.Parse(chart.Draw().ToString()).Root!;
        XNamespace ns = svg.Name.Namespace;
        Assert.That(svg.Elements(ns + "rect").Count(r => r.Element(ns + "title") is not null), Is.EqualTo(5));
        Assert.That(svg.Elements(ns + "line").Count(l => l.Attribute("stroke-width")!.Value == "1.8"), Is.EqualTo(1));
        Assert.That(svg.Descendants(ns + "title").Select(t => t.Value), Does.Contain("second").And.Contain("a, 3: 3"));
        Assert.That(svg.Elements(ns + "text").Select(t => t.Value), Is.SupersetOf(new[] { "title", "x", "y", "a", "b" }));
    }

    [Test]
    public void Chart_without_values_is_refused() =>
        Assert.That(() => new LineChart("empty", new ChartAxis("x"), new ChartAxis("y")).Draw(), Throws.TypeOf<ConfigurationException>().With.Message.Contains("empty"));

    [Test]
    public void Zero_on_a_logarithmic_axis_is_refused() =>
        Assert.That(() => new LineChart("t", new ChartAxis("size", AxisScale.PowersOfTwo), new ChartAxis("y")).Add("a", [0, 1], [1, 2]).Draw(),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("'size'"));

    [Test]
    public void Unequal_lengths_are_refused() => Assert.That(() => new LineChart("t", new ChartAxis("x"), new ChartAxis("y")).Add("a", [0, 1], [1]), Throws.ArgumentException);

    [Test]
    public void Column_reaches_the_share_of_the_field_that_its_value_is_of_the_axis()
    {
        XElement svg = XDocument.Parse(new ColumnChart("t", new ChartAxis("x"), new ChartAxis("y") { Maximum = 10 }).Add(0, 1, 10, "full").Add(1, 2, 5, "half").Draw().ToString()).Root!;
        double[] heights = [.. svg.Elements().Where(e => e.Elements().Any()).Select(e => double.Parse(e.Attribute("height")!.Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.That(heights[1], Is.EqualTo(heights[0] / 2).Within(0.01));
    }

    [Test]
    public void Longest_bar_fills_the_width_and_parts_follow_each_other()
    {
        var chart = new StackedBarChart("t", ("one", "#111111"), ("two", "#222222"));
        chart.Add("long", [30, 70], "100", part => $"part {part}").Add("short", [10, 0], "10", part => $"part {part}");
        XElement svg = XDocument.Parse(chart.Draw().ToString()).Root!;
        double[] widths = [.. svg.Elements().Where(e => e.Elements().Any()).Select(e => double.Parse(e.Attribute("width")!.Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.That(widths, Is.EqualTo(new[] { 222, 518, 74.0 }).Within(0.01));
    }

    [Test]
    public void Page_escapes_text_and_has_no_outside_resource()
    {
        string html = new HtmlPage("a < b").Heading("h").Paragraph("p & q").Note("n").Table(1, ["name", "value"], [["x<y", "1"]]).ToString();
        Assert.That(html, Does.Contain("a &lt; b").And.Contain("p &amp; q").And.Contain("x&lt;y").And.Not.Contain("src=").And.Not.Contain("href="));
        Assert.That(html, Does.EndWith("</body></html>\n"));
    }

    private static string Texts(AxisRange axis) => string.Join(' ', axis.Ticks.Select(t => t.Text));
}
