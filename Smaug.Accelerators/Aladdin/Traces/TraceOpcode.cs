namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>
/// Operation codes of a dynamic trace, in the LLVM 6 numbering of LLVM-Tracer 2.0 with Aladdin's own codes from 95 up.
/// </summary>
public enum TraceOpcode : byte
{
    /// <summary>A removed operation that forwards its operand (made by the optimisation passes, never in a trace).</summary>
    Move = 0,
    /// <summary>Return from a function.</summary>
    Ret = 1,
    /// <summary>Branch.</summary>
    Br = 2,
    /// <summary>Multi-way branch.</summary>
    Switch = 3,
    /// <summary>Integer addition.</summary>
    Add = 11,
    /// <summary>Floating-point addition.</summary>
    FAdd = 12,
    /// <summary>Integer subtraction.</summary>
    Sub = 13,
    /// <summary>Floating-point subtraction.</summary>
    FSub = 14,
    /// <summary>Integer multiplication.</summary>
    Mul = 15,
    /// <summary>Floating-point multiplication.</summary>
    FMul = 16,
    /// <summary>Unsigned division.</summary>
    UDiv = 17,
    /// <summary>Signed division.</summary>
    SDiv = 18,
    /// <summary>Floating-point division.</summary>
    FDiv = 19,
    /// <summary>Unsigned remainder.</summary>
    URem = 20,
    /// <summary>Signed remainder.</summary>
    SRem = 21,
    /// <summary>Floating-point remainder.</summary>
    FRem = 22,
    /// <summary>Shift left.</summary>
    Shl = 23,
    /// <summary>Logical shift right.</summary>
    LShr = 24,
    /// <summary>Arithmetic shift right.</summary>
    AShr = 25,
    /// <summary>Bitwise and.</summary>
    And = 26,
    /// <summary>Bitwise or.</summary>
    Or = 27,
    /// <summary>Bitwise exclusive or.</summary>
    Xor = 28,
    /// <summary>Local array.</summary>
    Alloca = 29,
    /// <summary>Load from memory.</summary>
    Load = 30,
    /// <summary>Store to memory.</summary>
    Store = 31,
    /// <summary>Address computation.</summary>
    GetElementPtr = 32,
    /// <summary>Integer truncation.</summary>
    Trunc = 36,
    /// <summary>Zero extension.</summary>
    ZExt = 37,
    /// <summary>Sign extension.</summary>
    SExt = 38,
    /// <summary>Floating point to unsigned integer.</summary>
    FPToUI = 39,
    /// <summary>Floating point to signed integer.</summary>
    FPToSI = 40,
    /// <summary>Unsigned integer to floating point.</summary>
    UIToFP = 41,
    /// <summary>Signed integer to floating point.</summary>
    SIToFP = 42,
    /// <summary>Floating-point truncation.</summary>
    FPTrunc = 43,
    /// <summary>Floating-point extension.</summary>
    FPExt = 44,
    /// <summary>Pointer to integer.</summary>
    PtrToInt = 45,
    /// <summary>Integer to pointer.</summary>
    IntToPtr = 46,
    /// <summary>Reinterpretation.</summary>
    BitCast = 47,
    /// <summary>Address-space cast, the last of the conversions.</summary>
    AddrSpaceCast = 48,
    /// <summary>Integer comparison.</summary>
    ICmp = 51,
    /// <summary>Floating-point comparison.</summary>
    FCmp = 52,
    /// <summary>Merge of values at the head of a block.</summary>
    Phi = 53,
    /// <summary>Function call.</summary>
    Call = 54,
    /// <summary>Selection between two values.</summary>
    Select = 55,
    /// <summary>Read of one vector lane.</summary>
    ExtractElement = 59,
    /// <summary>Write of one vector lane.</summary>
    InsertElement = 60,
    /// <summary>Vector shuffle.</summary>
    ShuffleVector = 61,
    /// <summary>The last of the LLVM codes.</summary>
    LandingPad = 64,
    /// <summary>Sets full/empty bits of a range.</summary>
    SetReadyBits = 95,
    /// <summary>Declaration of an entry (never a node).</summary>
    EntryDeclaration = 96,
    /// <summary>Orders DMA operations.</summary>
    DmaFence = 97,
    /// <summary>DMA transfer from the accelerator to the host.</summary>
    DmaStore = 98,
    /// <summary>DMA transfer from the host to the accelerator.</summary>
    DmaLoad = 99,
    /// <summary>Addition on an induction variable (made by the passes, never in a trace).</summary>
    IndexAdd = 100,
    /// <summary>A store that a later one overwrites (made by the passes, never in a trace).</summary>
    SilentStore = 101,
    /// <summary>Special mathematical function (sin, exp, sqrt, …).</summary>
    SpecialMath = 102,
    /// <summary>Compiler intrinsic.</summary>
    Intrinsic = 104,
    /// <summary>Sampling factor of a loop.</summary>
    SetSamplingFactor = 105,
    /// <summary>Transfer from the accelerator to the host through the interface of the host array.</summary>
    HostStore = 106,
    /// <summary>Transfer from the host to the accelerator through the interface of the host array.</summary>
    HostLoad = 107,
}
