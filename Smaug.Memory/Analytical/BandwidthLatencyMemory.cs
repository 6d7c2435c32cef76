using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Analytical;

/// <summary>
/// A memory as two numbers: every access waits for its share of the bandwidth, which all requesters contend for in order of
/// arrival, and then for a fixed latency. The fastest of the memory fidelities, for first estimates and for parts that do
/// not matter.
/// <para>
/// Timing: an access of b bytes accepted at t begins at s = max(t + its bus delay, end of the transfer before), occupies the
/// memory until s + b / bandwidth, and is answered at s + latency + (b / bandwidth − time of a minimum access).
/// </para>
/// </summary>
public sealed class BandwidthLatencyMemory : EventTarget
{
    private readonly BandwidthLatencyMemoryOptions _options;
    private readonly Simulator _simulator;
    private readonly MemoryPort _port;
    private readonly RetryList _retries;
    private readonly MemoryRequest?[] _slots;
    private readonly int[] _freeSlots;
    private readonly BandwidthSchedule _schedule;
    private readonly Counter _bytesRead;
    private readonly Counter _bytesWritten;
    private int _freeCount;

    /// <summary>Creates the memory.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="options">What it is like.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the name is taken.</exception>
    public BandwidthLatencyMemory(Simulator simulator, string name, BandwidthLatencyMemoryOptions? options = null)
    {
        _options = options ?? new BandwidthLatencyMemoryOptions();
        Require.Valid(name, _options.Validate);
        _simulator = simulator;
        Name = name;
        _port = new InputPort(this);
        _retries = new RetryList(_port);
        _slots = new MemoryRequest?[_options.MaximumOutstanding];
        _freeSlots = new int[_options.MaximumOutstanding];
        for (int i = 0; i < _freeSlots.Length; i++) _freeSlots[i] = _freeSlots.Length - 1 - i;
        _freeCount = _freeSlots.Length;
        _schedule = new BandwidthSchedule(_options);
        _bytesRead = simulator.Statistics.Counter($"{name}.bytesRead", "bytes", "Bytes read by all requesters.");
        _bytesWritten = simulator.Statistics.Counter($"{name}.bytesWritten", "bytes", "Bytes written by all requesters.");
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where requests enter.</summary>
    public MemoryPort Port => _port;

    /// <summary>Accesses under way.</summary>
    public int Outstanding => _slots.Length - _freeCount;

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        MemoryRequest request = _slots[tag]!;
        _slots[tag] = null;
        _freeSlots[_freeCount++] = (int)tag;
        request.Respond();
        if (_retries.Count > 0 && _freeCount > 0) _retries.NotifyOne();
    }

    private bool Accept(MemoryRequest request, IMemoryRequester sender)
    {
        if (!Has(request.Address, request.Bytes))
        {
            throw new SimulationException(
                $"{Name}: {request} is outside its memory (0x{_options.BaseAddress:x} to 0x{_options.BaseAddress + _options.Size.Bytes - 1:x})");
        }

        if (_freeCount == 0)
        {
            _retries.Add(sender);
            return false;
        }

        int slot = _freeSlots[--_freeCount];
        _slots[slot] = request;
        _simulator.Schedule(AnswerTime(request), this, slot);
        return true;
    }

    private bool Has(long address, int bytes) => address >= _options.BaseAddress && address <= _options.BaseAddress + _options.Size.Bytes - bytes;

    private SimTime AnswerTime(MemoryRequest request)
    {
        long arrival = (_simulator.Now + request.HeaderDelay + request.PayloadDelay).Picoseconds;
        request.HeaderDelay = SimTime.Zero;
        request.PayloadDelay = SimTime.Zero;
        bool down = request.CarriesDataDown;
        if (!down && !request.CarriesDataUp) return new SimTime(arrival);
        (down ? _bytesWritten : _bytesRead).Add(request.Bytes);
        return _schedule.Transfer(new SimTime(arrival), request.Bytes, out _) + (down ? _options.WriteLatency : _options.ReadLatency);
    }

    private sealed class InputPort(BandwidthLatencyMemory memory) : MemoryPort(memory._simulator, memory.Name)
    {
        public override bool HasMemoryAt(long address, int bytes) => memory.Has(address, bytes);

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => memory.Accept(request, sender);
    }
}
