using System.Runtime.CompilerServices;

namespace Smaug.Accelerators.Aladdin.Graphs;

/// <summary>An array that grows; the items are a plain field so that hot loops index without a call.</summary>
internal struct GrowArray<T>(int capacity)
{
    public T[] Items = capacity == 0 ? [] : new T[capacity];
    public int Count = 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        if (Count == Items.Length) Grow(Count + 1);
        Items[Count++] = item;
    }

    public readonly Span<T> Span => Items.AsSpan(0, Count);

    /// <summary>Makes room for <paramref name="capacity"/> items in all.</summary>
    public void Reserve(int capacity)
    {
        if (capacity > Items.Length) Grow(capacity);
    }

    private void Grow(int needed)
    {
        long doubled = Math.Max(16, Items.LongLength + (Items.LongLength < 1 << 20 ? Items.LongLength : Items.LongLength / 2));
        Array.Resize(ref Items, (int)Math.Min(Array.MaxLength, Math.Max(needed, doubled)));
    }
}
