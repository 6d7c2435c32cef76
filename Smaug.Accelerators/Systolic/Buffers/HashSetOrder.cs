namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// The order in which CPython's <c>set</c> iterates over non-negative integers: slots of an open-addressing table. SCALE-Sim
/// shows it in its estimated DRAM traces and in bank numbers.
/// </summary>
internal sealed class HashSetOrder
{
    private const int LinearProbes = 9;
    private const int PerturbShift = 5;
    private long[] _table = [];
    private long[] _old = [];

    /// <summary>Writes distinct values, given in insertion order, in iteration order.</summary>
    public void Sort(ReadOnlySpan<long> values, Span<long> ordered)
    {
        int size = 8;
        int used = 0;
        Reset(ref _table, size);
        foreach (long value in values)
        {
            if (!Insert(_table, size - 1, value)) continue;
            used++;
            if (used * 5L < (size - 1) * 3L) continue;
            int minimum = used > 50_000 ? used * 2 : used * 4;
            int oldSize = size;
            size = 8;
            while (size <= minimum) size <<= 1;
            (_old, _table) = (_table, _old);
            Reset(ref _table, size);
            for (int i = 0; i < oldSize; i++)
            {
                if (_old[i] >= 0) Insert(_table, size - 1, _old[i]);
            }
        }

        int next = 0;
        for (int i = 0; i < size; i++)
        {
            if (_table[i] >= 0) ordered[next++] = _table[i];
        }
    }

    private static void Reset(ref long[] table, int size)
    {
        if (table.Length < size) table = new long[size];
        table.AsSpan(0, size).Fill(-1);
    }

    private static bool Insert(long[] table, int mask, long value)
    {
        int slot = (int)(value & mask);
        ulong perturb = (ulong)value;
        while (true)
        {
            int probes = slot + LinearProbes <= mask ? LinearProbes : 0;
            for (int i = slot; i <= slot + probes; i++)
            {
                if (table[i] == value) return false;
                if (table[i] < 0)
                {
                    table[i] = value;
                    return true;
                }
            }

            perturb >>= PerturbShift;
            slot = (int)((uint)(slot * 5 + 1 + (int)perturb) & (uint)mask);
        }
    }
}
