namespace Smaug.Memory.Coherence;

/// <summary>The table of lines in transition, with the messages that wait for each.</summary>
internal sealed partial class L2Controller
{
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

    private void Enqueue(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _entries[entry];
        int number = _waiting.Add(message);
        if (transaction.WaitHead < 0) transaction.WaitHead = number;
        else _waiting.Link(transaction.WaitTail, number);
        transaction.WaitTail = number;
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
