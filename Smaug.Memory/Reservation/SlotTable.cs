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

    /// <summary>Adds an item and gives its number.</summary>
    public int Add(in T item)
    {
        int number = _freeCount > 0 ? _free[--_freeCount] : _used++;
        if (number == _items.Length)
        {
            Array.Resize(ref _items, number * 2);
            Array.Resize(ref _free, number * 2);
        }

        _items[number] = item;
        return number;
    }

    /// <summary>Removes an item; its number may be given to another one.</summary>
    public void Remove(int number)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) _items[number] = default!;
        _free[_freeCount++] = number;
    }
}
