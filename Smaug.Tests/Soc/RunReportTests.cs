using System.Text.Json;
using System.Xml.Linq;
using Smaug.Core;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Tests.Infrastructure;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

public class RunReportTests
{
    private static RunReport Report(bool timeline = false) => new SocBuilder().WithThreads(2).Build()
        .Run(ModelZoo.Create("tutorial", Backends.Smv), new RunOptions { RecordTimeline = timeline }).Report;

    [Test]
    public void Parts_add_up_to_the_total()
    {
        RunReport report = Report();
        long operators = report.Operators.Sum(o => o.Total.Picoseconds);
        Assert.Multiple(() =>
        {
            Assert.That(operators, Is.LessThanOrEqualTo(report.Time.Total.Picoseconds));
            Assert.That(report.Operators.Sum(o => o.Body.Picoseconds), Is.EqualTo((report.Time.OperatorBody + report.Time.Reordering).Picoseconds));
            Assert.That(report.Operators.Sum(o => o.Share), Is.EqualTo((double)operators / report.Time.Total.Picoseconds).Within(1e-9));
        });
    }

    [Test]
    public void Bytes_and_operations_are_those_that_were_planned()
    {
        RunReport report = Report();
        Assert.Multiple(() =>
        {
            Assert.That(report.Traffic.TransferInBytes, Is.EqualTo(report.Invocations.Sum(i => i.TransferInBytes)));
            Assert.That(report.Operators[0].MultiplyAccumulates, Is.EqualTo(28L * 28 * 32 * 9));
            Assert.That(report.Invocations.Where(i => i.Operator == report.Operators[0].Name).Sum(i => i.MultiplyAccumulates), Is.EqualTo(28L * 28 * 32 * 9));
        });
    }

    [Test]
    public void Report_whose_parts_do_not_add_up_is_refused()
    {
        RunReport report = Report();
        RunReport broken = report with { Time = report.Time with { TensorPreparation = report.Time.TensorPreparation + 1.Picoseconds() } };
        Assert.That(broken.Verify, Throws.TypeOf<SimulationException>().With.Message.Contains("tensor preparation"));
    }

    [Test]
    public void Report_that_lost_bytes_is_refused()
    {
        RunReport report = Report();
        RunReport broken = report with { Traffic = report.Traffic with { TransferOutBytes = 1 } };
        Assert.That(broken.Verify, Throws.TypeOf<SimulationException>().With.Message.Contains("bytes transferred out"));
    }

    [Test]
    public void Text_shows_operators_parts_and_traffic() => Snapshot.Matches(RunReportText.Format(Report()));

    [Test]
    public void Json_has_the_documented_properties()
    {
        using JsonDocument json = JsonDocument.Parse(Json(Report()));
        string documented = File.ReadAllText(Path.Combine(ProjectFolder.Repository, "docs", "report-schema.md"));
        Assert.That(json.RootElement.GetProperty("schema").GetString(), Is.EqualTo("smaug-run-1"));
        foreach (string name in Names(json.RootElement).Distinct()) Assert.That(documented, Does.Contain($"`{name}`"));
    }

    [Test]
    public void Csv_has_one_row_per_operator_and_per_invocation()
    {
        RunReport report = Report();
        Assert.That(Rows(RunReportCsv.Operators(report)), Has.Length.EqualTo(report.Operators.Length + 1).And.All.Matches<string>(r => r!.Split(',').Length == 19));
        Assert.That(Rows(RunReportCsv.Invocations(report)), Has.Length.EqualTo(report.Invocations.Length + 1).And.All.Matches<string>(r => r!.Split(',').Length == 16));
    }

    [Test]
    public void Timeline_has_a_track_per_component_and_spans_within_the_run()
    {
        RunReport report = Report(timeline: true);
        Assert.That(report.Timeline.Select(s => s.Track).Distinct(), Is.EquivalentTo(new[] { "CPU", "CPU 1", "CPU 2", "accelerator 0" }));
        Assert.That(report.Timeline, Has.All.Matches<TimelineSpan>(s => s.Start >= SimTime.Zero && s.Start + s.Duration <= report.Time.Total));
        using var stream = new MemoryStream();
        TraceEventTimeline.Write(report, stream);
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        Assert.That(json.RootElement.GetProperty("traceEvents").GetArrayLength(), Is.EqualTo(report.Timeline.Length + 4));
    }

    [Test]
    public void Run_without_a_timeline_records_none() => Assert.That(Report().Timeline, Is.Empty);

    [Test]
    public void Charts_are_well_formed_drawings()
    {
        RunReport report = Report(timeline: true);
        foreach (string svg in new[] { RunReportCharts.Breakdown(report).ToString(), RunReportCharts.Timeline(report).ToString() })
        {
            XElement root = XDocument.Parse(svg).Root!;
            Assert.That(root.Name.LocalName, Is.EqualTo("svg"));
            Assert.That(root.Elements().Count(e => e.Name.LocalName == "rect"), Is.GreaterThan(report.Operators.Length));
        }
    }

    [Test]
    public void Page_has_no_outside_resource()
    {
        string html = RunReportHtml.Format(Report(timeline: true));
        Assert.That(html, Does.StartWith("<!DOCTYPE html>").And.Contain("<svg").And.Not.Contain("src=").And.Not.Contain("href=").And.Not.Contain("@import"));
    }

    private static string[] Rows(string csv) => csv.TrimEnd('\n').Split('\n');

    private static byte[] Json(RunReport report)
    {
        using var stream = new MemoryStream();
        RunReportJson.Write(report, stream);
        return stream.ToArray();
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Names(p.Value).Prepend(p.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
