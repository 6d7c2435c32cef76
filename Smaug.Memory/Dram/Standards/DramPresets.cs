using System.Text.Json;
using Smaug.Core;

namespace Smaug.Memory.Dram.Standards;

/// <summary>
/// All presets of the command-level model: every speed grade of a standard with every organisation for which the standard
/// defines all timing values. Data: the tables of Ramulator 1.0 and Ramulator 2.1.
/// </summary>
public static class DramPresets
{
    private const int NamesShown = 12;

    /// <summary>The names of all presets under a set of rules, in the order of the standards.</summary>
    public static IReadOnlyList<string> Names(DramRules rules)
    {
        using JsonDocument document = StandardResource.Open(File(rules));
        List<string> names = [];
        foreach (JsonProperty standard in document.RootElement.EnumerateObject())
        {
            foreach (JsonProperty speed in standard.Value.GetProperty("speeds").EnumerateObject())
            {
                foreach (JsonProperty organization in speed.Value.GetProperty("byOrganization").EnumerateObject())
                {
                    names.Add(NameOf(standard.Name, speed.Name, organization.Name));
                }
            }
        }

        return names;
    }

    /// <summary>Whether a preset has this name, in upper or lower case, under any set of rules.</summary>
    public static bool Contains(string name) => Enum.GetValues<DramRules>().Any(rules => Names(rules).Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>The preset of a name, in upper or lower case; where both sets of rules have it, that of Ramulator 1.</summary>
    /// <exception cref="ConfigurationException">No preset has this name; the message names those that come close.</exception>
    public static DramPreset Get(string name)
    {
        return TryGet(name, DramRules.Ramulator1) ?? TryGet(name, DramRules.Ramulator2) ?? throw Unknown(name,
            [.. Names(DramRules.Ramulator1), .. Names(DramRules.Ramulator2)]);
    }

    /// <summary>The preset of a name, in upper or lower case, under a set of rules.</summary>
    /// <exception cref="ConfigurationException">No preset has this name; the message names those that come close.</exception>
    public static DramPreset Get(string name, DramRules rules) => TryGet(name, rules) ?? throw Unknown(name, Names(rules));

    /// <summary>The preset of a speed grade and an organisation, for example <c>DDR4_2400R</c> and <c>DDR4_8Gb_x8</c>.</summary>
    /// <exception cref="ConfigurationException">The two do not belong to one standard or one of them is unknown.</exception>
    public static DramPreset Get(string speed, string organization, DramRules rules)
    {
        using JsonDocument document = StandardResource.Open(File(rules));
        foreach (JsonProperty standard in document.RootElement.EnumerateObject())
        {
            if (!standard.Value.GetProperty("speeds").TryGetProperty(speed, out JsonElement grade)) continue;
            if (grade.GetProperty("byOrganization").TryGetProperty(organization, out _))
            {
                return PresetReader.Read(rules, standard.Name, standard.Value, speed, organization);
            }

            throw new ConfigurationException($"DRAM organisation '{organization}': {standard.Name} has no such organisation; known: "
                + string.Join(", ", grade.GetProperty("byOrganization").EnumerateObject().Select(o => o.Name)));
        }

        throw new ConfigurationException($"DRAM speed '{speed}': unknown under the rules of {rules}; known: " + string.Join(", ",
            document.RootElement.EnumerateObject().SelectMany(s => s.Value.GetProperty("speeds").EnumerateObject().Select(g => g.Name))));
    }

    private static DramPreset? TryGet(string name, DramRules rules)
    {
        using JsonDocument document = StandardResource.Open(File(rules));
        foreach (JsonProperty standard in document.RootElement.EnumerateObject())
        {
            foreach (JsonProperty speed in standard.Value.GetProperty("speeds").EnumerateObject())
            {
                if (!name.StartsWith(speed.Name + "_", StringComparison.OrdinalIgnoreCase)) continue;
                foreach (JsonProperty organization in speed.Value.GetProperty("byOrganization").EnumerateObject())
                {
                    if (!NameOf(standard.Name, speed.Name, organization.Name).Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
                    return PresetReader.Read(rules, standard.Name, standard.Value, speed.Name, organization.Name);
                }
            }
        }

        return null;
    }

    private static int CommonStart(string known, string name) => known.AsSpan().CommonPrefixLength(name);

    private static ConfigurationException Unknown(string name, IReadOnlyList<string> known)
    {
        int underscore = name.IndexOf('_', StringComparison.Ordinal);
        string standard = underscore < 0 ? name : name[..underscore];
        string[] close = [.. known.Where(n => n.StartsWith(standard + "_", StringComparison.OrdinalIgnoreCase)).Distinct().OrderByDescending(n => CommonStart(n, name))];
        if (close.Length > 0)
        {
            string more = close.Length > NamesShown ? $" and {close.Length - NamesShown} more of {standard} ('smaug dram --list' and DramPresets.Names show all)" : "";
            return new ConfigurationException($"DRAM preset '{name}': no preset has this name; the nearest: {string.Join(", ", close.Take(NamesShown))}{more}");
        }

        string reason = standard is "LPDDR6" or "GDDR7"
            ? $"{standard} needs a controller of its own whose rules are not given, so it is not modelled"
            : "no preset has this name";
        IEnumerable<string> standards = known.Select(n => n[..n.IndexOf('_', StringComparison.Ordinal)]).Distinct();
        return new ConfigurationException(
            $"DRAM preset '{name}': {reason}; names are SPEED_ORGANISATION, such as DDR4_2400R_8Gb_x8; standards: {string.Join(", ", standards)}");
    }

    private static string File(DramRules rules) => rules == DramRules.Ramulator1 ? "ramulator1.json" : "ramulator2.json";

    private static string NameOf(string standard, string speed, string organization) => $"{speed}{organization[standard.Length..]}";
}
