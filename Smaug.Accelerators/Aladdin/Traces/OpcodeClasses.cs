namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>The classes of operations that passes, scheduler and power model speak of.</summary>
[Flags]
internal enum OpcodeClass : ushort
{
    None = 0,
    Memory = 1 << 0,
    IntegerAdd = 1 << 1,
    IntegerMultiply = 1 << 2,
    Shift = 1 << 3,
    Bitwise = 1 << 4,
    FloatAdd = 1 << 5,
    FloatMultiply = 1 << 6,
    SpecialMath = 1 << 7,
    Branch = 1 << 8,
    Phi = 1 << 9,
    Convert = 1 << 10,
    Index = 1 << 11,
    HostLoad = 1 << 12,
    HostStore = 1 << 13,
    DmaOrder = 1 << 14,

    Float = FloatAdd | FloatMultiply,
    MultiCycle = Float | SpecialMath,
    Compute = IntegerAdd | IntegerMultiply | Shift | Bitwise | Float | Index,
    Associative = IntegerAdd | FloatAdd,
    Control = Branch | Phi,
    HostMemory = HostLoad | HostStore | DmaOrder,
    MemoryOrFloat = Memory | Float,
}

/// <summary>Class look-up by opcode: a table in the program image, no state.</summary>
internal static class OpcodeClasses
{
    private static ReadOnlySpan<ushort> Table =>
    [
        0, 0, 256, 256, 0, 0, 0, 0, 0, 0, 0, 2, 32, 2, 32, 4, 64, 4, 4, 64, 4, 4, 64, 8, 8, 8, 16, 16, 16, 0, 1, 1,
        0, 0, 0, 0, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 0, 0, 0, 0, 512, 256, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16384,
        0, 16384, 8192, 4096, 2048, 0, 128, 0, 0, 0, 8192, 4096, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    public static OpcodeClass Of(TraceOpcode opcode) => (OpcodeClass)Table[(int)opcode];

    public static bool Is(TraceOpcode opcode, OpcodeClass classes) => (Table[(int)opcode] & (ushort)classes) != 0;

    /// <summary>Whether a code may stand in a trace (the codes that only passes make may not).</summary>
    public static bool IsKnown(int code) =>
        code is >= 1 and <= 64 or 95 or (>= 97 and <= 99) or 102 or (>= 104 and <= 107);
}
