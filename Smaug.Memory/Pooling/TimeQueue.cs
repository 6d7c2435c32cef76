using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Smaug.Memory.Pooling;

/// <summary>Items by time, equal times in the order in which they were added. They come nearly in order, so that an item's
/// place is at the end or a few places before it.</summary>
internal sealed class TimeQueue<T>
{
    /// <summary>After every time.</summary>
    public const long Never = long.MaxValue;

    // A ring whose length is a power of two.
    private Entry[] _entries = new Entry[16];
    private int _first;

    public int Count { get; private set; }

    /// <summary>Time of the first item; <see cref="Never"/> when there is none.</summary>
    public long FirstTime
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Count == 0 ? Never : _entries[_first].Time;
    }

    public ref readonly T First => ref _entries[_first].Item;

    public void Add(long time, in T item) => Add(time) = item;

    /// <summary>Adds an item, which the caller fills.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ref T Add(long time)
    {
        if (Count == _entries.Length) Grow();
        Entry[] entries = _entries;
        int mask = entries.Length - 1;
        int place = (_first + Count++) & mask;
        while (place != _first)
        {
            int before = (place - 1) & mask;
            if (entries[before].Time <= time) break;
            entries[place] = entries[before];
            place = before;
        }

        entries[place].Time = time;
        return ref entries[place].Item;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RemoveFirst()
    {
        _first = (_first + 1) & (_entries.Length - 1);
        Count--;
    }

    /// <summary>Takes the first item if its time has come.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(long now, [MaybeNullWhen(false)] out T item)
    {
        if (Count == 0 || FirstTime > now)
        {
            item = default;
            return false;
        }

        item = First;
        RemoveFirst();
        return true;
    }

    private void Grow()
    {
        var entries = new Entry[_entries.Length * 2];
        for (int i = 0; i < Count; i++) entries[i] = _entries[(_first + i) & (_entries.Length - 1)];
        _entries = entries;
        _first = 0;
    }

    private struct Entry
    {
        public long Time;
        public T Item;
    }
}
