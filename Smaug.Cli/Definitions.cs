using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Smaug.Core;

namespace Smaug.Cli;

/// <summary>The option <c>--define NAME=VALUE</c>, for names that stand in a file in the place of a number.</summary>
internal static class Definitions
{
    public static Option<string[]> Option(string description) => new("--define")
    {
        Description = description,
        DefaultValueFactory = _ => [],
        HelpName = "NAME=VALUE",
    };

    /// <summary>The values by name.</summary>
    /// <exception cref="ConfigurationException">A definition is not NAME=VALUE.</exception>
    public static ImmutableDictionary<string, int> Parse(string[] definitions)
    {
        var variables = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (string definition in definitions)
        {
            int equals = definition.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !int.TryParse(definition.AsSpan(equals + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value))
                throw new ConfigurationException($"--define {definition}: must be NAME=VALUE with a whole number");
            variables[definition[..equals]] = value;
        }

        return variables.ToImmutable();
    }
}
