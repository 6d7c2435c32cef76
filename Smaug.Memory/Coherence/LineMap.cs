using System.Numerics;

namespace Smaug.Memory.Coherence;

/// <summary>
/// A hash map from line address to a small number, in two flat arrays with linear probing: no allocation after it has
/// grown, and removal leaves no tombstones.
/// </summary>
internal sealed class LineMap
{
    private const long Empty = -1;

    private long[] _keys;
    private int[] _values;
    private int _mask;
    private int _shift;

    public LineMap(int capacity = 64)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 8) * 2);
        _keys = new long[size];
        _values = new int[size];
        Reset(size);
    }

    public int Count { get; private set; }

    /// <summary>The number of a line, or -1.</summary>
    public int Find(long line)
    {
        long[] keys = _keys;
        for (int i = Home(line); ; i = (i + 1) & _mask)
        {
            long key = keys[i];
            if (key == line) return _values[i];
            if (key == Empty) return -1;
        }
    }

    public void Set(long line, int value)
    {
        int i = Home(line);
        while (_keys[i] != Empty && _keys[i] != line) i = (i + 1) & _mask;
        if (_keys[i] == Empty)
        {
            Count++;
            _keys[i] = line;
        }

        _values[i] = value;
        if (Count * 2 > _mask) Grow();
    }

    public void Remove(long line)
    {
        int i = Home(line);
        while (_keys[i] != line)
        {
            if (_keys[i] == Empty) return;
            i = (i + 1) & _mask;
        }

        Count--;
        // Close the gap: move back every later key of the run that may lie here.
        int hole = i;
        for (int j = (i + 1) & _mask; _keys[j] != Empty; j = (j + 1) & _mask)
        {
            int home = Home(_keys[j]);
            if (((j - home) & _mask) < ((j - hole) & _mask)) continue;
            _keys[hole] = _keys[j];
            _values[hole] = _values[j];
            hole = j;
        }

        _keys[hole] = Empty;
    }

    private int Home(long line) => (int)((ulong)(line * -7046029254386353131L) >> _shift);

    private void Reset(int size)
    {
        Array.Fill(_keys, Empty);
        _mask = size - 1;
        _shift = 64 - BitOperations.Log2((uint)size);
        Count = 0;
    }

    private void Grow()
    {
        long[] keys = _keys;
        int[] values = _values;
        _keys = new long[keys.Length * 2];
        _values = new int[keys.Length * 2];
        Reset(_keys.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] != Empty) Set(keys[i], values[i]);
        }
    }
}
