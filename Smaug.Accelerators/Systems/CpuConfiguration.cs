using System.Text.Json.Serialization;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>The kinds of core.</summary>
public enum CpuModelKind
{
    /// <summary>Eight-wide and out of order, measured: <see cref="OutOfOrderCpuModel"/>. <c>DerivO3CPU</c> in the original.</summary>
    OutOfOrder,

    /// <summary>Scalar and in order: <see cref="InOrderCpuModel"/>. <c>TimingSimpleCPU</c> in the original.</summary>
    InOrder,

    /// <summary>Memory accesses take no time: <see cref="InstantCpuModel"/>. <c>AtomicSimpleCPU</c> in the original, with one cycle per instruction.</summary>
    Instant,
}

/// <summary>The host CPU: cores of one kind that run the framework.</summary>
public sealed record CpuConfiguration
{
    /// <summary>
    /// Clock of the cores; 1 MHz and more, default 1 GHz. The original simulator parses a CPU clock but never applies it, so that the cores
    /// of its experiments ran at the system clock.
    /// </summary>
    [JsonPropertyName("frequencyHertz")]
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>Kind of the cores; default out of order.</summary>
    public CpuModelKind Model { get; init; }

    /// <summary>
    /// Cores; 0, the default, for as many as the threads need: one, or with several threads one for each and one for the framework
    /// that waits for them. At most 65. Further ones have no work.
    /// </summary>
    public int Cores { get; init; }

    /// <summary>
    /// Threads that fill and gather tiles, each on a core of its own; 1 to 64, default 1. Line by line the memory system has room for fewer:
    /// <c>docs/components/cpu.md</c> has the numbers, and <see cref="SocBuilder.Build"/> checks them.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>Costs of the thread pool.</summary>
    public ThreadPoolConfiguration ThreadPool { get; init; } = new();

    /// <summary>Costs of the framework's work on an out-of-order core, and its instructions on any.</summary>
    public OutOfOrderCpuModel Costs { get; init; } = new();

    /// <summary>Costs of instructions on an in-order core.</summary>
    public InOrderCpuModel InOrder { get; init; } = new();

    /// <summary>Costs of instructions on an instant core.</summary>
    public InstantCpuModel Instant { get; init; } = new();

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Clock("Cpu.Frequency", Frequency);
        if (!Enum.IsDefined(Model)) throw new ConfigurationException($"Cpu.Model = {(int)Model}: must be one of {string.Join(", ", Enum.GetNames<CpuModelKind>())}");
        Require.Range("Cpu.Threads", Threads, 1, 64);
        Require.Range("Cpu.Cores", Cores, 0, 65);
        if (Cores != 0 && Cores < NeededCores)
            throw new ConfigurationException($"Cpu.Cores = {Cores}: must be at least {NeededCores}, or 0 for as many as needed: {Threads} threads have a core each, and one runs the framework");
        Require.Given("Cpu.ThreadPool", ThreadPool).Validate();
        Require.Under("Cpu.Costs", Require.Given("Cpu.Costs", Costs).Validate);
        Require.Under("Cpu.InOrder", Require.Given("Cpu.InOrder", InOrder).Validate);
        Require.Under("Cpu.Instant", Require.Given("Cpu.Instant", Instant).Validate);
    }

    /// <summary>Cores that there are.</summary>
    internal int CoreCount => Cores == 0 ? NeededCores : Cores;

    private int NeededCores => Threads == 1 ? 1 : Threads + 1;

    /// <summary>The model of the chosen kind.</summary>
    internal ICpuModel CreateModel() => Model switch
    {
        CpuModelKind.InOrder => InOrder with { Software = Costs },
        CpuModelKind.Instant => Instant with { Software = Costs },
        _ => Costs,
    };
}
