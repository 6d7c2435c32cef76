using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>SoC configurations that come with Smaug.</summary>
public static class SocPresets
{
    /// <summary>
    /// The SoC of the original SMAUG's tutorial as it was measured: one out-of-order core at 1 GHz, 64 KiB of first-level and
    /// 2 MiB of second-level cache with lines of 32 bytes, LPDDR4-3200 2×16, one SMV engine at 1 GHz with DMA. The default.
    /// </summary>
    public static SocConfiguration Tutorial { get; } = new();

    /// <summary>The tutorial's SoC with the core at the 2.5 GHz that its command line asks for.</summary>
    public static SocConfiguration TutorialNominal { get; } = Tutorial with
    {
        Name = "tutorial-2.5GHz",
        Cpu = Tutorial.Cpu with { Frequency = Frequency.FromGigahertz(2.5) },
    };

    /// <summary>All presets.</summary>
    public static IReadOnlyList<SocConfiguration> All { get; } = [Tutorial, TutorialNominal];

    /// <summary>The preset of a name.</summary>
    /// <exception cref="ConfigurationException">There is none; the message lists them.</exception>
    public static SocConfiguration Find(string name)
    {
        foreach (SocConfiguration preset in All)
        {
            if (string.Equals(preset.Name, name, StringComparison.OrdinalIgnoreCase)) return preset;
        }

        throw new ConfigurationException($"there is no SoC preset '{name}': use {string.Join(", ", All.Select(p => p.Name))}, or a JSON file");
    }
}
