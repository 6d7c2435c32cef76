using Smaug.Accelerators.Aladdin.Power;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Scheduling;

/// <summary>How long operations take: cycles for multi-cycle units, nanoseconds of a cycle for the others.</summary>
internal sealed class OperationTiming
{
    /// <summary>The special-function unit has three stages and was characterised at 10 ns.</summary>
    private const int SpecialStages = 3;
    private const double SpecialStageNanoseconds = 10;

    private readonly float[] latency = new float[128];
    private readonly int specialCycles = SpecialStages;

    public OperationTiming(float cycleTime, bool corrected)
    {
        CycleTime = cycleTime;
        // The reference takes three cycles at any clock.
        if (corrected) specialCycles = Math.Max(SpecialStages, (int)Math.Ceiling(SpecialStages * SpecialStageNanoseconds / cycleTime));
        // Only 1 to 6 ns have delays of their own in the reference; at 10 ns it uses the 6 ns delays.
        int period = (int)cycleTime;
        double column = period is >= 1 and <= 6 || (corrected && period == 10) ? period : 6;
        for (int code = 1; code < latency.Length; code++)
        {
            if (code >= 108) break;
            var opcode = (TraceOpcode)code;
            latency[code] = opcode switch
            {
                TraceOpcode.Ret or TraceOpcode.Intrinsic => cycleTime,
                _ when OpcodeClasses.Is(opcode, OpcodeClass.Float) => Cycles(opcode) * cycleTime,
                _ when OpcodeClasses.Is(opcode, OpcodeClass.IntegerMultiply) => Delay(FunctionalUnit.Multiplier, column),
                _ when OpcodeClasses.Is(opcode, OpcodeClass.IntegerAdd) => Delay(FunctionalUnit.Adder, column),
                _ when OpcodeClasses.Is(opcode, OpcodeClass.Shift) => Delay(FunctionalUnit.Shifter, column),
                _ when OpcodeClasses.Is(opcode, OpcodeClass.Bitwise) => Delay(FunctionalUnit.Bitwise, column),
                _ => 0f,
            };
        }
    }

    public float CycleTime { get; }

    /// <summary>Time within a cycle (or of all cycles, for floating point), ns.</summary>
    public float Latency(TraceOpcode opcode) => latency[(int)opcode];

    /// <summary>Cycles of a multi-cycle operation.</summary>
    public int Cycles(TraceOpcode opcode) => opcode switch
    {
        TraceOpcode.FMul or TraceOpcode.FRem => 4,
        TraceOpcode.FAdd or TraceOpcode.FSub => 5,
        TraceOpcode.FDiv => 16,
        TraceOpcode.SpecialMath => specialCycles,
        _ => 1,
    };

    private static float Delay(FunctionalUnit unit, double period) => (float)FunctionalUnitLibrary.Cost(unit, period).DelayNanoseconds;
}
