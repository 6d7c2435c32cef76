using System.Globalization;
using System.Numerics;
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

    private const string Size = "size (bytes)", Block = "block size (bytes)", Banks = "UCA bank count", Ways = "associativity";
    private const int MostPorts = 64, MostBanks = 1024, MostShown = 60;

    private static readonly string[] s_ports = ["read-write port", "exclusive read port", "exclusive write port"];
    private static readonly string[] s_effective = [Size, Block, Banks, .. s_ports];

    /// <summary>Known keys without effect: the value with which they say what the model does anyway, and why others have no effect.</summary>
    private static readonly (string Key, string? Neutral, string Why)[] s_ineffective =
    [
        ("technology (u)", "0.040", FortyNanometres), ("operating temperature (K)", "300", FortyNanometres),
        ("Data array cell type", "itrs-hp", FortyNanometres), ("Data array peripheral type", "itrs-hp", FortyNanometres),
        ("Tag array cell type", "itrs-hp", FortyNanometres), ("Tag array peripheral type", "itrs-hp", FortyNanometres),
        (Ways, null, "tags and the choice of a way are not modelled"), ("tag size (b)", null, "tags are not modelled"),
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
        RequireText();
        int line = 0;
        foreach (string raw in text.Split('\n'))
        {
            line++;
            string content = WithoutComment(raw).Trim();
            if (content.Length == 0) continue;
            if (content[0] != '-') throw Error(line, $"'{(content.Length > MostShown ? $"{content[..MostShown]}…" : content)}' is no CACTI parameter: a line '-key value' or a comment (# or //) is expected");
            Take(content[1..], line);
        }

        (long bytes, long block) = (Required(Size), Required(Block));
        int banks = Count(Banks, 1, 1, MostBanks);
        RequireGeometry(bytes, block, banks);
        int[] ports = [.. s_ports.Select(key => Count(key, 0, 0, MostPorts))];
        RequirePorts(ports.Sum());
        return new CactiConfiguration { Bytes = bytes, BlockBytes = (int)block, Banks = banks, ReadWritePorts = ports[0], ReadPorts = ports[1], WritePorts = ports[2], Notes = _notes };
    }

    /// <summary>What is no text at all is not quoted line by line: a terminal would take its characters as commands.</summary>
    private void RequireText()
    {
        int at = 0;
        while (at < text.Length && (!char.IsControl(text[at]) || text[at] is '\t' or '\r' or '\n' or '\f')) at++;
        if (at == text.Length) return;
        int line = 1 + text.AsSpan(0, at).Count('\n');
        throw Error(line, string.Create(CultureInfo.InvariantCulture, $"the file has the character U+{(int)text[at]:X4}: a text of lines '-key value' is expected, as CACTI reads it"));
    }

    private void RequireGeometry(long bytes, long block, int banks)
    {
        if (block > bytes) throw Error(LineOf(Block), $"-{Block} = {block}: must be at most -{Size} = {bytes}");
        if (!BitOperations.IsPow2(banks)) throw Error(LineOf(Banks), $"-{Banks} = {banks}: must be a power of two");
        long ways = _values.TryGetValue(Ways, out (long Value, int Line) given) ? given.Value : 1;
        if (ways > bytes / block) throw Error(given.Line, $"-{Ways} = {ways}: must be at most {bytes / block}, the blocks of {block} bytes in -{Size} = {bytes}; 0 is fully associative");
        long unit = block * Math.Max(1, ways) * banks;
        if (bytes % unit == 0) return;
        long below = bytes / unit * unit;
        throw Error(LineOf(Size), $"-{Size} = {bytes}: must be a multiple of {unit}, a block of {block} bytes in each of {Math.Max(1, ways)} way(s) and {banks} bank(s), such as {(below == 0 ? "" : $"{below} or ")}{below + unit}");
    }

    private void RequirePorts(int ports)
    {
        if (ports is >= 1 and <= MostPorts) return;
        string keys = string.Join(", ", s_ports.Select(k => $"-{k}"));
        throw Error(s_ports.Max(LineOf), $"{keys} are {ports} together: must be 1 to {MostPorts}, as with '-read-write port 1'");
    }

    private void Take(string content, int line)
    {
        foreach (string key in s_effective)
        {
            if (ValueOf(content, key) is not { } value) continue;
            Keep(key, value, line);
            return;
        }

        foreach ((string key, string? neutral, string why) in s_ineffective)
        {
            if (ValueOf(content, key) is not { } value) continue;
            // Checked against the size, although the model has no use for it.
            if (key == Ways) Keep(key, value, line);
            if (!IsNeutral(value, neutral)) _notes.Add($"{source}({line}): -{key} {value} has no effect: {why}");
            return;
        }

        _notes.Add($"{source}({line}): -{content} is not known and has no effect");
    }

    private void Keep(string key, string value, int line)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) throw Error(line, $"-{key} = '{value}': must be a whole number, without sign and unit");
        if (!_values.TryAdd(key, (number, line))) _notes.Add($"{source}({line}): -{key} stands twice; the first counts");
    }

    /// <summary>The value behind a key, without the dash, colon and quotes that may stand around it; null for another key.</summary>
    private static string? ValueOf(string content, string key)
    {
        if (!content.StartsWith(key, StringComparison.OrdinalIgnoreCase)) return null;
        string rest = content[key.Length..];
        if (rest.Length > 0 && rest[0] is not (' ' or '\t' or ':' or '-' or '"')) return null;
        rest = rest.Trim();
        if (rest.StartsWith(':')) rest = rest[1..].TrimStart();
        // A dash that belongs to a number is its sign.
        if (rest.StartsWith('-') && (rest.Length == 1 || rest[1] is ' ' or '\t' or '"')) rest = rest[1..].TrimStart();
        return rest.Trim('"');
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

    private long Required(string key)
    {
        if (!_values.TryGetValue(key, out (long Value, int Line) found)) throw Error(0, $"there is no -{key}: this key is required");
        return found.Value is >= 1 and <= int.MaxValue ? found.Value : throw Error(found.Line, $"-{key} = {found.Value}: must be 1 to {int.MaxValue}");
    }

    private int Count(string key, int fallback, int minimum, int maximum)
    {
        if (!_values.TryGetValue(key, out (long Value, int Line) found)) return fallback;
        return found.Value >= minimum && found.Value <= maximum ? (int)found.Value : throw Error(found.Line, $"-{key} = {found.Value}: must be {minimum} to {maximum}");
    }

    /// <summary>Line of a key; 0 where the file does not have it.</summary>
    private int LineOf(string key) => _values.TryGetValue(key, out (long Value, int Line) found) ? found.Line : 0;

    private InputFormatException Error(int line, string message) => new(source, line, line == 0 ? 0 : 1, message);
}
