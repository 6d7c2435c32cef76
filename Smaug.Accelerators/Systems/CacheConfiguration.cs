using System.Text.Json.Serialization;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>
/// First-level caches and what the shared cache has beside its capacity. At transaction fidelity all of it counts; the analytical
/// model knows the first-level data cache's capacity only.
/// </summary>
public sealed record CacheConfiguration
{
    /// <summary>Capacity of a core's first-level data cache; default 64 KiB. Line by line its sets must be a power of two.</summary>
    [JsonPropertyName("l1DataSizeBytes")]
    public ByteSize L1DataSize { get; init; } = ByteSize.FromKibibytes(64);

    /// <summary>Its ways, 1 to 64; default 2.</summary>
    public int L1DataWays { get; init; } = 2;

    /// <summary>Ways of the last-level cache, 1 to 64; default 16.</summary>
    public int LastLevelWays { get; init; } = 16;

    /// <summary>
    /// Banks of the last-level cache, each with its share of the capacity and links of its own; consecutive lines go to consecutive banks.
    /// 1, 2, 4, 8 or 16, default 1.
    /// </summary>
    public int LastLevelBanks { get; init; } = 1;

    /// <summary>Clock of caches, directory and their network; 1 MHz and more, default 2 GHz.</summary>
    [JsonPropertyName("frequencyHertz")]
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(2);

    /// <summary>Checks the values, but for what counts only where caches are simulated line by line.</summary>
    /// <param name="lineBytes">Bytes of a cache line.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate(int lineBytes)
    {
        Require.Range("Memory.Caches.L1DataWays", L1DataWays, 1, 64);
        Require.Range("Memory.Caches.LastLevelWays", LastLevelWays, 1, 64);
        if (LastLevelBanks is not (1 or 2 or 4 or 8 or 16)) throw new ConfigurationException($"Memory.Caches.LastLevelBanks = {LastLevelBanks}: must be 1, 2, 4, 8 or 16");
        Require.Clock("Memory.Caches.Frequency", Frequency);
        if (L1DataSize.Bytes < (long)lineBytes * L1DataWays || L1DataSize.Bytes % ((long)lineBytes * L1DataWays) != 0)
            throw new ConfigurationException($"Memory.Caches.L1DataSize = {L1DataSize}: must be a multiple of its {L1DataWays} ways with lines of {lineBytes} bytes");
    }

    /// <summary>Checks that the last-level cache, if there is one, has whole sets.</summary>
    internal void ValidateLastLevel(ByteSize size, int lineBytes)
    {
        long set = (long)lineBytes * LastLevelWays;
        if (size.Bytes % set != 0) throw new ConfigurationException($"Memory.CacheSize = {size} (--l2_size): must be a multiple of its Memory.Caches.LastLevelWays = {LastLevelWays} (--l2_assoc) with lines of {lineBytes} bytes, {new ByteSize(set)}");
    }

    /// <summary>Checks what counts where caches are simulated line by line.</summary>
    internal void ValidateLines(ByteSize lastLevelSize, int lineBytes)
    {
        Require.Sets("Memory.Caches.L1DataSize", L1DataSize, "Memory.Caches.L1DataWays", L1DataWays, lineBytes);
        long sets = Require.Sets("Memory.CacheSize", lastLevelSize, "Memory.Caches.LastLevelWays", LastLevelWays, lineBytes);
        if (sets < LastLevelBanks) throw new ConfigurationException($"Memory.Caches.LastLevelBanks = {LastLevelBanks}: must be at most {sets}, the sets of Memory.CacheSize = {lastLevelSize} with Memory.Caches.LastLevelWays = {LastLevelWays} and lines of {lineBytes} bytes");
    }
}
