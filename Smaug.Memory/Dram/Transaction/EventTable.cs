using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>
/// The pending events of one controller: every event exists once, so a slot per event suffices. At equal time the event
/// scheduled last runs first, as in the event queue of the reference (a stack per time); some results depend on it.
/// </summary>
internal sealed class EventTable
{
    public const int NextBurst = 0;
    public const int Response = 1;
    public const int WakeUp = 2;
    public const int FirstRankSlot = 4;
    public const int SlotsPerRank = 5;
    private const long Never = long.MaxValue;
    private const int Unknown = -1;

    private readonly long[] _time;
    private readonly long[] _order;
    private long _scheduled;

    // The slot of the next event and that of the next one of the ranks, which are many but rarely change; negative while
    // they have to be looked for.
    private int _next = Unknown;
    private int _nextOfRanks = Unknown;

    public EventTable(int slots)
    {
        // Whole vectors: the slots beyond the last one stay empty.
        _time = new long[(slots + Vector256<long>.Count - 1) / Vector256<long>.Count * Vector256<long>.Count];
        _order = new long[_time.Length];
        Array.Fill(_time, Never);
    }

    public long NextTime
    {
        get
        {
            if (_next == Unknown) FindNext();
            return _time[_next];
        }
    }

    public static int SlotCount(int ranks) => FirstRankSlot + SlotsPerRank * ranks;

    public static int RankSlot(int rank, RankEvent kind) => FirstRankSlot + SlotsPerRank * rank + (int)kind;

    public bool IsPending(int slot) => _time[slot] != Never;

    public long TimeOf(int slot) => _time[slot];

    public void Schedule(int slot, long time)
    {
        _time[slot] = time;
        _order[slot] = ++_scheduled;
        if (slot >= FirstRankSlot)
        {
            if (slot == _nextOfRanks) _nextOfRanks = Unknown;
            else if (_nextOfRanks != Unknown && time <= _time[_nextOfRanks]) _nextOfRanks = slot;
        }

        if (slot == _next) _next = Unknown;
        else if (_next != Unknown && time <= _time[_next]) _next = slot;
    }

    public int TakeNext(out long time)
    {
        if (_next == Unknown) FindNext();
        int slot = _next;
        time = _time[slot];
        _time[slot] = Never;
        _next = Unknown;
        if (slot == _nextOfRanks) _nextOfRanks = Unknown;
        return slot;
    }

    private void FindNext()
    {
        if (_nextOfRanks == Unknown) FindNextOfRanks();
        int best = _nextOfRanks;
        if (IsBefore(NextBurst, best)) best = NextBurst;
        if (IsBefore(Response, best)) best = Response;
        if (IsBefore(WakeUp, best)) best = WakeUp;
        _next = best;
    }

    private bool IsBefore(int slot, int other)
    {
        long difference = _time[slot] - _time[other];
        return difference < 0 || (difference == 0 && _order[slot] > _order[other]);
    }

    private void FindNextOfRanks()
    {
        ReadOnlySpan<Vector256<long>> times = MemoryMarshal.Cast<long, Vector256<long>>(_time);
        const int First = FirstRankSlot / 4;
        Vector256<long> earliest = times[First];
        for (int i = First + 1; i < times.Length; i++) earliest = Vector256.Min(earliest, times[i]);
        Vector128<long> half = Vector128.Min(earliest.GetLower(), earliest.GetUpper());
        long time = Math.Min(half[0], half[1]);
        int best = -1;
        for (int i = First; i < times.Length; i++)
        {
            uint equal = Vector256.Equals(times[i], Vector256.Create(time)).ExtractMostSignificantBits();
            for (; equal != 0; equal &= equal - 1)
            {
                int slot = (i * Vector256<long>.Count) + BitOperations.TrailingZeroCount(equal);
                if (best < 0 || _order[slot] > _order[best]) best = slot;
            }
        }

        _nextOfRanks = best;
    }
}

/// <summary>The single-shot events of one rank.</summary>
internal enum RankEvent
{
    Activate,
    Precharge,
    Refresh,
    Power,
    WriteDone,
}
