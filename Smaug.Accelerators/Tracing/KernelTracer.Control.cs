using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Tracing;

/// <summary>Loops, branches, calls, transfers.</summary>
public sealed partial class KernelTracer
{
    /// <summary>Conditional statements whose body is being run; few at a time.</summary>
    private readonly List<(TracedFunction Function, string Name)> openIfs = [];

    /// <summary>
    /// A labelled loop from 0 to <paramref name="count"/>, as a compiler lays it out: a guard when the count is not
    /// constant, the body, and one conditional branch back. Directives of the configuration name it by function and label.
    /// </summary>
    /// <param name="label">The loop's label.</param>
    /// <param name="count">Number of iterations.</param>
    /// <param name="shape">What a compiler would have moved out of the loop.</param>
    public LoopRun Loop(string label, TracedInt count, LoopShape shape = default)
    {
        if (shape.SameLineAs is { } other && options.Fidelity == AladdinFidelity.ReferenceExact) ShareLine(label, other.Label, other.InlinedFrom);
        return new(this, LineOf(label, shape.InlinedFrom), label, count, shape);
    }

    /// <summary>A conditional branch that is not a loop; true when the branch's body is to be run.</summary>
    /// <param name="condition">Not 0 to run the body.</param>
    /// <param name="name">Name of the statement's blocks.</param>
    public bool If(TracedInt condition, string name)
    {
        Branch(0, condition);
        if (condition.Value == 0) return false;
        Then(name);
        return true;
    }

    /// <summary>Like <see cref="If"/>, for a condition that is 0.</summary>
    public bool Unless(TracedInt condition, string name)
    {
        Branch(0, condition);
        if (condition.Value != 0) return false;
        Then(name);
        return true;
    }

    /// <summary>The end of an <see cref="If"/>, run in both cases.</summary>
    public void EndIf(string name)
    {
        for (int i = openIfs.Count - 1; i >= 0; i--)
        {
            if (openIfs[i].Function != function || openIfs[i].Name != name) continue;
            openIfs.RemoveAt(i);
            Branch(0);
            break;
        }
        EnterNext(name, ".end", block.Depth);
    }

    /// <summary>Starts another basic block at the current loop depth, without an instruction.</summary>
    public void Block(string name) => EnterNext(name, "", block.Depth);

    /// <summary>A branch on a loop's own line: what a compiler leaves of a test that it moved out of the loop.</summary>
    public void LoopBranch(string label, TracedInt condition, string? inlinedFrom = null) => Branch(LineOf(label, inlinedFrom), condition);

    /// <summary>A multi-way branch on a value.</summary>
    public void Switch(TracedInt value)
    {
        Emit(TraceOpcode.Switch, 0);
        Use(1, value);
    }

    /// <summary>An unconditional branch that belongs to no loop.</summary>
    public void Jump() => Branch(0);

    /// <summary>
    /// Calls a function of the kernel: pass its arguments with <see cref="KernelCall.Pass(string, TracedInt)"/>, run its
    /// body, dispose the call. A call and a return are barriers.
    /// </summary>
    public KernelCall Call(string functionName)
    {
        int node = Emit(TraceOpcode.Call, 0);
        builder.Callee = program.Names.Intern(functionName);
        return new KernelCall(this, functionName, node);
    }

    /// <summary>Transfer from host to accelerator memory.</summary>
    /// <typeparam name="TLocal">Element type of the accelerator's array.</typeparam>
    /// <typeparam name="THost">Element type of the host's array.</typeparam>
    public void HostLoad<TLocal, THost>(TracedArray<TLocal> destination, TracedArray<THost> source, TracedInt bytes)
        where TLocal : struct, ITraced<TLocal> where THost : struct, ITraced<THost> =>
        Transfer(TraceOpcode.HostLoad, "hostLoad", destination, source, bytes);

    /// <summary>Transfer from accelerator to host memory.</summary>
    /// <typeparam name="THost">Element type of the host's array.</typeparam>
    /// <typeparam name="TLocal">Element type of the accelerator's array.</typeparam>
    public void HostStore<THost, TLocal>(TracedArray<THost> destination, TracedArray<TLocal> source, TracedInt bytes)
        where TLocal : struct, ITraced<TLocal> where THost : struct, ITraced<THost> =>
        Transfer(TraceOpcode.HostStore, "hostStore", destination, source, bytes);

    /// <summary>DMA transfer from host to accelerator memory.</summary>
    /// <typeparam name="TLocal">Element type of the accelerator's array.</typeparam>
    /// <typeparam name="THost">Element type of the host's array.</typeparam>
    public void DmaLoad<TLocal, THost>(TracedArray<TLocal> destination, TracedArray<THost> source, TracedInt bytes)
        where TLocal : struct, ITraced<TLocal> where THost : struct, ITraced<THost> =>
        Transfer(TraceOpcode.DmaLoad, "dmaLoad", destination, source, bytes);

    /// <summary>DMA transfer from accelerator to host memory.</summary>
    /// <typeparam name="THost">Element type of the host's array.</typeparam>
    /// <typeparam name="TLocal">Element type of the accelerator's array.</typeparam>
    public void DmaStore<THost, TLocal>(TracedArray<THost> destination, TracedArray<TLocal> source, TracedInt bytes)
        where TLocal : struct, ITraced<TLocal> where THost : struct, ITraced<THost> =>
        Transfer(TraceOpcode.DmaStore, "dmaStore", destination, source, bytes);

    /// <summary>Orders DMA transfers before it and after it.</summary>
    public void DmaFence()
    {
        Emit(TraceOpcode.DmaFence, 0);
        writer?.Name(1, "dmaFence");
    }

    /// <summary>Says that each iteration of a loop that was run stands for several.</summary>
    /// <param name="label">The loop.</param>
    /// <param name="factor">All iterations divided by the ones that are run.</param>
    public void SetSamplingFactor(string label, TracedFloat factor)
    {
        int node = Emit(TraceOpcode.SetSamplingFactor, 0);
        writer?.SamplingLabel(label);
        Use(2, factor);
        builder.SetSamplingFactor(label, factor.Value);
        writer?.Result(NodeName(node), 32, "0");
    }

    internal int LineOf(string label, string? inlinedFrom)
    {
        if (block.FindLine(position, label, inlinedFrom) is { } known) return known;
        string owner = inlinedFrom ?? function.Name;
        if (!function.Labels.TryGetValue((owner, label), out int line))
        {
            line = nextLine++;
            function.Labels.Add((owner, label), line);
            program.Labels.Add(new LabelEntry(owner, label, line), inlinedFrom is null ? [] : [function.Name]);
        }
        block.KeepLine(position, label, inlinedFrom, line);
        return line;
    }

    /// <summary>Puts a loop of this function on the line of an inlined one, behind it in the label map.</summary>
    private void ShareLine(string label, string other, string inlinedFrom)
    {
        if (function.Labels.ContainsKey((function.Name, label))) return;
        int line = LineOf(other, inlinedFrom);
        function.Labels.Add((function.Name, label), line);
        program.Labels.Add(new LabelEntry(function.Name, label, line), []);
    }

    internal int Depth => block.Depth;

    /// <summary>The block that is entered from the current place.</summary>
    internal TracedBlock Next(string name, string suffix, int depth) => block.Next(function, position, name, suffix, depth);

    internal void EnterNext(string name, string suffix, int depth) => Enter(Next(name, suffix, depth));

    internal void Enter(TracedBlock entered)
    {
        block = entered;
        position = 0;
    }

    private void Then(string name)
    {
        openIfs.Add((function, name));
        EnterNext(name, ".then", block.Depth);
    }

    internal void Branch(int line)
    {
        Emit(TraceOpcode.Br, line);
        writer?.BranchTarget(1);
    }

    internal void Branch(int line, TracedInt condition)
    {
        Emit(TraceOpcode.Br, line);
        writer?.BranchTarget(3);
        writer?.BranchTarget(2);
        if (condition.Source.Node >= 0) builder.AddRegisterEdge(condition.Source.Node, 1);
        writer?.Operand(1, 1, condition.Text, !condition.Source.IsConstant, NameOf(condition.Source));
    }

    internal T PassValue<T>(int tag, string formal, int callNode, T value) where T : struct, ITraced<T>
    {
        Use(tag, value);
        if (value.Source.IsConstant)
        {
            writer?.Formal(T.Bits, value.Text, formal);
            return value.From(new ValueSource(this, -1, formal));
        }
        writer?.Formal(T.Bits, value.Text, formal);
        return value.From(new ValueSource(this, value.Source.Node >= 0 ? value.Source.Node : callNode, formal));
    }

    internal TracedArray<T> PassArray<T>(int tag, string formal, int callNode, TracedArray<T> array) where T : struct, ITraced<T>
    {
        UsePointer(tag, array, array.Address);
        writer?.FormalPointer(array.Address, formal);
        return new TracedArray<T>(array.Storage, array.Offset, new TracedPointer(formal, array.Node >= 0 ? array.Node : callNode));
    }

    internal void EnterFunction(string name, int arguments)
    {
        writer?.EndCall(name, arguments);
        callers.Push((function, block, position));
        function = FunctionOf(name);
        Enter(function.Entry);
    }

    internal void Return()
    {
        Emit(TraceOpcode.Ret, 0);
        if (callers.Count > 0) (function, block, position) = callers.Pop();
    }

    private void Transfer<TDestination, TSource>(
        TraceOpcode opcode, string name, TracedArray<TDestination> destination, TracedArray<TSource> source, TracedInt bytes)
        where TDestination : struct, ITraced<TDestination> where TSource : struct, ITraced<TSource>
    {
        CheckFits(name, bytes.Value, destination.Storage.Name, destination.Raw.Length);
        CheckFits(name, bytes.Value, source.Storage.Name, source.Raw.Length);
        int node = Emit(opcode, 0);
        writer?.Name(4, name);
        UsePointer(1, destination, destination.Address);
        UsePointer(2, source, source.Address);
        Use(3, bytes);
        HostOperation operation = builder.AddHostOperation();
        (operation.DestinationAddress, operation.SourceAddress, operation.Bytes) = (destination.Address, source.Address, bytes.Value);
        (operation.DestinationVariable, operation.SourceVariable) = (destination.Storage.Variable, source.Storage.Variable);
        if (OpcodeClasses.Is(opcode, OpcodeClass.HostLoad)) builder.HostLoad(operation);
        else builder.HostStore(operation);
        writer?.Result(NodeName(node), 32, "3");
        source.Raw[..bytes.Value].CopyTo(destination.Raw);
    }

    private static void CheckFits(string transfer, int bytes, string array, int left)
    {
        if (bytes < 0 || bytes > left) throw new SimulationException($"{transfer} moves {bytes} bytes, array {array} has {left} from there on; move less, or give the array more elements.");
    }
}
