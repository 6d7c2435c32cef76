using System.Globalization;
using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>A run's report as one HTML page without outside resources: figures, charts and tables.</summary>
public static class RunReportHtml
{
    private const int ShownLaunches = 500;

    /// <summary>The page.</summary>
    public static string Format(RunReport report)
    {
        HtmlPage page = new HtmlPage($"{report.Network} on {report.Soc}").Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"Backend {report.Backend}, {report.MemoryPolicy}, {report.Accelerators} accelerator(s), {report.Threads} thread(s). Total {report.Time.Total}, an accelerator busy {100 * report.AcceleratorBusyShare:0.0} % of it."));
        foreach (string note in report.Notes) page.Note(note);
        page.Table(1, ["part", "us", "share"],
            RunReportText.Parts(report.Time).Select(p => (string[])[p.Name, Time(p.Value), Percent(RunReport.Share(p.Value, report.Time.Total))]));
        AppendOperators(page, report);
        AppendComponents(page, report);
        if (report.Timeline.Length > 0) page.Heading("Timeline").Drawing(RunReportCharts.Timeline(report));
        AppendInvocations(page, report);
        return page.ToString();
    }

    private static void AppendOperators(HtmlPage page, RunReport report) => page.Heading("Operators").Drawing(RunReportCharts.Breakdown(report)).Table(2,
        ["operator", "backend", "tiles", "launches", "start us", "schedule us", "prepare us", "transfer in us", "compute us", "transfer out us", "CPU body us", "finalise us", "total us", "share"],
        report.Operators.Select(o => (string[])[
            $"{o.Name} ({o.Kind})", o.Executor, Number(o.Tiles), Number(o.Launches), Time(o.Start), Time(o.Scheduling), Time(o.CpuPreparation), Time(o.TransferIn),
            Time(o.Compute), Time(o.TransferOut), Time(o.CpuBody), Time(o.CpuFinalization), Time(o.Total), Percent(o.Share)]));

    private static void AppendComponents(HtmlPage page, RunReport report)
    {
        if (report.Components.IsEmpty) return;
        page.Heading("Energy and area").Drawing(RunReportCharts.Energy(report)).Table(1, ["component", "dynamic uJ", "static uJ", "share", "area mm\u00b2"],
            report.Components.Select(c => (string[])[
                c.Component, RunReportText.Microjoules(c.Dynamic), RunReportText.Microjoules(c.Static), Percent(report.ShareOf(c)), RunReportText.Area(c.AreaSquareMillimetres)]));
    }

    private static void AppendInvocations(HtmlPage page, RunReport report)
    {
        page.Heading(string.Create(CultureInfo.InvariantCulture, $"Kernel launches ({report.Invocations.Length})")).Table(2,
            ["operator", "kernel", "accelerator", "activated us", "cycles", "transfer in us", "compute us", "transfer out us", "bytes in", "bytes out", "energy nJ"],
            report.Invocations.Take(ShownLaunches).Select(i => (string[])[
                i.Operator, i.Kernel, Number(i.Accelerator), Time(i.Activated), Number(i.Cycles), Time(i.TransferIn), Time(i.Compute), Time(i.TransferOut),
                Number(i.TransferInBytes), Number(i.TransferOutBytes), i.Energy.Nanojoules.ToString("0.0", CultureInfo.InvariantCulture)]));
        if (report.Invocations.Length > ShownLaunches)
            page.Note(string.Create(CultureInfo.InvariantCulture, $"The first {ShownLaunches} of {report.Invocations.Length}; report.json has all."));
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(SimTime time) => time.Microseconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
