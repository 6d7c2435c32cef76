using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;

namespace Smaug.Cli;

/// <summary>The files that <c>smaug run</c> writes.</summary>
internal static class RunFiles
{
    /// <summary>Report, page, timeline, tables and charts in one folder.</summary>
    public static void WriteAll(TextWriter output, RunReport report, string folder)
    {
        RunReportJson.Save(report, Path.Combine(folder, "report.json"));
        AtomicFile.WriteText(Path.Combine(folder, "report.html"), RunReportHtml.Format(report));
        TraceEventTimeline.Save(report, Path.Combine(folder, "timeline.json"));
        AtomicFile.WriteText(Path.Combine(folder, "operators.csv"), RunReportCsv.Operators(report));
        AtomicFile.WriteText(Path.Combine(folder, "invocations.csv"), RunReportCsv.Invocations(report));
        AtomicFile.WriteText(Path.Combine(folder, "breakdown.svg"), RunReportCharts.Breakdown(report).ToString());
        AtomicFile.WriteText(Path.Combine(folder, "timeline.svg"), RunReportCharts.Timeline(report).ToString());
        output.WriteLine($"report.json, report.html, timeline.json, operators.csv, invocations.csv, breakdown.svg and timeline.svg written to {folder}");
    }

    public static void WriteDot(TextWriter output, Graph graph)
    {
        string path = $"{graph.Name}_dataflow_graph.dot";
        AtomicFile.WriteText(path, GraphDot.ToText(graph));
        output.WriteLine($"graph written to {path}");
    }
}
