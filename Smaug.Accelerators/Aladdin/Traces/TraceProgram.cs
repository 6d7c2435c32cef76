using Smaug.Accelerators.Aladdin.Graphs;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>One instruction of the traced program; every dynamic node points at one.</summary>
internal struct StaticInstruction
{
    public TraceOpcode Opcode;
    public byte LoopDepth;

    /// <summary>The name marks an induction variable.</summary>
    public bool IsInductionVariable;

    /// <summary>Works on 64-bit floating point.</summary>
    public bool IsDouble;

    /// <summary>32-bit lanes of a vector result; 0 and 1 mean none.</summary>
    public byte Lanes;

    public int Line;

    /// <summary>Function, by name id.</summary>
    public int Function;

    /// <summary>Basic block without its loop depth, by name id.</summary>
    public int Block;

    /// <summary>Basic block with its loop depth, by name id.</summary>
    public int BlockWithDepth;

    /// <summary>Result name or slot, by name id.</summary>
    public int Name;
}

/// <summary>
/// What all invocations of one accelerator program share: names, static instructions, the label map, and how often
/// every function has been entered (which, as in the reference, is never reset).
/// </summary>
internal sealed class TraceProgram
{
    public ByteInterner Names { get; } = new();

    public GrowArray<StaticInstruction> Statics = new(256);

    public LabelMap Labels { get; } = new();

    /// <summary>Latest invocation number of each function, by name id; -1 before the first.</summary>
    private int[] counters = [];

    public int Counter(int function) => function < counters.Length ? counters[function] : -1;

    public int NextCounter(int function)
    {
        if (function >= counters.Length)
        {
            int old = counters.Length;
            Array.Resize(ref counters, Math.Max(64, (function + 1) * 2));
            counters.AsSpan(old).Fill(-1);
        }
        return ++counters[function];
    }

    public string FunctionName(int staticId) => Names.Text(Statics.Items[staticId].Function);
}
