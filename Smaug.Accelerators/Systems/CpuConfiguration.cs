using System.Text.Json.Serialization;
using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace Smaug;

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
    /// <exception cref="Core.ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Clock("Cpu.Frequency", Frequency);
        Require.Range("Cpu.Threads", Threads, 1, 64);
        Require.NotNegative("Cpu.ForkJoinCycles", ForkJoinCycles);
        Costs.Validate();
    }
}
