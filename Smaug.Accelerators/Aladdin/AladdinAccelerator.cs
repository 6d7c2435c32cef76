using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Passes;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin;

/// <summary>
/// One accelerator: a trace whose invocations run one after another, and the arrays that stay between them. Call
/// <see cref="Begin"/>, step the <see cref="Datapath"/> to its end, then <see cref="Finish"/>. Not thread-safe; any number
/// of accelerators run side by side.
/// </summary>
public sealed class AladdinAccelerator : IDisposable
{
    private readonly DatapathConfiguration configuration;
    private readonly AladdinOptions options;
    private readonly TraceReader? reader;
    private readonly KernelTrace? recorded;
    private readonly bool consumes;
    private readonly ScratchpadState scratchpads;
    private readonly OperationTiming timing;
    private readonly Dictionary<int, KnownArray> byName = [];
    private readonly List<KnownArray> arrays = [];
    private LoopDirectives? directives;
    private GraphStatistics? graph;
    private int nextInvocation;

    private AladdinAccelerator(DatapathConfiguration configuration, AladdinOptions? options, TraceReader? reader, KernelTrace? recorded, bool consumes = false)
    {
        configuration.Validate();
        this.consumes = consumes;
        this.configuration = configuration;
        this.options = options ?? new AladdinOptions();
        this.reader = reader;
        this.recorded = recorded;
        if (this.options.DeadlockCycles < 1) throw new ConfigurationException($"The DeadlockCycles is {this.options.DeadlockCycles}; allowed: 1 or more.");
        scratchpads = new ScratchpadState(configuration.ScratchpadPorts);
        timing = new OperationTiming(configuration.CycleTimeNanoseconds, this.options.Fidelity == AladdinFidelity.Corrected);
        TraceProgram program = reader?.Program ?? recorded!.Program;
        // A recorded trace is shared between threads: names it does not have are not added to it.
        foreach (DatapathArray array in configuration.Arrays)
            AddArray(reader is not null ? program.Names.Intern(array.Name) : program.Names.Find(array.Name), array);
    }

    /// <summary>The configuration.</summary>
    public DatapathConfiguration Configuration => configuration;

    /// <summary>How the model runs.</summary>
    public AladdinOptions Options => options;

    internal Action<string, DependenceGraph>? ObservePass { get; set; }

    /// <summary>An accelerator that reads its invocations from a trace file (plain or gzip).</summary>
    /// <exception cref="InputFormatException">The file cannot be opened.</exception>
    /// <exception cref="ConfigurationException">The configuration is not valid.</exception>
    public static AladdinAccelerator Open(string tracePath, DatapathConfiguration configuration, AladdinOptions? options = null)
    {
        options ??= new AladdinOptions();
        TraceReader reader = TraceReader.Open(tracePath, options.Numbering, configuration.ReadyMode, options.ByteAccurate);
        return Guard(reader, configuration, options);
    }

    /// <summary>An accelerator that reads its invocations from a stream (plain or gzip), which it owns.</summary>
    /// <exception cref="ConfigurationException">The configuration is not valid.</exception>
    public static AladdinAccelerator Open(Stream trace, DatapathConfiguration configuration, AladdinOptions? options = null, string name = "trace")
    {
        options ??= new AladdinOptions();
        return Guard(new TraceReader(trace, name, options.Numbering, configuration.ReadyMode, options.ByteAccurate), configuration, options);
    }

    /// <summary>An accelerator that runs a trace recorded in memory; the trace is left as it is and may be shared.</summary>
    /// <exception cref="ConfigurationException">The configuration is not valid, or the trace was recorded for other settings.</exception>
    public static AladdinAccelerator Create(KernelTrace trace, DatapathConfiguration configuration, AladdinOptions? options = null)
    {
        options ??= new AladdinOptions();
        trace.CheckFits(configuration, options);
        return new AladdinAccelerator(configuration, options, null, trace);
    }

    /// <summary>An accelerator that works in the memory of a trace, which nobody may use afterwards.</summary>
    internal static AladdinAccelerator Consume(KernelTrace trace, DatapathConfiguration configuration)
    {
        var options = new AladdinOptions();
        trace.CheckFits(configuration, options);
        return new AladdinAccelerator(configuration, options, null, trace, consumes: true);
    }

    /// <summary>Reads the next invocation, builds and optimises its graph, and readies it to run.</summary>
    /// <param name="memory">The memory system outside the datapath; null for the standalone model.</param>
    /// <param name="progress">Told how many nodes have been read.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The datapath at cycle 0, or null when the trace holds no more invocations.</returns>
    /// <exception cref="InputFormatException">The trace is damaged.</exception>
    /// <exception cref="SimulationException">The trace and the configuration do not fit together.</exception>
    public Datapath? Begin(IDatapathMemory? memory = null, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        DynamicTrace? trace = reader is not null ? reader.Next(progress, cancellation)
            : nextInvocation < recorded!.Invocations.Count ? recorded.Invocations[nextInvocation] : null;
        nextInvocation++;
        if (trace is null) return null;
        BindArrays(trace);
        // Counters run on in the standalone reference; a SoC starts every invocation afresh.
        if (memory is not null || options.Fidelity == AladdinFidelity.Corrected) scratchpads.ResetCounters();
        if (memory is null) scratchpads.ClearReady();
        directives ??= new LoopDirectives(trace.Program, configuration);
        int edges = trace.EdgeCount;
        var context = new PassContext(trace, directives, configuration, options.Fidelity, keepTrace: recorded is not null && !consumes)
        {
            Arrays = arrays,
            ArraysByName = byName,
        };
        PassPipeline.Run(context, ObservePass, cancellation);
        var datapath = new Datapath(context, scratchpads, timing, memory) { DeadlockCycles = options.DeadlockCycles };
        graph = new GraphStatistics(trace.NodeCount, edges, trace.RegisterEdgeInsertions, trace.MemoryEdges, trace.ControlEdges,
            datapath.Total, context.Graph.EdgeCount);
        return datapath;
    }

    /// <summary>
    /// Chooses the port through which block transfers and single accesses reach a host array from the next invocation on.
    /// </summary>
    /// <param name="array">The array's name in the trace.</param>
    /// <param name="memory">DMA, coherency port or private cache.</param>
    /// <exception cref="ConfigurationException">The array is a scratchpad or a register array, or <paramref name="memory"/> is one of these.</exception>
    public void SetHostMemory(string array, ArrayMemory memory)
    {
        if (memory is ArrayMemory.Scratchpad or ArrayMemory.Register)
            throw new ConfigurationException($"Array {array} cannot be set to {memory}; allowed for host arrays: Dma, Acp, Cache.");
        TraceProgram program = reader?.Program ?? recorded!.Program;
        int name = reader is not null ? program.Names.Intern(array) : program.Names.Find(array);
        if (name < 0) return;
        var description = new DatapathArray(array, memory, ArrayPartitioning.None, 0, 0, 1);
        if (!byName.TryGetValue(name, out KnownArray? known))
        {
            AddArray(name, description);
            return;
        }
        if (known.IsScratchpad || known.IsRegister)
            throw new ConfigurationException($"Array {array} is {known.Description.Memory}, local to the accelerator; its memory cannot be set to {memory}.");
        byName[name] = arrays[known.Index] = new KnownArray(description with { Bytes = known.Description.Bytes }, known.Index);
    }

    /// <summary>Address of an array in the current invocation as traced, or null when the trace does not name it.</summary>
    internal long? TracedAddress(string array)
    {
        TraceProgram program = reader?.Program ?? recorded!.Program;
        int name = program.Names.Find(array);
        return name >= 0 && byName.TryGetValue(name, out KnownArray? known) && known.BaseAddress != 0 ? known.BaseAddress : null;
    }

    /// <summary>Steps a datapath to its end; its memory system, if any, answers within the step.</summary>
    /// <exception cref="SimulationException">It deadlocks, or executes nothing for <see cref="AladdinOptions.DeadlockCycles"/>; the message names waiting nodes.</exception>
    public static void Run(Datapath datapath, CancellationToken cancellation = default)
    {
        int countdown = 0, executed = datapath.Executed, progress = datapath.Cycle;
        while (!datapath.IsFinished)
        {
            datapath.Step();
            if (datapath.IsFinished) break;
            if (datapath.NextCycle == int.MaxValue) throw datapath.Stuck("what they wait for never happens");
            if (datapath.Executed != executed) (executed, progress) = (datapath.Executed, datapath.Cycle);
            else if (datapath.Cycle - progress >= datapath.DeadlockCycles) throw datapath.Stuck($"nothing has been executed for {datapath.DeadlockCycles} cycles");
            datapath.SkipTo(datapath.NextCycle);
            if ((++countdown & 0xFFFF) == 0) cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The figures of an invocation that has run to its end.</summary>
    /// <param name="datapath">What <see cref="Begin"/> returned last.</param>
    /// <exception cref="SimulationException">It has not finished, or cannot be evaluated.</exception>
    public AladdinResult Finish(Datapath datapath)
    {
        if (!datapath.IsFinished) throw datapath.Stuck("the invocation was asked for its result before its end");
        return ResultAssembly.Build(datapath, graph!, options);
    }

    /// <summary>Closes the trace.</summary>
    public void Dispose() => reader?.Dispose();

    private static AladdinAccelerator Guard(TraceReader reader, DatapathConfiguration configuration, AladdinOptions options)
    {
        try
        {
            return new AladdinAccelerator(configuration, options, reader, null);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private void AddArray(int name, DatapathArray description)
    {
        var array = new KnownArray(description, arrays.Count);
        if (name >= 0) byName[name] = array;
        arrays.Add(array);
        scratchpads.Add(array);
    }

    /// <summary>Pointer parameters without a partition line are host memory.</summary>
    private void BindArrays(DynamicTrace trace)
    {
        foreach (int name in trace.PointerParameters)
        {
            if (!byName.ContainsKey(name))
                AddArray(name, new DatapathArray(trace.Program.Names.Text(name), ArrayMemory.Dma, ArrayPartitioning.None, 0, 0, 1));
        }
        foreach (KnownArray array in arrays) array.BaseAddress = 0;
        foreach ((int name, long address) in trace.BaseAddresses)
        {
            if (byName.TryGetValue(name, out KnownArray? array)) array.BaseAddress = address;
        }
    }
}
