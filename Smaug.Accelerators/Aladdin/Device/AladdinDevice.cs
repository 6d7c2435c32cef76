using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Dma;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>
/// A trace-driven accelerator as a component of an SoC. It runs the invocations of its trace one after another: each is
/// activated by a command, stepped at the edges of the accelerator clock at which something can happen, and ended by a
/// write of the finish flag through the cache port, after whose acknowledgement the CPU is woken and the next commands run.
/// Any number of devices run in one simulation, each with a trace and ports of its own.
/// </summary>
public sealed partial class AladdinDevice : EventTarget, IWaitReporter
{
    /// <summary>Number that the program finds in the flag while an invocation runs.</summary>
    public const int FlagNotCompleted = 0x002DECAF;

    /// <summary>Number that the accelerator writes into the flag at the end.</summary>
    public const int FlagCompleted = 0x13131313;

    private const long StepTag = -1;
    private const long UpsampledTag = -2;
    private const long WakeTag = -3;

    private readonly Simulator _simulator;
    private readonly AladdinAccelerator _accelerator;
    private readonly AladdinDeviceOptions _options;
    private readonly Clock _clock;
    private readonly Func<long, long> _physical;
    private readonly DmaEngine _dma;
    private readonly ReadyBitPort? _readyBits;
    private readonly AccessQueue _queue;
    private readonly OutwardPort _flagPort;
    private readonly Signal _ended;
    private readonly Queue<AladdinCommand> _commands = new();
    private readonly Dictionary<string, (long Address, long Bytes)> _mappings = new(StringComparer.Ordinal);
    private readonly List<AladdinInvocation> _invocations = [];
    private readonly Counter _cycles;
    private Datapath? _datapath;
    private AladdinCommand.Activate? _active;
    private AladdinResult? _result;
    private SimTime _activated, _start, _finished;
    private long _stepAt = -1;
    private int _lastExecuted;
    private int _lastProgress;
    private int _launched;

    /// <summary>Creates an idle device.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="accelerator">Trace and configuration; the device runs it alone.</param>
    /// <param name="ports">Where its requests enter the memory system.</param>
    /// <param name="options">How it is attached.</param>
    /// <param name="requesterId">Number of the agent, on every request.</param>
    /// <param name="translate">Physical address of a host virtual address; by default they are equal.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, a port belongs to another simulation, the name is taken, or the clock does not fit.</exception>
    public AladdinDevice(
        Simulator simulator, string name, AladdinAccelerator accelerator, AladdinPorts ports, AladdinDeviceOptions? options = null,
        int requesterId = 0, Func<long, long>? translate = null)
    {
        _options = options ?? new AladdinDeviceOptions();
        _options.Validate();
        foreach (MemoryPort? port in (MemoryPort?[])[ports.Dma, ports.Cache, ports.Acp])
        {
            if (port is not null) Require.SameSimulation(name, simulator, port);
        }

        _simulator = simulator;
        _accelerator = accelerator;
        _physical = translate ?? (address => address);
        Name = name;
        _clock = new Clock(simulator, _options.Dma.Frequency);
        if (accelerator.Configuration.ReadyMode) _readyBits = new ReadyBitPort(simulator, ports.Dma, OnArrived);
        _dma = new DmaEngine(simulator, $"{name}.dma", _readyBits ?? ports.Dma, _options.Dma, requesterId, translate);
        _queue = new AccessQueue(simulator, _clock, name, ports, _options, requesterId, _physical, WakeDatapath);
        _flagPort = new OutwardPort(ports.Cache, new FlagClient(this), requesterId);
        _ended = new Signal(simulator, $"the end of an invocation of {name}");
        _cycles = simulator.Statistics.Counter($"{name}.simCycles", "cycles", "Accelerator cycles of all invocations.");
        simulator.AddWaitReporter(this);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Whether an invocation runs or its end is being signalled.</summary>
    public bool IsBusy => _active is not null;

    /// <summary>Invocations that have ended, in order.</summary>
    public IReadOnlyList<AladdinInvocation> Invocations => _invocations;

    /// <summary>Accelerator cycles of all ended invocations (the reference's <c>sim_cycles</c>).</summary>
    public long TotalCycles => _cycles.Total;

    /// <inheritdoc/>
    public string? WaitingFor
    {
        get
        {
            if (_active is null) return null;
            if (_datapath is null) return $"the acknowledgement of the finish flag from '{_flagPort.Name}'";
            string waits = string.Join(" and ", new[] { _transfers.Count > 0 ? $"{_transfers.Count} DMA transfers" : null, _queue.Waiting }.OfType<string>());
            return $"{(waits.Length > 0 ? waits : "something that never happens")} in cycle {_datapath.Cycle} of invocation {_launched - 1}";
        }
    }

    /// <summary>Says where the program has placed an array of the trace; at once when idle, else after the invocations that are queued.</summary>
    /// <param name="array">Name in the trace's top-level call.</param>
    /// <param name="address">Host virtual address of the first byte. Arrays that are not mapped lie at their traced addresses.</param>
    /// <param name="bytes">Size of the array.</param>
    public void MapArray(string array, long address, long bytes) => Accept(new AladdinCommand.MapArray(array, address, bytes));

    /// <summary>Chooses DMA, ACP or cache for the block transfers of a host array; at once when idle, else after the invocations that are queued.</summary>
    /// <exception cref="ConfigurationException">The array is local to the accelerator.</exception>
    public void SetMemoryType(string array, ArrayMemory memory) => Accept(new AladdinCommand.SetMemory(array, memory));

    /// <summary>Runs the next invocation of the trace, at once when idle, else when those queued before have ended.</summary>
    /// <param name="flagAddress">Host virtual address of the finish flag, four bytes.</param>
    /// <param name="target">Told when the CPU is to be woken; null for nobody.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    /// <exception cref="SimulationException">The trace has no further invocation, or cannot be run.</exception>
    public void Activate(long flagAddress, EventTarget? target = null, long tag = 0) => Accept(new AladdinCommand.Activate(flagAddress, target, tag));

    /// <summary>Runs the next invocation from a process: waits until the CPU is woken.</summary>
    /// <param name="flagAddress">Host virtual address of the finish flag, four bytes.</param>
    public async Task<AladdinInvocation> InvokeAsync(long flagAddress)
    {
        int number = _invocations.Count + (_active is null ? 0 : 1) + _commands.Count(c => c is AladdinCommand.Activate);
        Activate(flagAddress);
        while (_invocations.Count <= number) await _ended.WaitAsync();
        return _invocations[number];
    }

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        switch (tag)
        {
            case StepTag:
                if (now.Picoseconds == _stepAt) Step();
                break;
            case UpsampledTag:
                _finished = now;
                _datapath = null;
                _flagPort.Send(MemoryCommand.Write, _physical(_active!.FlagAddress), sizeof(int), 0, wholeLine: false);
                break;
            case WakeTag:
                End(now);
                break;
            default:
                EndTransfer((int)tag);
                break;
        }
    }

    private void Accept(AladdinCommand command)
    {
        if (_active is null) Run(command);
        else _commands.Enqueue(command);
    }

    private void Run(AladdinCommand command)
    {
        switch (command)
        {
            case AladdinCommand.MapArray map:
                _mappings[map.Name] = (map.Address, map.Bytes);
                break;
            case AladdinCommand.SetMemory set:
                _accelerator.SetHostMemory(set.Name, set.Memory);
                break;
            case AladdinCommand.Activate activate:
                Begin(activate);
                break;
        }
    }

    private void Begin(AladdinCommand.Activate activate)
    {
        _datapath = _accelerator.Begin(this) ?? throw new SimulationException(
            $"{Name}: activated for the {_launched + 1}. time, but its trace has {_launched} invocations");
        _launched++;
        _active = activate;
        _activated = _simulator.Now;
        _start = _clock.Edge(1);
        _lastExecuted = _lastProgress = 0;
        ScheduleStep(0);
    }

    private void Step()
    {
        _stepAt = -1;
        Datapath datapath = _datapath!;
        int cycle = CycleAt(_simulator.Now);
        datapath.SkipTo(cycle);
        datapath.Step();
        if (datapath.IsFinished)
        {
            _result = _accelerator.Finish(datapath);
            _clock.Schedule(_result.UpsampledCycles, this, UpsampledTag);
            return;
        }

        if (datapath.Executed > _lastExecuted)
        {
            _lastExecuted = datapath.Executed;
            _lastProgress = cycle;
        }
        else if (cycle - _lastProgress > _accelerator.Options.DeadlockCycles)
        {
            throw datapath.Stuck($"nothing has been executed for {_accelerator.Options.DeadlockCycles} cycles");
        }

        if (datapath.NextCycle != int.MaxValue) ScheduleStep(datapath.NextCycle);
        else if (_transfers.Count == 0 && _queue.UnderWay == 0) throw datapath.Stuck("nothing is under way that they could wait for");
    }

    private void End(SimTime now)
    {
        AladdinCommand.Activate ended = _active!;
        long cycles = _result!.Cycles + 1;
        _cycles.Add(cycles);
        _invocations.Add(new AladdinInvocation(_invocations.Count, _activated, _finished, now, cycles, _result));
        _active = null;
        _result = null;
        if (ended.Target is { } target) _simulator.Schedule(now, target, ended.Tag);
        _ended.Pulse();
        while (_active is null && _commands.TryDequeue(out AladdinCommand? command)) Run(command);
    }

    private int CycleAt(SimTime time) => (int)((time - _start).Picoseconds / _clock.Period.Picoseconds);

    /// <summary>Steps come first among the events of their time: answers of that instant are seen one cycle later.</summary>
    private void ScheduleStep(int cycle)
    {
        long at = (_start + _clock.Cycles(cycle)).Picoseconds;
        if (_stepAt >= 0 && _stepAt <= at) return;
        _stepAt = at;
        _simulator.Schedule(new SimTime(at), this, StepTag, EventPriority.Early);
    }

    /// <summary>Lets the datapath stand at the cycle that sees what happens now.</summary>
    private Datapath AtNextCycle()
    {
        Datapath datapath = _datapath!;
        int next = _simulator.Now < _start ? 0 : CycleAt(_simulator.Now) + 1;
        if (next > datapath.Cycle) datapath.SkipTo(next);
        ScheduleStep(datapath.Cycle);
        return datapath;
    }

    private void WakeDatapath()
    {
        if (_datapath is { IsFinished: false }) AtNextCycle().Wake();
    }

    private sealed class FlagClient(AladdinDevice device) : IOutwardClient
    {
        public void Answered(int number) => device._clock.Schedule(1, device, WakeTag);

        public void Unblocked()
        {
            // The flag is the only request of this port.
        }
    }
}
