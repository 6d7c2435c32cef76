using Smaug.Core;

namespace Smaug.Memory.Dram.Mapping;

/// <summary>The address mappings of the command-level model by name.</summary>
public static class AddressMappings
{
    /// <summary>All mappings that need no file.</summary>
    public static IReadOnlyList<IAddressMapping> All => [FieldOrderMapping.RoBaRaCoCh, FieldOrderMapping.ChRaBaRoCo];

    /// <summary>The mapping of a name.</summary>
    /// <exception cref="ConfigurationException">No mapping has this name; the message lists those that exist.</exception>
    public static IAddressMapping Get(string name)
    {
        foreach (IAddressMapping mapping in All)
        {
            if (string.Equals(mapping.Name, name, StringComparison.OrdinalIgnoreCase)) return mapping;
        }

        string reason = string.Equals(name, "MOP4CLXOR", StringComparison.OrdinalIgnoreCase)
            ? "Ramulator 2.1 has it, but the rules given here do not define it"
            : "no mapping has this name";
        throw new ConfigurationException(
            $"DRAM mapping '{name}': {reason}; known: {string.Join(", ", All.Select(m => m.Name))}, mapping files for DDR3, and types of your own (IAddressMapping)");
    }
}
