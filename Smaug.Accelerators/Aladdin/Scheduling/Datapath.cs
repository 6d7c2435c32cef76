using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Passes;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Scheduling;

/// <summary>
/// One invocation of an accelerator, executed cycle by cycle. The owner calls <see cref="Step"/> for a cycle in which
/// something can happen and may jump over the others: <see cref="NextCycle"/> tells when that is. Not thread-safe;
/// several datapaths run side by side.
/// </summary>
public sealed partial class Datapath
{
    private const int Waiting = int.MaxValue;
    private const int Returned = int.MaxValue - 1;

    private readonly PassContext context;
    private readonly DependenceGraph graph;
    private readonly ScratchpadState scratchpads;
    private readonly OperationTiming timing;
    private readonly IDatapathMemory? memory;
    private readonly double cycleTime;
    private readonly bool exactTime;

    /// <summary>Before start: open parents. Afterwards: the cycle a multi-cycle operation ends, or a waiting mark.</summary>
    private readonly int[] state;
    private readonly int[] next;
    private readonly double[] time;
    private int executingHead = -1, executingTail = -1, readyHead = -1, readyTail = -1;
    private bool portsLeft = true;
    private bool pollAgain;
    private int earliestFinish;
    private int orderCount;

    internal Datapath(PassContext context, ScratchpadState scratchpads, OperationTiming timing, IDatapathMemory? memory)
    {
        this.context = context;
        this.scratchpads = scratchpads;
        this.timing = timing;
        this.memory = memory;
        graph = context.Graph;
        cycleTime = timing.CycleTime;
        exactTime = context.Corrected;
        int nodes = graph.NodeCount;
        state = new int[nodes];
        next = new int[nodes];
        time = new double[nodes];
        Start = new int[nodes];
        Completion = new int[nodes];
        Start.AsSpan().Fill(-1);
        Completion.AsSpan().Fill(-1);
        Enroll(nodes);
        Order = new int[Total];
    }

    /// <summary>The current cycle; after the last step, the number of cycles of the schedule.</summary>
    public int Cycle { get; private set; }

    /// <summary>Every node has executed.</summary>
    public bool IsFinished => Executed == Total;

    /// <summary>Nodes to execute.</summary>
    public int Total { get; private set; }

    /// <summary>Nodes executed so far.</summary>
    public int Executed { get; private set; }

    /// <summary>
    /// The next cycle in which a step can do anything: this one, the end of a multi-cycle operation, or
    /// <see cref="int.MaxValue"/> when only <see cref="Complete"/> or <see cref="SetReady"/> can help.
    /// </summary>
    public int NextCycle { get; private set; }

    internal int DeadlockCycles { get; init; } = int.MaxValue;

    internal int[] Start { get; }

    internal int[] Completion { get; }

    /// <summary>Nodes in the order they completed, which is a topological order.</summary>
    internal int[] Order { get; }

    /// <summary>One int per node that the finished schedule no longer needs.</summary>
    internal int[] Reusable => next;

    internal PassContext Context => context;

    internal OperationTiming Timing => timing;

    internal ScratchpadState Scratchpads => scratchpads;

    /// <summary>Executes one cycle.</summary>
    /// <exception cref="SimulationException">An access is impossible in this setting (host memory without a memory system).</exception>
    [MethodImpl(HotLoop.Compiled)]
    public void Step()
    {
        if (IsFinished) return;
        pollAgain = false;
        earliestFinish = int.MaxValue;
        int previous = -1;
        int node = executingHead;
        while (node >= 0)
        {
            bool done = Visit(node);
            if (done) Retire(node);
            int after = next[node];
            if (done)
            {
                if (previous < 0) executingHead = after;
                else next[previous] = after;
                if (after < 0) executingTail = previous;
            }
            else
            {
                previous = node;
            }
            node = after;
        }
        bool moved = MoveReady();
        Cycle++;
        NextCycle = moved || pollAgain ? Cycle : earliestFinish == int.MaxValue ? int.MaxValue : Math.Max(Cycle, earliestFinish);
        scratchpads.FreePorts();
        portsLeft = true;
    }

    /// <summary>Passes over cycles in which nothing can happen.</summary>
    /// <param name="cycle">The cycle to go to; not before the current one, not after <see cref="NextCycle"/> unless that is <see cref="int.MaxValue"/>.</param>
    public void SkipTo(int cycle)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cycle, Cycle);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cycle, NextCycle);
        if (!IsFinished) Cycle = cycle;
    }

    /// <summary>An operation that the memory system took is done; its node retires in the next step.</summary>
    /// <param name="node">The operation's node.</param>
    public void Complete(int node)
    {
        if (state[node] != Waiting) throw new SimulationException($"Node {node} is not waiting for memory; it cannot be completed.");
        state[node] = Returned;
        NextCycle = Cycle;
        CountTransfer(node);
    }

    /// <summary>Something outside has changed that <see cref="DatapathIssue.Sleeping"/> operations wait for: the next cycle is stepped.</summary>
    public void Wake() => NextCycle = Cycle;

    /// <summary>Sets or clears full/empty bits (ready mode), for instance as DMA data arrive.</summary>
    /// <param name="localAddress">Accelerator address, as traced.</param>
    /// <param name="bytes">Number of bytes.</param>
    /// <param name="ready">Full or empty.</param>
    public void SetReady(long localAddress, long bytes, bool ready = true)
    {
        foreach (KnownArray array in context.Arrays)
        {
            long offset = localAddress - array.BaseAddress;
            if (!array.IsScratchpad || offset < 0 || offset >= array.Description.Bytes) continue;
            scratchpads.SetReady(array, offset, bytes, ready);
            NextCycle = Cycle;
            return;
        }
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Enroll(int nodes)
    {
        for (int n = 0; n < nodes; n++)
        {
            if (!graph.IsConnected(n) && !context.IsDmaTransferOrFence(n))
            {
                state[n] = -1;
                continue;
            }
            Total++;
            state[n] = graph.InDegree(n);
            if (state[n] == 0) Append(n);
        }
        if (Total > 0 && executingHead < 0) throw Stuck("no node is free of dependences: the graph is one cycle");
        NextCycle = 0;
    }

    private void Append(int node)
    {
        next[node] = -1;
        if (executingTail < 0) executingHead = node;
        else next[executingTail] = node;
        executingTail = node;
    }

    private void AppendReady(int node, bool front)
    {
        if (readyHead < 0)
        {
            next[node] = -1;
            readyHead = readyTail = node;
        }
        else if (front)
        {
            next[node] = readyHead;
            readyHead = node;
        }
        else
        {
            next[node] = -1;
            next[readyTail] = node;
            readyTail = node;
        }
    }

    /// <summary>Stores go to the front one by one, and so come out reversed; everything else to the back.</summary>
    [MethodImpl(HotLoop.Compiled)]
    private bool MoveReady()
    {
        int node = readyHead;
        if (node < 0) return false;
        while (node >= 0)
        {
            int after = next[node];
            if (context.Opcodes[node] == TraceOpcode.Store)
            {
                next[node] = executingHead;
                executingHead = node;
                if (executingTail < 0) executingTail = node;
            }
            else
            {
                Append(node);
            }
            node = after;
        }
        readyHead = readyTail = -1;
        return true;
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Retire(int node)
    {
        Completion[node] = Cycle;
        Order[orderCount++] = node;
        Executed++;
        UpdateChildren(node);
    }

    [MethodImpl(HotLoop.Compiled)]
    private void UpdateChildren(int node)
    {
        TraceOpcode opcode = context.Opcodes[node];
        OpcodeClass classes = OpcodeClasses.Of(opcode);
        bool memoryOrFloat = (classes & OpcodeClass.MemoryOrFloat) != 0;
        float latency = timing.Latency(opcode);
        double end = EndOfCycle();
        double finished = memoryOrFloat ? end : Advance(latency, Math.Max(time[node], BeginOfCycle()));
        bool freeNode = (classes & OpcodeClass.Memory) == 0 && latency == 0;
        bool callOrReturn = opcode is TraceOpcode.Call or TraceOpcode.Ret;
        for (int k = graph.OutStart[node]; k < graph.OutStart[node + 1]; k++)
        {
            int child = graph.OutTo[k];
            if (time[child] < finished) time[child] = finished;
            if (--state[child] != 0) continue;
            TraceOpcode childOpcode = context.Opcodes[child];
            OpcodeClass childClasses = OpcodeClasses.Of(childOpcode);
            float childLatency = timing.Latency(childOpcode);
            byte label = graph.Label[graph.OutEdge[k]];
            bool freeChild = (childClasses & OpcodeClass.Memory) == 0 && childLatency == 0;
            bool sameCycle = label is EdgeLabel.RegisterFused or EdgeLabel.FusedBranch || callOrReturn
                || ((freeChild || freeNode) && label != EdgeLabel.Control);
            if (!sameCycle && !memoryOrFloat && (childClasses & OpcodeClass.MemoryOrFloat) == 0 && label != EdgeLabel.Control)
                sameCycle = Advance(childLatency, time[child]) < end;
            if (sameCycle) Append(child);
            else AppendReady(child, front: childOpcode == TraceOpcode.Store);
        }
    }

    // The reference's clock is in single precision, which loses fractions of a nanosecond after half a million cycles.
    private double BeginOfCycle() => exactTime ? Cycle * cycleTime : (float)Cycle * (float)cycleTime;

    private double EndOfCycle() => exactTime ? (Cycle + 1) * cycleTime : (float)(Cycle + 1) * (float)cycleTime;

    private double Advance(float latency, double from) => exactTime ? latency + from : latency + (float)from;
}
