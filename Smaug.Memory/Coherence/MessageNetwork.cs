using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Coherence;

/// <summary>
/// The message network: one router per endpoint, joined by a link in each direction to a central crossbar router. A message
/// passes source router, link, centre, link, destination router, exit: six hops of a cycle each when nothing is in its way.
/// Links move 16 bytes per cycle; a message moves on with its first bytes and keeps the link for the rest, so that the next
/// one may follow in the same cycle that has bytes left. Where messages of several virtual networks wait for a link, the
/// highest goes first, in every 128th decision the lowest.
/// </summary>
internal sealed class MessageNetwork : EventTarget
{
    public const int VirtualNetworks = 3;

    // A message's cycles between two links (link + router), and from the last modelled link to the receiver. The exit link
    // has the bandwidth and the order of the link before it, so it delays nothing beyond its fixed cycle.
    private const int HopCycles = 2;
    private const int ExitCycles = 3;
    private const int PrioritySwitch = 128;

    private readonly Simulator _simulator;
    private readonly long _period;
    private readonly int _bytesPerCycle;
    private readonly List<EventTarget> _receivers = [];
    private CoherenceMessage[] _messages = new CoherenceMessage[256];
    private Link[] _links = [];
    private int _free = -1;
    private int _used;

    public MessageNetwork(Simulator simulator, string name, Frequency frequency, int bytesPerCycle)
    {
        _simulator = simulator;
        _period = frequency.PeriodPicoseconds;
        _bytesPerCycle = bytesPerCycle;
        MessagesSent = simulator.Statistics.Counter($"{name}.messages", "messages", "Messages sent through the network.");
        BytesSent = simulator.Statistics.Counter($"{name}.bytes", "bytes", "Bytes of all messages sent, headers included.");
    }

    public Counter MessagesSent { get; }

    public Counter BytesSent { get; }

    /// <summary>Adds an endpoint and gives its number.</summary>
    public int AddNode(EventTarget receiver)
    {
        _receivers.Add(receiver);
        Array.Resize(ref _links, _receivers.Count * 2);
        _links[^1] = Link.New();
        _links[^2] = Link.New();
        return _receivers.Count - 1;
    }

    /// <summary>Sends a message after the sender's own latency in cycles. It comes to the receiver as an event whose tag is
    /// its number, which the receiver takes with <see cref="Take"/>.</summary>
    public void Send(in CoherenceMessage message, int latencyCycles)
    {
        int index = Allocate();
        ref CoherenceMessage stored = ref _messages[index];
        stored = message;
        MessagesSent.Increment();
        BytesSent.Add(message.Bytes);
        long now = (_simulator.Now.Picoseconds + _period - 1) / _period;
        Enqueue(message.Source * 2, index, now + latencyCycles + 1);
    }

    /// <summary>Takes a message that has come, and frees its place.</summary>
    public CoherenceMessage Take(long index)
    {
        CoherenceMessage message = _messages[index];
        _messages[index].Next = _free;
        _free = (int)index;
        return message;
    }

    public override void Handle(SimTime now, long tag)
    {
        ref Link link = ref _links[tag];
        long cycle = now.Picoseconds / _period;
        if (link.NextWake != cycle) return;
        link.NextWake = long.MaxValue;
        Move(ref link, (int)tag, cycle);
    }

    private void Move(ref Link link, int number, long cycle)
    {
        link.Drain(cycle, _bytesPerCycle);
        int budget = _bytesPerCycle;
        bool inverted = ++link.Wakes > PrioritySwitch;
        if (inverted) link.Wakes = 0;
        for (int i = 0; i < VirtualNetworks && budget > 0; i++)
        {
            int network = inverted ? i : VirtualNetworks - 1 - i;
            ref Lane lane = ref link.Lanes[network];
            while (budget > 0)
            {
                if (lane.Remaining == 0)
                {
                    int index = lane.Head;
                    if (index < 0 || _messages[index].Ready > cycle) break;
                    lane.Head = _messages[index].Next;
                    lane.Remaining = _messages[index].Bytes;
                    Forward(number, index, cycle);
                }

                int moved = Math.Min(budget, lane.Remaining);
                lane.Remaining -= moved;
                budget -= moved;
            }
        }

        long next = long.MaxValue;
        for (int network = 0; network < VirtualNetworks; network++)
        {
            int head = link.Lanes[network].Head;
            if (head >= 0) next = Math.Min(next, Math.Max(_messages[head].Ready, cycle + 1));
        }

        if (next != long.MaxValue) WakeAt(ref link, number, next);
    }

    private void Forward(int link, int index, long cycle)
    {
        int destination = _messages[index].Destination;
        if ((link & 1) == 0)
        {
            Enqueue((destination * 2) + 1, index, cycle + HopCycles);
        }
        else
        {
            _simulator.Schedule(new SimTime((cycle + ExitCycles) * _period), _receivers[destination], index);
        }
    }

    private void Enqueue(int number, int index, long ready)
    {
        ref Link link = ref _links[number];
        ref CoherenceMessage message = ref _messages[index];
        ref Lane lane = ref link.Lanes[message.VirtualNetwork];
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
        WakeAt(ref link, number, ready);
    }

    private void WakeAt(ref Link link, int number, long cycle)
    {
        if (cycle >= link.NextWake) return;
        link.NextWake = cycle;
        _simulator.Schedule(new SimTime(cycle * _period), this, number);
    }

    private int Allocate()
    {
        int index = _free;
        if (index >= 0)
        {
            _free = _messages[index].Next;
            return index;
        }

        if (_used == _messages.Length) Array.Resize(ref _messages, _used * 2);
        return _used++;
    }

    private struct Lane
    {
        public int Head;
        public int Tail;
        public int Remaining;
    }

    [System.Runtime.CompilerServices.InlineArray(VirtualNetworks)]
    private struct LaneArray
    {
        private Lane _first;
    }

    private struct Link
    {
        public LaneArray Lanes;
        public long NextWake;
        public long LastCycle;
        public int Wakes;

        public static Link New()
        {
            Link link = new() { NextWake = long.MaxValue };
            for (int i = 0; i < VirtualNetworks; i++) link.Lanes[i].Head = -1;
            return link;
        }

        /// <summary>Lets the bytes of messages under way flow in the cycles since the last decision.</summary>
        public void Drain(long cycle, int bytesPerCycle)
        {
            long capacity = (cycle - LastCycle - 1) * bytesPerCycle;
            LastCycle = cycle;
            for (int network = VirtualNetworks - 1; network >= 0 && capacity > 0; network--)
            {
                int moved = (int)Math.Min(capacity, Lanes[network].Remaining);
                Lanes[network].Remaining -= moved;
                capacity -= moved;
            }
        }
    }
}
