using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>
/// One accelerator of the pool with its command queue: launches run one after the other; the host may wait until none is
/// left. It is also what the accelerator knows of its SoC.
/// </summary>
internal sealed class PoolMember : AcceleratorContext
{
    private readonly SocRun _run;
    private readonly MemoryPort _dma;
    private readonly MemoryPort _coherency;
    private readonly IHostMemory _memory;
    private readonly Queue<(OperatorPlan Plan, KernelLaunch Launch)> _queue = new();
    private readonly SimTime[] _phases = new SimTime[5];
    private IAccelerator _accelerator = null!;
    private MemoryPort? _direct;
    private AcceleratorPhase _phase;
    private SimTime _phaseStart;
    private string _operator = "";

    private PoolMember(SocRun run, int index, IHostMemory memory)
    {
        _run = run;
        _memory = memory;
        Index = index;
        Simulator = run.Simulator;
        Clock = new Clock(Simulator, run.Configuration.Accelerators.Frequency);
        _dma = run.Named($"accelerator {index} DMA", memory.DmaPort(index));
        // A memory system without coherency ports runs what needs none.
        _coherency = run.MemoryPolicy == MemoryPolicy.AllDma ? _dma : run.Named($"accelerator {index} coherency port", memory.CoherencyPort(index));
        Counters = new AcceleratorCounters(run.Configuration) { Section = $"acc{index}" };
        Idle = new Signal(Simulator, $"accelerator {index} is idle");
        Idle.Open();
        Track = $"accelerator {index}";
    }

    public override Simulator Simulator { get; }

    public override int Index { get; }

    public override Clock Clock { get; }

    public override Sampling Sampling => _run.Options.Sampling;

    /// <summary>Open when no launch is running or queued.</summary>
    public Signal Idle { get; }

    public SimTime Busy { get; private set; }

    public int Invocations { get; private set; }

    public Energy Energy { get; private set; }

    public Energy Leakage { get; private set; }

    public double AreaSquareMicrometres => _accelerator.AreaSquareMicrometres;

    public AcceleratorCounters Counters { get; }

    private string Track { get; }

    public static PoolMember Create(SocRun run, int index, IHostMemory memory, AcceleratorFactory factory)
    {
        var member = new PoolMember(run, index, memory);
        member._accelerator = factory(member) ?? throw new SimulationException($"accelerator {index}: the factory given to WithAccelerator made none");
        return member;
    }

    public override MemoryPort Port(OperandRole role) => _run.MemoryPolicy switch
    {
        MemoryPolicy.AllAcp => _coherency,
        MemoryPolicy.AllAcpWithDmaForWeights => role == OperandRole.Weight ? _dma : _coherency,
        _ => _dma,
    };

    public override MemoryPort DirectDmaPort => _direct ??= _run.Named($"accelerator {Index} direct DMA", _memory.DirectDmaPort(Index));

    public override long Address(string buffer, long bytes) => _run.Buffers.Address(buffer, bytes);

    public override void Enter(AcceleratorPhase phase)
    {
        if (phase == _phase) return;
        SimTime now = Simulator.Now;
        SimTime time = now - _phaseStart;
        _phases[(int)_phase] += time;
        if (_phase is not (AcceleratorPhase.Idle or AcceleratorPhase.Overhead)) _run.Timeline?.Add(Track, _operator, Category(_phase), _phaseStart, time);
        _run.Body.Change(_phase, phase);
        _phase = phase;
        _phaseStart = now;
    }

    /// <summary>Queues a launch; it starts at once when the accelerator is idle.</summary>
    public void Send(OperatorPlan plan, KernelLaunch launch)
    {
        _queue.Enqueue((plan, launch));
        if (!Idle.IsOpen) return;
        Idle.Close();
        Simulator.Start(Track, RunQueue);
    }

    private async Task RunQueue()
    {
        while (_queue.TryDequeue(out (OperatorPlan Plan, KernelLaunch Launch) next)) await RunOne(next.Plan, next.Launch);
        Idle.Open();
    }

    private async Task RunOne(OperatorPlan plan, KernelLaunch launch)
    {
        SimTime start = Simulator.Now;
        _operator = plan.Node.Name;
        Array.Clear(_phases);
        int slot = _run.ReserveInvocation();
        Enter(AcceleratorPhase.Overhead);
        await Simulator.Delay(Clock.Cycles(_run.Configuration.Accelerators.ActivationCycles));
        Task<KernelResult> run = _accelerator.RunAsync(plan, launch) ?? throw new SimulationException($"{_accelerator.GetType().Name}.RunAsync gave null instead of a task for '{plan.Node.Name}'");
        KernelResult result = await run;
        Check(result);
        Enter(AcceleratorPhase.Idle);
        SimTime done = Simulator.Now;
        Busy += done - start;
        Invocations++;
        Energy += result.Energy;
        Leakage += result.Leakage;
        (long inBytes, long outBytes, int transfers) = Transferred(plan, launch);
        _run.Invocations[slot] = new InvocationReport
        {
            Operator = plan.Node.Name,
            Accelerator = Index,
            Kernel = result.Kernel,
            Activated = start,
            Done = done,
            Cycles = Clock.CyclesCovering(done - start),
            UpsampledCycles = result.UpsampledCycles,
            TransferIn = _phases[(int)AcceleratorPhase.TransferIn],
            Compute = _phases[(int)AcceleratorPhase.Compute],
            TransferOut = _phases[(int)AcceleratorPhase.TransferOut],
            Overhead = _phases[(int)AcceleratorPhase.Overhead],
            TransferInBytes = inBytes,
            TransferOutBytes = outBytes,
            Transfers = transfers,
            MultiplyAccumulates = result.MultiplyAccumulates,
            Energy = result.Energy,
        };
        Counters.Add(_run.Invocations[slot]);
        await Simulator.Delay(Clock.Cycles(_run.Configuration.Accelerators.FinishCycles));
    }

    /// <summary>What an accelerator of one's own says it did must be something that can be added up.</summary>
    private void Check(in KernelResult result)
    {
        string? problem = result switch
        {
            { MultiplyAccumulates: < 0 } => $"MultiplyAccumulates = {result.MultiplyAccumulates}: must be 0 or more",
            { UpsampledCycles: < 0 } => $"UpsampledCycles = {result.UpsampledCycles}: must be 0 or more",
            _ when !(result.Energy.Picojoules >= 0) || double.IsInfinity(result.Energy.Picojoules) => FormattableString.Invariant($"Energy = {result.Energy.Picojoules} pJ: must be 0 or more and finite"),
            _ when !(result.Leakage.Picojoules >= 0) || double.IsInfinity(result.Leakage.Picojoules) => FormattableString.Invariant($"Leakage = {result.Leakage.Picojoules} pJ: must be 0 or more and finite"),
            _ => null,
        };
        if (problem is not null) throw new SimulationException($"{_accelerator.GetType().Name} ran kernel '{result.Kernel}' of '{_operator}': {problem}");
    }

    private (long InBytes, long OutBytes, int Transfers) Transferred(OperatorPlan plan, KernelLaunch launch)
    {
        long inBytes = 0, outBytes = 0;
        int transfers = 0;
        foreach (HostTransfer transfer in plan.Transfers(launch))
        {
            if (transfer.IsStore) outBytes += transfer.Bytes;
            else inBytes += transfer.Bytes;
            transfers += transfer.Chunks;
            Counters.Add(transfer, usesDma: Port(transfer.Role) == _dma);
        }

        return (inBytes, outBytes, transfers);
    }

    private static string Category(AcceleratorPhase phase) => phase switch
    {
        AcceleratorPhase.TransferIn => "transfer in",
        AcceleratorPhase.TransferOut => "transfer out",
        _ => "compute",
    };
}
