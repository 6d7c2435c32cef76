using System.Globalization;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Power;

/// <summary>
/// Reads CACTI's input files: lines <c>-key value</c> or <c>-key - "value"</c>; <c>#</c> and <c>//</c> begin comments.
/// </summary>
internal sealed class CactiConfigurationReader(string text, string source)
{
    private const string FortyNanometres = "the SRAM model has one process: 40 nm, high performance, 300 K";
    private const string Search = "the SRAM model's table is of organisations that CACTI found by its default objective";
    private const string Plain = "the SRAM model is of data arrays with uniform access";
    private const string Dram = "it belongs to DRAM";

    private static readonly string[] s_effective = ["size (bytes)", "block size (bytes)", "UCA bank count", "read-write port", "exclusive read port", "exclusive write port"];

    /// <summary>Known keys without effect: the value with which they say what the model does anyway, and why others have no effect.</summary>
    private static readonly (string Key, string? Neutral, string Why)[] s_ineffective =
    [
        ("technology (u)", "0.040", FortyNanometres), ("operating temperature (K)", "300", FortyNanometres),
        ("Data array cell type", "itrs-hp", FortyNanometres), ("Data array peripheral type", "itrs-hp", FortyNanometres),
        ("Tag array cell type", "itrs-hp", FortyNanometres), ("Tag array peripheral type", "itrs-hp", FortyNanometres),
        ("associativity", null, "tags and the choice of a way are not modelled"), ("tag size (b)", null, "tags are not modelled"),
        ("single ended read ports", "0", "every port is a full one"), ("single ended read port", "0", "every port is a full one"),
        ("search port", "0", "there is no content-addressed access"),
        ("output/input bus width", null, "an access is a block wide"), ("access mode (normal, sequential, fast)", "normal", "tags are not modelled"),
        ("cache type", null, Plain), ("Cache model (NUCA, UCA)", "UCA", Plain), ("NUCA bank count", "0", Plain), ("Core count", null, Plain), ("Cache level (L2/L3)", null, Plain),
        ("page size (bits)", null, Dram), ("burst length", null, Dram), ("internal prefetch width", null, Dram),
        ("Array Power Gating", "false", "power is not gated"), ("WL Power Gating", "false", "power is not gated"), ("CL Power Gating", "false", "power is not gated"),
        ("Bitline floating", "false", "power is not gated"), ("Interconnect Power Gating", "false", "power is not gated"), ("Power Gating Performance Loss", null, "power is not gated"),
        ("Power Gating", "false", "power is not gated"), ("CLDriver vertical", "false", "power is not gated"),
        ("design objective (weight delay, dynamic power, leakage power, cycle time, area)", null, Search), ("deviate (delay, dynamic power, leakage power, cycle time, area)", null, Search),
        ("NUCAdesign objective (weight delay, dynamic power, leakage power, cycle time, area)", null, Search), ("NUCAdeviate (delay, dynamic power, leakage power, cycle time, area)", null, Search),
        ("Optimize ED or ED^2 (ED, ED^2, NONE)", null, Search), ("Force cache config", "false", Search),
        ("Ndwl", null, Search), ("Ndbl", null, Search), ("Nspd", null, Search), ("Ndcm", null, Search), ("Ndsam1", null, Search), ("Ndsam2", null, Search),
        ("Wire signaling (fullswing, lowswing, default)", null, Search), ("Wire signalling (fullswing, lowswing, default)", null, Search),
        ("Wire inside mat", null, Search), ("Wire outside mat", null, Search), ("Interconnect projection", null, Search),
        ("Add ECC", "false", "error correction is not modelled"), ("Print level (DETAILED, CONCISE)", null, "nothing is printed"), ("Print input parameters", null, "nothing is printed"),
    ];

    private readonly List<string> _notes = [];
    private readonly Dictionary<string, (long Value, int Line)> _values = new(StringComparer.Ordinal);

    public CactiConfiguration Read()
    {
        int line = 0;
        foreach (string raw in text.Split('\n'))
        {
            line++;
            string content = WithoutComment(raw).Trim();
            if (content.Length == 0) continue;
            if (content[0] != '-') throw new InputFormatException(source, line, 1, $"'{content}' is no CACTI parameter: a line '-key value' or a comment (# or //) is expected");
            Take(content[1..], line);
        }

        return new CactiConfiguration
        {
            Bytes = Required("size (bytes)", 1),
            BlockBytes = (int)Required("block size (bytes)", 1),
            Banks = Count("UCA bank count", 1, 1),
            ReadWritePorts = Count("read-write port", 0, 0),
            ReadPorts = Count("exclusive read port", 0, 0),
            WritePorts = Count("exclusive write port", 0, 0),
            Notes = _notes,
        };
    }

    private void Take(string content, int line)
    {
        foreach (string key in s_effective)
        {
            if (ValueOf(content, key) is not { } value) continue;
            if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                throw new InputFormatException(source, line, 1, $"-{key} = '{value}': must be a whole number");
            if (!_values.TryAdd(key, (number, line))) _notes.Add($"{source}({line}): -{key} stands twice; the first counts");
            return;
        }

        foreach ((string key, string? neutral, string why) in s_ineffective)
        {
            if (ValueOf(content, key) is not { } value) continue;
            if (!IsNeutral(value, neutral)) _notes.Add($"{source}({line}): -{key} {value} has no effect: {why}");
            return;
        }

        _notes.Add($"{source}({line}): -{content} is not known and has no effect");
    }

    /// <summary>The value behind a key, without the dash, colon and quotes that may stand around it; null for another key.</summary>
    private static string? ValueOf(string content, string key)
    {
        if (!content.StartsWith(key, StringComparison.OrdinalIgnoreCase)) return null;
        string rest = content[key.Length..];
        if (rest.Length > 0 && rest[0] is not (' ' or '\t' or ':' or '-' or '"')) return null;
        return rest.Trim().TrimStart('-', ':').Trim().Trim('"');
    }

    private static bool IsNeutral(string value, string? neutral)
    {
        if (neutral is null) return false;
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.TryParse(neutral, NumberStyles.Float, CultureInfo.InvariantCulture, out double other)
            ? number == other
            : value.Equals(neutral, StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutComment(string line)
    {
        int hash = line.IndexOf('#', StringComparison.Ordinal), slashes = line.IndexOf("//", StringComparison.Ordinal);
        int end = hash < 0 ? slashes : slashes < 0 ? hash : Math.Min(hash, slashes);
        return end < 0 ? line : line[..end];
    }

    private long Required(string key, long minimum)
    {
        if (!_values.TryGetValue(key, out (long Value, int Line) found)) throw new InputFormatException(source, 0, 0, $"there is no -{key}: this key is required");
        return found.Value >= minimum && found.Value <= int.MaxValue ? found.Value : throw new InputFormatException(source, found.Line, 1, $"-{key} = {found.Value}: must be {minimum} to {int.MaxValue}");
    }

    private int Count(string key, int fallback, int minimum)
    {
        if (!_values.TryGetValue(key, out (long Value, int Line) found)) return fallback;
        return found.Value >= minimum && found.Value <= 1024 ? (int)found.Value : throw new InputFormatException(source, found.Line, 1, $"-{key} = {found.Value}: must be {minimum} to 1024");
    }
}
