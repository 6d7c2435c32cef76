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

    /// <summary>
    /// What the original SMAUG's SoC sweeper starts from: one core at 2 GHz, 32 KiB and 4 MiB of cache, LPDDR3-1600 1×32, DMA without
    /// invalidation. Its run script's clock of the cores has no effect there; here it has.
    /// </summary>
    public static SocConfiguration Sweep { get; } = Tutorial with
    {
        Name = "sweep",
        Cpu = Tutorial.Cpu with { Frequency = Frequency.FromGigahertz(2) },
        Memory = Tutorial.Memory with
        {
            CacheSize = ByteSize.FromMebibytes(4),
            Dram = "LPDDR3_1600_1x32",
            Capacity = ByteSize.FromGibibytes(1),
            Caches = Tutorial.Memory.Caches with { L1DataSize = ByteSize.FromKibibytes(32), L1DataWays = 4 },
        },
        Accelerators = Tutorial.Accelerators with { InvalidateOnStore = false },
    };

    /// <summary>All presets.</summary>
    public static IReadOnlyList<SocConfiguration> All { get; } = [Tutorial, TutorialNominal, Sweep];

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
