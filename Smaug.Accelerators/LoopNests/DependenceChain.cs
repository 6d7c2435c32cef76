namespace Smaug.Accelerators.LoopNests;

/// <summary>
/// Operations that depend on each other. Loads and stores take a cycle each. Integer operations are packed into cycles by
/// their delays; floating-point operations take whole cycles: 5 for an addition, 4 for a multiplication, 3 for a special function.
/// </summary>
public readonly record struct DependenceChain
{
    private const int FloatAddCycles = 5, FloatMultiplyCycles = 4, SpecialCycles = 3;

    /// <summary>Loads and stores.</summary>
    public int MemoryAccesses { get; init; }

    /// <summary>Integer additions.</summary>
    public int Adds { get; init; }

    /// <summary>Integer multiplications.</summary>
    public int Multiplies { get; init; }

    /// <summary>Floating-point additions.</summary>
    public int FloatAdds { get; init; }

    /// <summary>Floating-point multiplications.</summary>
    public int FloatMultiplies { get; init; }

    /// <summary>Special functions.</summary>
    public int SpecialFunctions { get; init; }

    /// <summary>Cycles of the chain at a clock period.</summary>
    /// <param name="addNanoseconds">Delay of an integer addition.</param>
    /// <param name="multiplyNanoseconds">Delay of an integer multiplication.</param>
    /// <param name="cycleTimeNanoseconds">Clock period.</param>
    internal long Cycles(double addNanoseconds, double multiplyNanoseconds, double cycleTimeNanoseconds) =>
        MemoryAccesses + Packed(Adds, addNanoseconds, cycleTimeNanoseconds) + Packed(Multiplies, multiplyNanoseconds, cycleTimeNanoseconds)
        + FloatAdds * FloatAddCycles + FloatMultiplies * FloatMultiplyCycles + SpecialFunctions * SpecialCycles;

    /// <summary>Operations of one kind fill a cycle while their delays stay below its end; one that is longer takes it whole.</summary>
    private static long Packed(int operations, double delay, double period)
    {
        int perCycle = Math.Max(1, (int)Math.Ceiling(period / delay) - 1);
        return LoopCycles.DivideUp(operations, perCycle);
    }
}
