namespace Smaug.Memory.Dram.Transaction;

/// <summary>One burst in a queue of the controller.</summary>
internal struct Burst
{
    public ulong Address;
    public int Bytes;
    public int Rank;
    public int Bank;
    public int BankIndex;
    public long Row;
    public long Entry;
    public long Ready;
    public int Packet;
}

/// <summary>A bounded queue of bursts in order of arrival; entries may leave from any place.</summary>
internal sealed class BurstQueue(int capacity)
{
    private readonly Burst[] _entries = new Burst[capacity];

    public int Capacity => capacity;

    public int Count { get; private set; }

    public ref Burst this[int index] => ref _entries[index];

    public void Append(in Burst burst) => _entries[Count++] = burst;

    public Burst RemoveAt(int index)
    {
        Burst burst = _entries[index];
        Count--;
        Array.Copy(_entries, index + 1, _entries, index, Count - index);
        return burst;
    }

    /// <summary>Whether one entry holds every byte of the range.</summary>
    public bool Covers(ulong address, int bytes)
    {
        for (int i = 0; i < Count; i++)
        {
            ref Burst entry = ref _entries[i];
            if (entry.Address <= address && address + (ulong)bytes <= entry.Address + (ulong)entry.Bytes) return true;
        }

        return false;
    }

    /// <summary>Whether an entry lies in the burst that starts at the aligned address.</summary>
    public bool HoldsBurst(ulong aligned, ulong offsetMask)
    {
        for (int i = 0; i < Count; i++)
        {
            if ((_entries[i].Address & ~offsetMask) == aligned) return true;
        }

        return false;
    }
}

/// <summary>The read packets in flight; a packet may consist of several bursts.</summary>
internal sealed class PacketTable
{
    private readonly Packet[] _packets;
    private readonly int[] _free;
    private int _freeCount;

    public PacketTable(int capacity)
    {
        // One spare entry: a read that the write queue serves holds a place while all others are taken.
        _packets = new Packet[capacity + 1];
        _free = new int[capacity + 1];
        while (_freeCount < _free.Length) _free[_freeCount] = _freeCount++;
    }

    public ref readonly Packet this[int index] => ref _packets[index];

    public int Add(long tag, ulong address, long arrival, int bursts)
    {
        int index = _free[--_freeCount];
        _packets[index] = new Packet { Tag = tag, Address = address, Arrival = arrival, Remaining = bursts };
        return index;
    }

    /// <summary>Counts finished bursts of a packet; true when it was the last one.</summary>
    public bool Complete(int index, int bursts) => (_packets[index].Remaining -= bursts) == 0;

    public void Free(int index) => _free[_freeCount++] = index;

    public struct Packet
    {
        public long Tag;
        public ulong Address;
        public long Arrival;
        public int Remaining;
    }
}
