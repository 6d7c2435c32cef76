using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>
/// Builds the dynamic data dependence graph of one invocation, node by node. Trace reader and kernel tracer both feed
/// it; they differ only in how they know an operand's producer.
/// </summary>
internal sealed partial class DddgBuilder(TraceProgram program, bool readyMode, bool byteAccurate)
{
    private readonly ByteWriterTable lastWrite = new();
    private readonly ByteWriterTable lastReady = new();

    /// <summary>One entry per node; <see cref="inStart"/> has room for one more.</summary>
    private TraceOpcode[] opcodes = [];
    private int[] statics = [];
    private int[] access = [];
    private int[] inStart = new int[1];

    /// <summary>One entry per edge.</summary>
    private int[] inFrom = [];
    private byte[] inLabel = [];
    private int edgeCount;
    private int capacity;

    private int[] registerFrom = new int[16];
    private byte[] registerLabel = new byte[16];
    private int registerCount;
    private GrowArray<int> memoryFrom = new(64);
    private GrowArray<int> controlFrom = new(64);
    private GrowArray<ulong> keys = new(64);
    private int barrierStart;
    private bool barrier;

    private int node = -1;
    private int lastCallOrReturn = -1;
    private int lastFence = -1;
    private GrowArray<int> sinceFence = new(16);
    private long registerEdges, memoryEdges, controlEdges;

    private AccessTable accesses = new();
    private List<HostOperation> hostOperations = [];
    private VariableTable variables = new();
    private Dictionary<int, long> baseAddresses = [];
    private List<int> pointerParameters = [];
    private List<SamplingFactor> samplingFactors = [];
    private int invocation;

    public int TopFunction { get; set; } = -1;

    /// <summary>Nodes that an invocation may have.</summary>
    public int MaximumNodes { get; init; } = int.MaxValue;

    /// <summary>The node under construction.</summary>
    public int Node => node;

    public int StaticOf(int producer) => statics[producer];

    public AccessTable Accesses => accesses;

    public VariableTable Variables => variables;

    public List<HostOperation> HostOperations => hostOperations;

    /// <summary>Appends a node; the previous one is complete.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int BeginNode(int staticId, TraceOpcode opcode, int function)
    {
        CompleteNode();
        int begun = ++node;
        if (begun == capacity) GrowNodes();
        opcodes[begun] = opcode;
        statics[begun] = staticId;
        access[begun] = -1;
        inStart[begun] = edgeCount;
        if (function != currentFunction || opcode == TraceOpcode.Ret || previousWasCall) EnterFunction(function, opcode);
        previousWasCall = opcode == TraceOpcode.Call;
        if (OpcodeClasses.Is(opcode, OpcodeClass.HostMemory) || opcode is TraceOpcode.Call or TraceOpcode.Ret) Order(opcode);
        return begun;
    }

    /// <summary>The node reads the result of <paramref name="from"/> as operand <paramref name="operand"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddRegisterEdge(int from, int operand)
    {
        if (registerCount == registerFrom.Length) GrowRegisters();
        registerFrom[registerCount] = from;
        registerLabel[registerCount++] = byteAccurate ? Distinct(operand) : (byte)operand;
    }

    /// <summary>The corrected model keeps operand numbers apart from the labels that have a meaning.</summary>
    private static byte Distinct(int operand) =>
        operand is EdgeLabel.RegisterFused or EdgeLabel.FusedBranch or EdgeLabel.Control ? (byte)(operand + 128) : (byte)operand;

    [MethodImpl(HotLoop.Compiled)]
    public void AddMemoryEdge(int from)
    {
        if (from >= 0 && from != node && (memoryFrom.Count == 0 || memoryFrom.Items[memoryFrom.Count - 1] != from)) memoryFrom.Add(from);
    }

    /// <summary>Gives the node an access record.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public int AddAccess(long address = 0, int bytes = 0, int variable = -1, int label = -1)
    {
        int index = accesses.Add(address, bytes, variable, label);
        access[node] = index;
        return index;
    }

    public HostOperation AddHostOperation()
    {
        var operation = new HostOperation { Node = node };
        access[node] = hostOperations.Count;
        hostOperations.Add(operation);
        return operation;
    }

    /// <summary>Read-after-write dependences of a load.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public void Read(long address, long bytes)
    {
        while (bytes > 0)
        {
            int previous = -1;
            ReadOnlySpan<int> writers = lastWrite.Get(address, bytes, out long covered);
            foreach (int stored in writers)
            {
                int writer = stored - 1;
                if (writer == previous || writer < 0 || writer == node) continue;
                previous = writer;
                if (!readyMode || !OpcodeClasses.Is(opcodes[writer], OpcodeClass.HostLoad)) AddMemoryEdge(writer);
            }
            address += covered;
            bytes -= covered;
        }
    }

    /// <summary>
    /// Write-after-write dependences of a store. The reference records the start byte alone and looks at as many bytes
    /// as the address has; byte-accurate mode records and looks at the bytes stored.
    /// </summary>
    [MethodImpl(HotLoop.Compiled)]
    public void Write(long address, int addressBytes, int storedBytes)
    {
        if (byteAccurate)
        {
            for (long b = address; b < address + storedBytes; b++) AddMemoryEdge(lastWrite.Get(b));
            lastWrite.Set(address, storedBytes, node);
            return;
        }
        if (lastWrite.Get(address) >= 0)
        {
            for (long b = address; b < address + addressBytes; b++) AddMemoryEdge(lastWrite.Get(b));
        }
        lastWrite.Set(address, 1, node);
    }

    public bool ByteAccurate => byteAccurate;

    /// <summary>
    /// An array is set to one value. Byte-accurate mode takes that for a new copy of the bytes: readers wait for it alone,
    /// and it waits for nothing. The reference does not see it.
    /// </summary>
    public void Fill(long address, long bytes)
    {
        if (byteAccurate && bytes is > 0 and <= 1 << 30) lastWrite.Set(address, bytes, node);
    }

    public long BaseOf(int name) => baseAddresses.GetValueOrDefault(name);

    /// <summary>A transfer into accelerator memory.</summary>
    public void HostLoad(HostOperation operation)
    {
        lastWrite.Set(operation.DestinationAddress, operation.Bytes, node);
        if (!readyMode) return;
        for (long b = operation.DestinationAddress; b < operation.DestinationAddress + operation.Bytes; b++) AddMemoryEdge(lastReady.Get(b));
        lastReady.Set(operation.DestinationAddress, operation.Bytes, -1);
    }

    /// <summary>A transfer out of accelerator memory.</summary>
    public void HostStore(HostOperation operation)
    {
        for (long b = operation.SourceAddress; b < operation.SourceAddress + operation.Bytes; b++) AddMemoryEdge(lastWrite.Get(b));
    }

    public void SetReadyBits(HostOperation operation)
    {
        lastWrite.Set(operation.DestinationAddress, operation.Bytes, node);
        lastReady.Set(operation.DestinationAddress, operation.Bytes, node);
    }

    /// <summary>A pointer parameter of the top-level call: its array begins at this address.</summary>
    public void DeclareParameter(int name, long address)
    {
        if (!pointerParameters.Contains(name)) pointerParameters.Add(name);
        baseAddresses[name] = address;
    }

    /// <summary>First sight of an array's address.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public void DeclareBase(int name, long address)
    {
        if (!baseAddresses.TryGetValue(name, out long known) || known == 0) baseAddresses[name] = address;
    }

    public void SetSamplingFactor(string label, float factor)
    {
        (int function, int counter) = DynamicFunction(CurrentDynamic);
        samplingFactors.RemoveAll(s => s.Function == function && s.Invocation == counter && s.Label == label);
        samplingFactors.Add(new SamplingFactor(function, counter, label, factor));
    }

    /// <summary>Closes the invocation, hands its data over and starts afresh.</summary>
    public DynamicTrace EndInvocation()
    {
        CompleteNode();
        inStart[node + 1] = edgeCount;
        int top = TopFunction >= 0 ? TopFunction : program.Statics.Items[statics[0]].Function;
        var trace = new DynamicTrace
        {
            Program = program,
            Invocation = invocation++,
            TopFunction = top,
            NodeCount = node + 1,
            Opcodes = opcodes,
            Statics = statics,
            Access = access,
            InStart = inStart,
            InFrom = inFrom,
            InLabel = inLabel,
            Accesses = accesses,
            HostOperations = hostOperations,
            Variables = variables,
            PointerParameters = pointerParameters,
            BaseAddresses = baseAddresses,
            SamplingFactors = samplingFactors,
            Entries = entries,
            ReadyMode = readyMode,
            ByteAccurate = byteAccurate,
            RegisterEdgeInsertions = registerEdges,
            MemoryEdges = memoryEdges,
            ControlEdges = controlEdges,
        };
        Reset();
        return trace;
    }

    private void Reset()
    {
        opcodes = [];
        statics = [];
        access = [];
        inStart = new int[1];
        inFrom = [];
        inLabel = [];
        edgeCount = capacity = 0;
        node = -1;
        lastCallOrReturn = -1;
        lastFence = -1;
        sinceFence.Count = 0;
        registerEdges = memoryEdges = controlEdges = 0;
        accesses = new();
        hostOperations = [];
        variables = new();
        baseAddresses = [];
        pointerParameters = [];
        samplingFactors = [];
        lastWrite.Clear();
        lastReady.Clear();
        TopFunction = -1;
        ResetFunctions();
    }

    private void Order(TraceOpcode opcode)
    {
        switch (opcode)
        {
            case TraceOpcode.Call or TraceOpcode.Ret:
                barrier = true;
                barrierStart = lastCallOrReturn;
                lastCallOrReturn = node;
                break;
            case TraceOpcode.DmaFence:
                for (int i = 0; i < sinceFence.Count; i++) controlFrom.Add(sinceFence.Items[i]);
                sinceFence.Count = 0;
                lastFence = node;
                break;
            case TraceOpcode.DmaLoad or TraceOpcode.DmaStore or TraceOpcode.SetReadyBits:
                if (lastFence >= 0) controlFrom.Add(lastFence);
                sinceFence.Add(node);
                break;
            default:
                break;
        }
    }

    private void GrowNodes()
    {
        if (capacity >= MaximumNodes)
        {
            throw new InstructionLimitException(MaximumNodes);
        }
        int count = opcodes.Length;
        opcodes = GrowArray.Larger(opcodes, count, 1024);
        int length = opcodes.Length;
        statics = GrowArray.Larger(statics, count, length);
        access = GrowArray.Larger(access, count, length);
        inStart = GrowArray.Larger(inStart, count, length + 1);
        capacity = Math.Min(length, MaximumNodes);
    }

    private void GrowEdges(int needed)
    {
        inFrom = GrowArray.Larger(inFrom, edgeCount, Math.Max(4096, needed));
        inLabel = GrowArray.Larger(inLabel, edgeCount, inFrom.Length);
    }

    private void GrowRegisters()
    {
        Array.Resize(ref registerFrom, registerCount * 2);
        Array.Resize(ref registerLabel, registerCount * 2);
    }
}
