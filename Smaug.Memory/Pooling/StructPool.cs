namespace Smaug.Memory.Pooling;

/// <summary>
/// Things under way (transactions, packets, messages) in reused places of one array that grows as needed, so that nothing is
/// allocated once it has grown. A place is known by its number; a reference to it is good until the next thing is added.
/// </summary>
internal sealed class StructPool<T>(int capacity = 64)
    where T : struct
{
    private T[] _items = new T[capacity];
    private int[] _free = new int[capacity];
    private int _freeCount;

    /// <summary>One more than the largest number given so far.</summary>
    public int Places { get; private set; }

    public ref T this[int number] => ref _items[number];

    /// <summary>Puts a thing into a free place and gives its number.</summary>
    public int Add(in T item)
    {
        int number;
        if (_freeCount > 0)
        {
            number = _free[--_freeCount];
        }
        else
        {
            if (Places == _items.Length)
            {
                Array.Resize(ref _items, Places * 2);
                Array.Resize(ref _free, Places * 2);
            }

            number = Places++;
        }

        _items[number] = item;
        return number;
    }

    /// <summary>Frees a place.</summary>
    public void Remove(int number) => _free[_freeCount++] = number;

    /// <summary>Frees a place and gives what was there.</summary>
    public T Take(int number)
    {
        Remove(number);
        return _items[number];
    }
}
