using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Reservation;

/// <summary>
/// Runs the steps of all agents and of the DRAM controller in the order of time. It works ahead up to the simulation's horizon
/// in one event, so that lines need no events of their own; only the begin and the end of a block are events.
/// </summary>
/// <remarks>
/// What every line passes, here and in the DRAM controller, is compiled with all optimisations at its first call: while tiered compilation
/// waits for a pause in the arrival of new methods, and then shares the core with the simulation, two seconds of a run would pass in
/// code that is not optimised.
/// </remarks>
internal sealed class ReservationScheduler : EventTarget, ITransactionListener, IWaitReporter
{
    private const long WakeUp = -1;
    private const int ArrivalSource = -1;

    private readonly DramHandle _dram;
    private readonly long _capacity;
    private MemoryAgent[] _agents = [];
    private readonly TimeQueue<Arrival> _arrivals = new();
    private readonly SlotTable<MemoryRequest> _answers = new();
    private long[] _steps = [];
    private long _wake = long.MaxValue;
    private long _horizon;
    private int _blocks;
    private int _reads;
    private bool _refused;
    private bool _refusedWrite;

    // Whether a step, an arrival or the horizon has changed since it was looked for what comes next.
    private bool _isPlanChanged;

    public ReservationScheduler(Simulator simulator, string name, DramModel dram, ByteSize capacity)
    {
        Simulator = simulator;
        Name = name;
        _capacity = capacity.Bytes;
        DramController controller = dram.Create(this, simulator.Now, capacity);
        _dram = new DramHandle(controller);
        simulator.Statistics.Formula($"{name}.readBursts", "bursts", "Read bursts accepted since the start.", () => controller.Traffic.ReadBursts);
        simulator.Statistics.Formula($"{name}.writeBursts", "bursts", "Write bursts accepted since the start.", () => controller.Traffic.WriteBursts);
        simulator.AddWaitReporter(this);
    }

    public Simulator Simulator { get; }

    public string Name { get; }

    /// <summary>The DRAM controller, for its statistics.</summary>
    public DramController Dram => _dram.Controller;

    /// <summary>Who is told when DRAM has answered.</summary>
    public SharedCache Cache { get; set; } = null!;

    public string? WaitingFor => _blocks == 0 ? null : $"the end of {_blocks} blocks, {_reads} reads of DRAM among them";

    public int Add(MemoryAgent agent)
    {
        _agents = [.. _agents, agent];
        _steps = [.. _steps, MemoryAgent.Never];
        return _agents.Length - 1;
    }

    /// <summary>The agent of a number.</summary>
    public MemoryAgent AgentOf(int number) => _agents[number];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetStep(int agent, long time)
    {
        _steps[agent] = time;
        _isPlanChanged = true;
    }

    /// <summary>Notes that an agent got a block, whose first step is due now: it runs after the event that is being handled.</summary>
    public void Begin()
    {
        _blocks++;
        Wake(Simulator.Now.Picoseconds);
    }

    /// <summary>Answers a block at a time.</summary>
    public void Answer(MemoryRequest request, long time)
    {
        _answers.Add(out int number) = request;
        Tell(this, number, time);
    }

    /// <summary>Ends a block that nobody waits for.</summary>
    public void Forget() => _blocks--;

    /// <summary>Ends a block by an event at a target.</summary>
    public void Tell(EventTarget target, long tag, long time)
    {
        if (target != this) _blocks--;
        Simulator.Schedule(new SimTime(time), target, tag);
        _horizon = Math.Min(_horizon, time);
    }

    /// <summary>Brings an access to the DRAM controller.</summary>
    /// <param name="time">When it is there, in picoseconds.</param>
    /// <param name="address">Byte address.</param>
    /// <param name="bytes">Number of bytes.</param>
    /// <param name="isWrite">Whether it writes.</param>
    /// <param name="number">Number that <see cref="SharedCache.DramAnswered"/> gets; negative when nobody waits.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Access(long time, long address, int bytes, bool isWrite, int number)
    {
        if (address < 0 || address > _capacity - bytes) ThrowOutside(address, bytes, isWrite);

        _isPlanChanged = true;
        ref Arrival arrival = ref _arrivals.Add(time);
        arrival.Address = address;
        arrival.Bytes = bytes;
        arrival.IsWrite = isWrite;
        arrival.Number = number;
    }

    public override void Handle(SimTime now, long tag)
    {
        if (tag != WakeUp)
        {
            MemoryRequest request = _answers[(int)tag];
            _answers.Remove((int)tag);
            _blocks--;
            request.Respond();
            return;
        }

        if (now.Picoseconds != _wake) return;
        _wake = long.MaxValue;
        Advance(now.Picoseconds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void OnResponse(in TransactionResponse response)
    {
        if (!response.IsWrite) _reads--;
        if (response.Tag >= 0) Cache.DramAnswered((int)response.Tag, response.Time.Picoseconds);
    }

    public void OnRetry(bool isWrite)
    {
        if (!_refused || isWrite != _refusedWrite) return;
        _refused = false;
        _isPlanChanged = true;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Advance(long now)
    {
        _horizon = Simulator.Horizon.Picoseconds;
        while (true)
        {
            long time = Next(out int source);
            if (!AdvanceMemory(time, now)) return;
            if (_isPlanChanged) continue;
            if (time == long.MaxValue) return;
            time = Math.Max(time, now);
            if (IsBeyondHorizon(time, now)) return;
            if (source == ArrivalSource) Offer(time);
            else _agents[source].Step(time);
        }
    }

    /// <summary>Processes the events of the DRAM controller before a time, up to one that changes what comes next; false when it
    /// has reached the horizon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool AdvanceMemory(long until, long now)
    {
        _isPlanChanged = false;
        while (!_isPlanChanged && (_reads > 0 || _refused))
        {
            long time = _dram.NextEventTime.Picoseconds;
            if (time >= until) break;
            if (IsBeyondHorizon(Math.Max(time, now), now)) return false;
            _dram.ProcessNextEvent();
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsBeyondHorizon(long time, long now)
    {
        if (time <= now || time < _horizon) return false;
        Wake(time);
        return true;
    }

    /// <summary>The next step of an agent or arrival at the memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Next(out int source)
    {
        long time = long.MaxValue;
        source = ArrivalSource;
        if (!_refused && _arrivals.Count > 0) time = Math.Max(_arrivals.FirstTime, _dram.Now.Picoseconds);
        long[] steps = _steps;
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i] >= time) continue;
            time = steps[i];
            source = i;
        }

        return time;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Offer(long time)
    {
        ref readonly Arrival arrival = ref _arrivals.First;
        if (!arrival.IsWrite) _reads++;
        if (_dram.TryAccept(new SimTime(time), (ulong)arrival.Address, arrival.Bytes, arrival.IsWrite, arrival.Number))
        {
            _arrivals.RemoveFirst();
            return;
        }

        if (!arrival.IsWrite) _reads--;
        _refused = true;
        _refusedWrite = arrival.IsWrite;
    }

    [DoesNotReturn]
    private void ThrowOutside(long address, int bytes, bool isWrite) =>
        throw new SimulationException($"{Name}: {(isWrite ? "write" : "read")} of {bytes} B at 0x{address:x} is outside its memory (0x0 to 0x{_capacity - 1:x})");

    private void Wake(long time)
    {
        if (time >= _wake) return;
        _wake = time;
        Simulator.Schedule(new SimTime(time), this, WakeUp);
    }

    /// <summary>One access on its way to the DRAM controller.</summary>
    private struct Arrival
    {
        public long Address;
        public int Bytes;
        public int Number;
        public bool IsWrite;
    }
}
