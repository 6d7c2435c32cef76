using Smaug.Core;
using Smaug.Zoo;

namespace Smaug.Cli;

/// <summary>Networks of the zoo that a command was asked for.</summary>
internal static class ZooSelection
{
    /// <summary>The named networks in the zoo's order; all when none is named.</summary>
    /// <exception cref="ConfigurationException">There is no network of that name.</exception>
    public static IReadOnlyList<ZooModel> Find(IReadOnlyCollection<string> names)
    {
        foreach (string name in names)
        {
            if (!ModelZoo.Models.Any(m => m.Name == name)) throw new ConfigurationException($"zoo model '{name}': unknown; use one of {string.Join(", ", ModelZoo.Models.Select(m => m.Name))}");
        }

        return [.. ModelZoo.Models.Where(m => names.Count == 0 || names.Contains(m.Name))];
    }
}
