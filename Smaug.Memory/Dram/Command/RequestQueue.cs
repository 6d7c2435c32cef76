using System.Numerics;

namespace Smaug.Memory.Dram.Command;

/// <summary>
/// A bounded queue whose entries are also indexed by bank. Per bank it knows the oldest entry that hits the open row and the
/// oldest other one: all entries of a bank in one of these classes need the same command, so a scheduler that prefers ready,
/// then old requests has to look at no others.
/// </summary>
internal sealed class RequestQueue
{
    public const int MaxCapacity = 64;
    private const int None = -1;
    private const int FewEntries = 3;

    private readonly Request[] _slots;
    private readonly long[] _order;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly ulong[] _slotsOfBank;
    private readonly int[] _oldestHit;
    private readonly int[] _oldestOther;
    private readonly int[] _activeBanks;
    private readonly int[] _position;
    private readonly int[] _openRow;
    private readonly long[] _quietUntil;
    private ulong _free;
    private long _accepted;
    private int _tail = None;

    /// <param name="capacity">Entries, 1 to 64.</param>
    /// <param name="openRow">The open row of each bank, -1 if closed; shared with the controller.</param>
    public RequestQueue(int capacity, int[] openRow)
    {
        Capacity = capacity;
        _openRow = openRow;
        _slots = new Request[capacity];
        _order = new long[capacity];
        _next = new int[capacity];
        _previous = new int[capacity];
        _slotsOfBank = new ulong[openRow.Length];
        _oldestHit = new int[openRow.Length];
        _oldestOther = new int[openRow.Length];
        _activeBanks = new int[openRow.Length];
        _position = new int[openRow.Length];
        _quietUntil = new long[openRow.Length];
        Array.Fill(_oldestHit, None);
        Array.Fill(_oldestOther, None);
        _free = capacity == 64 ? ulong.MaxValue : (1UL << capacity) - 1;
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    /// <summary>Slot of the oldest entry; -1 when empty.</summary>
    public int Head { get; private set; } = None;

    /// <summary>Banks that have entries, in no particular order.</summary>
    public ReadOnlySpan<int> ActiveBanks => _activeBanks.AsSpan(0, ActiveBankCount);

    public int ActiveBankCount { get; private set; }

    /// <summary>
    /// Cycle before which no entry can get its next command. The scheduler writes it; a new kind of entry in some bank resets
    /// it. Issued commands need not: they only ever delay others, so that a bound from before stays a bound.
    /// </summary>
    public long QuietUntil { get; set; }

    public ref Request this[int slot] => ref _slots[slot];

    public long Order(int slot) => _order[slot];

    public int Next(int slot) => _next[slot];

    public int OldestHit(int bank) => _oldestHit[bank];

    public int OldestOther(int bank) => _oldestOther[bank];

    /// <summary>As <see cref="QuietUntil"/>, for the entries of one bank.</summary>
    public ref long BankQuietUntil(int bank) => ref _quietUntil[bank];

    public int Append(in Request request)
    {
        int slot = BitOperations.TrailingZeroCount(_free);
        _free &= _free - 1;
        _slots[slot] = request;
        _order[slot] = ++_accepted;
        _next[slot] = None;
        _previous[slot] = _tail;
        if (_tail == None) Head = slot;
        else _next[_tail] = slot;
        _tail = slot;
        Count++;
        int bank = request.Bank;
        if (_slotsOfBank[bank] == 0)
        {
            _position[bank] = ActiveBankCount;
            _activeBanks[ActiveBankCount++] = bank;
        }

        _slotsOfBank[bank] |= 1UL << slot;
        int[] oldest = request.Row == _openRow[bank] ? _oldestHit : _oldestOther;
        if (oldest[bank] == None)
        {
            oldest[bank] = slot;
            ForgetQuiet(bank);
        }

        return slot;
    }

    public void Remove(int slot)
    {
        int bank = _slots[slot].Bank;
        (int previous, int next) = (_previous[slot], _next[slot]);
        if (previous == None) Head = next;
        else _next[previous] = next;
        if (next == None) _tail = previous;
        else _previous[next] = previous;
        _free |= 1UL << slot;
        Count--;
        ulong left = _slotsOfBank[bank] &= ~(1UL << slot);
        if (left == 0)
        {
            int last = _activeBanks[--ActiveBankCount];
            _activeBanks[_position[bank]] = last;
            _position[last] = _position[bank];
            _oldestHit[bank] = _oldestOther[bank] = None;
        }
        else if (BitOperations.PopCount(left) <= FewEntries)
        {
            if (_oldestHit[bank] == slot || _oldestOther[bank] == slot) FindOldest(bank);
        }
        else if (_oldestHit[bank] == slot)
        {
            _oldestHit[bank] = FindNext(bank, next, isHit: true);
        }
        else if (_oldestOther[bank] == slot)
        {
            _oldestOther[bank] = FindNext(bank, next, isHit: false);
        }
    }

    /// <summary>Finds the representatives of a bank anew; to be called when its row was opened or closed.</summary>
    public void Reclassify(int bank)
    {
        if (_slotsOfBank[bank] == 0) return;
        FindOldest(bank);
        ForgetQuiet(bank);
    }

    /// <summary>Entries of a bank that want its open row.</summary>
    public int CountHits(int bank)
    {
        int hits = 0;
        for (ulong slots = _slotsOfBank[bank]; slots != 0; slots &= slots - 1)
        {
            if (_slots[BitOperations.TrailingZeroCount(slots)].Row == _openRow[bank]) hits++;
        }

        return hits;
    }

    /// <summary>Whether an entry of the bank has exactly this byte address.</summary>
    public bool ContainsAddress(int bank, ulong address)
    {
        for (ulong slots = _slotsOfBank[bank]; slots != 0; slots &= slots - 1)
        {
            if (_slots[BitOperations.TrailingZeroCount(slots)].Address == address) return true;
        }

        return false;
    }

    private void ForgetQuiet(int bank)
    {
        _quietUntil[bank] = 0;
        QuietUntil = 0;
    }

    /// <summary>
    /// The first entry of a bank and class from an entry on, in order of age. In a bank with many entries, as streams have, the
    /// next one mostly is it.
    /// </summary>
    private int FindNext(int bank, int slot, bool isHit)
    {
        int row = _openRow[bank];
        while (slot != None && (_slots[slot].Bank != bank || _slots[slot].Row == row != isHit)) slot = _next[slot];
        return slot;
    }

    private void FindOldest(int bank)
    {
        int hit = None, other = None, row = _openRow[bank];
        for (ulong slots = _slotsOfBank[bank]; slots != 0; slots &= slots - 1)
        {
            int slot = BitOperations.TrailingZeroCount(slots);
            if (_slots[slot].Row == row)
            {
                if (hit == None || _order[slot] < _order[hit]) hit = slot;
            }
            else if (other == None || _order[slot] < _order[other])
            {
                other = slot;
            }
        }

        _oldestHit[bank] = hit;
        _oldestOther[bank] = other;
    }
}
