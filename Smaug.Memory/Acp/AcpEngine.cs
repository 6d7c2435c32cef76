using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Packets;
using Smaug.Memory.Pooling;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Acp;

/// <summary>
/// The accelerator's side of the coherent port (ACP). A burst is cut into requests of a line; all enter the queue at once and
/// go out in order, a limited number per accelerator cycle, without set-up, flush or translation time. A request that the
/// memory system refuses holds up those behind it until it is called for again.
/// </summary>
public sealed class AcpEngine : EventTarget, IMemoryRequester, IWaitReporter
{
    private const long MaximumBytes = 1L << 32;
    private static readonly SimTime s_instant = SimTime.FromPicoseconds(1);

    private readonly Simulator _simulator;
    private readonly PacketPort _port;
    private readonly Clock _clock;
    private readonly AcpOptions _options;
    private readonly Func<long, long>? _translate;
    private readonly int _requesterId;
    private readonly Queue<int> _issuing = new();
    private readonly SlotTable<Burst> _bursts = new(16);
    private readonly Counter _loads;
    private readonly Counter _stores;
    private readonly Histogram _latency;
    private readonly Histogram _queueTime;
    private int _underWay;
    private bool _scheduled;

    /// <summary>Creates the engine.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="port">Where requests go: the coherent port of a memory system.</param>
    /// <param name="options">Its parameters.</param>
    /// <param name="requesterId">Number of the agent, on every request.</param>
    /// <param name="translate">Physical address of a host virtual address, in no time; by default they are equal.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, the port belongs to another simulation, or the name is taken.</exception>
    public AcpEngine(Simulator simulator, string name, MemoryPort port, AcpOptions? options = null, int requesterId = 0, Func<long, long>? translate = null)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(port);
        _options = options ?? new AcpOptions();
        Require.Valid(name, _options.Validate);
        _simulator = Require.SameSimulation(name, simulator, port);
        _port = new PacketPort(name, port);
        _requesterId = requesterId;
        _translate = translate;
        Name = name;
        _clock = new Clock(simulator, _options.Frequency);
        StatisticsRegistry statistics = simulator.Statistics;
        _loads = statistics.Counter($"{name}.totalAcpLoads", "accesses", "Line requests that read.");
        _stores = statistics.Counter($"{name}.totalAcpStores", "accesses", "Line requests that wrote.");
        _latency = statistics.Latencies($"{name}.acpLatency", "Time from issue to answer of a line request.");
        _queueTime = statistics.Latencies($"{name}.acpQueueTime", "Time from the start of a burst to the issue of a line request of it.");
        simulator.AddWaitReporter(this);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public string? WaitingFor => _underWay == 0 ? null : $"{_underWay} bursts through '{_port.Name}'";

    /// <summary>Starts a burst now; its end is an event at the target in the same instant as the last answer.</summary>
    /// <param name="isStore">Whether it writes host memory.</param>
    /// <param name="hostAddress">Host virtual address of the first byte.</param>
    /// <param name="bytes">Number of bytes, 1 to 4 Gi.</param>
    /// <param name="target">Told when the burst has ended.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    /// <exception cref="SimulationException">The number of bytes is out of its range, or there are no such addresses.</exception>
    public void Start(bool isStore, long hostAddress, long bytes, EventTarget target, long tag = 0)
    {
        Require.Block(Name, "burst", hostAddress, bytes, MaximumBytes);
        int number = _bursts.Add(new Burst { Begin = _simulator.Now, IsStore = isStore, Next = hostAddress, End = hostAddress + bytes, Completion = new Completion(target, tag) });
        _underWay++;
        _issuing.Enqueue(number);
        ScheduleIssue(_clock.Edge());
    }

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        _scheduled = false;
        if (_port.IsHeldUp) return;
        for (int i = 0; i < _options.RequestsPerCycle && _issuing.Count > 0; i++)
        {
            if (!IssueNext()) return;
        }

        if (_issuing.Count > 0) ScheduleIssue(_clock.Edge(1));
    }

    /// <inheritdoc/>
    public void Complete(MemoryRequest request)
    {
        int number = (int)request.Tag;
        _latency.Sample((_simulator.Now - request.IssueTime).Picoseconds);
        _port.Answered(request);
        ref Burst burst = ref _bursts[number];
        if (--burst.Unanswered > 0 || burst.Next < burst.End) return;
        _underWay--;
        _bursts.Take(number).Completion.Announce(_simulator);
    }

    /// <inheritdoc/>
    public void Retry(MemoryPort port)
    {
        if (_port.SendRefused(this) && _issuing.Count > 0) ScheduleIssue(_clock.EdgeAfter(_simulator.Now + s_instant));
    }

    private bool IssueNext()
    {
        int number = _issuing.Peek();
        ref Burst burst = ref _bursts[number];
        int bytes = PacketPort.PacketBytes(burst.Next, burst.End, _options.LineBytes);
        long physical = _translate is null ? burst.Next : _translate(burst.Next);
        MemoryAttributes attributes = bytes == _options.LineBytes ? MemoryAttributes.WholeLine : MemoryAttributes.None;
        MemoryRequest request = _port.NewPacket();
        request.Set(this, burst.IsStore ? MemoryCommand.Write : MemoryCommand.Read, physical, bytes, _requesterId, attributes);
        request.Tag = number;
        (burst.IsStore ? _stores : _loads).Increment();
        _queueTime.Sample((_simulator.Now - burst.Begin).Picoseconds);
        burst.Next += bytes;
        burst.Unanswered++;
        if (burst.Next == burst.End) _issuing.Dequeue();
        return _port.Send(request, this, _simulator.Now);
    }

    private void ScheduleIssue(SimTime time)
    {
        if (_scheduled || _port.IsHeldUp) return;
        _scheduled = true;
        _simulator.Schedule(time, this);
    }

    private struct Burst
    {
        public Completion Completion;
        public SimTime Begin;
        public long Next;
        public long End;
        public int Unanswered;
        public bool IsStore;
    }
}
