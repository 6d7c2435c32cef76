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

    /// <summary>Source lines of labelled statements.</summary>
    public Dictionary<string, int> Labels { get; } = [];

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
}

/// <summary>A top-level call under way; disposing it returns from the kernel.</summary>
public readonly struct KernelInvocation : IDisposable
{
    private readonly KernelTracer tracer;

    internal KernelInvocation(KernelTracer tracer) => this.tracer = tracer;

    /// <summary>Ends the invocation.</summary>
    public void Dispose() => tracer.End();
}
