using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Dma;

/// <summary>Parameters of an accelerator's DMA engine. Defaults are gem5-Aladdin's, with an accelerator clock of 1 GHz.</summary>
public sealed record DmaOptions
{
    /// <summary>Clock of the accelerator: one packet is sent per cycle at most. Default 1 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Line size of the memory system, to which packets are cut: a power of two from 8 to 65,536. Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Page size at which transfers are split before they are cut into packets: a power of two, at least
    /// <see cref="LineBytes"/> and at most 1 Gi. Default 4,096.</summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>Packets under way at most, 1 to 65,536. Default 16.</summary>
    public int MaximumOutstanding { get; init; } = 16;

    /// <summary>Queues of packets that take turns, 1 to 1,024. Default 1.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Whether a transfer is issued as soon as its set-up is done; otherwise none is until the set-up of all waiting
    /// ones is. Default true.</summary>
    public bool IsPipelined { get; init; } = true;

    /// <summary>Whether the lines that a store covers are invalidated, page by page, before they are written. With the
    /// directory-coherent memory system these packets are executed as ordinary reads. Default true.</summary>
    public bool InvalidatesOnStore { get; init; } = true;

    /// <summary>Accelerator cycles that software needs per line to flush (before a load) or invalidate (before a store) the CPU
    /// caches, 0 to 1,000,000,000; 0 to ignore it. See <see cref="FlushCycles"/>. Default 12.</summary>
    public int FlushCyclesPerLine { get; init; } = 12;

    /// <summary>Transfers in flight at most, at least 1; more wait for a place. Default 100.</summary>
    public int MaximumTransfers { get; init; } = 100;

    /// <summary>The flush cost per line in cycles for a latency and an integer cycle time in nanoseconds, rounded down as in
    /// the reference: a clock slower than the latency makes it free.</summary>
    /// <param name="latency">Time to flush a line, 0 or more.</param>
    /// <param name="cycleTimeNanoseconds">Period of the clock, at least 1.</param>
    /// <exception cref="ConfigurationException">One of them is out of its range.</exception>
    public static int FlushCycles(SimTime latency, int cycleTimeNanoseconds)
    {
        Require.Time(nameof(latency), latency, SimTime.MaxValue);
        Require.Range(nameof(cycleTimeNanoseconds), cycleTimeNanoseconds, 1, int.MaxValue);
        return (int)Math.Min(latency.Picoseconds / (cycleTimeNanoseconds * 1000L), int.MaxValue);
    }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require.Clock(nameof(Frequency), Frequency);
        Require.PowerOfTwo(nameof(LineBytes), LineBytes, 8, 65_536);
        Require.PowerOfTwo(nameof(PageBytes), PageBytes, LineBytes, 1 << 30);
        Require.Range(nameof(MaximumOutstanding), MaximumOutstanding, 1, Require.MaximumRequests);
        Require.Range(nameof(Channels), Channels, 1, 1024);
        Require.Range(nameof(FlushCyclesPerLine), FlushCyclesPerLine, 0, 1_000_000_000);
        Require.Range(nameof(MaximumTransfers), MaximumTransfers, 1, int.MaxValue);
    }
}
