using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Tracing;

/// <summary>How to trace a kernel.</summary>
public sealed record KernelTracerOptions
{
    /// <summary>Dependences for the exact or the corrected model. Default exact.</summary>
    public AladdinFidelity Fidelity { get; init; } = AladdinFidelity.ReferenceExact;

    /// <summary>Dependences for full/empty bits. Default off.</summary>
    public bool ReadyMode { get; init; }

    /// <summary>Instructions that an invocation may have; one more is an error. Default no limit. Each takes about 200 bytes until it is scheduled.</summary>
    public int MaximumNodes { get; init; } = int.MaxValue;

    /// <summary>Also write a trace file in the standard format (gzip when the name ends in .gz). Default none.</summary>
    public string? OutputPath { get; init; }
}

/// <summary>
/// Runs kernels written in C# over traced values and records their dynamic trace: in memory, ready for
/// <see cref="AladdinAccelerator.Create"/>, and on request as a file. A kernel is ordinary code; each operation on traced
/// values is one instruction, <see cref="Loop"/> and <see cref="Call"/> make control flow. Not thread-safe; tracers are
/// independent of each other.
/// </summary>
public sealed partial class KernelTracer : IDisposable
{
    private readonly KernelTracerOptions options;
    private readonly TraceProgram program = new();
    private readonly DddgBuilder builder;
    private readonly TraceTextWriter? writer;
    private readonly List<DynamicTrace> invocations = [];
    private readonly List<Parameter> parameters = [];
    private readonly Dictionary<string, TracedFunction> functions = [];
    private readonly Stack<(TracedFunction Function, TracedBlock Block, int Position)> callers = new();
    private TracedFunction function = null!;
    private TracedBlock block = null!;
    private int position;
    private long nextAddress = 0x1000_0000;
    private int nextLine = 1;
    private bool running;

    private sealed record Parameter(string Name, int Bits, long Value, TracedStorage? Storage, TracedPointer? Pointer);

    /// <summary>A tracer with nothing recorded yet.</summary>
    public KernelTracer(KernelTracerOptions? options = null)
    {
        this.options = options ?? new KernelTracerOptions();
        if (this.options.MaximumNodes < 1) throw new ConfigurationException($"The MaximumNodes is {this.options.MaximumNodes}; allowed: 1 or more.");
        builder = new DddgBuilder(program, this.options.ReadyMode, this.options.Fidelity == AladdinFidelity.Corrected) { MaximumNodes = this.options.MaximumNodes };
        if (this.options.OutputPath is { } path) writer = new TraceTextWriter(path);
    }

    /// <summary>Nodes recorded in the invocation under way.</summary>
    public int NodeCount => builder.Node + 1;

    /// <summary>An array parameter of the next invocations, zeroed.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="name">Name, as partition lines of the configuration use it.</param>
    /// <param name="count">Number of elements.</param>
    public TracedArray<T> ArrayParameter<T>(string name, int count) where T : struct, ITraced<T>
    {
        TracedStorage storage = NewStorage(name, (long)count * T.Bytes);
        var pointer = new TracedPointer(name, -1);
        parameters.Add(new Parameter(name, 64, storage.Address, storage, pointer));
        return new TracedArray<T>(storage, 0, pointer);
    }

    /// <summary>An integer parameter of the next invocations.</summary>
    public TracedInt IntParameter(string name, int value)
    {
        parameters.Add(new Parameter(name, 32, value, null, null));
        return ((TracedInt)value).From(new ValueSource(this, -1, name));
    }

    /// <summary>A number parameter of the next invocations.</summary>
    public TracedFloat FloatParameter(string name, float value)
    {
        parameters.Add(new Parameter(name, 32, BitConverter.SingleToInt32Bits(value), null, null));
        return ((TracedFloat)value).From(new ValueSource(this, -1, name));
    }

    /// <summary>Starts a top-level call; disposing what it returns ends it. Parameters are those declared so far.</summary>
    public KernelInvocation Begin(string functionName)
    {
        if (running) throw new SimulationException($"Kernel {functionName} is started inside another one; use Call for functions of a kernel.");
        running = true;
        callers.Clear();
        function = FunctionOf(functionName);
        writer?.Entry(functionName, parameters.Count);
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i];
            writer?.EntryParameter(i + 1, parameter.Bits, parameter.Value, parameter.Storage is not null, parameter.Name);
            if (parameter.Storage is not { } storage) continue;
            storage.Variable = builder.Variables.Add(storage.NameId);
            parameter.Pointer!.Node = -1;
            builder.DeclareParameter(storage.NameId, storage.Address);
        }
        builder.TopFunction = function.NameId;
        Enter(function.Entry);
        return new KernelInvocation(this);
    }

    /// <summary>The invocations recorded so far; closes the file, if one is written.</summary>
    /// <exception cref="SimulationException">A kernel is still running, or none was.</exception>
    public KernelTrace Finish()
    {
        if (running) throw new SimulationException("A kernel is still running; dispose its invocation before Finish.");
        if (invocations.Count == 0) throw new SimulationException("Nothing was traced; run a kernel between Begin and Dispose first.");
        writer?.Finish(program.Labels);
        return new KernelTrace(program, invocations, options.ReadyMode, options.Fidelity == AladdinFidelity.Corrected);
    }

    /// <summary>Deletes the unfinished file, if any.</summary>
    public void Dispose() => writer?.Dispose();

    /// <summary>A local array, zeroed (an allocation).</summary>
    public TracedArray<T> Local<T>(string name, int count) where T : struct, ITraced<T>
    {
        TracedStorage storage = NewStorage(name, (long)count * T.Bytes);
        int node = Emit(TraceOpcode.Alloca, 0);
        storage.Variable = builder.Variables.Add(storage.NameId);
        builder.AddAccess(0, 0, storage.Variable, storage.NameId);
        builder.DeclareBase(storage.NameId, storage.Address);
        writer?.Alloca(storage.Address, name);
        return new TracedArray<T>(storage, 0, new TracedPointer(name, node));
    }

    internal int NumberOf(string name) => program.Names.Intern(name);

    internal string NameOf(int number) => program.Names.Text(number);

    internal void End()
    {
        Return();
        running = false;
        invocations.Add(builder.EndInvocation());
        writer?.EndInvocation();
    }

    private TracedStorage NewStorage(string name, long bytes)
    {
        if (bytes is <= 0 or > int.MaxValue) throw new ConfigurationException($"Array {name} has {bytes} bytes; allowed: 1 to {int.MaxValue}.");
        var storage = new TracedStorage(this, name, program.Names.Intern(name), nextAddress, new byte[bytes]);
        nextAddress += (bytes + 8191) & ~4095L;
        return storage;
    }

    private TracedFunction FunctionOf(string name)
    {
        if (!functions.TryGetValue(name, out TracedFunction? found)) functions.Add(name, found = new TracedFunction(name, program.Names.Intern(name)));
        return found;
    }

    /// <summary>Appends an instruction at the current place of the current block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Emit(TraceOpcode opcode, int line)
    {
        if (function.IsFixedPoint) opcode = FixedPoint(opcode);
        TracedBlock at = block;
        int slot = position++;
        if (slot >= at.Slots.Count || at.Slots.Items[slot].Opcode != opcode || at.Slots.Items[slot].Line != line) NewStatic(at, slot, opcode, line);
        int id = at.Slots.Items[slot].Static;
        int node = builder.BeginNode(id, opcode, function.NameId);
        writer?.Header(program, id, node);
        return node;
    }

    /// <summary>Functions named <c>…_fxp</c> are costed as fixed point.</summary>
    private static TraceOpcode FixedPoint(TraceOpcode opcode) => opcode switch
    {
        TraceOpcode.FAdd => TraceOpcode.Add,
        TraceOpcode.FSub => TraceOpcode.Sub,
        TraceOpcode.FMul => TraceOpcode.Mul,
        TraceOpcode.FDiv => TraceOpcode.SDiv,
        TraceOpcode.FRem => TraceOpcode.SRem,
        TraceOpcode.FCmp => TraceOpcode.ICmp,
        TraceOpcode.FPTrunc => TraceOpcode.Trunc,
        TraceOpcode.FPExt => TraceOpcode.SExt,
        _ => opcode,
    };

    private void NewStatic(TracedBlock at, int slot, TraceOpcode opcode, int line)
    {
        while (at.Slots.Count <= slot) at.Slots.Add(new BlockSlot(TraceOpcode.Move, -1, -1));
        if (!at.Alternatives.TryGetValue((slot, opcode, line), out int id))
        {
            id = program.Statics.Count;
            string name = opcode == TraceOpcode.Phi && at.IsLoopBody && slot == 0 ? $"indvars.iv{id}" : $"v{id}";
            program.Statics.Add(new StaticInstruction
            {
                Opcode = opcode,
                LoopDepth = (byte)Math.Min(at.Depth, 255),
                IsInductionVariable = name.StartsWith("indvars", StringComparison.Ordinal),
                Line = line,
                Function = function.NameId,
                Block = program.Names.Intern(at.Name),
                BlockWithDepth = program.Names.Intern($"{at.Name}:{at.Depth}"),
                Name = program.Names.Intern(name),
            });
            at.Alternatives.Add((slot, opcode, line), id);
        }
        at.Slots.Items[slot] = new BlockSlot(opcode, line, id);
    }
}
