using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>A configuration read from a file, with what the file says besides.</summary>
/// <param name="Configuration">The configuration, validated.</param>
/// <param name="TopologyPath">Topology file that the configuration names, or null.</param>
/// <param name="DramRowWords">DRAM_row_size for idle counts of energy, or null.</param>
/// <param name="Notes">What was assumed or ignored, one line each.</param>
public sealed record ConfigurationFileContent(
    SystolicConfiguration Configuration, string? TopologyPath, int? DramRowWords, ImmutableArray<string> Notes);

/// <summary>Reads and writes SCALE-Sim's configuration files.</summary>
public static class ConfigurationFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="version">Version whose rules apply.</param>
    /// <param name="strict">Demands what SCALE-Sim demands; otherwise missing keys of version 3 take their defaults.</param>
    /// <exception cref="InputFormatException">The file is garbled, or a key is missing or has a wrong value.</exception>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static ConfigurationFileContent Read(string path, ScaleSimVersion version = ScaleSimVersion.V3, bool strict = false) =>
        Parse(File.ReadAllText(path), path, version, strict);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The content of a file.</param>
    /// <param name="source">Its name, for errors.</param>
    /// <param name="version">Version whose rules apply.</param>
    /// <param name="strict">See <see cref="Read"/>.</param>
    /// <exception cref="InputFormatException">The text is garbled, or a key is missing or has a wrong value.</exception>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static ConfigurationFileContent Parse(string text, string source, ScaleSimVersion version = ScaleSimVersion.V3, bool strict = false) =>
        new ConfigurationReader(IniFile.Parse(text, source), version, strict).Read();

    /// <summary>The text of a configuration file with every key of version 3.</summary>
    public static string Format(SystolicConfiguration configuration)
    {
        var text = new StringBuilder();
        void Section(string name) => text.Append(text.Length == 0 ? "" : "\n").Append('[').Append(name).Append("]\n");
        void Key(string name, object value) => text.Append(CultureInfo.InvariantCulture, $"{name} : {value}\n");
        Section("general");
        Key("run_name", configuration.RunName);
        Section("architecture_presets");
        Key("ArrayHeight", configuration.Rows);
        Key("ArrayWidth", configuration.Columns);
        Key("IfmapSramSzkB", configuration.IfmapKilobytes);
        Key("FilterSramSzkB", configuration.FilterKilobytes);
        Key("OfmapSramSzkB", configuration.OfmapKilobytes);
        Key("IfmapOffset", configuration.IfmapOffset);
        Key("FilterOffset", configuration.FilterOffset);
        Key("OfmapOffset", configuration.OfmapOffset);
        Key("Dataflow", ConfigurationReader.Names(configuration.Dataflow));
        Key("Bandwidth", string.Join(",", configuration.Bandwidths));
        Key("ReadRequestBuffer", configuration.ReadQueueLength);
        Key("WriteRequestBuffer", configuration.WriteQueueLength);
        Section("layout");
        Banking(Key, "Ifmap", configuration.IfmapBanking);
        Banking(Key, "Filter", configuration.FilterBanking);
        Section("sparsity");
        Key("SparsitySupport", configuration.Sparsity.Enabled ? "true" : "false");
        Key("SparseRep", ConfigurationReader.Names(configuration.Sparsity.Format));
        Key("OptimizedMapping", configuration.Sparsity.RowWise ? "true" : "false");
        Key("BlockSize", configuration.Sparsity.BlockSize);
        Key("RandomNumberGeneratorSeed", configuration.Sparsity.Seed);
        Section("run_presets");
        Key("InterfaceBandwidth", configuration.Mode == BandwidthMode.Estimate ? "CALC" : "USER");
        Key("UseRamulatorTrace", configuration.UseDramLatencies);
        if (configuration.TimeModel is { } model) Key("TimeLinearModel", model.Name);
        return text.ToString();
    }

    private static void Banking(Action<string, object> key, string operand, OperandBanking banking)
    {
        key(operand + "CustomLayout", banking.CustomLayout);
        key(operand + "SRAMBankBandwidth", banking.WordsPerCycle);
        key(operand + "SRAMBankNum", banking.Banks);
        key(operand + "SRAMBankPort", banking.Ports);
    }
}
