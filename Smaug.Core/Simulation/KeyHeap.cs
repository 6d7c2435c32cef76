namespace Smaug.Core.Simulation;

/// <summary>What orders an event, and where the rest of it lies.</summary>
internal struct EventKey
{
    public long Time;
    public long Order;
    public int Slot;

    public readonly bool Before(in EventKey other) => Time < other.Time || (Time == other.Time && Order < other.Order);
}

/// <summary>A four-ary minimum heap of event keys in one flat array: half the depth of a binary heap, one cache line per level.</summary>
internal struct KeyHeap(int capacity)
{
    private EventKey[] _keys = new EventKey[capacity];

    public int Count;

    public readonly ref readonly EventKey Top => ref _keys[0];

    public void Push(in EventKey key)
    {
        if (Count == _keys.Length) Array.Resize(ref _keys, Count * 2);
        EventKey[] keys = _keys;
        int child = Count++;
        while (child > 0)
        {
            int parent = (child - 1) >> 2;
            if (!key.Before(keys[parent])) break;
            keys[child] = keys[parent];
            child = parent;
        }

        keys[child] = key;
    }

    public void Pop()
    {
        EventKey[] keys = _keys;
        int count = --Count;
        if (count == 0) return;
        EventKey last = keys[count];
        int parent = 0;
        while (true)
        {
            int first = (parent << 2) + 1;
            if (first >= count) break;
            int end = Math.Min(first + 4, count);
            int smallest = first;
            for (int child = first + 1; child < end; child++)
            {
                if (keys[child].Before(keys[smallest])) smallest = child;
            }

            if (!keys[smallest].Before(last)) break;
            keys[parent] = keys[smallest];
            parent = smallest;
        }

        keys[parent] = last;
    }
}
