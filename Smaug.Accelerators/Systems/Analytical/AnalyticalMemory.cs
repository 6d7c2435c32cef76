using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Analytical;

/// <summary>
/// What all ports of the analytical memory share: the directory of cached pages and the data bus of DRAM, which serves one
/// line after the other.
/// </summary>
internal sealed class AnalyticalMemory(HostMemoryConfiguration configuration)
{
    private long _busFree;

    public HostMemoryConfiguration Configuration { get; } = configuration;

    public PageDirectory Pages { get; } = new(configuration.CacheSize.Bytes, configuration.Caches.L1DataSize.Bytes);

    public long ReadBytes { get; private set; }

    public long WriteBytes { get; private set; }

    /// <summary>Time for which the data bus was taken.</summary>
    public SimTime BusBusy { get; private set; }

    /// <summary>Takes the data bus for some lines.</summary>
    /// <returns>When they are through.</returns>
    public SimTime UseBus(SimTime now, long lines, bool isWrite)
    {
        long bytes = lines * Configuration.LineBytes;
        if (isWrite) WriteBytes += bytes;
        else ReadBytes += bytes;

        // Writes of neighbouring lines share a burst; a line that is read takes a burst of its own.
        long duration = lines * Configuration.DramLineTime.Picoseconds / (isWrite ? 2 : 1);
        BusBusy += new SimTime(duration);
        _busFree = Math.Max(_busFree, now.Picoseconds) + duration;
        return new SimTime(_busFree);
    }

    /// <summary>Notes an access that leaves the page in the last-level cache; a modified page that makes room goes to DRAM.</summary>
    public void Cache(SimTime now, long address, bool byCore, bool modifies)
    {
        if (Pages.Touch(address, byCore, modifies)) UseBus(now, PageDirectory.PageBytes / Configuration.LineBytes, isWrite: true);
    }
}
