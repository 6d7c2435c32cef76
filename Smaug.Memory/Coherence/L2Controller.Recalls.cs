using System.Numerics;

namespace Smaug.Memory.Coherence;

/// <summary>Taking lines back from the L1s, for the directory or for lack of room, and giving them to the directory.</summary>
internal sealed partial class L2Controller
{
    private void StartRecall(in CoherenceMessage message, int index)
    {
        _recalls.Increment();
        int entry = Open(message.Line, index, Phase.Collecting, Purpose.Recall, message);
        _transactions[entry].SawRecall = true;
        CollectCopies(entry, index, message.Line);
    }

    /// <summary>A recall of a line that is leaving already: what has been, or will be, sent to the directory answers it.</summary>
    private void ReceiveRecallOfLeaving(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _transactions[entry];
        if (transaction.SawRecall) throw Unexpected(message, Describe(transaction));
        transaction.SawRecall = true;
        if (transaction.Phase == Phase.AwaitingRecall) Close(entry);
    }

    private void ReceiveMemoryAck(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _transactions[entry];
        bool answersRecall = message.Exclusive;
        if (transaction.SawRecall && !answersRecall) throw Unexpected(message, Describe(transaction));
        // Answers overtake recalls, which go in a lower virtual network. A line that settled here and was fetched again would
        // take the recall, which the directory no longer waits for, for one of its new copy.
        if (transaction.SawRecall || !answersRecall) Close(entry);
        else transaction.Phase = Phase.AwaitingRecall;
    }

    private void Replace(int index)
    {
        long line = _tags.Lines[index];
        int entry = Open(line, index, Phase.Collecting, Purpose.Replace, default);
        // The line leaves its place at once and lives on in the transaction.
        ulong sharers = _sharers[index];
        short owner = _owners[index];
        byte state = _transactions[entry].State;
        _transactions[entry].Index = -1;
        _tags.Clear(index);
        _sharers[index] = 0;
        _transactions[entry].Acks = SendInvalidations(state, sharers, owner, line);
        if (_transactions[entry].Acks == 0) EndCollection(entry);
    }

    private void CollectCopies(int entry, int index, long line)
    {
        _transactions[entry].Acks = SendInvalidations(_transactions[entry].State, _sharers[index], _owners[index], line);
        if (_transactions[entry].Acks == 0) EndCollection(entry);
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

    private void ReceiveCopy(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _transactions[entry];
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
        ref Transaction transaction = ref _transactions[entry];
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
                if (transaction.Request.Kind is MessageKind.GetShared or MessageKind.GetInstruction) _sharers[index] |= 1UL << transaction.Request.Requester;
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
        ref Transaction transaction = ref _transactions[entry];
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
}
