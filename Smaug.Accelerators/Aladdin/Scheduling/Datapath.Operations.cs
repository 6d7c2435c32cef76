using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Passes;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Scheduling;

/// <summary>What one visit does to a node of the executing queue.</summary>
public sealed partial class Datapath
{
    /// <summary>True when the node completes in this cycle.</summary>
    [MethodImpl(HotLoop.Compiled)]
    private bool Visit(int node)
    {
        TraceOpcode opcode = context.Opcodes[node];
        OpcodeClass classes = OpcodeClasses.Of(opcode);
        if ((classes & OpcodeClass.Memory) != 0) return VisitMemory(node, opcode == TraceOpcode.Store);
        if ((classes & OpcodeClass.MultiCycle) != 0) return VisitMultiCycle(node, opcode);
        if (memory is not null && (classes & OpcodeClass.HostMemory) != 0) return VisitHost(node, opcode);
        Start[node] = Cycle;
        return true;
    }

    [MethodImpl(HotLoop.Compiled)]
    private bool VisitMultiCycle(int node, TraceOpcode opcode)
    {
        if (Start[node] < 0)
        {
            Start[node] = Cycle;
            state[node] = Cycle + timing.Cycles(opcode);
        }
        else if (Cycle >= state[node])
        {
            return true;
        }
        earliestFinish = Math.Min(earliestFinish, state[node]);
        return false;
    }

    [MethodImpl(HotLoop.Compiled)]
    private bool VisitMemory(int node, bool store)
    {
        int access = context.Trace.Access[node];
        int index = context.AccessArray[access];
        KnownArray array = context.Arrays[index];
        switch (array.Description.Memory)
        {
            case ArrayMemory.Register:
                Start[node] = Cycle;
                scratchpads.Count(index, store);
                return true;
            case ArrayMemory.Scratchpad:
                return VisitScratchpad(node, store, access, index, array);
            case ArrayMemory.Acp or ArrayMemory.Cache when memory is not null:
                return VisitHostArray(node, store, access, array);
            default:
                throw new SimulationException($"Node {node} ({context.Opcodes[node]} in {context.Trace.Program.FunctionName(context.Trace.Statics[node])}, " +
                    $"line {context.Static(node).Line}): host memory accesses are not supported here; array {array.Description.Name} is in host memory. " +
                    "Give it a partition line, or run the accelerator inside a SoC with a cache or acp line.");
        }
    }

    [MethodImpl(HotLoop.Compiled)]
    private bool VisitScratchpad(int node, bool store, int access, int index, KnownArray array)
    {
        if (!portsLeft)
        {
            pollAgain = true;
            return false;
        }
        int partition = context.AccessPartition[access];
        bool readyMode = context.Configuration.ReadyMode;
        long offset = context.Trace.Accesses.Address.Items[access] - array.BaseAddress;
        int bytes = context.Trace.Accesses.Bytes.Items[access];
        // The reference looks at the first word alone.
        (int partitions, int words) = context.Corrected ? array.Span(offset, bytes) : (1, 1);
        bool hasPort = scratchpads.HasPorts(index, partition, partitions, array.Description.Factor);
        if (hasPort && (!readyMode || store || scratchpads.IsReady(array, offset)))
        {
            scratchpads.TakePorts(index, partition, partitions, array.Description.Factor);
            scratchpads.Count(index, store, words);
            Start[node] = Cycle;
            if (readyMode && store) scratchpads.SetReady(array, offset, 1, value: true);
            return true;
        }
        // A word that is not ready becomes so by a store or from outside; only a port comes back by itself.
        if (!hasPort || (readyMode && AnyStoreMayFollow())) pollAgain = true;
        portsLeft = scratchpads.AnyFree;
        return false;
    }

    /// <summary>In ready mode something else still moves: polling goes on while this step executes anything.</summary>
    private bool AnyStoreMayFollow() => orderCount > 0 && Completion[Order[orderCount - 1]] == Cycle;

    private bool VisitHostArray(int node, bool store, int access, KnownArray array)
    {
        if (state[node] == Returned) return true;
        if (state[node] == Waiting) return false;
        var operation = new DatapathOperation(node, store ? DatapathOperationKind.Store : DatapathOperationKind.Load, array.Description.Memory,
            array.Description.Name, context.Trace.Accesses.Address.Items[access], 0, context.Trace.Accesses.Bytes.Items[access])
        {
            Instruction = context.Trace.Statics[node] + 1,
        };
        return Issue(node, operation);
    }

    private bool VisitHost(int node, TraceOpcode opcode)
    {
        int index = context.Trace.Access[node];
        if (opcode == TraceOpcode.DmaFence || index < 0)
        {
            Start[node] = Cycle;
            return true;
        }
        HostOperation host = context.Trace.HostOperations[index];
        if (opcode == TraceOpcode.SetReadyBits)
        {
            Start[node] = Cycle;
            if (context.Configuration.ReadyMode) SetReady(host.DestinationAddress, host.Bytes, host.ReadyValue != 0);
            return true;
        }
        if (state[node] == Returned) return true;
        if (state[node] == Waiting) return false;
        bool load = OpcodeClasses.Is(opcode, OpcodeClass.HostLoad);
        bool direct = opcode is TraceOpcode.DmaLoad or TraceOpcode.DmaStore;
        ArrayMemory port = direct ? ArrayMemory.Dma : context.HostMemory[index];
        if (port is ArrayMemory.Scratchpad or ArrayMemory.Register) port = ArrayMemory.Dma;
        DatapathOperationKind kind = port == ArrayMemory.Dma
            ? (load ? DatapathOperationKind.DmaLoad : DatapathOperationKind.DmaStore)
            : (load ? DatapathOperationKind.BurstLoad : DatapathOperationKind.BurstStore);
        int name = context.HostArrayName[index];
        return Issue(node, new DatapathOperation(node, kind, port, name < 0 ? "" : context.Trace.Program.Names.Text(name),
            load ? host.SourceAddress : host.DestinationAddress, load ? host.DestinationAddress : host.SourceAddress, host.Bytes)
        {
            Instruction = context.Trace.Statics[node] + 1,
        });
    }

    private bool Issue(int node, in DatapathOperation operation)
    {
        if (Start[node] < 0) Start[node] = Cycle;
        // Marked before the call: the memory system may complete the operation while it takes it.
        state[node] = Waiting;
        switch (memory!.Issue(this, operation))
        {
            case DatapathIssue.Done:
                if (state[node] == Waiting) CountTransfer(node);
                return true;
            case DatapathIssue.Pending:
                if (state[node] == Returned) pollAgain = true;
                return false;
            case DatapathIssue.Polling:
                state[node] = 0;
                pollAgain = true;
                return false;
            case DatapathIssue.Sleeping:
                state[node] = 0;
                return false;
            default:
                Start[node] = -1;
                state[node] = 0;
                pollAgain = true;
                return false;
        }
    }

    /// <summary>A transfer touches every partition of the accelerator array: a load writes it, a store reads it.</summary>
    private void CountTransfer(int node)
    {
        if (!context.Is(node, OpcodeClass.HostLoad | OpcodeClass.HostStore)) return;
        HostOperation host = context.Trace.HostOperations[context.Trace.Access[node]];
        bool load = context.Is(node, OpcodeClass.HostLoad);
        long address = load ? host.DestinationAddress : host.SourceAddress;
        foreach (KnownArray array in context.Arrays)
        {
            long offset = address - array.BaseAddress;
            if (!array.IsScratchpad || array.BaseAddress == 0 || offset < 0 || offset >= array.Description.Bytes) continue;
            long perPartition = host.Bytes / ((long)array.Description.Factor * array.Description.WordBytes);
            scratchpads.Count(array.Index, store: load, perPartition * array.Description.Factor);
            return;
        }
    }

    /// <summary>The error for a schedule that cannot go on.</summary>
    internal SimulationException Stuck(string reason)
    {
        int shown = 0;
        var waiting = new System.Text.StringBuilder();
        for (int n = 0; n < graph.NodeCount && shown < 5; n++)
        {
            if (Completion[n] >= 0 || (!graph.IsConnected(n) && !context.IsDmaTransferOrFence(n))) continue;
            waiting.Append(shown++ == 0 ? " First waiting nodes: " : ", ").Append(n).Append(' ').Append(context.Opcodes[n]);
        }
        if (shown > 0) waiting.Append('.');
        return new SimulationException($"Deadlock in cycle {Cycle}: {Total - Executed} of {Total} nodes cannot execute; {reason}.{waiting}");
    }
}
