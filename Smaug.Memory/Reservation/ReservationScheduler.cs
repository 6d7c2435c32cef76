using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Reservation;

/// <summary>
/// Runs the steps of all agents and of the DRAM controller in the order of time. It works ahead up to the simulation's horizon
/// in one event, so that lines need no events of their own; only the begin and the end of a block are events.
/// </summary>
internal sealed class ReservationScheduler : EventTarget, ITransactionListener, IWaitReporter
{
    private const long WakeUp = -1;
    private const int ArrivalSource = -1;
    private const int DramSource = -2;

    private readonly DramHandle _dram;
    private readonly long _capacity;
    private readonly List<MemoryAgent> _agents = [];
    private readonly TimeQueue<Arrival> _arrivals = new();
    private readonly SlotTable<MemoryRequest> _answers = new();
    private long[] _steps = [];
    private long _wake = long.MaxValue;
    private long _horizon;
    private int _blocks;
    private int _reads;
    private bool _refused;
    private bool _refusedWrite;

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
        _agents.Add(agent);
        Array.Resize(ref _steps, _agents.Count);
        _steps[^1] = MemoryAgent.Never;
        return _agents.Count - 1;
    }

    public void SetStep(int agent, long time) => _steps[agent] = time;

    /// <summary>Notes that an agent got a block, whose first step is due now: it runs after the event that is being handled.</summary>
    public void Begin()
    {
        _blocks++;
        Wake(Simulator.Now.Picoseconds);
    }

    /// <summary>Answers a block at a time.</summary>
    public void Answer(MemoryRequest request, long time) => Tell(this, _answers.Add(request), time);

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
    public void Access(long time, long address, int bytes, bool isWrite, int number)
    {
        if (address < 0 || address + bytes > _capacity)
        {
            throw new SimulationException($"{Name}: {(isWrite ? "write" : "read")} of {bytes} B at 0x{address:x} is outside its memory (0x0 to 0x{_capacity - 1:x})");
        }

        _arrivals.Add(time, new Arrival(address, bytes, isWrite, number));
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

    public void OnResponse(in TransactionResponse response)
    {
        if (!response.IsWrite) _reads--;
        if (response.Tag >= 0) Cache.DramAnswered((int)response.Tag, response.Time.Picoseconds);
    }

    public void OnRetry(bool isWrite)
    {
        if (_refused && isWrite == _refusedWrite) _refused = false;
    }

    private void Advance(long now)
    {
        _horizon = Simulator.Horizon.Picoseconds;
        while (true)
        {
            long time = Next(out int source);
            if (time == long.MaxValue) return;
            time = Math.Max(time, now);
            if (time > now && time >= _horizon)
            {
                Wake(time);
                return;
            }

            if (source == DramSource) _dram.ProcessNextEvent();
            else if (source == ArrivalSource) Offer(time);
            else _agents[source].Step(time);
        }
    }

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

        if (_reads == 0 && !_refused) return time;
        long dram = _dram.NextEventTime.Picoseconds;
        if (dram >= time) return time;
        source = DramSource;
        return dram;
    }

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

    private void Wake(long time)
    {
        if (time >= _wake) return;
        _wake = time;
        Simulator.Schedule(new SimTime(time), this, WakeUp);
    }

    /// <summary>One access on its way to the DRAM controller.</summary>
    private readonly record struct Arrival(long Address, int Bytes, bool IsWrite, int Number);
}
