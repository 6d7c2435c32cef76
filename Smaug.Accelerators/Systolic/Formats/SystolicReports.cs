using System.Globalization;
using System.Text;
using Smaug.Core.Formats;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>The report files of SCALE-Sim, byte for byte.</summary>
public static class SystolicReports
{
    private const string Accesses =
        "LayerID, SRAM IFMAP Start Cycle, SRAM IFMAP Stop Cycle, SRAM IFMAP Reads, SRAM Filter Start Cycle, SRAM Filter Stop Cycle, "
        + "SRAM Filter Reads, SRAM OFMAP Start Cycle, SRAM OFMAP Stop Cycle, SRAM OFMAP Writes, DRAM IFMAP Start Cycle, "
        + "DRAM IFMAP Stop Cycle, DRAM IFMAP Reads, DRAM Filter Start Cycle, DRAM Filter Stop Cycle, DRAM Filter Reads, "
        + "DRAM OFMAP Start Cycle, DRAM OFMAP Stop Cycle, DRAM OFMAP Writes,";

    private const string Registers =
        " IFMAP Write Count, IFMAP Read Count, Filter Write Count, Filter Read Count, OFMAP Write Count, OFMAP Read Count,";

    /// <summary>The reports that a result has, with their file names.</summary>
    public static IReadOnlyList<(string FileName, string Text)> All(SystolicResult result)
    {
        var reports = new List<(string, string)>
        {
            ("BANDWIDTH_REPORT.csv", Bandwidth(result)),
            ("COMPUTE_REPORT.csv", Compute(result)),
            ("DETAILED_ACCESS_REPORT.csv", DetailedAccess(result)),
        };
        if (result.Configuration.IsSparse) reports.Add(("SPARSE_REPORT.csv", Sparse(result)));
        if (result.Configuration.TimeModel is not null) reports.Add(("TIME_REPORT.csv", Time(result)));
        return reports;
    }

    /// <summary>Writes all reports of a result into a folder.</summary>
    /// <param name="result">The result.</param>
    /// <param name="folder">The folder; created when it is not there.</param>
    public static void Write(SystolicResult result, string folder)
    {
        foreach ((string fileName, string text) in All(result)) AtomicFile.WriteText(Path.Combine(folder, fileName), text);
    }

    /// <summary>COMPUTE_REPORT.csv: cycles and utilisation.</summary>
    public static string Compute(SystolicResult result)
    {
        bool v3 = result.Configuration.Version == ScaleSimVersion.V3;
        return Table(
            result,
            "LayerID, " + (v3 ? "Total Cycles (incl. prefetch), " : "") + "Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %,",
            (layer, row) =>
            {
                if (v3) row.Integer(layer.TotalCyclesWithPrefetch);
                row.Integer(layer.TotalCycles);
                row.Integer(layer.StallCycles);
                row.Real(layer.OverallUtilizationPercent);
                row.Real(layer.MappingEfficiencyPercent);
                row.Real(layer.ComputeUtilizationPercent);
            });
    }

    /// <summary>BANDWIDTH_REPORT.csv: words per cycle of every scratchpad.</summary>
    public static string Bandwidth(SystolicResult result)
    {
        bool sparse = result.Configuration.IsSparse;
        return Table(
            result,
            "LayerID, Avg IFMAP SRAM BW, Avg FILTER SRAM BW, " + (sparse ? "Avg FILTER Metadata SRAM BW, " : "")
            + "Avg OFMAP SRAM BW, Avg IFMAP DRAM BW, Avg FILTER DRAM BW, Avg OFMAP DRAM BW,",
            (layer, row) =>
            {
                row.Real(layer.IfmapSramBandwidth);
                row.Real(layer.FilterSramBandwidth);
                if (sparse) row.Real(layer.MetadataSramBandwidth);
                row.Real(layer.OfmapSramBandwidth);
                row.Real(layer.IfmapDram.WordsPerCycle);
                row.Real(layer.FilterDram.WordsPerCycle);
                row.Real(layer.OfmapDram.WordsPerCycle);
            });
    }

    /// <summary>DETAILED_ACCESS_REPORT.csv: first and last cycle and number of accesses of every memory.</summary>
    /// <param name="result">The result.</param>
    /// <param name="withRegisters">
    /// Whether the six columns of register accesses for energy are added; as in the original, those that come from a triangular
    /// sum print as reals.
    /// </param>
    public static string DetailedAccess(SystolicResult result, bool withRegisters = false) => Table(
        result,
        Accesses + (withRegisters ? Registers : ""),
        (layer, row) =>
        {
            row.Summary(layer.IfmapSram, layer.FractionalIfmapReads);
            row.Summary(layer.FilterSram);
            row.Summary(layer.OfmapSram);
            row.Summary(layer.IfmapDram);
            row.Summary(layer.FilterDram);
            row.Summary(layer.OfmapDram);
            if (!withRegisters) return;
            RegisterAccesses registers = layer.RegisterAccesses;
            Dataflow dataflow = result.Configuration.Dataflow;
            row.Number(registers.IfmapWrites, dataflow != Dataflow.InputStationary);
            row.Number(registers.IfmapReads, dataflow != Dataflow.InputStationary);
            row.Number(registers.FilterWrites, dataflow != Dataflow.WeightStationary);
            row.Number(registers.FilterReads, dataflow != Dataflow.WeightStationary);
            row.Number(registers.PartialSumWrites, dataflow != Dataflow.OutputStationary);
            row.Number(registers.PartialSumReads, dataflow != Dataflow.OutputStationary);
        });

    /// <summary>SPARSE_REPORT.csv: storage of sparse filters. Its header ends with a comma and a blank, as the original's.</summary>
    public static string Sparse(SystolicResult result) => Table(
        result,
        "LayerID, Sparsity Representation, Original Filter Storage, New Storage (Filter+Metadata), Filter Metadata Storage, Avg FILTER Metadata SRAM BW, ",
        (layer, row) =>
        {
            if (layer.SparseStorage is not { } storage) return;
            bool whole = storage.Format != SparseFormat.EllpackBlock;
            row.Text(ConfigurationReader.Names(storage.Format));
            row.Integer(storage.OriginalWords);
            row.Number(storage.NewWords, whole);
            row.Number(storage.MetadataWords, whole);
            row.Real(layer.MetadataSramBandwidth);
        });

    /// <summary>TIME_REPORT.csv: microseconds by the configured time model.</summary>
    public static string Time(SystolicResult result)
    {
        TimeModel model = result.Configuration.TimeModel ?? TimeModel.None;
        return Table(result, "LayerID, Time (us),", (layer, row) =>
        {
            if (model.Name == TimeModel.None.Name) row.Integer(layer.TotalCycles);
            else row.Real(model.Microseconds(layer.TotalCycles, layer.Layer, result.Configuration.Dataflow));
        });
    }

    private static string Table(SystolicResult result, string header, Action<LayerResult, ReportRow> fill)
    {
        var text = new StringBuilder(header).Append('\n');
        var row = new ReportRow(text);
        for (int i = 0; i < result.Layers.Length; i++)
        {
            row.Start(i);
            fill(result.Layers[i], row);
            row.End();
        }

        return text.ToString();
    }
}

/// <summary>Writes the fields of one report line.</summary>
internal sealed class ReportRow(StringBuilder text)
{
    public void Start(int layer) => text.Append(CultureInfo.InvariantCulture, $"{layer}");

    public void End() => text.Append(",\n");

    public void Text(string value) => text.Append(", ").Append(value);

    public void Integer(long value) => text.Append(CultureInfo.InvariantCulture, $", {value}");

    public void Real(double value) => Text(PythonNumber.Real(value));

    public void Number(double value, bool whole)
    {
        if (whole) Integer((long)value);
        else Real(value);
    }

    public void Summary(AccessSummary summary, double? fractionalWords = null)
    {
        Cycle(summary.StartCycle);
        Cycle(summary.StopCycle);
        if (fractionalWords is { } words) Real(words);
        else Integer(summary.Words);
    }

    private void Cycle(long? cycle)
    {
        if (cycle is { } value) Text(PythonNumber.Real(value));
        else Integer(0);
    }
}
