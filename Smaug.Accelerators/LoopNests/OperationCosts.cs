using Smaug.Accelerators.Aladdin.Power;

namespace Smaug.Accelerators.LoopNests;

/// <summary>Energy of operations at one clock period, from Aladdin's library of functional units in 40 nm.</summary>
public sealed class OperationCosts
{
    private const int FloatAddCycles = 5, FloatMultiplyCycles = 4, SpecialCycles = 3, WordBits = 32;

    private readonly double _period;

    /// <summary>Reads the library for a clock period.</summary>
    /// <param name="cycleTimeNanoseconds">Clock period, ns; one that is not in the library takes the 6 ns column.</param>
    public OperationCosts(double cycleTimeNanoseconds)
    {
        _period = cycleTimeNanoseconds;
        AddPicojoules = Energy(FunctionalUnit.Adder);
        MultiplyPicojoules = Energy(FunctionalUnit.Multiplier);
        ShiftPicojoules = Energy(FunctionalUnit.Shifter);
        BitwisePicojoules = Energy(FunctionalUnit.Bitwise);
        FloatAddPicojoules = FloatAddCycles * Energy(FunctionalUnit.SingleAdder);
        FloatMultiplyPicojoules = FloatMultiplyCycles * Energy(FunctionalUnit.SingleMultiplier);
        SpecialFunctionPicojoules = SpecialCycles * Energy(FunctionalUnit.SpecialMath);
        RegisterWordPicojoules = WordBits * Energy(FunctionalUnit.Register);
    }

    /// <summary>Energy of an integer addition, pJ.</summary>
    public double AddPicojoules { get; }

    /// <summary>Energy of an integer multiplication, pJ.</summary>
    public double MultiplyPicojoules { get; }

    /// <summary>Energy of a shift, pJ.</summary>
    public double ShiftPicojoules { get; }

    /// <summary>Energy of a bitwise operation, pJ.</summary>
    public double BitwisePicojoules { get; }

    /// <summary>Energy of a 32-bit floating-point addition over its cycles, pJ.</summary>
    public double FloatAddPicojoules { get; }

    /// <summary>Energy of a 32-bit floating-point multiplication over its cycles, pJ.</summary>
    public double FloatMultiplyPicojoules { get; }

    /// <summary>Energy of a special function over its cycles, pJ.</summary>
    public double SpecialFunctionPicojoules { get; }

    /// <summary>Energy of reading or writing 32 bits of register, pJ.</summary>
    public double RegisterWordPicojoules { get; }

    /// <summary>Energy of some operations, pJ.</summary>
    public double Picojoules(in OperationCounts counts) =>
        counts.Adds * AddPicojoules + counts.Multiplies * MultiplyPicojoules + counts.Shifts * ShiftPicojoules
        + counts.Bitwise * BitwisePicojoules + counts.FloatAdds * FloatAddPicojoules + counts.FloatMultiplies * FloatMultiplyPicojoules
        + counts.SpecialFunctions * SpecialFunctionPicojoules + counts.RegisterWords * RegisterWordPicojoules;

    private double Energy(FunctionalUnit unit) => FunctionalUnitLibrary.Cost(unit, _period).ActiveMilliwatts * _period;
}
