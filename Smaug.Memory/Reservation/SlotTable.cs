using System.Runtime.CompilerServices;

namespace Smaug.Memory.Reservation;

/// <summary>Items by number; the numbers of removed items are given again. Nothing is allocated once it has grown.</summary>
internal sealed class SlotTable<T>
{
    private T[] _items = new T[16];
    private int[] _free = new int[16];
    private int _freeCount;
    private int _used;

    public ref T this[int number] => ref _items[number];

    /// <summary>Adds an item, which the caller fills: it may hold what a removed one has left. References to other items are
    /// not valid any more.</summary>
    /// <param name="number">Its number.</param>
    public ref T Add(out int number)
    {
        number = _freeCount > 0 ? _free[--_freeCount] : _used++;
        if (number == _items.Length) Grow();
        return ref _items[number];
    }

    /// <summary>Removes an item; its number may be given to another one.</summary>
    public void Remove(int number)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) _items[number] = default!;
        _free[_freeCount++] = number;
    }

    private void Grow()
    {
        Array.Resize(ref _items, _items.Length * 2);
        Array.Resize(ref _free, _items.Length);
    }
}
