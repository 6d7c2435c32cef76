using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>A loop boundary: the branch that ends a region, and the loop depth of what follows it.</summary>
internal readonly record struct LoopBound(int Node, int TargetDepth);

/// <summary>One invocation on its way through the passes: graph, opcodes, and what the passes find out.</summary>
internal sealed class PassContext
{
    private int[] scratch = [];

    public PassContext(DynamicTrace trace, LoopDirectives directives, DatapathConfiguration configuration, AladdinFidelity fidelity, bool keepTrace)
    {
        Trace = trace;
        Directives = directives;
        Configuration = configuration;
        Fidelity = fidelity;
        int nodes = trace.NodeCount;
        Opcodes = keepTrace ? trace.Opcodes.AsSpan(0, nodes).ToArray() : trace.Opcodes;
        Graph = keepTrace
            ? new DependenceGraph(nodes, trace.InStart.AsSpan(0, nodes + 1).ToArray(),
                trace.InFrom.AsSpan(0, trace.EdgeCount).ToArray(), trace.InLabel.AsSpan(0, trace.EdgeCount).ToArray())
            : new DependenceGraph(nodes, trace.InStart, trace.InFrom, trace.InLabel);
        Editor = new GraphEditor(Graph);
        Inductive = new bool[nodes];
        AccessLabel = trace.Accesses.Label.Span.ToArray();
        AccessVariable = trace.Accesses.Variable.Span.ToArray();
        AccessArray = new short[AccessLabel.Length];
        AccessArray.AsSpan().Fill(-1);
        AccessPartition = new ushort[AccessLabel.Length];
        HostMemory = new ArrayMemory[trace.HostOperations.Count];
        HostMemory.AsSpan().Fill(ArrayMemory.Dma);
        HostArrayName = new int[trace.HostOperations.Count];
        HostArrayName.AsSpan().Fill(-1);
    }

    public DynamicTrace Trace { get; }

    public LoopDirectives Directives { get; }

    public DatapathConfiguration Configuration { get; }

    public AladdinFidelity Fidelity { get; }

    public bool Corrected => Fidelity == AladdinFidelity.Corrected;

    public DependenceGraph Graph { get; }

    public GraphEditor Editor { get; }

    public TraceOpcode[] Opcodes { get; }

    public bool[] Inductive { get; }

    /// <summary>Array name id per access.</summary>
    public int[] AccessLabel { get; }

    public int[] AccessVariable { get; }

    /// <summary>Known array per access, by index; -1 unknown.</summary>
    public short[] AccessArray { get; }

    public ushort[] AccessPartition { get; }

    /// <summary>Interface of each host operation's host array.</summary>
    public ArrayMemory[] HostMemory { get; }

    /// <summary>Name id of each host operation's host array, -1 while unknown.</summary>
    public int[] HostArrayName { get; }

    public required IReadOnlyDictionary<int, KnownArray> ArraysByName { get; init; }

    public required IReadOnlyList<KnownArray> Arrays { get; init; }

    public List<LoopBound> Bounds { get; } = [];

    public LoopTree Loops { get; set; } = new();

    /// <summary>The graph or opcodes changed since leaves were last cleaned.</summary>
    public bool Dirty { get; set; } = true;

    public ref StaticInstruction Static(int node) => ref Trace.Program.Statics.Items[Trace.Statics[node]];

    public bool Is(int node, OpcodeClass classes) => OpcodeClasses.Is(Opcodes[node], classes);

    public bool IsBranch(int node) => OpcodeClasses.Is(Opcodes[node], OpcodeClass.Branch);

    /// <summary>The known array of a memory operation, or null.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public KnownArray? ArrayOf(int node)
    {
        int access = Trace.Access[node];
        int array = access < 0 ? -1 : AccessArray[access];
        return array < 0 ? null : Arrays[array];
    }

    /// <summary>DMA transfers, fences and ready-bit operations.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public bool IsDmaOperation(int node) => Opcodes[node] switch
    {
        TraceOpcode.DmaLoad or TraceOpcode.DmaStore or TraceOpcode.DmaFence or TraceOpcode.SetReadyBits => true,
        TraceOpcode.HostLoad or TraceOpcode.HostStore => HostMemoryOf(node) == ArrayMemory.Dma,
        _ => false,
    };

    /// <summary>DMA loads, stores and fences: scheduled even without edges.</summary>
    public bool IsDmaTransferOrFence(int node) => Opcodes[node] != TraceOpcode.SetReadyBits && IsDmaOperation(node);

    public ArrayMemory HostMemoryOf(int node)
    {
        int index = Trace.Access[node];
        return index < 0 ? ArrayMemory.Dma : HostMemory[index];
    }

    /// <summary>A zeroed array of one int per node, shared by the passes one after another.</summary>
    public int[] Scratch()
    {
        if (scratch.Length == 0) scratch = new int[Trace.NodeCount];
        else scratch.AsSpan().Clear();
        return scratch;
    }

    public void ReleaseScratch() => scratch = [];
}
