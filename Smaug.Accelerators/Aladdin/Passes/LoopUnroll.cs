using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>
/// Cuts the trace into regions of unrolled iterations: every boundary branch waits for its region and holds the next.
/// </summary>
internal sealed class LoopUnroll
{
    private readonly PassContext context;
    private readonly bool[] isolated;
    private readonly List<Descriptor> stack = [];
    private GrowArray<int> between = new(256);
    private int previousBranch = -1;
    private uint callDepth;

    private struct Descriptor
    {
        public int Block;
        public TraceOpcode Opcode;
        public int Depth;
        public uint CallDepth;
        public int Count;
    }

    private LoopUnroll(PassContext context)
    {
        this.context = context;
        isolated = new bool[context.Trace.NodeCount];
    }

    public static void Run(PassContext context)
    {
        if (!context.Directives.AnyUnrolling) return;
        new LoopUnroll(context).Walk();
        context.Loops = LoopTree.Build(context);
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Walk()
    {
        DependenceGraph graph = context.Graph;
        int nodes = graph.NodeCount;
        context.Editor.Reserve(2 * nodes);
        bool first = true;
        for (int n = 0; n < nodes; n++)
        {
            TraceOpcode opcode = context.Opcodes[n];
            if (opcode == TraceOpcode.Ret)
            {
                callDepth = unchecked(callDepth - 1);
                while (stack.Count > 0 && stack[^1].CallDepth > callDepth) stack.RemoveAt(stack.Count - 1);
            }
            bool branch = context.IsBranch(n);
            if (!branch && !graph.IsConnected(n)) continue;
            bool dma = context.IsDmaOperation(n);
            if (context.Configuration.ReadyMode && dma && context.Is(n, OpcodeClass.HostLoad)) continue;
            if (n + 1 >= nodes) continue;
            var bound = new LoopBound(n, context.Static(n + 1).LoopDepth);
            if (first)
            {
                if (!branch) continue;
                first = false;
                context.Bounds.Add(bound);
                previousBranch = n;
            }
            if (previousBranch != n && !dma) context.Editor.Add(previousBranch, n, EdgeLabel.Control);
            if (!branch)
            {
                if (!dma) between.Add(n);
                continue;
            }
            Branch(n, opcode, bound);
        }
        context.Bounds.Add(new LoopBound(nodes, 0));
        for (int n = 0; n < nodes; n++)
        {
            if (isolated[n]) context.Editor.Isolate(n);
        }
        context.Editor.ApplyAdditionsFirst(isolated);
        context.Dirty = true;
        LeafCleaning.Run(context);
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Branch(int node, TraceOpcode opcode, LoopBound bound)
    {
        if (opcode == TraceOpcode.Call && context.Bounds[^1].Node != node)
        {
            context.Bounds.Add(bound);
            callDepth = unchecked(callDepth + 1);
            previousBranch = node;
        }
        int factor = context.Directives.Factor(context.Trace.Statics[node]);
        if (factor <= 0)
        {
            if (opcode == TraceOpcode.Call) CloseRegion(node);
            else between.Add(node);
            return;
        }
        ref StaticInstruction next = ref context.Static(node + 1);
        int current;
        bool exit = false;
        Descriptor closed = default;
        if (stack.Count == 0 || stack[^1].Depth < next.LoopDepth || stack[^1].CallDepth < callDepth)
        {
            stack.Add(new Descriptor { Block = next.Block, Opcode = opcode, Depth = next.LoopDepth, CallDepth = callDepth, Count = -1 });
            current = stack.Count - 1;
        }
        else if (stack[^1].Opcode == opcode && stack[^1].CallDepth == callDepth && stack[^1].Depth > next.LoopDepth)
        {
            closed = stack[^1];
            exit = (closed.Count + 1) % factor != 0;
            stack.RemoveAt(stack.Count - 1);
            current = -1;
        }
        else if (stack[^1].Block == next.Block && stack[^1].Opcode == opcode && stack[^1].CallDepth == callDepth)
        {
            current = stack.Count - 1;
        }
        else
        {
            return;
        }
        int count;
        if (current >= 0)
        {
            Descriptor descriptor = stack[current];
            count = ++descriptor.Count;
            stack[current] = descriptor;
        }
        else
        {
            count = closed.Count + 1;
        }
        if (count % factor != 0 && !exit)
        {
            isolated[node] = true;
            return;
        }
        if (context.Bounds[^1].Node != node) context.Bounds.Add(bound);
        CloseRegion(node);
    }

    [MethodImpl(HotLoop.Compiled)]
    private void CloseRegion(int node)
    {
        if (previousBranch != node) context.Editor.Add(previousBranch, node, EdgeLabel.Control);
        for (int i = 0; i < between.Count; i++) context.Editor.Add(between.Items[i], node, EdgeLabel.Control);
        between.Count = 0;
        between.Add(node);
        previousBranch = node;
    }
}
