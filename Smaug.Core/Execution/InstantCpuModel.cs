using System.Text.Json.Serialization;

namespace Smaug.Core.Execution;

/// <summary>
/// A core whose memory accesses take no time and touch no cache. With <see cref="CyclesPerInstruction"/> 0 all of the CPU's work is
/// free, which leaves the time of the accelerators alone: a lower bound for any CPU. With 1 it is the original simulator's
/// AtomicSimpleCPU. Tiles that it fills are in no cache, so that accelerators find all of their data in DRAM.
/// </summary>
public sealed record InstantCpuModel : ICpuModel
{
    /// <summary>Cycles of an instruction; default 0.</summary>
    public double CyclesPerInstruction { get; init; }

    /// <summary>The software and its instruction counts; its cycles have no effect.</summary>
    [JsonIgnore]
    public OutOfOrderCpuModel Software { get; init; } = new();

    /// <inheritdoc/>
    public CpuWork Work(in HostTask task, int lineBytes)
    {
        double instructions = Software.Work(task, lineBytes).Instructions;
        return new CpuWork(instructions, instructions * CyclesPerInstruction, ReadBytes: 0, WriteBytes: 0, HidesReadMisses: true);
    }

    /// <inheritdoc/>
    public double Cycles(CpuOverhead overhead) => FrameworkInstructions.Of(overhead) * CyclesPerInstruction;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A cost is negative or not finite.</exception>
    public void Validate()
    {
        Require.NotNegative(nameof(CyclesPerInstruction), CyclesPerInstruction);
        Software.Validate($"{nameof(Software)}.");
    }
}
