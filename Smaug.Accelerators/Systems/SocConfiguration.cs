using System.Text.Json.Serialization;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>
/// What a system-on-chip is made of: CPU, memory system and a pool of equal accelerators. Immutable; every value has a
/// default, and the defaults together are the SoC of the original SMAUG's tutorial as it was measured.
/// </summary>
public sealed record SocConfiguration
{
    /// <summary>Name in reports.</summary>
    public string Name { get; init; } = "tutorial";

    /// <summary>The host CPU.</summary>
    public CpuConfiguration Cpu { get; init; } = new();

    /// <summary>Caches and DRAM.</summary>
    public HostMemoryConfiguration Memory { get; init; } = new();

    /// <summary>The accelerators.</summary>
    public AcceleratorConfiguration Accelerators { get; init; } = new();

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it, and the range.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Name)) throw new ConfigurationException("SocConfiguration.Name is empty: give the SoC a name");
        Cpu.Validate();
        Memory.Validate();
        Accelerators.Validate();
    }
}

/// <summary>The host CPU: cores of one kind that run the framework.</summary>
public sealed record CpuConfiguration
{
    /// <summary>
    /// Clock of the cores; default 1 GHz. The original simulator parses a CPU clock but never applies it, so that the cores
    /// of its experiments ran at the system clock.
    /// </summary>
    [JsonPropertyName("frequencyHertz")]
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Threads that fill and gather tiles, each on a core of its own; 1 to 64, default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Cycles to wake the worker threads and to join them; used from two threads on. Default 2,500, measured with two.</summary>
    public double ForkJoinCycles { get; init; } = 2_500;

    /// <summary>Costs of the framework's work on a core.</summary>
    public OutOfOrderCpuModel Costs { get; init; } = new();

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Clock("Cpu.Frequency", Frequency);
        Require.Range("Cpu.Threads", Threads, 1, 64);
        Require.NotNegative("Cpu.ForkJoinCycles", ForkJoinCycles);
        Costs.Validate();
    }
}

/// <summary>The accelerators of the pool and how they reach host memory.</summary>
public sealed record AcceleratorConfiguration
{
    /// <summary>Accelerators in the pool; 1 to 8, default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Clock of the accelerators; default 1 GHz.</summary>
    [JsonPropertyName("frequencyHertz")]
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>
    /// Time to flush or invalidate one cache line before a DMA transfer; default 12 ns. It costs whole accelerator cycles,
    /// rounded down; for stores as for loads.
    /// </summary>
    [JsonPropertyName("flushPerLineNanoseconds")]
    public SimTime FlushPerLine { get; init; } = SimTime.FromNanoseconds(12);

    /// <summary>Whether caches need no flush before a DMA transfer; default false.</summary>
    public bool IgnoreCacheFlush { get; init; }

    /// <summary>Whether a DMA transfer starts when its own lines are flushed; otherwise when all waiting ones are. Default true.</summary>
    public bool PipelinedDma { get; init; } = true;

    /// <summary>Whether lines are invalidated before a DMA store, which reads each of them; default true.</summary>
    public bool InvalidateOnStore { get; init; } = true;

    /// <summary>Cache lines that a DMA engine may have under way; 1 to 1,024, default 16.</summary>
    public int MaxDmaRequests { get; init; } = 16;

    /// <summary>Cycles from activation to the first transfer request; default 7, measured.</summary>
    public int ActivationCycles { get; init; } = 7;

    /// <summary>
    /// Cycles from the end of a kernel until the CPU is awake: write of the finish flag through the coherent caches and its
    /// acknowledgement; default 14, measured.
    /// </summary>
    public int FinishCycles { get; init; } = 14;

    /// <summary>Bytes of one scratchpad in host elements; default 32 KiB. An SMV engine has three.</summary>
    public int ScratchpadBytes { get; init; } = 32768;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Range("Accelerators.Count", Count, 1, 8);
        Require.Clock("Accelerators.Frequency", Frequency);
        if (FlushPerLine < SimTime.Zero) throw new ConfigurationException($"Accelerators.FlushPerLine = {FlushPerLine}: must be 0 or more");
        Require.Range("Accelerators.MaxDmaRequests", MaxDmaRequests, 1, 1024);
        Require.Range("Accelerators.ActivationCycles", ActivationCycles, 0, 1_000_000);
        Require.Range("Accelerators.FinishCycles", FinishCycles, 0, 1_000_000);
        Require.Range("Accelerators.ScratchpadBytes", ScratchpadBytes, 16, 1 << 30);
    }

    /// <summary>Accelerator cycles to flush one line: the time in whole cycles, rounded down.</summary>
    internal long FlushCyclesPerLine => IgnoreCacheFlush ? 0 : FlushPerLine.Picoseconds / Frequency.PeriodPicoseconds;
}

/// <summary>Range checks with one wording.</summary>
internal static class Require
{
    public static void Range(string name, long value, long minimum, long maximum)
    {
        if (value < minimum || value > maximum) throw new ConfigurationException(FormattableString.Invariant($"{name} = {value}: must be {minimum} to {maximum}"));
    }

    public static void NotNegative(string name, double value)
    {
        if (!(value >= 0) || double.IsInfinity(value)) throw new ConfigurationException(FormattableString.Invariant($"{name} = {value}: must be 0 or more"));
    }

    public static void Clock(string name, Frequency value)
    {
        if (value.PeriodPicoseconds <= 0) throw new ConfigurationException($"{name} is not set: must be above 0 and at most 1 THz");
    }
}
