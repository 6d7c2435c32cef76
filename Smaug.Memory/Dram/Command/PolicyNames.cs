using Smaug.Core;

namespace Smaug.Memory.Dram.Command;

/// <summary>Policies of the command-level model by name.</summary>
internal static class PolicyNames
{
    /// <summary>The policy of a name, whatever its case.</summary>
    /// <exception cref="ConfigurationException">There is none; the message lists those that exist.</exception>
    public static T Get<T>(IReadOnlyList<T> all, Func<T, string> name, string wanted, string kind)
    {
        foreach (T one in all)
        {
            if (string.Equals(name(one), wanted, StringComparison.OrdinalIgnoreCase)) return one;
        }

        throw new ConfigurationException($"DRAM {kind} '{wanted}': must be one of {string.Join(", ", all.Select(name))}");
    }
}
