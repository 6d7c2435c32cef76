using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Coherence;

/// <summary>
/// The message network: one router per endpoint, joined by a link in each direction to a central switch. A message passes
/// source router, link, centre, link, destination router, exit: six hops of a cycle each, by default, when nothing is in its way.
/// Links move 16 bytes per cycle; a message moves on with its first bytes and keeps the link for the rest, so that the next
/// one may follow in the same cycle that has bytes left (see <see cref="NetworkLink"/>). Routers of endpoints have one input
/// for each output and so delay only; the centre decides who of several is first (see <see cref="CentreSwitch"/>).
/// </summary>
internal sealed class MessageNetwork : EventTarget
{
    private readonly Simulator _simulator;
    private readonly long _period;
    private readonly int _bytesPerCycle;
    private readonly int _routerCycles;
    private readonly int _linkCycles;

    // A message's cycles between two links: link and router.
    private readonly int _hopCycles;
    private readonly List<EventTarget> _receivers = [];
    private readonly List<string> _names = [];
    private readonly CentreSwitch _centre = new();
    private readonly SlotTable<CoherenceMessage> _messages = new(256);
    private Wire[] _wires = [];

    // Of each link, by its number.
    private readonly List<Counter> _carried = [];

    public MessageNetwork(Simulator simulator, string name, MesiOptions options)
    {
        _simulator = simulator;
        _period = options.Frequency.PeriodPicoseconds;
        _bytesPerCycle = options.LinkBytesPerCycle;
        _routerCycles = options.RouterCycles;
        _linkCycles = options.LinkCycles;
        _hopCycles = _linkCycles + _routerCycles;
        MessagesSent = simulator.Statistics.Counter($"{name}.messages", "messages", "Messages sent through the network.");
        BytesSent = simulator.Statistics.Counter($"{name}.bytes", "bytes", "Bytes of all messages sent, headers included.");
        MessageKind[] kinds = Enum.GetValues<MessageKind>();
        MessagesOfKind = new Counter[kinds.Length];
        BytesOfKind = new Counter[kinds.Length];
        foreach (MessageKind kind in kinds)
        {
            MessagesOfKind[(int)kind] = simulator.Statistics.Counter($"{name}.messages.{kind}", "messages", $"Messages of kind {kind} sent.");
            BytesOfKind[(int)kind] = simulator.Statistics.Counter($"{name}.bytes.{kind}", "bytes", $"Bytes of messages of kind {kind}, headers included.");
        }
    }

    public Counter MessagesSent { get; }

    public Counter BytesSent { get; }

    /// <summary>Messages sent by their kind.</summary>
    public Counter[] MessagesOfKind { get; }

    /// <summary>Bytes of them by their kind.</summary>
    public Counter[] BytesOfKind { get; }

    /// <summary>Adds an endpoint and gives its number.</summary>
    public int AddNode(EventTarget receiver, EndpointKind kind, string name)
    {
        _receivers.Add(receiver);
        _names.Add(name);
        _carried.Add(_simulator.Statistics.Counter($"{name}.bytesSent", "bytes", "Bytes of messages that its link to the centre of the network has begun to carry."));
        _carried.Add(_simulator.Statistics.Counter($"{name}.bytesReceived", "bytes", "Bytes of messages that its link from the centre of the network has begun to carry."));
        _centre.Add(kind);
        Array.Resize(ref _wires, _receivers.Count * 2);
        _wires[^1] = Wire.Idle();
        _wires[^2] = Wire.Idle();
        return _receivers.Count - 1;
    }

    /// <summary>Name of the endpoint of a number.</summary>
    public string NameOf(int node) => _names[node];

    /// <summary>Sends a message after the sender's own latency in cycles. It comes to the receiver as an event whose tag is
    /// its number, which the receiver takes with <see cref="Take"/>.</summary>
    public void Send(in CoherenceMessage message, int latencyCycles)
    {
        int index = _messages.Add(message);
        MessagesSent.Increment();
        BytesSent.Add(message.Bytes);
        MessagesOfKind[(int)message.Kind].Increment();
        BytesOfKind[(int)message.Kind].Add(message.Bytes);
        long now = (_simulator.Now.Picoseconds + _period - 1) / _period;
        int number = message.Source * 2;
        ref Wire wire = ref _wires[number];
        Append(ref wire.Link.Lanes[message.VirtualNetwork], index, now + latencyCycles + _routerCycles);
        WakeAt(ref wire, number, _messages[index].Ready);
    }

    /// <summary>Takes a message that has come, and frees its place.</summary>
    public CoherenceMessage Take(long index) => _messages.Take((int)index);

    // Even numbers are links from an endpoint to the centre; odd ones from the centre to an endpoint, with the exit behind
    // it. What the exit does depends on the link before it a hop earlier, and is decided then.
    public override void Handle(SimTime now, long tag)
    {
        ref Wire wire = ref _wires[tag];
        long cycle = now.Picoseconds / _period;
        if (wire.NextWake != cycle) return;
        wire.NextWake = long.MaxValue;
        int number = (int)tag;
        bool toEndpoint = (number & 1) != 0;
        Serve(ref wire.Link, number, cycle, isExit: false);
        long next = NextStart(in wire.Link, cycle);
        if (toEndpoint)
        {
            Serve(ref wire.Exit, number, cycle + _hopCycles, isExit: true);
            next = Math.Min(next, NextStart(in wire.Exit, cycle + _hopCycles) - _hopCycles);
        }

        if (next < long.MaxValue - _hopCycles) WakeAt(ref wire, number, next);
    }

    /// <summary>The decision of a link in a cycle, if it has one to make.</summary>
    private void Serve(ref NetworkLink link, int number, long cycle, bool isExit)
    {
        if (link.IsExhausted) link.CatchUp(cycle, _bytesPerCycle);
        if (!(link.IsExhausted && link.LastCycle + 1 == cycle) && NextStart(in link, cycle - 1) > cycle) return;
        link.LastCycle = cycle;
        bool inverted = link.IsInverted();
        int budget = _bytesPerCycle;
        for (int i = 0; i < NetworkLink.VirtualNetworks && budget > 0; i++)
        {
            ref NetworkLane lane = ref link.Lanes[inverted ? i : NetworkLink.VirtualNetworks - 1 - i];
            while (budget > 0)
            {
                if (lane.Remaining == 0)
                {
                    int index = lane.Head;
                    if (index < 0 || _messages[index].Ready > cycle) break;
                    lane.Head = _messages[index].Next;
                    if (lane.BeforeNewest == index) lane.BeforeNewest = -1;
                    lane.Remaining = _messages[index].Bytes;
                    Forward(number, index, cycle, isExit);
                }

                int moved = Math.Min(budget, lane.Remaining);
                lane.Remaining -= moved;
                budget -= moved;
            }
        }

        link.IsExhausted = budget == 0;
    }

    /// <summary>The first cycle after the given one in which a waiting message may start.</summary>
    private long NextStart(in NetworkLink link, long cycle)
    {
        long next = long.MaxValue;
        for (int network = 0; network < NetworkLink.VirtualNetworks; network++)
        {
            int head = link.Lanes[network].Head;
            if (head >= 0) next = Math.Min(next, Math.Max(_messages[head].Ready, cycle + 1));
        }

        return next;
    }

    private void Forward(int number, int index, long cycle, bool isExit)
    {
        ref CoherenceMessage message = ref _messages[index];
        if (!isExit) _carried[number].Add(message.Bytes);
        if (isExit) _simulator.Schedule(new SimTime((cycle + _linkCycles) * _period), _receivers[message.Destination], index);
        else if ((number & 1) != 0) Append(ref _wires[number].Exit.Lanes[message.VirtualNetwork], index, cycle + _hopCycles);
        else PassCentre(index, cycle + _linkCycles);
    }

    /// <summary>Queues a message that is at the centre in this cycle for the link to its destination, among others of this
    /// cycle in the centre's order.</summary>
    private void PassCentre(int index, long cycle)
    {
        _centre.BeginCycle(cycle);
        ref CoherenceMessage message = ref _messages[index];
        int number = (message.Destination * 2) + 1;
        ref Wire wire = ref _wires[number];
        ref NetworkLane lane = ref wire.Link.Lanes[message.VirtualNetwork];
        long ready = cycle + _routerCycles;
        if (lane.Head < 0) lane.BeforeNewest = -1;
        else if (_messages[lane.Tail].Ready < ready) lane.BeforeNewest = lane.Tail;
        int turn = _centre.TurnOf(message.Source, message.VirtualNetwork);
        int previous = lane.BeforeNewest;
        int next = previous < 0 ? lane.Head : _messages[previous].Next;
        while (next >= 0 && _centre.TurnOf(_messages[next].Source, message.VirtualNetwork) <= turn)
        {
            previous = next;
            next = _messages[next].Next;
        }

        message.Ready = ready;
        message.Next = next;
        if (previous < 0) lane.Head = index;
        else _messages[previous].Next = index;
        if (next < 0) lane.Tail = index;
        WakeAt(ref wire, number, ready);
    }

    private void Append(ref NetworkLane lane, int index, long ready)
    {
        ref CoherenceMessage message = ref _messages[index];
        message.Next = -1;
        if (lane.Head < 0)
        {
            lane.Head = index;
        }
        else
        {
            // Order within a virtual network is kept even when a later message had the shorter latency.
            ready = Math.Max(ready, _messages[lane.Tail].Ready);
            _messages[lane.Tail].Next = index;
        }

        message.Ready = ready;
        lane.Tail = index;
    }

    private void WakeAt(ref Wire wire, int number, long cycle)
    {
        if (cycle >= wire.NextWake) return;
        wire.NextWake = cycle;
        _simulator.Schedule(new SimTime(cycle * _period), this, number);
    }

    private struct Wire
    {
        public NetworkLink Link;
        public NetworkLink Exit;
        public long NextWake;

        public static Wire Idle() => new() { Link = NetworkLink.Idle(), Exit = NetworkLink.Idle(), NextWake = long.MaxValue };
    }
}
