using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>One burst in a queue of the controller.</summary>
internal struct Burst
{
    public ulong Address;
    public long Row;
    public long Entry;

    /// <summary>The tag of its packet, when it is the only burst of it.</summary>
    public long Tag;
    public int Bytes;
    public int Packet;
    public int Rank;
    public int BankIndex;
}

/// <summary>A bounded queue of bursts in order of arrival; entries may leave from any place.</summary>
internal sealed class BurstQueue
{
    private const int BucketBits = 10;

    // A ring: its length is a power of two.
    private readonly Burst[] _entries;
    private readonly int _mask;
    private int _first;

    // Number of entries per bucket of burst addresses, so that most questions for an address need no search.
    private readonly ushort[]? _buckets;
    private readonly int _shift;

    /// <summary>Creates an empty queue.</summary>
    /// <param name="capacity">Bursts that it holds.</param>
    /// <param name="searchedBurstBytes">Bytes of a burst, a power of two, when it is asked for addresses; else 0.</param>
    public BurstQueue(int capacity, int searchedBurstBytes = 0)
    {
        Capacity = capacity;
        _entries = new Burst[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _entries.Length - 1;
        if (searchedBurstBytes == 0) return;
        _buckets = new ushort[1 << BucketBits];
        _shift = BitOperations.Log2((uint)searchedBurstBytes);
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    public ref Burst this[int index]
    {
        // Without a check: a masked place lies within the ring.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_entries), (nint)(uint)((_first + index) & _mask));
    }

    /// <summary>Appends a burst of an address, which the caller fills.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Burst Append(ulong address)
    {
        if (_buckets is not null) _buckets[Bucket(address)]++;
        ref Burst burst = ref this[Count++];
        burst.Address = address;
        return ref burst;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RemoveAt(int index)
    {
        if (_buckets is not null) _buckets[Bucket(this[index].Address)]--;
        Count--;
        if (index == 0)
        {
            _first = (_first + 1) & _mask;
            return;
        }

        if (index > Count / 2)
        {
            for (int i = index; i < Count; i++) this[i] = this[i + 1];
            return;
        }

        for (int i = index; i > 0; i--) this[i] = this[i - 1];
        _first = (_first + 1) & _mask;
    }

    /// <summary>Whether one entry holds every byte of the range, which lies within one burst.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Covers(ulong address, int bytes) => _buckets![Bucket(address)] > 0 && FindCover(address, bytes);

    /// <summary>Whether an entry lies in the burst of an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HoldsBurst(ulong address) => _buckets![Bucket(address)] > 0 && FindBurst(address);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FindCover(ulong address, int bytes)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            ref Burst entry = ref this[i];
            if (entry.Address <= address && address + (ulong)bytes <= entry.Address + (ulong)entry.Bytes) return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FindBurst(ulong address)
    {
        ulong burst = address >> _shift;

        // The last one first: lines that share a burst mostly follow each other.
        for (int i = Count - 1; i >= 0; i--)
        {
            if (this[i].Address >> _shift == burst) return true;
        }

        return false;
    }

    // Multiplied, because a cache fetches a line in place of one that it writes back: their addresses have the low bits in common.
    private int Bucket(ulong address) => (int)(((uint)(address >> _shift) * 0x9E3779B1u) >> (32 - BucketBits));
}

/// <summary>A read burst whose data are on their way.</summary>
internal struct BurstAnswer
{
    public long Ready;
    public long Tag;
    public ulong Address;
    public long Arrival;
    public int Packet;
    public int Rank;
}

/// <summary>Read bursts whose data are on their way, first come, first served.</summary>
internal sealed class AnswerQueue(int capacity)
{
    private readonly BurstAnswer[] _entries = new BurstAnswer[capacity];
    private int _first;

    public int Count { get; private set; }

    public ref readonly BurstAnswer First => ref _entries[_first];

    /// <summary>Appends an answer, which the caller fills.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref BurstAnswer Append(long ready)
    {
        int place = _first + Count++;
        ref BurstAnswer answer = ref _entries[place < _entries.Length ? place : place - _entries.Length];
        answer.Ready = ready;
        return ref answer;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RemoveFirst()
    {
        _first = _first + 1 == _entries.Length ? 0 : _first + 1;
        Count--;
    }
}

/// <summary>The read packets in flight that consist of several bursts.</summary>
internal sealed class PacketTable
{
    /// <summary>In place of a packet: the burst is all of it.</summary>
    public const int None = -1;

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
        ref Packet packet = ref _packets[index];
        packet.Tag = tag;
        packet.Address = address;
        packet.Arrival = arrival;
        packet.Remaining = bursts;
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
