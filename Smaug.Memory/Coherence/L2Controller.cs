using System.Numerics;
using Smaug.Core.Simulation;

namespace Smaug.Memory.Coherence;

/// <summary>
/// The shared, inclusive L2 and directory of the private caches. It serves a request at once when the line is settled; while
/// a line is in transition (a transaction exists for it) further messages for that line wait in order, those for other lines
/// go on.
/// </summary>
internal sealed class L2Controller : CoherenceController
{
    private const byte SharedState = 1;
    private const byte OwnedHere = 2;
    private const byte OwnedByL1 = 3;
    private const byte TransientState = 4;

    private readonly TagArray _tags;
    private readonly ulong[] _sharers;
    private readonly short[] _owners;
    private readonly LineMap _transactions = new(256);
    private readonly Counter _hits;
    private readonly Counter _misses;
    private readonly Counter _recalls;
    private readonly Counter _writeBacks;
    private readonly MessageList _waiting = new();

    // Lines whose recall has been answered by a write-back that crossed it, while the recall itself is still on its way.
    private readonly LineMap _settledRecalls = new(16);
    private Transaction[] _entries = new Transaction[64];
    private int _free = -1;
    private int _used;

    public L2Controller(MesiFabric fabric, string name) : base(fabric, name)
    {
        _tags = new TagArray(fabric.Options.L2Size.Bytes, fabric.Options.L2Ways, fabric.Options.LineBytes);
        _sharers = new ulong[_tags.Lines.Length];
        _owners = new short[_tags.Lines.Length];
        StatisticsRegistry statistics = fabric.Simulator.Statistics;
        _hits = statistics.Counter($"{name}.hits", "accesses", "Requests whose line was in the L2 or in a private cache above it.");
        _misses = statistics.Counter($"{name}.misses", "accesses", "Requests that went to the directory.");
        _recalls = statistics.Counter($"{name}.recalls", "lines", "Lines called back by the directory for DMA.");
        _writeBacks = statistics.Counter($"{name}.writeBacks", "lines", "Modified lines written to memory for lack of room.");
    }

    /// <summary>State of a line for tests: 0 not present, 1 shared, 2 only in L2, 3 owned by an L1, 4 in transition.</summary>
    public int StateOf(long line) =>
        _transactions.Find(line) >= 0 ? TransientState : _tags.Find(line) is var index and >= 0 ? _tags.States[index] : 0;

    private enum Phase : byte
    {
        Fetching,
        Unblocking,
        Collecting,
        WritingBack,
    }

    private enum Purpose : byte
    {
        Grant,
        AcpWrite,
        Recall,
        Replace,
    }

    protected override void Receive(in CoherenceMessage message)
    {
        if (message.Kind == MessageKind.Recall && _settledRecalls.Count > 0 && _settledRecalls.Find(message.Line) >= 0)
        {
            _settledRecalls.Remove(message.Line);
            return;
        }

        int entry = _transactions.Find(message.Line);
        if (entry >= 0) ReceiveInTransition(entry, message);
        else ReceiveSettled(message);
    }

    protected override void Step(int number) => Receive(_waiting.Take(number));

    private void ReceiveSettled(in CoherenceMessage message)
    {
        int index = _tags.Find(message.Line);
        switch (message.Kind)
        {
            case MessageKind.PutModified:
                TakeWriteBack(message, index);
                break;
            case MessageKind.Recall:
                StartRecall(message, index);
                break;
            case MessageKind.Unblock:
            case MessageKind.Ack:
                break;
            default:
                if (index < 0) Fetch(message);
                else Serve(message, index);
                break;
        }
    }

    private void Fetch(in CoherenceMessage message)
    {
        int index = _tags.Place(message.Line);
        if (index < 0)
        {
            StepAfter(Options.RecycleCycles, _waiting.Add(message));
            return;
        }

        _misses.Increment();
        if (_tags.Lines[index] != TagArray.NoLine) Replace(index);
        _tags.Lines[index] = message.Line;
        _tags.Dirty[index] = false;
        Open(message.Line, index, Phase.Fetching, Purpose.Grant, message);
        Send(Message(MessageKind.Fetch, Fabric.DirectoryNode, message.Line), Options.L2RequestCycles);
    }

    private void Serve(in CoherenceMessage message, int index)
    {
        _hits.Increment();
        _tags.Touch(index);
        switch (_tags.States[index])
        {
            case SharedState:
                ServeShared(message, index);
                break;
            case OwnedHere:
                ServeOwnedHere(message, index);
                break;
            default:
                ServeOwnedByL1(message, index);
                break;
        }
    }

    private void ServeShared(in CoherenceMessage message, int index)
    {
        if (message.Kind == MessageKind.AcpRead)
        {
            SendData(message.Requester, index, message.Line);
            return;
        }

        if (message.Kind == MessageKind.GetShared)
        {
            _sharers[index] |= 1UL << message.Requester;
            SendData(message.Requester, index, message.Line);
            return;
        }

        if (message.Kind == MessageKind.AcpWrite)
        {
            int collecting = Open(message.Line, index, Phase.Collecting, Purpose.AcpWrite, message);
            _entries[collecting].Acks = InvalidateSharers(index, message.Line, Node, except: -1);
            if (_entries[collecting].Acks == 0) EndCollection(collecting);
            return;
        }

        bool holds = (_sharers[index] & (1UL << message.Requester)) != 0;
        Open(message.Line, index, Phase.Unblocking, Purpose.Grant, message);
        int acks = InvalidateSharers(index, message.Line, message.Requester, except: message.Requester);
        if (message.Kind == MessageKind.Upgrade && holds)
        {
            CoherenceMessage grant = Message(MessageKind.Ack, message.Requester, message.Line);
            grant.Exclusive = true;
            grant.Acks = acks;
            Send(grant, Options.L2ResponseCycles);
        }
        else
        {
            GrantExclusive(message.Requester, index, message.Line, acks);
        }
    }

    private void ServeOwnedHere(in CoherenceMessage message, int index)
    {
        switch (message.Kind)
        {
            case MessageKind.AcpRead:
                SendData(message.Requester, index, message.Line);
                break;
            case MessageKind.AcpWrite:
                MergeAcpWrite(index, message);
                break;
            default:
                Open(message.Line, index, Phase.Unblocking, Purpose.Grant, message);
                GrantExclusive(message.Requester, index, message.Line, 0);
                break;
        }
    }

    private void ServeOwnedByL1(in CoherenceMessage message, int index)
    {
        MessageKind kind = message.Kind switch
        {
            MessageKind.GetShared => MessageKind.ForwardGetShared,
            MessageKind.AcpRead => MessageKind.ForwardAcpRead,
            MessageKind.AcpWrite => MessageKind.ForwardAcpWrite,
            _ => MessageKind.ForwardGetExclusive,
        };
        Phase phase = kind == MessageKind.ForwardGetExclusive ? Phase.Unblocking : Phase.Collecting;
        Purpose purpose = kind == MessageKind.ForwardAcpWrite ? Purpose.AcpWrite : Purpose.Grant;
        int entry = Open(message.Line, index, phase, purpose, message);
        _entries[entry].Acks = phase == Phase.Collecting ? 1 : 0;
        _entries[entry].AwaitsUnblock = kind == MessageKind.ForwardGetShared;
        CoherenceMessage forward = Message(kind, _owners[index], message.Line);
        forward.Requester = message.Requester;
        Send(forward, Options.L2ForwardCycles);
    }

    private void StartRecall(in CoherenceMessage message, int index)
    {
        if (index < 0) return;
        _recalls.Increment();
        int entry = Open(message.Line, index, Phase.Collecting, Purpose.Recall, message);
        _entries[entry].SawRecall = true;
        CollectCopies(entry, index, message.Line);
    }

    private void Replace(int index)
    {
        long line = _tags.Lines[index];
        int entry = Open(line, index, Phase.Collecting, Purpose.Replace, default);
        // The line leaves its place at once and lives on in the transaction.
        ulong sharers = _sharers[index];
        short owner = _owners[index];
        byte state = _entries[entry].State;
        _entries[entry].Index = -1;
        _tags.Clear(index);
        _sharers[index] = 0;
        _entries[entry].Acks = SendInvalidations(state, sharers, owner, line);
        if (_entries[entry].Acks == 0) EndCollection(entry);
    }

    private void CollectCopies(int entry, int index, long line)
    {
        _entries[entry].Acks = SendInvalidations(_entries[entry].State, _sharers[index], _owners[index], line);
        if (_entries[entry].Acks == 0) EndCollection(entry);
    }

    private int SendInvalidations(byte state, ulong sharers, short owner, long line)
    {
        ulong targets = state == OwnedByL1 ? 1UL << owner : state == SharedState ? sharers : 0;
        int count = BitOperations.PopCount(targets);
        while (targets != 0)
        {
            Invalidate(BitOperations.TrailingZeroCount(targets), line, Node);
            targets &= targets - 1;
        }

        return count;
    }

    private int InvalidateSharers(int index, long line, int collector, int except)
    {
        ulong targets = _sharers[index];
        if (except >= 0) targets &= ~(1UL << except);
        int count = BitOperations.PopCount(targets);
        while (targets != 0)
        {
            Invalidate(BitOperations.TrailingZeroCount(targets), line, collector);
            targets &= targets - 1;
        }

        return count;
    }

    private void Invalidate(int l1, long line, int collector)
    {
        CoherenceMessage invalidate = Message(MessageKind.Invalidate, l1, line);
        invalidate.Requester = (short)collector;
        Send(invalidate, Options.L2ForwardCycles);
    }

    private void ReceiveInTransition(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _entries[entry];
        switch (message.Kind)
        {
            case MessageKind.MemoryData when transaction.Phase == Phase.Fetching:
                FinishFetch(entry, message);
                break;
            case MessageKind.MemoryAck:
                if (message.Exclusive && !transaction.SawRecall) _settledRecalls.Set(message.Line, 0);
                Close(entry);
                break;
            case MessageKind.Unblock:
                ReceiveUnblock(entry, message);
                break;
            case MessageKind.Data:
            case MessageKind.Ack when transaction.Phase == Phase.Collecting:
                ReceiveCopy(entry, message);
                break;
            case MessageKind.Recall when transaction.Phase == Phase.WritingBack || transaction.Purpose == Purpose.Replace:
                // The line is on its way to memory already: that answers the recall.
                transaction.SawRecall = true;
                break;
            default:
                Enqueue(entry, message);
                break;
        }
    }

    private void Enqueue(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _entries[entry];
        int number = _waiting.Add(message);
        if (transaction.WaitHead < 0) transaction.WaitHead = number;
        else _waiting.Link(transaction.WaitTail, number);
        transaction.WaitTail = number;
    }

    private void FinishFetch(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _entries[entry];
        CoherenceMessage request = transaction.Request;
        int index = transaction.Index;
        _tags.Values[index] = message.Value;
        _tags.Touch(index);
        if (request.Kind is MessageKind.AcpRead or MessageKind.AcpWrite)
        {
            transaction.State = OwnedHere;
            // A line that has just come is passed to the ACP a cycle sooner than one that is read from the array (measured).
            if (request.Kind == MessageKind.AcpRead) SendData(request.Requester, index, request.Line, Math.Max(0, Options.L2ResponseCycles - 1));
            else MergeAcpWrite(index, request);
            Close(entry);
            return;
        }

        transaction.Phase = Phase.Unblocking;
        GrantExclusive(request.Requester, index, request.Line, 0);
    }

    private void ReceiveUnblock(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _entries[entry];
        int index = transaction.Index;
        transaction.AwaitsUnblock = false;
        if (transaction.Phase == Phase.Unblocking)
        {
            transaction.State = OwnedByL1;
            _owners[index] = message.Source;
            _sharers[index] = 0;
            Close(entry);
        }
        else if (transaction.Acks == 0)
        {
            EndCollection(entry);
        }
    }

    private void ReceiveCopy(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _entries[entry];
        if (message.Kind == MessageKind.Data)
        {
            transaction.Value = message.Value;
            transaction.Dirty |= message.Dirty;
        }

        if (--transaction.Acks == 0 && !transaction.AwaitsUnblock) EndCollection(entry);
    }

    /// <summary>All copies above have been given up or copied down: the transaction goes on.</summary>
    private void EndCollection(int entry)
    {
        ref Transaction transaction = ref _entries[entry];
        int index = transaction.Index;
        if (index >= 0)
        {
            _tags.Values[index] = transaction.Value;
            _tags.Dirty[index] = transaction.Dirty;
        }

        switch (transaction.Purpose)
        {
            case Purpose.Grant:
                // The owner keeps a shared copy; a CPU that read gets one too, the ACP does not.
                _sharers[index] = 1UL << transaction.Owner;
                if (transaction.Request.Kind == MessageKind.GetShared) _sharers[index] |= 1UL << transaction.Request.Requester;
                transaction.State = SharedState;
                Close(entry);
                break;
            case Purpose.AcpWrite:
                _sharers[index] = 0;
                transaction.State = OwnedHere;
                MergeAcpWrite(index, transaction.Request);
                Close(entry);
                break;
            case Purpose.Recall:
                GiveToDirectory(entry, MessageKind.RecallData);
                break;
            default:
                if (transaction.Dirty) _writeBacks.Increment();
                GiveToDirectory(entry, transaction.Dirty ? MessageKind.PutDirty : MessageKind.PutClean);
                break;
        }
    }

    private void GiveToDirectory(int entry, MessageKind kind)
    {
        ref Transaction transaction = ref _entries[entry];
        CoherenceMessage data = Message(kind, Fabric.DirectoryNode, transaction.Line);
        data.Value = transaction.Value;
        data.Dirty = transaction.Dirty;
        transaction.Phase = Phase.WritingBack;
        if (transaction.Index >= 0)
        {
            _tags.Clear(transaction.Index);
            _sharers[transaction.Index] = 0;
            transaction.Index = -1;
        }

        Send(data, Options.L2ResponseCycles);
    }

    private void TakeWriteBack(in CoherenceMessage message, int index)
    {
        if (index >= 0 && _tags.States[index] == OwnedByL1 && _owners[index] == message.Source)
        {
            _tags.States[index] = OwnedHere;
            _tags.Values[index] = message.Value;
            _tags.Dirty[index] |= message.Dirty;
            _tags.Touch(index);
        }

        Send(Message(MessageKind.WriteBackAck, message.Source, message.Line), Options.L2ForwardCycles);
    }

    private void MergeAcpWrite(int index, in CoherenceMessage request)
    {
        _tags.Values[index] = request.Value;
        _tags.Dirty[index] = true;
        Send(Message(MessageKind.Ack, request.Requester, request.Line), Options.L2ResponseCycles);
    }

    private void SendData(int node, int index, long line) => SendData(node, index, line, Options.L2ResponseCycles);

    private void SendData(int node, int index, long line, int latency)
    {
        CoherenceMessage data = Message(MessageKind.Data, node, line);
        data.Value = _tags.Values[index];
        Send(data, latency);
    }

    private void GrantExclusive(int node, int index, long line, int acks)
    {
        CoherenceMessage data = Message(MessageKind.Data, node, line);
        data.Value = _tags.Values[index];
        data.Exclusive = true;
        data.WantsUnblock = true;
        data.Acks = acks;
        Send(data, Options.L2ResponseCycles);
    }

    private int Open(long line, int index, Phase phase, Purpose purpose, in CoherenceMessage request)
    {
        int entry = _free;
        if (entry >= 0)
        {
            _free = _entries[entry].WaitHead;
        }
        else
        {
            if (_used == _entries.Length) Array.Resize(ref _entries, _used * 2);
            entry = _used++;
        }

        ref Transaction transaction = ref _entries[entry];
        transaction = new Transaction
        {
            Line = line,
            Index = index,
            Phase = phase,
            Purpose = purpose,
            Request = request,
            State = _tags.States[index],
            Owner = _owners[index],
            Value = _tags.Values[index],
            Dirty = _tags.Dirty[index],
            WaitHead = -1,
        };
        _tags.States[index] = TransientState;
        _tags.Busy[index] = true;
        _transactions.Set(line, entry);
        return entry;
    }

    /// <summary>The line has settled; what waited for it goes on, until the line is in transition again.</summary>
    private void Close(int entry)
    {
        Transaction transaction = _entries[entry];
        _transactions.Remove(transaction.Line);
        if (transaction.Index >= 0)
        {
            _tags.States[transaction.Index] = transaction.State;
            _tags.Busy[transaction.Index] = false;
        }

        _entries[entry].WaitHead = _free;
        _free = entry;
        int number = transaction.WaitHead;
        while (number >= 0)
        {
            int next = number == transaction.WaitTail ? -1 : _waiting.Next(number);
            Receive(_waiting.Take(number));
            number = next;
        }
    }

    private struct Transaction
    {
        public CoherenceMessage Request;
        public long Line;
        public long Value;
        public int Index;
        public int Acks;
        public int WaitHead;
        public int WaitTail;
        public short Owner;
        public Phase Phase;
        public Purpose Purpose;
        public byte State;
        public bool Dirty;
        public bool AwaitsUnblock;
        public bool SawRecall;
    }
}
