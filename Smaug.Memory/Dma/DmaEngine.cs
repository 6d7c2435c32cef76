using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Packets;
using Smaug.Memory.Pooling;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Dma;

/// <summary>
/// The DMA engine of an accelerator. A transfer passes a set-up unit (one at a time, at the cost of flushing or invalidating
/// the CPU's caches), is split at pages and lines into packets, and goes out one packet per accelerator cycle, through the
/// channels in turn, with a limited number under way. It ends with the answer to its last packet.
/// </summary>
public sealed class DmaEngine : EventTarget, IMemoryRequester, IWaitReporter
{
    private const long SetupDone = 0;
    private const long SendNext = 1;

    // A transfer keeps a few words for each of its pages.
    private const long MaximumBytes = 1L << 32;
    private static readonly SimTime s_instant = SimTime.FromPicoseconds(1);

    private readonly Simulator _simulator;
    private readonly PacketPort _port;
    private readonly Clock _clock;
    private readonly DmaOptions _options;
    private readonly Func<long, long>? _translate;
    private readonly int _requesterId;
    private readonly Queue<int> _setup = new();
    private readonly List<int> _ready = [];
    private readonly Queue<int> _waitingForPlace = new();
    private readonly DmaPackets _packets;
    private readonly SlotTable<Transfer> _transfers = new(16);
    private readonly Counter _bytes;
    private readonly Counter _setupCycles;
    private readonly Counter _packetsSent;
    private int _inFlight;
    private bool _setupBusy;
    private bool _sendScheduled;
    private bool _atLimit;
    private SimTime _nextSend;

    /// <summary>Creates the engine.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="port">Where packets go.</param>
    /// <param name="options">Its parameters.</param>
    /// <param name="requesterId">Number of the agent, on every packet.</param>
    /// <param name="translate">Physical address of a host virtual address, page by page, in no time; by default they are equal.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, the port belongs to another simulation, or the name is taken.</exception>
    public DmaEngine(Simulator simulator, string name, MemoryPort port, DmaOptions? options = null, int requesterId = 0, Func<long, long>? translate = null)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(port);
        _options = options ?? new DmaOptions();
        Require.Valid(name, _options.Validate);
        _simulator = Require.SameSimulation(name, simulator, port);
        _port = new PacketPort(name, port);
        _translate = translate;
        _requesterId = requesterId;
        Name = name;
        _clock = new Clock(simulator, _options.Frequency);
        _packets = new DmaPackets(_options);
        StatisticsRegistry statistics = simulator.Statistics;
        _bytes = statistics.Counter($"{name}.bytes", "bytes", "Bytes moved by finished and running transfers.");
        _setupCycles = statistics.Counter($"{name}.dmaSetupCycles", "cycles", "Accelerator cycles of flushing and invalidating CPU caches.");
        _packetsSent = statistics.Counter($"{name}.packets", "packets", "Packets sent, invalidations included.");
        simulator.AddWaitReporter(this);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The parameters.</summary>
    public DmaOptions Options => _options;

    /// <summary>Transfers that have been started and have not ended.</summary>
    public int TransfersUnderWay { get; private set; }

    /// <summary>When the first packet since the last <see cref="ResetFirstIssue"/> was sent; null when none was.</summary>
    public SimTime? FirstIssue { get; private set; }

    /// <inheritdoc/>
    public string? WaitingFor => TransfersUnderWay == 0 ? null
        : $"{_port.Outstanding} packets of {TransfersUnderWay} transfers from '{_port.Name}'";

    /// <summary>Forgets when the first packet was sent.</summary>
    public void ResetFirstIssue() => FirstIssue = null;

    /// <summary>Starts a transfer; its end is an event at the target in the same instant as the last answer.</summary>
    /// <param name="direction">Which way.</param>
    /// <param name="hostAddress">Host virtual address of the first byte.</param>
    /// <param name="bytes">Number of bytes, 1 to 4 Gi.</param>
    /// <param name="target">Told when the transfer has ended.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    /// <exception cref="SimulationException">The number of bytes is out of its range, there are no such addresses, or no such direction.</exception>
    public void Start(DmaDirection direction, long hostAddress, long bytes, EventTarget target, long tag = 0)
    {
        Require.Block(Name, "transfer", hostAddress, bytes, MaximumBytes);
        if (direction is not (DmaDirection.Load or DmaDirection.Store)) throw new SimulationException($"{Name}: direction {direction} of a transfer: must be Load or Store");
        long lines = (bytes + _options.LineBytes - 1) / _options.LineBytes;
        int number = _transfers.Add(new Transfer
        {
            Direction = direction,
            Address = hostAddress,
            Bytes = bytes,
            SetupCycles = lines * _options.FlushCyclesPerLine,
            Completion = new Completion(target, tag),
        });
        TransfersUnderWay++;
        _bytes.Add(bytes);
        if (_inFlight == _options.MaximumTransfers) _waitingForPlace.Enqueue(number);
        else Admit(number);
    }

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        if (tag == SetupDone) FinishSetup();
        else Send();
    }

    /// <inheritdoc/>
    public void Complete(MemoryRequest request)
    {
        int part = (int)request.Tag;
        _port.Answered(request);
        if (_packets.Answered(part)) EndPart(part);
        if (_atLimit)
        {
            // An engine at its limit looks every cycle, before the answers of that instant.
            _atLimit = false;
            ScheduleSend(_clock.EdgeAfter(_simulator.Now + s_instant));
        }
        else
        {
            Wake();
        }
    }

    /// <inheritdoc/>
    public void Retry(MemoryPort port)
    {
        if (_port.SendRefused(this)) Sent(_clock.EdgeAfter(_simulator.Now + s_instant));
    }

    private void Admit(int number)
    {
        _inFlight++;
        _setupCycles.Add(_transfers[number].SetupCycles);
        _setup.Enqueue(number);
        if (!_setupBusy) BeginSetup();
    }

    private void BeginSetup()
    {
        _setupBusy = true;
        _simulator.Schedule(_clock.Edge(_transfers[_setup.Peek()].SetupCycles), this, SetupDone);
    }

    private void FinishSetup()
    {
        _ready.Add(_setup.Dequeue());
        _setupBusy = false;
        if (_setup.Count > 0) BeginSetup();
        if (!_options.IsPipelined && _setup.Count > 0) return;
        foreach (int number in _ready) Issue(number);
        _ready.Clear();
    }

    private void Issue(int number)
    {
        ref Transfer transfer = ref _transfers[number];
        long end = transfer.Address + transfer.Bytes;
        bool store = transfer.Direction == DmaDirection.Store;
        bool invalidates = store && _options.InvalidatesOnStore;
        for (long at = transfer.Address; at < end;)
        {
            long pageEnd = Math.Min((at & ~((long)_options.PageBytes - 1)) + _options.PageBytes, end);
            long physical = _translate is null ? at : _translate(at);
            transfer.PartsLeft++;
            _packets.Add(number, physical, (int)(pageEnd - at), store ? MemoryCommand.Write : MemoryCommand.Read, invalidates);
            at = pageEnd;
            // A pipelined transfer goes on its way with its first part, before the others choose their channels; one that has
            // waited for others does so as a whole (both measured).
            if (_options.IsPipelined) Wake();
        }

        Wake();
    }

    private void EndPart(int part)
    {
        int number = _packets.TransferOf(part);
        if (_packets.EndPart(part)) return;
        ref Transfer transfer = ref _transfers[number];
        if (--transfer.PartsLeft > 0) return;
        Completion completion = _transfers.Take(number).Completion;
        TransfersUnderWay--;
        _inFlight--;
        if (_waitingForPlace.TryDequeue(out int next)) Admit(next);
        completion.Announce(_simulator);
    }

    /// <summary>Sends at once, wherever in the cycle, when the engine had nothing to send; but never twice in one cycle.</summary>
    private void Wake()
    {
        if (_sendScheduled || _atLimit || _port.IsHeldUp || !_packets.HasNext) return;
        if (_simulator.Now < _nextSend) ScheduleSend(_nextSend);
        else Send();
    }

    private void ScheduleSend(SimTime time)
    {
        _sendScheduled = true;
        _simulator.Schedule(time, this, SendNext);
    }

    private void Send()
    {
        _sendScheduled = false;
        if (_port.Outstanding >= _options.MaximumOutstanding)
        {
            _atLimit = true;
            return;
        }

        MemoryRequest request = _port.NewPacket();
        _packets.TakeNext(request, this, _requesterId);
        if (_port.Send(request, this, _simulator.Now)) Sent(_clock.Edge(1));
    }

    /// <summary>A packet is on its way. The next may go in the cycle after this one's; when this one had been refused and was
    /// called for within a cycle, at the edge that ends it.</summary>
    private void Sent(SimTime next)
    {
        _packetsSent.Increment();
        FirstIssue ??= _simulator.Now;
        _nextSend = next;
        if (_packets.HasNext) ScheduleSend(_nextSend);
    }

    private struct Transfer
    {
        public Completion Completion;
        public long Address;
        public long Bytes;
        public long SetupCycles;
        public int PartsLeft;
        public DmaDirection Direction;
    }
}
