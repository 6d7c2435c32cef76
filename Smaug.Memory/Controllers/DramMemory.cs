using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Controllers;

/// <summary>
/// Main memory of any level behind a memory port, usually one channel of DRAM with its transaction-level controller. Requests are
/// answered when the controller answers, plus what buses on the way have added to the request; refused ones are called back when
/// their queue has room.
/// <para>
/// The controller's own events run in the simulation only while an answer or a refused request is outstanding; refreshes that
/// fall into idle times are caught up with at the next request, so that an idle memory never keeps a simulation going.
/// </para>
/// </summary>
public sealed class DramMemory : EventTarget, ITransactionListener, IWaitReporter
{
    private const long ControllerEvent = -1;

    private readonly Simulator _simulator;
    private readonly DramHandle _controller;
    private readonly InputPort _port;
    private readonly RetryList _readRetries;
    private readonly RetryList _writeRetries;
    private readonly long _base;
    private readonly long _bytes;
    private MemoryRequest?[] _slots = new MemoryRequest?[64];
    private int[] _freeSlots = new int[64];
    private int _freeCount;
    private int _outstandingReads;
    private long _scheduled = long.MaxValue;
    private bool _advancing;

    /// <summary>Creates an idle channel: all banks closed, refresh timers running from now.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="configuration">Devices, timing, queues and policies, for example a preset of <see cref="TransactionPresets"/>.</param>
    /// <param name="baseAddress">First address of the channel; at least 0.</param>
    /// <param name="size">Bytes it answers for; by default the capacity of its devices. As in the reference it need not equal
    /// the capacity.</param>
    /// <exception cref="ConfigurationException">A value is out of its range, or the name is taken.</exception>
    public DramMemory(Simulator simulator, string name, TransactionConfiguration configuration, long baseAddress = 0, ByteSize? size = null)
        : this(simulator, name, new TransactionDram(configuration ?? throw new ArgumentNullException(nameof(configuration))), size ?? new ByteSize(configuration.CapacityBytes), baseAddress)
    {
    }

    /// <summary>Creates an idle memory.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="model">How finely it is simulated, and its devices.</param>
    /// <param name="size">Bytes it answers for.</param>
    /// <param name="baseAddress">First address; at least 0.</param>
    /// <exception cref="ConfigurationException">A value is out of its range, or the name is taken.</exception>
    public DramMemory(Simulator simulator, string name, DramModel model, ByteSize size, long baseAddress = 0)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(model);
        if (baseAddress < 0) throw new ConfigurationException($"{name}: base address {baseAddress} must be at least 0");
        if (size.Bytes < 1 || baseAddress > long.MaxValue - size.Bytes) throw new ConfigurationException($"{name}: size {size.Bytes} must be above 0 and end before the last address");
        model.Validate(size, $"{name}.size");
        _bytes = size.Bytes;
        _simulator = simulator;
        _base = baseAddress;
        Name = name;
        DramController controller = model.Create(this, simulator.Now, size);
        _controller = new DramHandle(controller);
        _port = new InputPort(this);
        _readRetries = new RetryList(_port);
        _writeRetries = new RetryList(_port);
        for (int i = 0; i < _freeSlots.Length; i++) _freeSlots[_freeCount++] = _freeSlots.Length - 1 - i;
        simulator.Statistics.Formula($"{name}.readBursts", "bursts", "Read bursts accepted since the start.", () => controller.Traffic.ReadBursts);
        simulator.Statistics.Formula($"{name}.writeBursts", "bursts", "Write bursts accepted since the start.", () => controller.Traffic.WriteBursts);
        simulator.AddWaitReporter(this);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where requests enter.</summary>
    public MemoryPort Port => _port;

    /// <summary>The controller, for its statistics.</summary>
    public DramController Controller => _controller.Controller;

    /// <inheritdoc/>
    public string? WaitingFor => _outstandingReads > 0 ? $"{_outstandingReads} reads of its own" : null;

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        if (tag == ControllerEvent)
        {
            if (now.Picoseconds != _scheduled) return;
            _scheduled = long.MaxValue;
            _advancing = true;
            _controller.AdvanceTo(now);
            _advancing = false;
            ScheduleController();
            return;
        }

        MemoryRequest request = _slots[tag]!;
        _slots[tag] = null;
        _freeSlots[_freeCount++] = (int)tag;
        request.Respond();
    }

    /// <inheritdoc/>
    public void OnResponse(in TransactionResponse response)
    {
        MemoryRequest request = _slots[response.Tag]!;
        if (!response.IsWrite) _outstandingReads--;
        SimTime delay = request.HeaderDelay + request.PayloadDelay;
        request.HeaderDelay = SimTime.Zero;
        request.PayloadDelay = SimTime.Zero;
        _simulator.Schedule(response.Time + delay, this, response.Tag);
    }

    /// <inheritdoc/>
    public void OnRetry(bool isWrite) => (isWrite ? _writeRetries : _readRetries).Notify();

    private bool Has(long address, int bytes) => address - _base is >= 0 and var offset && offset <= _bytes - bytes;

    private bool Accept(MemoryRequest request, IMemoryRequester sender)
    {
        long offset = request.Address - _base;
        if (!Has(request.Address, request.Bytes))
        {
            throw new SimulationException($"{Name}: {request} is outside its memory (0x{_base:x} to 0x{_base + _bytes - 1:x})");
        }

        bool write = request.CarriesDataDown;
        int slot = TakeSlot(request);
        if (!write && !request.CarriesDataUp)
        {
            // Nothing to do for DRAM: cache maintenance that found no cache.
            _simulator.Schedule(_simulator.Now + request.HeaderDelay, this, slot);
            return true;
        }

        if (!write) _outstandingReads++;
        if (!_controller.TryAccept(_simulator.Now, (ulong)offset, request.Bytes, write, slot))
        {
            if (!write) _outstandingReads--;
            _slots[slot] = null;
            _freeSlots[_freeCount++] = slot;
            (write ? _writeRetries : _readRetries).Add(sender);
            ScheduleController();
            return false;
        }

        ScheduleController();
        return true;
    }

    private int TakeSlot(MemoryRequest request)
    {
        if (_freeCount == 0)
        {
            int old = _slots.Length;
            Array.Resize(ref _slots, old * 2);
            Array.Resize(ref _freeSlots, old * 2);
            for (int i = (old * 2) - 1; i >= old; i--) _freeSlots[_freeCount++] = i;
        }

        int slot = _freeSlots[--_freeCount];
        _slots[slot] = request;
        return slot;
    }

    private void ScheduleController()
    {
        if (_advancing || (_outstandingReads == 0 && _readRetries.Count + _writeRetries.Count == 0)) return;
        long next = _controller.NextEventTime.Picoseconds;
        if (next >= _scheduled) return;
        _scheduled = next;
        // After the arrivals of the same time: a request that comes when a refresh falls due is still served before it.
        _simulator.Schedule(new SimTime(Math.Max(next, _simulator.Now.Picoseconds)), this, ControllerEvent, EventPriority.Late);
    }

    private sealed class InputPort(DramMemory memory) : MemoryPort(memory._simulator, memory.Name)
    {
        public override bool HasMemoryAt(long address, int bytes) => memory.Has(address, bytes);

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => memory.Accept(request, sender);
    }
}
