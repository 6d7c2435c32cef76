using System.Text.Json;
using Smaug.Core.Formats;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>Writes a run's report as JSON; the schema is <c>docs/report-schema.md</c>. Units stand in the names.</summary>
public static class RunReportJson
{
    /// <summary>Name and version of the schema, the first property of every report.</summary>
    public const string Schema = "smaug-run-1";

    /// <summary>Writes a report to a file, which appears whole or not at all.</summary>
    public static void Save(RunReport report, string path) => AtomicFile.Write(path, stream => Write(report, stream));

    /// <summary>Writes a report to a stream as UTF-8.</summary>
    public static void Write(RunReport report, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteString("network", report.Network);
        json.WriteString("backend", report.Backend);
        json.WriteString("soc", report.Soc);
        json.WriteString("memoryPolicy", report.MemoryPolicy.ToString());
        json.WriteNumber("accelerators", report.Accelerators);
        json.WriteNumber("threads", report.Threads);
        WriteTotals(json, report);
        WriteOperators(json, report);
        WriteInvocations(json, report);
        json.WriteStartArray("acceleratorUse");
        foreach (AcceleratorReport a in report.AcceleratorUse)
        {
            json.WriteStartObject();
            json.WriteNumber("index", a.Index);
            json.WriteNumber("invocations", a.Invocations);
            Time(json, "busyPicoseconds", a.Busy);
            json.WriteNumber("energyPicojoules", a.Energy.Picojoules);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("components");
        foreach (ComponentEnergy c in report.Components)
        {
            json.WriteStartObject();
            json.WriteString("component", c.Component);
            json.WriteNumber("dynamicPicojoules", c.Dynamic.Picojoules);
            json.WriteNumber("staticPicojoules", c.Static.Picojoules);
            json.WriteNumber("areaSquareMillimetres", c.AreaSquareMillimetres);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("frames");
        foreach (FrameReport f in report.Frames)
        {
            json.WriteStartObject();
            json.WriteNumber("index", f.Index);
            Time(json, "offeredPicoseconds", f.Offered);
            Time(json, "startedPicoseconds", f.Started);
            Time(json, "donePicoseconds", f.Done);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteStatistics(json, report);
        json.WriteStartArray("notes");
        foreach (string note in report.Notes) json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTotals(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject("time");
        Time(json, "totalPicoseconds", report.Time.Total);
        Time(json, "tensorPreparationPicoseconds", report.Time.TensorPreparation);
        Time(json, "operatorBodyPicoseconds", report.Time.OperatorBody);
        Time(json, "tensorFinalizationPicoseconds", report.Time.TensorFinalization);
        Time(json, "reorderingPicoseconds", report.Time.Reordering);
        Time(json, "otherPicoseconds", report.Time.Other);
        Time(json, "anyAcceleratorBusyPicoseconds", report.AnyAcceleratorBusy);
        json.WriteEndObject();
        json.WriteNumber("multiplyAccumulates", report.MultiplyAccumulates);
        json.WriteNumber("acceleratorEnergyPicojoules", report.AcceleratorEnergy.Picojoules);
        json.WriteNumber("totalEnergyPicojoules", report.TotalEnergy.Picojoules);
        json.WriteStartObject("traffic");
        json.WriteNumber("transferInBytes", report.Traffic.TransferInBytes);
        json.WriteNumber("transferOutBytes", report.Traffic.TransferOutBytes);
        json.WriteNumber("cpuReadBytes", report.Traffic.CpuReadBytes);
        json.WriteNumber("cpuWriteBytes", report.Traffic.CpuWriteBytes);
        json.WriteNumber("memoryReadBytes", report.Traffic.MemoryReadBytes);
        json.WriteNumber("memoryWriteBytes", report.Traffic.MemoryWriteBytes);
        json.WriteNumber("memoryAccessBytes", report.Traffic.MemoryAccessBytes);
        json.WriteEndObject();
    }

    private static void WriteOperators(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartArray("operators");
        foreach (OperatorReport o in report.Operators)
        {
            json.WriteStartObject();
            json.WriteString("name", o.Name);
            json.WriteString("kind", o.Kind.ToString());
            json.WriteString("executor", o.Executor);
            json.WriteNumber("tiles", o.Tiles);
            json.WriteNumber("launches", o.Launches);
            Time(json, "startPicoseconds", o.Start);
            Time(json, "schedulingPicoseconds", o.Scheduling);
            Time(json, "cpuPreparationPicoseconds", o.CpuPreparation);
            Time(json, "transferInPicoseconds", o.TransferIn);
            Time(json, "computePicoseconds", o.Compute);
            Time(json, "transferOutPicoseconds", o.TransferOut);
            Time(json, "cpuBodyPicoseconds", o.CpuBody);
            Time(json, "cpuFinalizationPicoseconds", o.CpuFinalization);
            Time(json, "totalPicoseconds", o.Total);
            json.WriteNumber("shareOfTotal", o.Share);
            json.WriteNumber("transferInBytes", o.TransferInBytes);
            json.WriteNumber("transferOutBytes", o.TransferOutBytes);
            json.WriteNumber("multiplyAccumulates", o.MultiplyAccumulates);
            json.WriteNumber("acceleratorEnergyPicojoules", o.Energy.Picojoules);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteInvocations(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartArray("invocations");
        foreach (InvocationReport i in report.Invocations)
        {
            json.WriteStartObject();
            json.WriteString("operator", i.Operator);
            json.WriteNumber("accelerator", i.Accelerator);
            json.WriteString("kernel", i.Kernel);
            Time(json, "activatedPicoseconds", i.Activated);
            Time(json, "donePicoseconds", i.Done);
            json.WriteNumber("cycles", i.Cycles);
            json.WriteNumber("upsampledCycles", i.UpsampledCycles);
            Time(json, "transferInPicoseconds", i.TransferIn);
            Time(json, "computePicoseconds", i.Compute);
            Time(json, "transferOutPicoseconds", i.TransferOut);
            Time(json, "overheadPicoseconds", i.Overhead);
            json.WriteNumber("transferInBytes", i.TransferInBytes);
            json.WriteNumber("transferOutBytes", i.TransferOutBytes);
            json.WriteNumber("transfers", i.Transfers);
            json.WriteNumber("multiplyAccumulates", i.MultiplyAccumulates);
            json.WriteNumber("energyPicojoules", i.Energy.Picojoules);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Values that are not numbers, such as the hit rate of no access, are null.</summary>
    private static void WriteStatistics(Utf8JsonWriter json, RunReport report)
    {
        if (report.Statistics.IsEmpty) return;
        json.WriteStartArray("statistics");
        foreach (StatisticsSnapshot interval in report.Statistics)
        {
            json.WriteStartObject();
            json.WriteString("label", interval.Label);
            Time(json, "fromPicoseconds", interval.From);
            Time(json, "toPicoseconds", interval.To);
            json.WriteStartObject("values");
            foreach (StatisticValue value in interval.Values)
            {
                if (double.IsFinite(value.Value)) json.WriteNumber(value.Name, value.Value);
                else json.WriteNull(value.Name);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Time(Utf8JsonWriter json, string name, SimTime value) => json.WriteNumber(name, value.Picoseconds);
}
