namespace Smaug.Memory.Coherence;

/// <summary>Lines in transition: why, and what of the line is kept meanwhile.</summary>
internal sealed partial class L2Controller
{
    private enum Phase : byte
    {
        Fetching,
        Unblocking,
        Collecting,
        WritingBack,

        /// <summary>Given to the directory as the answer to a recall that has not come yet.</summary>
        AwaitingRecall,
    }

    private enum Purpose : byte
    {
        Grant,
        AcpWrite,
        Recall,
        Replace,
    }

    private int Open(long line, int index, Phase phase, Purpose purpose, in CoherenceMessage request)
    {
        int entry = _transactions.Open(line, new Transaction
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
        });
        _tags.States[index] = TransientState;
        _tags.Busy[index] = true;
        return entry;
    }

    private void Close(int entry)
    {
        ref readonly Transaction transaction = ref _transactions[entry];
        if (transaction.Index >= 0)
        {
            _tags.States[transaction.Index] = transaction.State;
            _tags.Busy[transaction.Index] = false;
        }

        _transactions.Close(entry);
    }

    private static string Describe(in Transaction transaction) =>
        $"{transaction.Phase} for {transaction.Purpose} ({transaction.Acks} answers to come{(transaction.AwaitsUnblock ? ", unblock to come" : "")}{(transaction.SawRecall ? ", recalled" : "")})";

    private struct Transaction
    {
        public CoherenceMessage Request;
        public long Line;
        public long Value;
        public int Index;
        public int Acks;
        public short Owner;
        public Phase Phase;
        public Purpose Purpose;
        public byte State;
        public bool Dirty;
        public bool AwaitsUnblock;
        public bool SawRecall;
    }
}
