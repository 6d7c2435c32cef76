using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Coherence;

/// <summary>
/// The controller of a private cache: answers hits after the mandatory queue, fetches lines from the L2 through the protocol,
/// writes modified lines back, and gives lines up on request. A request under way keeps the place of its line.
/// </summary>
internal sealed class L1Controller : CoherenceController
{
    private const byte Shared = 1;
    private const byte Exclusive = 2;
    private const byte Modified = 3;
    private const byte Transient = 4;

    private readonly Sequencer _sequencer;
    private readonly TagArray _data;
    private readonly TagArray? _instructions;
    private readonly Pending[] _pending;
    private readonly LineMap _writeBacks = new(16);
    private readonly WriteBack[] _writeBackEntries;
    private readonly Counter _hits;
    private readonly Counter _misses;
    private readonly Counter _written;
    private int _writeBackFree;

    public L1Controller(MesiFabric fabric, string name, TagArray data, TagArray? instructions = null) : base(fabric, name, EndpointKind.PrivateCache)
    {
        _data = data;
        _instructions = instructions;
        int outstanding = fabric.Options.SequencerOutstanding;
        _pending = new Pending[outstanding];
        _sequencer = new Sequencer(fabric, name, outstanding, slot => StepAfter(Options.MandatoryQueueCycles, slot), coalesces: true);
        // Every request under way can have evicted at most one line, and its write-back may outlive it by a round trip.
        _writeBackEntries = new WriteBack[256];
        for (int i = 0; i < _writeBackEntries.Length; i++) _writeBackEntries[i].Next = i + 1;
        _hits = fabric.Simulator.Statistics.Counter($"{name}.hits", "accesses", "Requests answered by this cache alone.");
        _misses = fabric.Simulator.Statistics.Counter($"{name}.misses", "accesses", "Requests that went to the L2.");
        _written = fabric.Simulator.Statistics.Counter($"{name}.writeBacks", "lines", "Modified or exclusive lines given back to the L2 for lack of room.");
    }

    public MemoryPort Port => _sequencer;

    /// <summary>State of a line for tests: 0 none, 1 shared, 2 exclusive, 3 modified, 4 in transition.</summary>
    public int StateOf(long line) => Locate(line, out int index).States is var states && index >= 0 ? states[index] : 0;

    protected override void Step(int number)
    {
        MemoryRequest request = _sequencer.Requests[number]!;
        long line = _sequencer.LineOf(number);
        ref Pending pending = ref _pending[number];
        if (_writeBacks.Count > 0 && _writeBacks.Find(line) >= 0)
        {
            pending.Stalled = true;
            return;
        }

        bool write = Writes(request);
        TagArray tags = Locate(line, out int index);
        if (index >= 0)
        {
            byte state = tags.States[index];
            if (!write || state >= Exclusive)
            {
                _hits.Increment();
                Finish(number, tags, index);
                return;
            }

            Begin(out pending, tags, index);
            SendRequest(MessageKind.Upgrade, line);
            pending.Holds = true;
            return;
        }

        bool fetch = _instructions is not null && (request.Attributes & MemoryAttributes.Instruction) != 0;
        tags = fetch ? _instructions! : _data;
        index = tags.Place(line);
        if (index < 0 || (tags.Lines[index] != TagArray.NoLine && !Evict(tags, index)))
        {
            Recycle(number);
            return;
        }

        tags.Lines[index] = line;
        Begin(out pending, tags, index);
        SendRequest(fetch ? MessageKind.GetInstruction : write ? MessageKind.GetExclusive : MessageKind.GetShared, line);
    }

    /// <summary>The array that holds a line, and where in it; the data array and -1 when none does. A line is in one of them only.</summary>
    private TagArray Locate(long line, out int index)
    {
        index = _data.Find(line);
        if (index >= 0 || _instructions is null) return _data;
        index = _instructions.Find(line);
        return index < 0 ? _data : _instructions;
    }

    private void Begin(out Pending pending, TagArray tags, int index)
    {
        _misses.Increment();
        tags.States[index] = Transient;
        tags.Busy[index] = true;
        pending = default;
    }

    private void SendRequest(MessageKind kind, long line) => Send(Message(kind, Fabric.L2Node(line), line), Options.L1RequestCycles);

    private bool Evict(TagArray tags, int index)
    {
        long line = tags.Lines[index];
        if (tags.States[index] >= Exclusive)
        {
            int entry = _writeBackFree;
            if (entry == _writeBackEntries.Length) return false;
            _writeBackFree = _writeBackEntries[entry].Next;
            bool dirty = tags.States[index] == Modified;
            _writeBackEntries[entry] = new WriteBack { Value = tags.Values[index], Dirty = dirty };
            _writeBacks.Set(line, entry);
            _written.Increment();
            CoherenceMessage put = Message(MessageKind.PutModified, Fabric.L2Node(line), line);
            put.Dirty = dirty;
            if (!dirty) put.Bytes = Options.ControlBytes;
            put.Value = tags.Values[index];
            Send(put, Options.L1RequestCycles);
        }

        tags.Clear(index);
        return true;
    }

    /// <summary>Performs the access of a slot on a line that is there, and those that wait behind it, and answers them. Only
    /// what writes behind one that reads a shared line has to ask for it.</summary>
    private void Finish(int slot, TagArray tags, int index)
    {
        tags.Touch(index);
        for (int behind = _sequencer.CountBehind(slot); ; behind--)
        {
            MemoryRequest request = _sequencer.Requests[slot]!;
            bool write = Writes(request);
            if (behind < 0 || (write && tags.States[index] < Exclusive))
            {
                StepAfter(Options.MandatoryQueueCycles, slot);
                return;
            }

            if (write)
            {
                tags.States[index] = Modified;
                tags.Dirty[index] = true;
                ApplyWrite(request, ref tags.Values[index]);
            }
            else
            {
                request.Value = tags.Values[index];
            }

            if (!_sequencer.Complete(slot)) return;
        }
    }

    private static bool Writes(MemoryRequest request) => request.Command is MemoryCommand.Write or MemoryCommand.Atomic;

    private static void ApplyWrite(MemoryRequest request, ref long value)
    {
        if (request.Command == MemoryCommand.Atomic)
        {
            // The one atomic there is on values: fetch and add.
            long before = value;
            value += request.Value;
            request.Value = before;
        }
        else
        {
            value = request.Value;
        }
    }

    protected override void Receive(in CoherenceMessage message)
    {
        switch (message.Kind)
        {
            case MessageKind.Data:
            case MessageKind.Ack:
                ReceiveGrant(message);
                break;
            case MessageKind.WriteBackAck:
                EndWriteBack(message);
                break;
            case MessageKind.Invalidate or MessageKind.ForwardGetShared or MessageKind.ForwardGetExclusive
                or MessageKind.ForwardAcpRead or MessageKind.ForwardAcpWrite:
                GiveUp(message);
                break;
            default:
                throw Unexpected(message, Describe(message.Line));
        }
    }

    private void ReceiveGrant(in CoherenceMessage message)
    {
        TagArray tags = Locate(message.Line, out int index);
        if (index < 0 || tags.States[index] != Transient) throw Unexpected(message, Describe(message.Line));
        int slot = _sequencer.SlotOf(message.Line);
        ref Pending pending = ref _pending[slot];
        bool grants = message.Kind == MessageKind.Data || message.Exclusive;
        if (grants && pending.Granted) throw Unexpected(message, Describe(message.Line));
        if (message.Kind == MessageKind.Data)
        {
            pending.Holds = true;
            pending.Granted = true;
            pending.Exclusive = message.Exclusive;
            pending.WantsUnblock = message.WantsUnblock;
            pending.Acks += message.Acks;
            tags.Values[index] = message.Value;
            tags.Dirty[index] = message.Dirty;
        }
        else if (message.Exclusive)
        {
            // The L2's answer to an upgrade: how many acknowledgements to collect.
            pending.Granted = true;
            pending.Exclusive = true;
            pending.WantsUnblock = true;
            pending.Acks += message.Acks;
        }
        else
        {
            pending.Acks--;
        }

        if (!pending.Granted || !pending.Holds || pending.Acks != 0) return;
        if (pending.WantsUnblock) Send(Unblock(message.Line, pending.Exclusive), Options.L1UnblockCycles);
        bool drop = pending.Invalidated && !Writes(_sequencer.Requests[slot]!) && !pending.Exclusive;
        tags.Busy[index] = false;
        tags.States[index] = pending.Exclusive ? (tags.Dirty[index] ? Modified : Exclusive) : Shared;
        if (drop)
        {
            // The line was called back while it was on its way: it serves this one read and is gone.
            _sequencer.Requests[slot]!.Value = tags.Values[index];
            tags.Clear(index);
            if (_sequencer.Complete(slot)) StepAfter(Options.MandatoryQueueCycles, slot);
            return;
        }

        Finish(slot, tags, index);
    }

    private CoherenceMessage Unblock(long line, bool exclusive)
    {
        CoherenceMessage unblock = Message(MessageKind.Unblock, Fabric.L2Node(line), line);
        unblock.Exclusive = exclusive;
        return unblock;
    }

    private void GiveUp(in CoherenceMessage message)
    {
        TagArray tags = Locate(message.Line, out int index);
        if (index >= 0 && tags.States[index] is Exclusive or Modified)
        {
            if (message.Kind == MessageKind.Invalidate && tags.States[index] == Exclusive)
            {
                // Unmodified: the L2 has the same content, an acknowledgement is enough.
                tags.Clear(index);
                Send(Message(MessageKind.Ack, message.Requester, message.Line), Options.L1ResponseCycles);
                return;
            }

            SendAway(message, tags.Values[index], tags.States[index] == Modified);
            bool keeps = message.Kind is MessageKind.ForwardGetShared or MessageKind.ForwardAcpRead;
            if (keeps)
            {
                tags.States[index] = Shared;
                tags.Dirty[index] = false;
            }
            else
            {
                tags.Clear(index);
            }

            return;
        }

        int entry = _writeBacks.Count > 0 ? _writeBacks.Find(message.Line) : -1;
        if (entry >= 0 && !_writeBackEntries[entry].Given)
        {
            SendAway(message, _writeBackEntries[entry].Value, _writeBackEntries[entry].Dirty);
            _writeBackEntries[entry].Given = true;
            return;
        }

        // Only the owner of a line is forwarded requests, and it stays the owner until the L2 has its write-back or a copy.
        if (message.Kind != MessageKind.Invalidate) throw Unexpected(message, Describe(message.Line));

        // Shared, or already gone: an invalidation is only acknowledged.
        if (index >= 0)
        {
            if (tags.States[index] == Transient)
            {
                int slot = _sequencer.SlotOf(message.Line);
                _pending[slot].Invalidated = true;
                if (!_pending[slot].Granted) _pending[slot].Holds = false;
            }
            else
            {
                tags.Clear(index);
            }
        }

        Send(Message(MessageKind.Ack, message.Requester, message.Line), Options.L1ResponseCycles);
    }

    private void SendAway(in CoherenceMessage request, long value, bool dirty)
    {
        bool toL2 = request.Kind is not MessageKind.ForwardGetExclusive;
        bool toRequester = request.Kind is MessageKind.ForwardGetShared or MessageKind.ForwardGetExclusive or MessageKind.ForwardAcpRead;
        CoherenceMessage data = Message(MessageKind.Data, request.Requester, request.Line);
        data.Value = value;
        data.Dirty = dirty;
        if (toRequester)
        {
            data.Exclusive = request.Kind == MessageKind.ForwardGetExclusive;
            data.WantsUnblock = true;
            Send(data, Options.L1ResponseCycles);
        }

        if (!toL2) return;
        data.Destination = (short)Fabric.L2Node(request.Line);
        data.Exclusive = false;
        data.WantsUnblock = false;
        Send(data, Options.L1ResponseCycles);
    }

    private void EndWriteBack(in CoherenceMessage message)
    {
        long line = message.Line;
        int entry = _writeBacks.Find(line);
        if (entry < 0) throw Unexpected(message, Describe(line));
        _writeBacks.Remove(line);
        _writeBackEntries[entry].Next = _writeBackFree;
        _writeBackFree = entry;
        for (int slot = 0; slot < _pending.Length; slot++)
        {
            if (!_pending[slot].Stalled || _sequencer.LineOf(slot) != line) continue;
            _pending[slot].Stalled = false;
            Step(slot);
        }
    }

    private string Describe(long line)
    {
        TagArray tags = Locate(line, out int index);
        string state = (index < 0 ? 0 : tags.States[index]) switch { 0 => "not present", Shared => "shared", Exclusive => "exclusive", Modified => "modified", _ => "in transition" };
        int slot = _sequencer.SlotOf(line);
        string granted = slot >= 0 && _pending[slot].Granted ? ", granted" : "";
        int entry = _writeBacks.Find(line);
        string writeBack = entry < 0 ? "" : _writeBackEntries[entry].Given ? ", written back and given away" : ", written back";
        return $"{state} ({_sequencer.Describe(slot)}{granted}{writeBack})";
    }

    private struct Pending
    {
        public int Acks;
        public bool Granted;
        public bool Holds;
        public bool Exclusive;
        public bool WantsUnblock;
        public bool Invalidated;
        public bool Stalled;
    }

    private struct WriteBack
    {
        public long Value;
        public int Next;
        public bool Dirty;

        /// <summary>The line has been given to someone who asked; what is on its way to the L2 no longer counts.</summary>
        public bool Given;
    }
}
