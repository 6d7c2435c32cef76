using System.Numerics;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Memory.Dma;

/// <summary>Parameters of an accelerator's DMA engine. Defaults are gem5-Aladdin's, with an accelerator clock of 1 GHz.</summary>
public sealed record DmaOptions
{
    /// <summary>Clock of the accelerator: one packet is sent per cycle at most. Default 1 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Line size of the memory system, to which packets are cut: a power of two, at least 8. Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Page size at which transfers are split before they are cut into packets: a power of two. Default 4,096.</summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>Packets under way at most, at least 1. Default 16.</summary>
    public int MaximumOutstanding { get; init; } = 16;

    /// <summary>Queues of packets that take turns, at least 1. Default 1.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Whether a transfer is issued as soon as its set-up is done; otherwise none is until the set-up of all waiting
    /// ones is. Default true.</summary>
    public bool IsPipelined { get; init; } = true;

    /// <summary>Whether the lines that a store covers are invalidated, page by page, before they are written. With the
    /// directory-coherent memory system these packets are executed as ordinary reads. Default true.</summary>
    public bool InvalidatesOnStore { get; init; } = true;

    /// <summary>Accelerator cycles that software needs per line to flush (before a load) or invalidate (before a store) the CPU
    /// caches, at least 0; 0 to ignore it. See <see cref="FlushCycles"/>. Default 12.</summary>
    public int FlushCyclesPerLine { get; init; } = 12;

    /// <summary>Transfers in flight at most; more wait for a place. Default 100.</summary>
    public int MaximumTransfers { get; init; } = 100;

    /// <summary>The flush cost per line in cycles for a latency and an integer cycle time in nanoseconds, rounded down as in
    /// the reference: a clock slower than the latency makes it free.</summary>
    public static int FlushCycles(SimTime latency, int cycleTimeNanoseconds) => (int)(latency.Picoseconds / (cycleTimeNanoseconds * 1000L));

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(Frequency.PeriodPicoseconds > 0, nameof(Frequency), "0", "above 0");
        Require(LineBytes >= 8 && BitOperations.IsPow2(LineBytes), nameof(LineBytes), $"{LineBytes}", "a power of two, at least 8");
        Require(PageBytes >= LineBytes && BitOperations.IsPow2(PageBytes), nameof(PageBytes), $"{PageBytes}", $"a power of two, at least {nameof(LineBytes)} ({LineBytes})");
        Require(MaximumOutstanding >= 1, nameof(MaximumOutstanding), $"{MaximumOutstanding}", "at least 1");
        Require(Channels >= 1, nameof(Channels), $"{Channels}", "at least 1");
        Require(FlushCyclesPerLine >= 0, nameof(FlushCyclesPerLine), $"{FlushCyclesPerLine}", "at least 0");
        Require(MaximumTransfers >= 1, nameof(MaximumTransfers), $"{MaximumTransfers}", "at least 1");
    }

    private static void Require(bool holds, string property, string value, string allowed)
    {
        if (!holds) throw new ConfigurationException($"{property} = {value}: must be {allowed}");
    }
}
