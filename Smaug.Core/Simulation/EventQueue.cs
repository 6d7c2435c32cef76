using System.Numerics;

namespace Smaug.Core.Simulation;

/// <summary>
/// The pending events, ordered by (time, order). A wheel of time buckets takes what is due within about a microsecond in
/// constant time; a heap takes what lies beyond; a small heap orders the bucket that is being drained. All events lie in
/// one flat array of slots that are reused, so nothing is allocated once the arrays have grown to the largest number of
/// events that were ever pending at once.
/// </summary>
internal sealed class EventQueue
{
    // 256 ps: below one period of a 2 GHz clock, so that a bucket rarely holds two different times.
    private const int BucketShift = 8;
    // 4,096 buckets of 256 ps: 1.05 us, longer than a DRAM access or a cache miss; two levels of 64-bit masks find the next one.
    private const int BucketCount = 4096;
    private const int BucketMask = BucketCount - 1;

    private readonly int[] _heads = new int[BucketCount];
    private readonly ulong[] _occupied = new ulong[BucketCount / 64];
    private ulong _occupiedWords;
    private Entry[] _entries;
    private int _free = -1;
    private int _used;
    private long _currentBucket;
    private KeyHeap _current = new(16);
    private KeyHeap _far = new(64);

    public EventQueue(int capacity = 256)
    {
        _entries = new Entry[capacity];
        Array.Fill(_heads, -1);
    }

    /// <summary>Number of pending events.</summary>
    public int Count { get; private set; }

    public void Push(long time, long order, EventTarget target, long tag)
    {
        int slot = _free;
        if (slot >= 0)
        {
            _free = _entries[slot].Next;
        }
        else
        {
            if (_used == _entries.Length) Array.Resize(ref _entries, _used * 2);
            slot = _used++;
        }

        ref Entry entry = ref _entries[slot];
        entry.Time = time;
        entry.Order = order;
        entry.Tag = tag;
        entry.Target = target;
        Count++;

        long ahead = (time >> BucketShift) - _currentBucket;
        if ((ulong)(ahead - 1) < BucketCount - 1)
        {
            Link(ref entry, slot, time);
        }
        else
        {
            EventKey key = new() { Time = time, Order = order, Slot = slot };
            if (ahead <= 0) _current.Push(key);
            else _far.Push(key);
        }
    }

    /// <summary>Time of the earliest event; <see cref="long.MaxValue"/> when there is none.</summary>
    public long NextTime
    {
        get
        {
            if (_current.Count == 0 && !Advance()) return long.MaxValue;
            return _current.Top.Time;
        }
    }

    /// <summary>Takes the earliest event; the queue must not be empty and <see cref="NextTime"/> must have been read since the last change.</summary>
    public void Pop(out EventTarget target, out long tag)
    {
        int slot = _current.Top.Slot;
        _current.Pop();
        ref Entry entry = ref _entries[slot];
        target = entry.Target;
        tag = entry.Tag;
        entry.Next = _free;
        _free = slot;
        Count--;
    }

    private void Link(ref Entry entry, int slot, long time)
    {
        int bucket = (int)(time >> BucketShift) & BucketMask;
        entry.Next = _heads[bucket];
        _heads[bucket] = slot;
        _occupied[bucket >> 6] |= 1UL << (bucket & 63);
        _occupiedWords |= 1UL << (bucket >> 6);
    }

    /// <summary>Moves to the next bucket that holds events and orders them; false when nothing is pending.</summary>
    private bool Advance()
    {
        if (_occupiedWords != 0)
        {
            int position = (int)_currentBucket & BucketMask;
            int bucket = NextOccupied(position);
            _currentBucket += (bucket - position) & BucketMask;
            Drain(bucket);
        }
        else if (_far.Count > 0)
        {
            _currentBucket = _far.Top.Time >> BucketShift;
        }
        else
        {
            return false;
        }

        // What has come within reach of the wheel leaves the far heap, so that the far heap never holds the earliest event.
        while (_far.Count > 0 && (_far.Top.Time >> BucketShift) - _currentBucket < BucketCount)
        {
            EventKey key = _far.Top;
            _far.Pop();
            if (key.Time >> BucketShift == _currentBucket) _current.Push(key);
            else Link(ref _entries[key.Slot], key.Slot, key.Time);
        }

        return true;
    }

    private int NextOccupied(int position)
    {
        int word = position >> 6;
        // Bits above the position in its own word; a shift by 64 would wrap, hence two steps.
        ulong rest = _occupied[word] & (ulong.MaxValue << (position & 63) << 1);
        if (rest != 0) return (word << 6) + BitOperations.TrailingZeroCount(rest);
        ulong later = _occupiedWords & (ulong.MaxValue << word << 1);
        word = BitOperations.TrailingZeroCount(later != 0 ? later : _occupiedWords);
        return (word << 6) + BitOperations.TrailingZeroCount(_occupied[word]);
    }

    private void Drain(int bucket)
    {
        // The list runs from the latest insertion to the earliest; reversed in place it is usually sorted already, which
        // makes each heap insertion one comparison.
        int slot = _heads[bucket];
        int reversed = -1;
        while (slot >= 0)
        {
            ref Entry entry = ref _entries[slot];
            int next = entry.Next;
            entry.Next = reversed;
            reversed = slot;
            slot = next;
        }

        for (slot = reversed; slot >= 0; slot = _entries[slot].Next)
        {
            ref Entry entry = ref _entries[slot];
            _current.Push(new EventKey { Time = entry.Time, Order = entry.Order, Slot = slot });
        }

        _heads[bucket] = -1;
        _occupied[bucket >> 6] &= ~(1UL << (bucket & 63));
        if (_occupied[bucket >> 6] == 0) _occupiedWords &= ~(1UL << (bucket >> 6));
    }

    private struct Entry
    {
        public long Time;
        public long Order;
        public long Tag;
        public EventTarget Target;
        public int Next;
    }
}
