namespace Smaug.Memory.Coherence;

/// <summary>Requests of L1 and ACP endpoints: served from the array, forwarded to the owner, or fetched from the directory.</summary>
internal sealed partial class L2Controller
{
    private void Fetch(in CoherenceMessage message)
    {
        int index = _tags.Place(message.Line);
        if (index < 0)
        {
            Recycle(_recycling.Add(message));
            return;
        }

        _misses.Increment();
        if (Writes(message.Kind)) _writeMisses.Increment();
        if (_tags.Lines[index] != TagArray.NoLine) Replace(index);
        _tags.Lines[index] = message.Line;
        _tags.Dirty[index] = false;
        Open(message.Line, index, Phase.Fetching, Purpose.Grant, message);
        Send(Message(MessageKind.Fetch, Fabric.DirectoryNode, message.Line), Options.L2RequestCycles);
    }

    private void Serve(in CoherenceMessage message, int index)
    {
        _hits.Increment();
        if (Writes(message.Kind)) _writeHits.Increment();
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

    private static bool Writes(MessageKind kind) => kind is MessageKind.GetExclusive or MessageKind.Upgrade or MessageKind.AcpWrite;

    private void ServeShared(in CoherenceMessage message, int index)
    {
        if (message.Kind == MessageKind.AcpRead)
        {
            SendData(message.Requester, index, message.Line);
            return;
        }

        if (message.Kind is MessageKind.GetShared or MessageKind.GetInstruction)
        {
            _sharers[index] |= 1UL << message.Requester;
            SendData(message.Requester, index, message.Line);
            return;
        }

        if (message.Kind == MessageKind.AcpWrite)
        {
            int collecting = Open(message.Line, index, Phase.Collecting, Purpose.AcpWrite, message);
            _transactions[collecting].Acks = InvalidateSharers(index, message.Line, Node, except: -1);
            if (_transactions[collecting].Acks == 0) EndCollection(collecting);
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
            Send(grant, Options.L2ForwardCycles);
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
            case MessageKind.GetInstruction:
                // Code is shared from the start: the first fetch gets no right to write, and nothing has to be unblocked.
                _tags.States[index] = SharedState;
                _sharers[index] = 1UL << message.Requester;
                SendData(message.Requester, index, message.Line);
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
            MessageKind.GetShared or MessageKind.GetInstruction => MessageKind.ForwardGetShared,
            MessageKind.AcpRead => MessageKind.ForwardAcpRead,
            MessageKind.AcpWrite => MessageKind.ForwardAcpWrite,
            _ => MessageKind.ForwardGetExclusive,
        };
        Phase phase = kind == MessageKind.ForwardGetExclusive ? Phase.Unblocking : Phase.Collecting;
        Purpose purpose = kind == MessageKind.ForwardAcpWrite ? Purpose.AcpWrite : Purpose.Grant;
        int entry = Open(message.Line, index, phase, purpose, message);
        _transactions[entry].Acks = phase == Phase.Collecting ? 1 : 0;
        _transactions[entry].AwaitsUnblock = kind == MessageKind.ForwardGetShared;
        CoherenceMessage forward = Message(kind, _owners[index], message.Line);
        forward.Requester = message.Requester;
        Send(forward, Options.L2ForwardCycles);
    }

    private void FinishFetch(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _transactions[entry];
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

        if (request.Kind == MessageKind.GetInstruction)
        {
            transaction.State = SharedState;
            _sharers[index] = 1UL << request.Requester;
            SendData(request.Requester, index, request.Line);
            Close(entry);
            return;
        }

        transaction.Phase = Phase.Unblocking;
        GrantExclusive(request.Requester, index, request.Line, 0);
    }

    private void ReceiveUnblock(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _transactions[entry];
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
}
