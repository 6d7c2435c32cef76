namespace Smaug.Memory.Reservation;

/// <summary>One access on its way to the DRAM controller.</summary>
internal readonly record struct Arrival(long Time, long Address, int Bytes, bool IsWrite, int Number);

/// <summary>Accesses by the time of their arrival, equal times in the order in which they were added.</summary>
internal sealed class ArrivalQueue
{
    private Arrival[] _entries = new Arrival[64];
    private int _first;

    public int Count { get; private set; }

    public ref readonly Arrival First => ref _entries[_first];

    public void Add(in Arrival arrival)
    {
        if (Count == _entries.Length) Grow();
        int mask = _entries.Length - 1;

        // They come nearly in order: the place is at the end or a few before it.
        int place = Count++;
        while (place > 0)
        {
            ref Arrival before = ref _entries[(_first + place - 1) & mask];
            if (before.Time <= arrival.Time) break;
            _entries[(_first + place) & mask] = before;
            place--;
        }

        _entries[(_first + place) & mask] = arrival;
    }

    public void RemoveFirst()
    {
        _first = (_first + 1) & (_entries.Length - 1);
        Count--;
    }

    private void Grow()
    {
        var entries = new Arrival[_entries.Length * 2];
        for (int i = 0; i < Count; i++) entries[i] = _entries[(_first + i) & (_entries.Length - 1)];
        _entries = entries;
        _first = 0;
    }
}
