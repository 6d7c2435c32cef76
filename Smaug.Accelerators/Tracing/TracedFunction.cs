using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Tracing;

/// <summary>One function of a traced program, with the basic blocks seen so far.</summary>
internal sealed class TracedFunction(string name, int nameId)
{
    private readonly Dictionary<(string Name, int Depth), TracedBlock> blocks = [];

    public string Name { get; } = name;

    public int NameId { get; } = nameId;

    public bool IsFixedPoint { get; } = name.EndsWith("_fxp", StringComparison.Ordinal);

    /// <summary>Source lines of labelled statements, by the function they were written in.</summary>
    public Dictionary<(string Owner, string Label), int> Labels { get; } = [];

    public TracedBlock Entry => field ??= Block("entry", 0);

    public TracedBlock Block(string blockName, int depth)
    {
        if (!blocks.TryGetValue((blockName, depth), out TracedBlock? block)) blocks.Add((blockName, depth), block = new TracedBlock(blockName, depth));
        return block;
    }
}

/// <summary>The instruction last seen at one place of a block.</summary>
internal readonly record struct BlockSlot(TraceOpcode Opcode, int Line, int Static);

/// <summary>A basic block: the instructions by place, so that running it again finds the same ones.</summary>
internal sealed class TracedBlock(string name, int depth)
{
    public string Name { get; } = name;

    public int Depth { get; } = depth;

    public bool IsLoopBody { get; set; }

    public GrowArray<BlockSlot> Slots = new(8);

    public Dictionary<(int Slot, TraceOpcode Opcode, int Line), int> Alternatives { get; } = [];

    private readonly record struct Successor(string Name, string Suffix, int Depth, TracedBlock Block);

    private readonly record struct LabelledLine(string Label, string? InlinedFrom, int Line);

    // By place: what was entered, or labelled, there last. A kernel names its blocks by literals, so that the same one is the same object.
    private Successor[] successors = [];
    private LabelledLine[] lines = [];

    /// <summary>The block that is entered from a place of this one.</summary>
    public TracedBlock Next(TracedFunction function, int position, string name, string suffix, int depth)
    {
        if (position < successors.Length)
        {
            Successor known = successors[position];
            if (ReferenceEquals(known.Name, name) && ReferenceEquals(known.Suffix, suffix) && known.Depth == depth) return known.Block;
        }
        else
        {
            Array.Resize(ref successors, Math.Max(4, 2 * position + 1));
        }
        TracedBlock block = function.Block(name + suffix, depth);
        successors[position] = new Successor(name, suffix, depth, block);
        return block;
    }

    /// <summary>The line of a label that stands at a place of this block, when it is known.</summary>
    public int? FindLine(int position, string label, string? inlinedFrom) =>
        position < lines.Length && lines[position] is var known && ReferenceEquals(known.Label, label) && ReferenceEquals(known.InlinedFrom, inlinedFrom)
            ? known.Line : null;

    public void KeepLine(int position, string label, string? inlinedFrom, int line)
    {
        if (position >= lines.Length) Array.Resize(ref lines, Math.Max(4, 2 * position + 1));
        lines[position] = new LabelledLine(label, inlinedFrom, line);
    }
}

/// <summary>A top-level call under way; disposing it returns from the kernel.</summary>
public readonly struct KernelInvocation : IDisposable
{
    private readonly KernelTracer tracer;

    internal KernelInvocation(KernelTracer tracer) => this.tracer = tracer;

    /// <summary>Ends the invocation.</summary>
    public void Dispose() => tracer.End();
}
