using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin;

/// <summary>How to run the trace-driven model.</summary>
public sealed record AladdinOptions
{
    /// <summary>With the reference's defects (default) or without.</summary>
    public AladdinFidelity Fidelity { get; init; } = AladdinFidelity.ReferenceExact;

    /// <summary>Opcode numbering of trace files. Default LLVM 6.</summary>
    public OpcodeNumbering Numbering { get; init; } = OpcodeNumbering.Llvm6;

    /// <summary>Keep per-cycle activity in the result. Default off; it costs a few words per cycle and function.</summary>
    public bool RecordActivity { get; init; }

    /// <summary>Cycles without executing anything after which a run counts as dead. Default 1,000,000; at least 1.</summary>
    public int DeadlockCycles { get; init; } = 1_000_000;

    internal bool ByteAccurate => Fidelity == AladdinFidelity.Corrected;
}
