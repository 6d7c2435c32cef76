using System.Globalization;
using System.Text;
using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>A run's report for the console: a table per operator, totals, traffic and energy.</summary>
public static class RunReportText
{
    /// <summary>The whole report.</summary>
    public static string Format(RunReport report) => Operators(report) + "\n" + Totals(report);

    /// <summary>The table of operators; times in microseconds.</summary>
    public static string Operators(RunReport report)
    {
        var table = new TextTable(2, "operator", "backend", "tiles", "launches", "start us", "schedule", "prepare", "transfer in",
            "compute", "transfer out", "CPU body", "finalise", "total us", "share");
        foreach (OperatorReport o in report.Operators)
        {
            table.Add($"{o.Name} ({o.Kind})", o.Executor, Number(o.Tiles), Number(o.Launches), Time(o.Start), Time(o.Scheduling), Time(o.CpuPreparation),
                Time(o.TransferIn), Time(o.Compute), Time(o.TransferOut), Time(o.CpuBody), Time(o.CpuFinalization), Time(o.Total), Percent(o.Share));
        }

        return table.ToString();
    }

    /// <summary>The five parts of the time, accelerators, traffic and energy.</summary>
    public static string Totals(RunReport report)
    {
        TimeBreakdown time = report.Time;
        var text = new StringBuilder();
        var parts = new TextTable(1, "part", "us", "share");
        foreach ((string name, SimTime value) in Parts(time)) parts.Add(name, Time(value), Percent(RunReport.Share(value, time.Total)));
        parts.Add("total", Time(time.Total), "100.0 %");
        text.Append(parts).Append('\n');
        var accelerators = new TextTable(1, "accelerator", "invocations", "busy us", "busy", "energy uJ");
        foreach (AcceleratorReport a in report.AcceleratorUse)
        {
            accelerators.Add(Number(a.Index), Number(a.Invocations), Time(a.Busy), Percent(RunReport.Share(a.Busy, time.Total)), a.Energy.Microjoules.ToString("0.000", CultureInfo.InvariantCulture));
        }

        text.Append(accelerators).Append('\n');
        AppendComponents(text, report);
        TrafficReport traffic = report.Traffic;
        text.Append(CultureInfo.InvariantCulture, $"accelerator traffic: {Bytes(traffic.TransferInBytes)} in, {Bytes(traffic.TransferOutBytes)} out\n");
        text.Append(CultureInfo.InvariantCulture, $"CPU copies:          {Bytes(traffic.CpuReadBytes)} read, {Bytes(traffic.CpuWriteBytes)} written\n");
        string accesses = traffic.MemoryAccessBytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", in accesses of {traffic.MemoryAccessBytes} bytes");
        text.Append(CultureInfo.InvariantCulture, $"DRAM:                {Bytes(traffic.MemoryReadBytes)} read, {Bytes(traffic.MemoryWriteBytes)} written{accesses}\n");
        if (report.Frames.Length > 1)
        {
            double mean = report.Frames.Average(f => f.Latency.Microseconds), largest = report.Frames.Max(f => f.Latency.Microseconds);
            text.Append(CultureInfo.InvariantCulture, $"frames:              {report.Frames.Length}, latency {mean:0.0} us on average, {largest:0.0} us at most\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"multiply-accumulates: {report.MultiplyAccumulates:#,0}\n");
        foreach (string note in report.Notes) text.Append("note: ").Append(note).Append('\n');
        return text.ToString();
    }

    internal static IEnumerable<(string Name, SimTime Value)> Parts(TimeBreakdown time) =>
    [
        ("tensor preparation", time.TensorPreparation),
        ("operator bodies", time.OperatorBody),
        ("tensor finalisation", time.TensorFinalization),
        ("reordering", time.Reordering),
        ("other", time.Other),
    ];

    private static void AppendComponents(StringBuilder text, RunReport report)
    {
        if (report.Components.IsEmpty) return;
        var components = new TextTable(1, "component", "dynamic uJ", "static uJ", "share", "area mm2");
        foreach (ComponentEnergy c in report.Components)
        {
            components.Add(c.Component, Microjoules(c.Dynamic), Microjoules(c.Static), Percent(report.ShareOf(c)), Area(c.AreaSquareMillimetres));
        }

        components.Add("total", Microjoules(new Energy(report.Components.Sum(c => c.Dynamic.Picojoules))), Microjoules(new Energy(report.Components.Sum(c => c.Static.Picojoules))),
            "100.0 %", Area(report.Components.Sum(c => c.AreaSquareMillimetres)));
        text.Append(components).Append('\n');
    }

    internal static string Microjoules(Energy energy) => energy.Microjoules.ToString("0.0", CultureInfo.InvariantCulture);

    internal static string Area(double squareMillimetres) => squareMillimetres == 0 ? "" : squareMillimetres.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => new ByteSize(bytes).ToString();

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(SimTime time) => time.Microseconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
