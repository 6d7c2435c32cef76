using System.Text.Json.Serialization;

namespace Smaug.Core.Execution;

/// <summary>
/// A scalar in-order core with one memory access under way, like the original simulator's TimingSimpleCPU: every instruction is
/// fetched and executed before the next, every data access waits for its answer, so that no miss is hidden. It executes the
/// instructions of the software that were counted for <see cref="OutOfOrderCpuModel"/>. Its times are derived, not measured.
/// </summary>
public sealed record InOrderCpuModel : ICpuModel
{
    /// <summary>Cycles to fetch and execute an instruction that hits in the instruction cache; default 1, the definition of a scalar core.</summary>
    public double CyclesPerInstruction { get; init; } = 1;

    /// <summary>
    /// Data accesses per instruction; default 0.33: 304,215 accesses to the data cache for the 922,672 instructions of the
    /// tutorial's largest finalisation.
    /// </summary>
    public double DataAccessesPerInstruction { get; init; } = 0.33;

    /// <summary>Cycles that a data access takes more when it hits; default 1: the answer of the cache is used in the next cycle.</summary>
    public double CyclesPerDataAccess { get; init; } = 1;

    /// <summary>
    /// The software, its instruction counts and its cold lines; its cycles count only where they are misses, which the in-order core
    /// waits for as well.
    /// </summary>
    [JsonIgnore]
    public OutOfOrderCpuModel Software { get; init; } = new();

    /// <inheritdoc/>
    public CpuWork Work(in HostTask task, int lineBytes)
    {
        CpuWork work = Software.Work(task, lineBytes);
        return work with { Cycles = work.Instructions * CyclesPerInstructionWithData, HidesReadMisses = false, MissCycles = 0, HiddenCycles = 0 };
    }

    /// <summary>
    /// Cycles of a piece of framework software. On the wide core it spends its time in misses, with its instructions in their
    /// shadow; here they come on top.
    /// </summary>
    public double Cycles(CpuOverhead overhead) => Software.MeasuredCycles(overhead) + FrameworkInstructions.Of(overhead) * CyclesPerInstructionWithData;

    /// <summary>Cold lines of a piece of framework software, each of which the core waits for.</summary>
    public CpuWork ColdReads(CpuOverhead overhead) => new(Instructions: 0, Cycles: 0, Software.ColdCode.Bytes(overhead, 1), WriteBytes: 0, HidesReadMisses: false);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A cost is negative or not finite.</exception>
    public void Validate()
    {
        Require.NotNegative(nameof(CyclesPerInstruction), CyclesPerInstruction);
        Require.NotNegative(nameof(DataAccessesPerInstruction), DataAccessesPerInstruction);
        Require.NotNegative(nameof(CyclesPerDataAccess), CyclesPerDataAccess);
        Software.Validate($"{nameof(Software)}.");
    }

    private double CyclesPerInstructionWithData => CyclesPerInstruction + DataAccessesPerInstruction * CyclesPerDataAccess;
}
