using System.Collections.Immutable;
using Smaug.Accelerators.Systems.Power;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Tensors;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>One run of a network on an SoC: the CPU process that walks the plan, and what it finds out on the way.</summary>
internal sealed class SocRun
{
    private readonly ExecutionPlan _plan;
    private readonly IReadOnlySet<string> _dead;
    private readonly HostCpu _cpu;
    private readonly PoolMember[] _pool;
    private readonly IHostMemory _memory;
    private readonly ImmutableArray<SocComponent> _components;
    private readonly HashSet<OperatorKind> _kindsSeen = [];
    private readonly ImmutableArray<OperatorReport>.Builder _operators = ImmutableArray.CreateBuilder<OperatorReport>();
    private readonly HashSet<CpuOverhead> _done = [];
    private readonly Func<long> _end;
    private SimTime _reordering;

    public SocRun(SocConfiguration configuration, RunOptions options, ExecutionPlan plan, IReadOnlySet<string> dead, SocParts parts)
    {
        Configuration = configuration;
        Options = options;
        MemoryPolicy = plan.Graph.MemoryPolicy;
        bool isPaged = configuration.Memory.Fidelity == MemoryFidelity.Analytical;
        Buffers = new BufferMap(isPaged, configuration.Memory.CacheSize, isPaged ? null : configuration.Memory.Capacity);
        _plan = plan;
        _dead = dead;
        HasOwnMemory = parts.HasOwnMemory;
        long capacity = configuration.Memory.Capacity.Bytes;
        _end = isPaged ? () => Math.Max(capacity, Buffers.End) : () => capacity;
        _memory = parts.Memory(Simulator, configuration) ?? throw new SimulationException("the factory given to WithMemory made no memory system");
        Body = new BodyClock(Simulator);
        Timeline = options.RecordTimeline ? new TimelineRecorder() : null;
        _cpu = new HostCpu(this, parts.Cpu ?? configuration.Cpu.CreateModel(), _memory);
        _pool = new PoolMember[configuration.Accelerators.Count];
        for (int i = 0; i < _pool.Length; i++) _pool[i] = PoolMember.Create(this, i, _memory, parts.Accelerator);
        Statistics = options.RecordStatistics ? Describe() : null;
        _components = parts.Components;
        Frames = new FrameQueue(Simulator, _components.FirstOrDefault(c => c.OffersFrames)?.Name);
    }

    public Simulator Simulator { get; } = new();

    public SocConfiguration Configuration { get; }

    public RunOptions Options { get; }

    public MemoryPolicy MemoryPolicy { get; }

    public BufferMap Buffers { get; }

    /// <summary>The parts of the memory hierarchy; null when no user composed it.</summary>
    public IHierarchyParts? Hierarchy => (_memory as IComposedMemory)?.Parts;

    /// <summary>Null when the run records none.</summary>
    public RunStatistics? Statistics { get; }

    public BodyClock Body { get; }

    public FrameQueue Frames { get; }

    /// <summary>Whether the memory system is the user's, which reads of the configuration what it likes.</summary>
    public bool HasOwnMemory { get; }

    public Graph Graph => _plan.Graph;

    public TimelineRecorder? Timeline { get; }

    public List<InvocationReport> Invocations { get; } = [];

    /// <summary>Takes the next place in the list of invocations, which is ordered by activation.</summary>
    public int ReserveInvocation()
    {
        Invocations.Add(null!);
        return Invocations.Count - 1;
    }

    public RunReport Run(CancellationToken cancellationToken)
    {
        Simulator.Start("network", Stream);
        for (int i = 0; i < _components.Length; i++) Start(_components[i], _pool.Length + i);
        if (Options.MaximumTime is { } limit) Simulator.RunWithin(limit, progress: null, cancellationToken);
        else Simulator.Run(progress: null, cancellationToken);
        RunReport report = Report(Simulator.Now);
        report.Verify();
        return report;
    }

    /// <summary>
    /// A port of the memory system for a requester, whose name stands in errors. The analytical model has room for any network, so that its
    /// memory ends at its capacity or with the last buffer; a memory of the user's checks its addresses itself.
    /// </summary>
    public MemoryPort Named(string requester, MemoryPort port) => HasOwnMemory ? port : new RequesterPort(requester, port, _end);

    private void Start(SocComponent component, int engine)
    {
        var context = new SocComponentContext(this, component.Name, Named($"component '{component.Name}'", _memory.DmaPort(engine)));
        Simulator.Start(component.Name, () => component.Process(context), isBackground: true);
    }

    /// <summary>The network, once for each frame. Components may go on for ever, so that the end of the network ends the run.</summary>
    private async Task Stream()
    {
        for (int i = 0; i < Options.Frames; i++)
        {
            SimTime offered = await Frames.TakeAsync();
            SimTime started = Simulator.Now;
            await Network();
            Frames.Done(offered, started);
        }

        if (!_components.IsEmpty) Simulator.Stop();
    }

    private RunStatistics Describe()
    {
        var statistics = new RunStatistics(Simulator);
        statistics.Count("sim_seconds", "s", "Simulated time", () => Simulator.Now.Picoseconds / 1e12);
        statistics.Count("sim_ticks", "ps", "Simulated time", () => Simulator.Now.Picoseconds);
        statistics.Level("final_tick", "ps", "End of the interval", () => Simulator.Now.Picoseconds);
        _cpu.Describe(statistics);
        foreach (PoolMember member in _pool) member.Counters.Describe(statistics);
        (_memory as IStatisticsSource)?.Describe(statistics);
        return statistics;
    }

    private async Task Network()
    {
        Statistics?.Dump("Network start");
        await _cpu.Overhead(CpuOverhead.NetworkStart);
        ImmutableArray<int> order = OperatorOrder.Of(_plan.Graph);
        for (int i = 0; i < order.Length; i++)
        {
            OperatorPlan plan = _plan.Operators[order[i]];
            Options.Progress?.Report(new RunProgress(plan.Node.Name, i, order.Length));
            if (plan.Node.Kind == OperatorKind.Data) await _cpu.Overhead(CpuOverhead.DataOperator);
            else if (!_dead.Contains(plan.Node.Name)) await Operator(plan);
        }

        await _cpu.Overhead(CpuOverhead.NetworkEnd);
        Statistics?.Dump("Network end");
    }

    private async Task Operator(OperatorPlan plan)
    {
        foreach (TensorSpec tensor in plan.Node.Inputs) Buffers.Add(tensor);
        foreach (TensorSpec tensor in plan.Node.Outputs) Buffers.Add(tensor);
        SimTime start = Simulator.Now;
        int firstInvocation = Invocations.Count;
        await _cpu.Overhead(CpuOverhead.OperatorStart);
        SimTime preparation = Simulator.Now;
        if (plan.Launches.Length > 0) await Prepare(plan);
        if (plan.Node.Kind == OperatorKind.Reorder) Statistics?.Dump("Reordering start");
        SimTime body = Simulator.Now;
        Body.Begin();
        if (plan.Node.Kind == OperatorKind.Reorder) await First(CpuOverhead.FirstReorder);
        if (plan.HostBody.Length > 0) await _cpu.Tasks(plan.HostBody, plan.Node.Name, "CPU body");
        if (plan.Launches.Length > 0) await Launch(plan);
        Body.End();
        SimTime finalization = Simulator.Now;
        if (plan.Node.Kind == OperatorKind.Reorder) Statistics?.Dump("Reordering end");
        if (plan.Launches.Length > 0) await Finalize(plan);
        SimTime end = Simulator.Now;

        // A change of layout counts as reordering, everything else that the CPU does as the operator's body.
        if (plan.Node.Kind == OperatorKind.Reorder) _reordering += finalization - body;
        Timeline?.Add("CPU", plan.Node.Name, "schedule", start, preparation - start);
        (long inBytes, long outBytes, Energy energy) = InvocationsSince(firstInvocation);
        SimTime accelerated = Body.TransferIn + Body.Compute + Body.TransferOut;
        _operators.Add(new OperatorReport
        {
            Name = plan.Node.Name,
            Kind = plan.Node.Kind,
            Executor = plan.Executor,
            Tiles = plan.Operands.Sum(o => o.Tiles),
            Launches = plan.Launches.Length,
            Start = start,
            Scheduling = preparation - start,
            CpuPreparation = body - preparation,
            TransferIn = Body.TransferIn,
            Compute = Body.Compute,
            TransferOut = Body.TransferOut,
            CpuBody = finalization - body - accelerated,
            CpuFinalization = end - finalization,
            Share = 0,
            TransferInBytes = inBytes,
            TransferOutBytes = outBytes,
            MultiplyAccumulates = plan.MultiplyAccumulates,
            Energy = energy,
        });
    }

    private async Task Prepare(OperatorPlan plan)
    {
        Statistics?.Dump("Tensor preparation start");
        await _cpu.Overhead(CpuOverhead.PreparationStart);
        await First(CpuOverhead.FirstPreparation);
        if (plan.Node.Kind == OperatorKind.Convolution3d) await First(CpuOverhead.FirstConvolutionPreparation);
        await _cpu.Tiles(plan.Preparation, plan.Node.Name, "prepare");
        Statistics?.Dump("Tensor preparation end");
    }

    private async Task Launch(OperatorPlan plan)
    {
        SimTime begin = Simulator.Now;
        await _cpu.Overhead(CpuOverhead.BodyStart);
        await First(CpuOverhead.FirstBody);
        if (_kindsSeen.Add(plan.Node.Kind)) await _cpu.Overhead(FirstOf(plan.Node.Kind));
        if (plan.UsesAcceleratorPool && _pool.Length > 1)
        {
            await _cpu.Overhead(CpuOverhead.PoolStart, _pool.Length - 1);
            await First(CpuOverhead.FirstUse, _pool.Length - 1);
        }

        int previous = 0;
        for (int i = 0; i < plan.Launches.Length; i++)
        {
            KernelLaunch launch = plan.Launches[i];
            PoolMember member = _pool[launch.Accelerator];
            if (plan.WaitsBefore(i))
            {
                // Without a pool the host waits for the launch before; with one, for the accelerator that is next.
                PoolMember awaited = plan.UsesAcceleratorPool ? member : _pool[previous];
                await awaited.Idle.WaitAsync();
            }

            await _cpu.Overhead(CpuOverhead.Launch);
            if (i == 0) Timeline?.Add("CPU", plan.Node.Name, "CPU body", begin, Simulator.Now - begin);
            member.Send(plan, launch);
            previous = launch.Accelerator;
        }

        foreach (PoolMember member in _pool) await member.Idle.WaitAsync();
        await _cpu.Overhead(CpuOverhead.BodyEnd);
    }

    private async Task Finalize(OperatorPlan plan)
    {
        Statistics?.Dump("Tensor finalization start");
        await _cpu.Overhead(CpuOverhead.FinalizationStart);
        await First(CpuOverhead.FirstFinalization);
        await _cpu.Tiles(plan.Finalization, plan.Node.Name, "finalise");
        Statistics?.Dump("Tensor finalization end");
    }

    /// <summary>What the framework does more when it does something for the first time.</summary>
    private Task First(CpuOverhead overhead, int times = 1) => _done.Add(overhead) ? _cpu.Overhead(overhead, times) : Task.CompletedTask;

    private static CpuOverhead FirstOf(OperatorKind kind) => kind switch
    {
        OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise => CpuOverhead.FirstConvolution,
        OperatorKind.MaxPooling or OperatorKind.AveragePooling => CpuOverhead.FirstPooling,
        OperatorKind.InnerProduct => CpuOverhead.FirstInnerProduct,
        _ => CpuOverhead.FirstOfKind,
    };

    private (long InBytes, long OutBytes, Energy Energy) InvocationsSince(int first)
    {
        long inBytes = 0, outBytes = 0;
        Energy energy = Energy.Zero;
        for (int i = first; i < Invocations.Count; i++)
        {
            inBytes += Invocations[i].TransferInBytes;
            outBytes += Invocations[i].TransferOutBytes;
            energy += Invocations[i].Energy;
        }

        return (inBytes, outBytes, energy);
    }

    private RunReport Report(SimTime total)
    {
        SimTime preparation = default, body = default, finalization = default;
        long inBytes = 0, outBytes = 0;
        for (int i = 0; i < _operators.Count; i++)
        {
            OperatorReport o = _operators[i];
            preparation += o.CpuPreparation;
            body += o.Body;
            finalization += o.CpuFinalization;
            inBytes += o.TransferInBytes;
            outBytes += o.TransferOutBytes;
            _operators[i] = o with { Share = total.Picoseconds == 0 ? 0 : (double)o.Total.Picoseconds / total.Picoseconds };
        }

        SimTime other = total - preparation - body - finalization;
        var traffic = new TrafficReport(inBytes, outBytes, _cpu.ReadBytes, _cpu.WriteBytes, _memory.DramReadBytes, _memory.DramWriteBytes) { MemoryAccessBytes = _memory.DramAccessBytes };
        ImmutableArray<ComponentEnergy> components = Components(total, traffic);
        return new RunReport
        {
            Network = _plan.Graph.Name,
            Backend = _plan.Graph.Backend,
            Soc = Configuration.Name,
            MemoryPolicy = MemoryPolicy,
            Accelerators = _pool.Length,
            Threads = Configuration.Cpu.Threads,
            Time = new TimeBreakdown(preparation, body - _reordering, finalization, _reordering, other),
            Operators = _operators.ToImmutable(),
            Invocations = [.. Invocations],
            AcceleratorUse = [.. _pool.Select(p => new AcceleratorReport(p.Index, p.Invocations, p.Busy, p.Energy))],
            AnyAcceleratorBusy = Body.AnyBusy,
            Frames = Frames.Reports(),
            Traffic = traffic,
            Components = components,
            Timeline = Timeline?.ToImmutable() ?? [],
            Statistics = Statistics?.ToImmutable() ?? [],
            Notes = RunNotes.Of(this, _plan, components),
        };
    }

    private ImmutableArray<ComponentEnergy> Components(SimTime total, TrafficReport traffic)
    {
        Energy energy = Energy.Zero, leakage = Energy.Zero;
        double area = 0;
        foreach (PoolMember member in _pool)
        {
            energy += member.Energy;
            leakage += member.Leakage;
            area += member.AreaSquareMicrometres;
        }

        return SocEnergy.Of(Configuration, new SocActivity(total, _cpu.Instructions, traffic, _memory.DramActivity(total), _memory.DramEnergy(total), energy, leakage, area)
        {
            Hierarchy = Hierarchy?.Activity(total, _cpu.InstructionsOfCores()),
        });
    }
}

/// <summary>The replaceable parts of an SoC that a configuration cannot express.</summary>
/// <param name="Accelerator">Makes the accelerators.</param>
/// <param name="Memory">Makes the memory system of a run.</param>
/// <param name="Cpu">Costs of CPU work; null for those of the configuration.</param>
/// <param name="Components">What the user added besides.</param>
internal sealed record SocParts(AcceleratorFactory Accelerator, HostMemoryFactory Memory, ICpuModel? Cpu, ImmutableArray<SocComponent> Components)
{
    /// <summary>Whether the user gave the memory system.</summary>
    public bool HasOwnMemory { get; init; }
}

/// <summary>A component that the user added to an SoC.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Process">What it does.</param>
/// <param name="OffersFrames">Whether the network waits for its frames.</param>
internal sealed record SocComponent(string Name, SocComponentProcess Process, bool OffersFrames);
