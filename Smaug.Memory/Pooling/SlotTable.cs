using System.Runtime.CompilerServices;

namespace Smaug.Memory.Pooling;

/// <summary>
/// Things under way (transactions, packets, messages) in reused places of one array that grows as needed, so that nothing is
/// allocated once it has grown. A place is known by its number; a reference to it is good until the next thing is added or this
/// one removed.
/// </summary>
internal sealed class SlotTable<T>(int capacity = 64)
{
    private T[] _items = new T[capacity];
    private int[] _free = new int[capacity];
    private int _freeCount;

    /// <summary>One more than the largest number given so far.</summary>
    public int Places { get; private set; }

    /// <summary>Things that are in it.</summary>
    public int Count => Places - _freeCount;

    public ref T this[int number] => ref _items[number];

    /// <summary>Adds a thing, which the caller fills: it may hold what a removed one has left.</summary>
    /// <param name="number">Its number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Add(out int number)
    {
        number = _freeCount > 0 ? _free[--_freeCount] : Places++;
        if (number == _items.Length) Grow();
        return ref _items[number];
    }

    /// <summary>Adds a thing and gives its number.</summary>
    public int Add(in T item)
    {
        Add(out int number) = item;
        return number;
    }

    /// <summary>Frees a place.</summary>
    public void Remove(int number)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) _items[number] = default!;
        _free[_freeCount++] = number;
    }

    /// <summary>Frees a place and gives what was there.</summary>
    public T Take(int number)
    {
        T item = _items[number];
        Remove(number);
        return item;
    }

    private void Grow()
    {
        Array.Resize(ref _items, _items.Length * 2);
        Array.Resize(ref _free, _items.Length);
    }
}
