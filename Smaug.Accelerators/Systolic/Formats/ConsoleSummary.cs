using System.Globalization;
using System.Text;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>The text that SCALE-Sim prints while it runs.</summary>
public static class ConsoleSummary
{
    private const string Rule = "====================================================\n";

    /// <summary>The banner, with the array and the files of the run.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="topologyPath">Path of the topology file as it is printed.</param>
    /// <param name="layoutPath">Path of the layout file as it is printed; version 3 only.</param>
    public static string Banner(SystolicConfiguration configuration, string topologyPath, string layoutPath)
    {
        var text = new StringBuilder(Rule).Append("******************* SCALE SIM **********************\n").Append(Rule);
        void Line(string name, string value) => text.Append(name).Append(": \t").Append(value).Append('\n');
        Line("Array Size", string.Create(CultureInfo.InvariantCulture, $"{configuration.Rows}x{configuration.Columns}"));
        Line("SRAM IFMAP (kB)", configuration.IfmapKilobytes.ToString(CultureInfo.InvariantCulture));
        Line("SRAM Filter (kB)", configuration.FilterKilobytes.ToString(CultureInfo.InvariantCulture));
        Line("SRAM OFMAP (kB)", configuration.OfmapKilobytes.ToString(CultureInfo.InvariantCulture));
        Line("Dataflow", configuration.Dataflow switch
        {
            Dataflow.OutputStationary => "Output Stationary",
            Dataflow.WeightStationary => "Weight Stationary",
            _ => "Input Stationary",
        });
        if (configuration.Version == ScaleSimVersion.V2)
        {
            Line("CSV file path", topologyPath);
        }
        else
        {
            Line("topology file path", topologyPath);
            Line("layout file path", layoutPath);
        }

        if (configuration.Mode == BandwidthMode.Fixed) Line("Bandwidth", string.Join(",", configuration.Bandwidths));
        text.Append(configuration.Mode == BandwidthMode.Fixed
            ? "Working in USE USER BANDWIDTH mode.\n"
            : "Working in ESTIMATE BANDWIDTH mode.\n");
        return text.Append(Rule).ToString();
    }

    /// <summary>The lines of one layer.</summary>
    /// <param name="layer">The result.</param>
    /// <param name="index">Index of the layer, from 0.</param>
    /// <param name="version">Version whose text is printed.</param>
    /// <param name="tracesSaved">Whether traces were written; only version 3 says so.</param>
    public static string Layer(LayerResult layer, int index, ScaleSimVersion version, bool tracesSaved)
    {
        bool v3 = version == ScaleSimVersion.V3;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\nRunning Layer {index}\n");
        if (v3) text.Append(CultureInfo.InvariantCulture, $"Total cycles: {layer.TotalCyclesWithPrefetch}\n");
        text.Append(CultureInfo.InvariantCulture, $"Compute cycles: {layer.TotalCycles}\n");
        text.Append(CultureInfo.InvariantCulture, $"Stall cycles: {layer.StallCycles}\n");
        text.Append("Overall utilization: ").Append(PythonNumber.Fixed(layer.OverallUtilizationPercent, 2)).Append("%\n");
        text.Append("Mapping efficiency: ").Append(PythonNumber.Fixed(layer.MappingEfficiencyPercent, 2)).Append("%\n");
        void Bandwidth(string name, double value) =>
            text.Append("Average ").Append(name).Append(" BW: ").Append(PythonNumber.Fixed(value, 3)).Append(" words/cycle\n");
        if (v3)
        {
            Bandwidth("IFMAP SRAM", layer.IfmapSramBandwidth);
            Bandwidth("Filter SRAM", layer.FilterSramBandwidth);
            Bandwidth("OFMAP SRAM", layer.OfmapSramBandwidth);
        }

        Bandwidth("IFMAP DRAM", layer.IfmapDram.WordsPerCycle);
        Bandwidth("Filter DRAM", layer.FilterDram.WordsPerCycle);
        Bandwidth("OFMAP DRAM", layer.OfmapDram.WordsPerCycle);
        if (v3 && tracesSaved) text.Append("Saving traces: Done!\n");
        return text.ToString();
    }

    /// <summary>The last line.</summary>
    public static string End => "************ SCALE SIM Run Complete ****************\n";
}
