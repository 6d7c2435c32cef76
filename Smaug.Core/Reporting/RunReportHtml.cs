using System.Globalization;
using System.Text;
using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>A run's report as one HTML page without outside resources: figures, charts and tables.</summary>
public static class RunReportHtml
{
    private const string Style =
        "body{font-family:sans-serif;margin:24px;color:#222}table{border-collapse:collapse;margin:12px 0;font-size:13px}" +
        "th,td{border-bottom:1px solid #ddd;padding:3px 9px;text-align:right;white-space:nowrap}th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}" +
        "h1{font-size:22px}h2{font-size:17px;margin-top:28px}.note{color:#666}";

    /// <summary>The page.</summary>
    public static string Format(RunReport report)
    {
        var html = new StringBuilder();
        string title = SvgCanvas.Escape($"{report.Network} on {report.Soc}");
        html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(title).Append("</title><style>").Append(Style)
            .Append("</style></head><body>\n<h1>").Append(title).Append("</h1>\n");
        html.Append(CultureInfo.InvariantCulture,
            $"<p>Backend {SvgCanvas.Escape(report.Backend)}, {report.MemoryPolicy}, {report.Accelerators} accelerator(s), {report.Threads} thread(s). Total {report.Time.Total}, an accelerator busy {100 * report.AcceleratorBusyShare:0.0} % of it.</p>\n");
        foreach (string note in report.Notes) html.Append("<p class=\"note\">").Append(SvgCanvas.Escape(note)).Append("</p>\n");
        AppendParts(html, report);
        html.Append("<h2>Operators</h2>\n").Append(RunReportCharts.Breakdown(report));
        AppendOperators(html, report);
        AppendComponents(html, report);
        if (report.Timeline.Length > 0) html.Append("<h2>Timeline</h2>\n").Append(RunReportCharts.Timeline(report));
        AppendInvocations(html, report);
        html.Append("</body></html>\n");
        return html.ToString();
    }

    private static void AppendParts(StringBuilder html, RunReport report)
    {
        Header(html, "part", "", "us", "share");
        foreach ((string name, SimTime value) in RunReportText.Parts(report.Time))
        {
            Row(html, name, "", Time(value), Percent(RunReport.Share(value, report.Time.Total)));
        }

        html.Append("</table>\n");
    }

    private static void AppendOperators(StringBuilder html, RunReport report)
    {
        Header(html, "operator", "backend", "tiles", "launches", "start us", "schedule us", "prepare us", "transfer in us", "compute us", "transfer out us", "CPU body us", "finalise us", "total us", "share");
        foreach (OperatorReport o in report.Operators)
        {
            Row(html, $"{o.Name} ({o.Kind})", o.Executor, Number(o.Tiles), Number(o.Launches), Time(o.Start), Time(o.Scheduling), Time(o.CpuPreparation), Time(o.TransferIn),
                Time(o.Compute), Time(o.TransferOut), Time(o.CpuBody), Time(o.CpuFinalization), Time(o.Total), Percent(o.Share));
        }

        html.Append("</table>\n");
    }

    private static void AppendComponents(StringBuilder html, RunReport report)
    {
        if (report.Components.IsEmpty) return;
        html.Append("<h2>Energy and area</h2>\n").Append(RunReportCharts.Energy(report));
        Header(html, "component", "", "dynamic uJ", "static uJ", "share", "area mm\u00b2");
        foreach (ComponentEnergy c in report.Components)
        {
            Row(html, c.Component, "", RunReportText.Microjoules(c.Dynamic), RunReportText.Microjoules(c.Static), Percent(report.ShareOf(c)), RunReportText.Area(c.AreaSquareMillimetres));
        }

        html.Append("</table>\n");
    }

    private static void AppendInvocations(StringBuilder html, RunReport report)
    {
        const int shown = 500;
        html.Append(CultureInfo.InvariantCulture, $"<h2>Kernel launches ({report.Invocations.Length})</h2>\n");
        Header(html, "operator", "kernel", "accelerator", "activated us", "cycles", "transfer in us", "compute us", "transfer out us", "bytes in", "bytes out", "energy nJ");
        foreach (InvocationReport i in report.Invocations.AsSpan()[..Math.Min(shown, report.Invocations.Length)])
        {
            Row(html, i.Operator, i.Kernel, Number(i.Accelerator), Time(i.Activated), Number(i.Cycles), Time(i.TransferIn), Time(i.Compute), Time(i.TransferOut),
                Number(i.TransferInBytes), Number(i.TransferOutBytes), i.Energy.Nanojoules.ToString("0.0", CultureInfo.InvariantCulture));
        }

        html.Append("</table>\n");
        if (report.Invocations.Length > shown) html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">The first {shown} of {report.Invocations.Length}; report.json has all.</p>\n");
    }

    private static void Header(StringBuilder html, params ReadOnlySpan<string> cells)
    {
        html.Append("<table><tr>");
        foreach (string cell in cells) html.Append("<th>").Append(cell).Append("</th>");
        html.Append("</tr>\n");
    }

    private static void Row(StringBuilder html, params ReadOnlySpan<string> cells)
    {
        html.Append("<tr>");
        foreach (string cell in cells) html.Append("<td>").Append(SvgCanvas.Escape(cell)).Append("</td>");
        html.Append("</tr>\n");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(SimTime time) => time.Microseconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
