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

    private void Grow(int needed) => Items = GrowArray.Larger(Items, Count, needed);
}

/// <summary>Larger copies of arrays.</summary>
internal static class GrowArray
{
    /// <summary>Below this size an array grows to four times its length, above it to twice.</summary>
    private const long SmallBytes = 32 << 20;

    /// <summary>
    /// A copy with room for more. What lies behind the copied items is not cleared and costs no memory until it is written;
    /// long steps save copies and the pages that they dirty.
    /// </summary>
    public static T[] Larger<T>(T[] items, int count, int needed)
    {
        long steps = items.LongLength * Unsafe.SizeOf<T>() < SmallBytes ? 4 : 2;
        int length = (int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(16, steps * items.LongLength)));
        T[] larger = GC.AllocateUninitializedArray<T>(length);
        items.AsSpan(0, count).CopyTo(larger);
        return larger;
    }
}
