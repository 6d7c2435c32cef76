namespace Smaug.Accelerators.LoopNests;

/// <summary>
/// Operations on functional units. A vector operation is one operation of one unit, as in Aladdin. Registers count in 32-bit
/// words read or written.
/// </summary>
public readonly record struct OperationCounts
{
    /// <summary>Integer additions and subtractions.</summary>
    public long Adds { get; init; }

    /// <summary>Integer multiplications and divisions.</summary>
    public long Multiplies { get; init; }

    /// <summary>Shifts.</summary>
    public long Shifts { get; init; }

    /// <summary>Bitwise operations.</summary>
    public long Bitwise { get; init; }

    /// <summary>Additions in 32-bit floating point; each keeps its unit busy for 5 cycles.</summary>
    public long FloatAdds { get; init; }

    /// <summary>Multiplications in 32-bit floating point; each keeps its unit busy for 4 cycles.</summary>
    public long FloatMultiplies { get; init; }

    /// <summary>Special functions (exponential, square root); each keeps its unit busy for 3 cycles.</summary>
    public long SpecialFunctions { get; init; }

    /// <summary>32-bit words read from or written to registers and arrays held in registers.</summary>
    public long RegisterWords { get; init; }

    /// <summary>Both together.</summary>
    public static OperationCounts operator +(in OperationCounts left, in OperationCounts right) => new()
    {
        Adds = left.Adds + right.Adds,
        Multiplies = left.Multiplies + right.Multiplies,
        Shifts = left.Shifts + right.Shifts,
        Bitwise = left.Bitwise + right.Bitwise,
        FloatAdds = left.FloatAdds + right.FloatAdds,
        FloatMultiplies = left.FloatMultiplies + right.FloatMultiplies,
        SpecialFunctions = left.SpecialFunctions + right.SpecialFunctions,
        RegisterWords = left.RegisterWords + right.RegisterWords,
    };

    /// <summary>The same operations several times.</summary>
    public static OperationCounts operator *(in OperationCounts counts, long times) => new()
    {
        Adds = counts.Adds * times,
        Multiplies = counts.Multiplies * times,
        Shifts = counts.Shifts * times,
        Bitwise = counts.Bitwise * times,
        FloatAdds = counts.FloatAdds * times,
        FloatMultiplies = counts.FloatMultiplies * times,
        SpecialFunctions = counts.SpecialFunctions * times,
        RegisterWords = counts.RegisterWords * times,
    };

    /// <summary>Both together.</summary>
    public static OperationCounts Add(OperationCounts left, OperationCounts right) => left + right;

    /// <summary>The same operations several times.</summary>
    public static OperationCounts Multiply(OperationCounts counts, long times) => counts * times;
}
