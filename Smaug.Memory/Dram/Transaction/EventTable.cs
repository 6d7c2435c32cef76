using System.Numerics;
using System.Runtime.CompilerServices;
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
    public const int FirstRankSlot = 3;
    public const int SlotsPerRank = 4;
    private const long Never = long.MaxValue;
    private const long Past = -1;

    // The events of every burst stand alone, the others in whole vectors: the slots beyond the last one stay empty.
    private Pending _burst = new() { Time = Never };
    private Pending _response = new() { Time = Never };

    // A burst event that will find nothing to do unless something happens before it, and the last event that was taken.
    private Pending _idleBurst = new() { Time = Past };
    private Pending _taken;
    private readonly long[] _time;
    private readonly long[] _order;
    private long _scheduled;

    // The first of the other events; when that one has been moved back, a time that is not after the first of them.
    private Pending _other = new() { Time = Never };
    private int _otherSlot = WakeUp;
    private bool _isOtherOpen;

    public EventTable(int slots)
    {
        _time = new long[(slots + Vector256<long>.Count - 1) / Vector256<long>.Count * Vector256<long>.Count];
        _order = new long[_time.Length];
        Array.Fill(_time, Never);
    }

    public long NextTime
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            long time = Math.Min(_burst.Time, _response.Time);
            if (_isOtherOpen && _other.Time <= time) FindNextOther();
            return Math.Min(time, _other.Time);
        }
    }

    public static int SlotCount(int ranks) => FirstRankSlot + SlotsPerRank * ranks;

    public static int RankSlot(int rank, RankEvent kind) => FirstRankSlot + SlotsPerRank * rank + (int)kind;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ScheduleBurst(long time) => _burst = new Pending { Time = time, Order = ++_scheduled };

    /// <summary>Schedules a burst event that is left out if nothing asks for it before its time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ScheduleIdleBurst(long time) => _idleBurst = new Pending { Time = time, Order = ++_scheduled };

    /// <summary>Whether the event of the next burst is pending; an idle one is a real one from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasBurst()
    {
        if (_burst.Time != Never) return true;
        bool isPast = _idleBurst.Time < _taken.Time || (_idleBurst.Time == _taken.Time && _idleBurst.Order > _taken.Order);
        if (isPast) return false;
        _burst = _idleBurst;
        _idleBurst.Time = Past;
        return true;
    }

    /// <summary>Notes that all events up to a time, and those at it if so asked, have been taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pass(long time, bool inclusive)
    {
        if (time > _taken.Time) _taken = new Pending { Time = time, Order = long.MaxValue };
        if (inclusive && time == _taken.Time) _taken.Order = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ScheduleResponse(long time) => _response = new Pending { Time = time, Order = ++_scheduled };

    /// <summary>Whether an event other than those of bursts is pending.</summary>
    public bool IsPending(int slot) => _time[slot] != Never;

    /// <summary>Whether the next refresh of each rank is all that can happen.</summary>
    public bool HasRefreshesOnly(int ranks)
    {
        if (_burst.Time != Never || _response.Time != Never || _idleBurst.Time >= _taken.Time || IsPending(WakeUp)) return false;
        for (int rank = 0; rank < ranks; rank++)
        {
            if (!IsPending(RankSlot(rank, RankEvent.Refresh))) return false;
            if (IsPending(RankSlot(rank, RankEvent.Activate)) || IsPending(RankSlot(rank, RankEvent.Precharge)) || IsPending(RankSlot(rank, RankEvent.Power))) return false;
        }

        return true;
    }

    /// <summary>Puts the refreshes of all ranks off, in the order in which they are.</summary>
    public void DelayRefreshes(int ranks, long by)
    {
        for (int rank = 0; rank < ranks; rank++) _time[RankSlot(rank, RankEvent.Refresh)] += by;
        FindNextOther();
    }

    public long TimeOf(int slot) => _time[slot];

    /// <summary>The place among the events of a time of one that is scheduled now.</summary>
    public long NextOrder() => ++_scheduled;

    /// <summary>Schedules an event other than those of bursts, anew if it is pending.</summary>
    public void Schedule(int slot, long time) => Schedule(slot, time, NextOrder());

    /// <summary>Schedules an event, anew if it is pending, as if at the moment that gave it its order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Schedule(int slot, long time, long order)
    {
        _time[slot] = time;
        _order[slot] = order;
        if (time < _other.Time || (time == _other.Time && order >= _other.Order))
        {
            _other = new Pending { Time = time, Order = order };
            _otherSlot = slot;
            _isOtherOpen = false;
        }
        else if (slot == _otherSlot)
        {
            _isOtherOpen = true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TakeNext(out long time)
    {
        time = NextTime;
        int slot = _otherSlot;
        long order = _other.Time == time ? _other.Order : 0;
        if (_burst.Time == time && _burst.Order > order) (slot, order) = (NextBurst, _burst.Order);
        if (_response.Time == time && _response.Order > order) (slot, order) = (Response, _response.Order);
        _taken.Time = time;
        _taken.Order = order;
        if (slot == NextBurst)
        {
            _burst.Time = Never;
        }
        else if (slot == Response)
        {
            _response.Time = Never;
        }
        else
        {
            _time[slot] = Never;
            FindNextOther();
        }

        return slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindNextOther()
    {
        ReadOnlySpan<Vector256<long>> times = MemoryMarshal.Cast<long, Vector256<long>>(_time);
        Vector256<long> earliest = times[0];
        for (int i = 1; i < times.Length; i++) earliest = Vector256.Min(earliest, times[i]);
        Vector128<long> half = Vector128.Min(earliest.GetLower(), earliest.GetUpper());
        long time = Math.Min(half[0], half[1]);
        int best = -1;
        for (int i = 0; i < times.Length; i++)
        {
            uint equal = Vector256.Equals(times[i], Vector256.Create(time)).ExtractMostSignificantBits();
            for (; equal != 0; equal &= equal - 1)
            {
                int slot = (i * Vector256<long>.Count) + BitOperations.TrailingZeroCount(equal);
                if (best < 0 || _order[slot] > _order[best]) best = slot;
            }
        }

        _other = new Pending { Time = time, Order = _order[best] };
        _otherSlot = best;
        _isOtherOpen = false;
    }

    private struct Pending
    {
        public long Time;
        public long Order;
    }
}

/// <summary>The single-shot events of one rank.</summary>
internal enum RankEvent
{
    Activate,
    Precharge,
    Refresh,
    Power,
}
