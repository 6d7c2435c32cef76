using Smaug.Memory.Pooling;

namespace Smaug.Memory.Coherence;

/// <summary>Takes a message.</summary>
internal delegate void MessageReceiver(in CoherenceMessage message);

/// <summary>
/// The lines of a controller that are in transition, each with its transaction and the messages that wait for it to settle.
/// </summary>
/// <param name="lines">Lines in transition to be expected; the table grows as needed.</param>
/// <param name="receiver">Takes what has waited for a line when it has settled.</param>
internal sealed class LineTransactions<T>(int lines, MessageReceiver receiver)
    where T : struct
{
    private const int None = -1;

    private readonly LineMap _numbers = new(lines);
    private readonly SlotTable<Entry> _entries = new();
    private readonly MessageList _waiting = new();

    public ref T this[int number] => ref _entries[number].Transaction;

    /// <summary>Number of the transaction of a line, or -1 when the line is settled.</summary>
    public int Find(long line) => _numbers.Find(line);

    /// <summary>Begins the transaction of a settled line.</summary>
    public int Open(long line, in T transaction)
    {
        int number = _entries.Add(new Entry { Transaction = transaction, Line = line, FirstWaiting = None });
        _numbers.Set(line, number);
        return number;
    }

    /// <summary>Keeps a message until the line has settled.</summary>
    public void Wait(int number, in CoherenceMessage message)
    {
        ref Entry entry = ref _entries[number];
        int place = _waiting.Add(message);
        if (entry.FirstWaiting == None) entry.FirstWaiting = place;
        else _waiting.Link(entry.LastWaiting, place);
        entry.LastWaiting = place;
    }

    /// <summary>The line has settled; what waited for it goes on in order, until the line is in transition again.</summary>
    public void Close(int number)
    {
        Entry entry = _entries.Take(number);
        _numbers.Remove(entry.Line);
        int place = entry.FirstWaiting;
        while (place != None)
        {
            int next = place == entry.LastWaiting ? None : _waiting.Next(place);
            receiver(_waiting.Take(place));
            place = next;
        }
    }

    private struct Entry
    {
        public T Transaction;
        public long Line;
        public int FirstWaiting;
        public int LastWaiting;
    }
}
