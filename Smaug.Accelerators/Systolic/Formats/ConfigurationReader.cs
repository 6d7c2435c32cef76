using System.Collections.Immutable;
using System.Globalization;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>Turns the keys of an INI file into a configuration.</summary>
internal sealed class ConfigurationReader(IniFile file, ScaleSimVersion version, bool strict)
{
    private const string Presets = "architecture_presets";
    private const string Layout = "layout";
    private const string SparsitySection = "sparsity";
    private const string Run = "run_presets";

    private static readonly string[] s_ignoredKeys =
        ["MemoryBanks", "OnChipMemoryBanks", "OnChipMemoryBankPorts", "SRAM_row_size", "SRAM_bank_size", "DRAM_bank_size"];

    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _notes = [];
    private readonly List<string> _missing = [];

    private bool IsV3 => version == ScaleSimVersion.V3;

    public static string Names(Dataflow dataflow) => dataflow switch
    {
        Dataflow.OutputStationary => "os",
        Dataflow.WeightStationary => "ws",
        _ => "is",
    };

    public static string Names(SparseFormat format) => format switch
    {
        SparseFormat.Csr => "csr",
        SparseFormat.Csc => "csc",
        _ => "ellpack_block",
    };

    public ConfigurationFileContent Read()
    {
        BandwidthMode mode = Choice(Run, "InterfaceBandwidth", required: true, BandwidthMode.Estimate,
            ("CALC", BandwidthMode.Estimate), ("USER", BandwidthMode.Fixed));
        var defaults = new SystolicConfiguration();
        SystolicConfiguration configuration = new()
        {
            RunName = Text("general", "run_name", required: true) ?? defaults.RunName,
            Rows = Integer(Presets, "ArrayHeight", true, 0),
            Columns = Integer(Presets, "ArrayWidth", true, 0),
            IfmapKilobytes = Kilobytes("IfmapSramSz"),
            FilterKilobytes = Kilobytes("FilterSramSz"),
            OfmapKilobytes = Kilobytes("OfmapSramSz"),
            IfmapOffset = Offset("IfmapOffset"),
            FilterOffset = Offset("FilterOffset"),
            OfmapOffset = Offset("OfmapOffset"),
            Dataflow = Choice(Presets, "Dataflow", required: true, Dataflow.WeightStationary,
                ("os", Dataflow.OutputStationary), ("ws", Dataflow.WeightStationary), ("is", Dataflow.InputStationary)),
            Mode = mode,
            Bandwidths = Bandwidths(mode),
            ReadQueueLength = Integer(Presets, "ReadRequestBuffer", IsV3, defaults.ReadQueueLength),
            WriteQueueLength = Integer(Presets, "WriteRequestBuffer", IsV3, defaults.WriteQueueLength),
            IfmapBanking = Banking("Ifmap"),
            FilterBanking = Banking("Filter"),
            Sparsity = Sparsity(),
            UseDramLatencies = string.Equals(Text(Run, "UseRamulatorTrace", IsV3), "True", StringComparison.OrdinalIgnoreCase),
            TimeModel = Model(),
            Version = version,
        };
        configuration.Validate();
        string? topology = Text("network_presets", "TopologyCsvLoc", false)?.Trim('"', '\'');
        int? rowWords = file.Find(Presets, "DRAM_row_size") is null ? null : Integer(Presets, "DRAM_row_size", false, 0);
        if (_missing.Count > 0) _notes.Add($"{file.Source}: missing keys take their defaults: {string.Join(", ", _missing)}");
        NoteUnknownKeys();
        return new ConfigurationFileContent(configuration, topology, rowWords, [.. _notes]);
    }

    private int Kilobytes(string key)
    {
        _known.Add(key);
        if (!strict && file.Find(Presets, key + "kB") is null && file.Find(Presets, key) is { } old)
        {
            // Version 1 gave "minimum, maximum" for sweeps; the first one is taken.
            string first = old.Text.Split(',')[0].Trim();
            if (int.TryParse(first, NumberStyles.Integer, CultureInfo.InvariantCulture, out int kilobytes)) return kilobytes;
            throw file.Error(old, key, "a whole number of kB");
        }

        return Integer(Presets, key + "kB", true, 0);
    }

    private long Offset(string key)
    {
        IniValue value = Find(Presets, key, required: true)!;
        return long.TryParse(value.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long offset)
            ? offset
            : throw file.Error(value, key, "a whole number");
    }

    private ImmutableArray<int> Bandwidths(BandwidthMode mode)
    {
        if (Find(Presets, "Bandwidth", required: mode == BandwidthMode.Fixed) is not { Text.Length: > 0 } value) return [10];
        if (mode == BandwidthMode.Estimate) return [10];
        var bandwidths = ImmutableArray.CreateBuilder<int>();
        foreach (string part in value.Text.Split(','))
        {
            if (!int.TryParse(part.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out int bandwidth))
                throw file.Error(value, "Bandwidth", "whole numbers of words per cycle, separated by commas");
            bandwidths.Add(bandwidth);
        }

        return bandwidths.ToImmutable();
    }

    private OperandBanking Banking(string operand)
    {
        var defaults = new OperandBanking();
        return new OperandBanking
        {
            CustomLayout = Boolean(Layout, operand + "CustomLayout"),
            WordsPerCycle = Integer(Layout, operand + "SRAMBankBandwidth", IsV3, defaults.WordsPerCycle),
            Banks = Integer(Layout, operand + "SRAMBankNum", IsV3, defaults.Banks),
            Ports = Integer(Layout, operand + "SRAMBankPort", IsV3, defaults.Ports),
        };
    }

    private SparsityOptions Sparsity()
    {
        var defaults = new SparsityOptions();
        bool enabled = string.Equals(Text(SparsitySection, "SparsitySupport", IsV3), "true", StringComparison.OrdinalIgnoreCase) && IsV3;
        bool rowWise = string.Equals(Text(SparsitySection, "OptimizedMapping", enabled), "true", StringComparison.OrdinalIgnoreCase);
        return new SparsityOptions
        {
            Enabled = enabled,
            RowWise = rowWise,
            Format = enabled
                ? Choice(SparsitySection, "SparseRep", required: true, defaults.Format,
                    ("csr", SparseFormat.Csr), ("csc", SparseFormat.Csc), ("ellpack_block", SparseFormat.EllpackBlock))
                : Ignored(SparsitySection, "SparseRep", defaults.Format),
            BlockSize = enabled && rowWise
                ? Integer(SparsitySection, "BlockSize", true, defaults.BlockSize)
                : Ignored(SparsitySection, "BlockSize", defaults.BlockSize),
            Seed = enabled
                ? (uint)Integer(SparsitySection, "RandomNumberGeneratorSeed", true, (int)defaults.Seed)
                : Ignored(SparsitySection, "RandomNumberGeneratorSeed", defaults.Seed),
        };
    }

    private TimeModel? Model()
    {
        if (Find(Run, "TimeLinearModel", required: false) is not { } value) return null;
        return TimeModel.Find(value.Text)
            ?? throw file.Error(value, "TimeLinearModel", string.Join(", ", TimeModel.Presets.Select(model => model.Name)));
    }

    private T Ignored<T>(string section, string key, T value)
    {
        Find(section, key, required: false);
        return value;
    }

    private string? Text(string section, string key, bool required) => Find(section, key, required)?.Text;

    private int Integer(string section, string key, bool required, int fallback)
    {
        if (Find(section, key, required) is not { } value) return fallback;
        return int.TryParse(value.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw file.Error(value, key, "a whole number");
    }

    private bool Boolean(string section, string key)
    {
        if (Find(section, key, IsV3) is not { } value) return false;
        return value.Text.ToUpperInvariant() switch
        {
            "TRUE" or "YES" or "ON" or "1" => true,
            "FALSE" or "NO" or "OFF" or "0" => false,
            _ => throw file.Error(value, key, "True or False"),
        };
    }

    private T Choice<T>(string section, string key, bool required, T fallback, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (Find(section, key, required) is not { } value) return fallback;
        StringComparison comparison = strict ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var names = new List<string>();
        foreach ((string name, T choice) in choices)
        {
            if (string.Equals(value.Text, name, comparison)) return choice;
            names.Add(name);
        }

        throw file.Error(value, key, string.Join(", ", names));
    }

    /// <summary>Finds a value. The keys of version 3 are demanded only in strict mode; the basic ones always.</summary>
    private IniValue? Find(string section, string key, bool required)
    {
        _known.Add(key);
        if (file.Find(section, key) is { } value) return value;
        if (!required) return null;
        bool basic = section is "general" or Presets or Run
            && key is not ("ReadRequestBuffer" or "WriteRequestBuffer" or "UseRamulatorTrace");
        if (basic || strict) throw new InputFormatException(file.Source, 0, 0, $"key {key} is missing; add it to section [{section}]");
        _missing.Add(key);
        return null;
    }

    private void NoteUnknownKeys()
    {
        foreach ((string section, string key, IniValue value) in file.Entries)
        {
            if (_known.Contains(key)) continue;
            string why = s_ignoredKeys.Contains(key, StringComparer.OrdinalIgnoreCase) ? "has no effect" : "is not known and has no effect";
            _notes.Add($"{file.Source}({value.Line}): key {key} of section [{section}] {why}");
        }
    }
}
