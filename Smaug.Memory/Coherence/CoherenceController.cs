using System.Globalization;
using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Coherence;

/// <summary>
/// A participant of the directory protocol. Its events are messages that have come (tag: the message's number) and its own
/// later steps (tag: the complement of a number of its own, negative).
/// </summary>
internal abstract class CoherenceController : EventTarget
{
    private readonly long _period;

    protected CoherenceController(MesiFabric fabric, string name, EndpointKind kind)
    {
        Fabric = fabric;
        Name = name;
        _period = fabric.Options.Frequency.PeriodPicoseconds;
        Node = (short)fabric.Network.AddNode(this, kind, name);
    }

    public string Name { get; }

    public short Node { get; }

    protected MesiFabric Fabric { get; }

    protected MesiOptions Options => Fabric.Options;

    protected Simulator Simulator => Fabric.Simulator;

    public sealed override void Handle(SimTime now, long tag)
    {
        if (tag >= 0) Receive(Fabric.Network.Take(tag));
        else Step((int)~tag);
    }

    protected abstract void Receive(in CoherenceMessage message);

    protected abstract void Step(int number);

    /// <summary>The clock edge the given number of cycles after the next one.</summary>
    protected SimTime EdgeAfter(int cycles)
    {
        long now = Simulator.Now.Picoseconds;
        long remainder = now % _period;
        long edge = remainder == 0 ? now : now - remainder + _period;
        return new SimTime(edge + (cycles * _period));
    }

    /// <summary>Schedules an own step the given number of cycles from the next clock edge.</summary>
    protected void StepAfter(int cycles, int number) => StepAt(EdgeAfter(cycles), number);

    /// <summary>Tries again later, as an own step, what its line or set is in the way of now.</summary>
    protected void Recycle(int number)
    {
        Simulator.NoteVainEvent();
        StepAfter(Options.RecycleCycles, number);
    }

    /// <summary>Schedules an own step.</summary>
    protected void StepAt(SimTime time, int number) => Simulator.Schedule(time, this, ~(long)number);

    /// <summary>A message from here, with the bytes and the virtual network of its kind.</summary>
    protected CoherenceMessage Message(MessageKind kind, int destination, long line) => new()
    {
        Kind = kind,
        Source = Node,
        Destination = (short)destination,
        Requester = Node,
        Line = line,
        Bytes = CarriesLine(kind) ? Options.LineBytes + Options.ControlBytes : Options.ControlBytes,
        VirtualNetwork = NetworkOf(kind),
    };

    protected void Send(in CoherenceMessage message, int latencyCycles) => Fabric.Network.Send(message, latencyCycles);

    /// <summary>The error of a message that the protocol rules out: a fault of this library, not of its user.</summary>
    protected SimulationException Unexpected(in CoherenceMessage message, string state) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: internal error of the coherence protocol at {Simulator.Now}: {message.Kind} of line 0x{message.Line << Fabric.LineShift:x} from {Fabric.Network.NameOf(message.Source)} cannot come in state {state}"));

    // DMA writes travel without their data's bytes being counted on the link: measured stores follow each other at 1 ns on a
    // network that needs 1.25 ns per line.
    private static bool CarriesLine(MessageKind kind) => kind is MessageKind.Data or MessageKind.PutModified or MessageKind.PutDirty
        or MessageKind.RecallData or MessageKind.MemoryData or MessageKind.DmaData or MessageKind.AcpWrite;

    private static byte NetworkOf(MessageKind kind) => kind switch
    {
        MessageKind.GetShared or MessageKind.GetInstruction or MessageKind.GetExclusive or MessageKind.Upgrade
            or MessageKind.PutModified or MessageKind.AcpRead or MessageKind.AcpWrite or MessageKind.Fetch or MessageKind.DmaRead or MessageKind.DmaWrite or MessageKind.Recall => 0,
        MessageKind.Invalidate or MessageKind.ForwardGetShared or MessageKind.ForwardGetExclusive or MessageKind.ForwardAcpRead
            or MessageKind.ForwardAcpWrite or MessageKind.Unblock => 2,
        _ => 1,
    };
}
