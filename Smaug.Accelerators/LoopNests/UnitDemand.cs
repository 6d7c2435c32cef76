using Smaug.Accelerators.Aladdin.Power;

namespace Smaug.Accelerators.LoopNests;

/// <summary>Functional units and registers that a datapath needs at once; they leak and take area whether they work or not.</summary>
public readonly record struct UnitDemand
{
    private const int WordBits = 32, ByteBits = 8;

    /// <summary>Integer adders. Those of one loop iteration are not shared.</summary>
    public long Adders { get; init; }

    /// <summary>Integer multipliers, shared over cycles.</summary>
    public long Multipliers { get; init; }

    /// <summary>Shifters.</summary>
    public long Shifters { get; init; }

    /// <summary>Bitwise operators.</summary>
    public long Bitwise { get; init; }

    /// <summary>Adders for 32-bit floating point.</summary>
    public long FloatAdders { get; init; }

    /// <summary>Multipliers for 32-bit floating point.</summary>
    public long FloatMultipliers { get; init; }

    /// <summary>Units for special functions.</summary>
    public long SpecialFunctions { get; init; }

    /// <summary>32-bit registers for values that live across cycles.</summary>
    public long Registers { get; init; }

    /// <summary>Bytes of arrays that are held in registers.</summary>
    public long RegisterArrayBytes { get; init; }

    /// <summary>Leakage of all of them, mW.</summary>
    /// <param name="cycleTimeNanoseconds">Clock period, ns.</param>
    public double LeakageMilliwatts(double cycleTimeNanoseconds) => Sum(cycleTimeNanoseconds, static c => c.LeakageMilliwatts);

    /// <summary>Area of all of them, um² in 40 nm.</summary>
    /// <param name="cycleTimeNanoseconds">Clock period, ns.</param>
    public double AreaSquareMicrometres(double cycleTimeNanoseconds) => Sum(cycleTimeNanoseconds, static c => c.AreaSquareMicrometres);

    private double Sum(double period, Func<FunctionalUnitCost, double> value)
    {
        double Of(FunctionalUnit unit) => value(FunctionalUnitLibrary.Cost(unit, period));
        return Adders * Of(FunctionalUnit.Adder) + Multipliers * Of(FunctionalUnit.Multiplier) + Shifters * Of(FunctionalUnit.Shifter)
            + Bitwise * Of(FunctionalUnit.Bitwise) + FloatAdders * Of(FunctionalUnit.SingleAdder)
            + FloatMultipliers * Of(FunctionalUnit.SingleMultiplier) + SpecialFunctions * Of(FunctionalUnit.SpecialMath)
            + (WordBits * Registers + ByteBits * RegisterArrayBytes) * Of(FunctionalUnit.Register);
    }
}
