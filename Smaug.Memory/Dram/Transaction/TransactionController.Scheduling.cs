using System.Runtime.CompilerServices;
using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>The scheduling event: turn the bus, choose a burst, place it.</summary>
public sealed partial class TransactionController
{
    private bool _writing;
    private bool _writingNext;
    private int _writesThisTurn;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OnNextBurst()
    {
        bool switched = _writing != _writingNext;
        if (switched)
        {
            Statistics.BusTurnarounds++;
            _writesThisTurn = 0;
        }

        _writing = _writingNext;
        if (_ranksInRefresh > 0 && AllRanksBusy()) return;
        if (!(_writing ? ScheduleWrite(switched) : ScheduleRead(switched))) return;
        ScheduleFollowingBurst();
        if (!_retryWrite || _writes.Count >= _writes.Capacity) return;
        _retryWrite = false;
        _listener.OnRetry(isWrite: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScheduleFollowingBurst()
    {
        if (_events.HasBurst()) return;
        long time = Math.Max(_nextRequestTime, _now);
        bool isIdle = _reads.Count == 0 && _writes.Count <= _writeLow && !_writing && !_writingNext && _ranksInRefresh == 0;
        if (isIdle) _events.ScheduleIdleBurst(time);
        else _events.ScheduleBurst(time);
    }

    /// <summary>A rank that waits to drain may go on with its refresh now; with all ranks busy nothing can be scheduled.</summary>
    private bool AllRanksBusy()
    {
        int busy = 0;
        foreach (TransactionRank rank in _ranks)
        {
            if (rank.IsAvailable) continue;
            busy++;
            if (rank.Refresh != RefreshState.Drain) continue;
            rank.Refresh = RefreshState.Ready;
            _events.Schedule(EventTable.RankSlot(rank.Index, RankEvent.Refresh), _now);
        }

        return busy == _ranks.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ScheduleRead(bool switched)
    {
        if (_reads.Count == 0)
        {
            if (_writes.Count <= _writeLow) return false;
            _writingNext = true;
            return true;
        }

        int index = Choose(_reads, switched ? _rankSwitch : 0);
        if (index < 0) return false;
        long ready = Access(_reads, index);
        if (_responses.Count == 0) _events.ScheduleResponse(ready);
        ref readonly Burst burst = ref _reads[index];
        ref BurstAnswer answer = ref _responses.Append(ready);
        answer.Tag = burst.Tag;
        answer.Address = burst.Address;
        answer.Arrival = burst.Entry;
        answer.Packet = burst.Packet;
        answer.Rank = burst.Rank;
        _reads.RemoveAt(index);
        if (_writes.Count > _writeHigh) _writingNext = true;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ScheduleWrite(bool switched)
    {
        int index = _writes.Count == 0 ? -1 : Choose(_writes, switched ? Math.Min(_readToWriteBus, _rankSwitch) : 0);
        if (index < 0) return false;
        Access(_writes, index);
        _writes.RemoveAt(index);
        _writesThisTurn++;
        if (_writes.Count == 0 || _writes.Count + Configuration.MinWritesPerSwitch < _writeLow
            || (_reads.Count > 0 && _writesThisTurn >= Configuration.MinWritesPerSwitch))
        {
            _writingNext = false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Choose(BurstQueue queue, long extra)
    {
        if (queue.Count == 1) return _ranks[queue[0].Rank].IsAvailable ? 0 : -1;
        return Configuration.Scheduler == TransactionScheduler.Fcfs ? ChooseOldest(queue) : ChooseFirstReady(queue, extra);
    }

    private int ChooseOldest(BurstQueue queue)
    {
        for (int i = 0; i < queue.Count; i++)
        {
            if (_ranks[queue[i].Rank].IsAvailable) return i;
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ChooseFirstReady(BurstQueue queue, long extra)
    {
        long minimumColumn = Math.Max(_nextBurst + extra, _now);
        int hit = -1;
        for (int i = 0; i < queue.Count; i++)
        {
            ref Burst burst = ref queue[i];
            ref BankTimes bank = ref _banks[burst.BankIndex];
            if (bank.OpenRow != burst.Row || !IsAvailable(burst.Rank)) continue;
            if (Column(in bank) <= minimumColumn) return i;
            if (hit < 0) hit = i;
        }

        return ChooseEarliest(queue, minimumColumn, hit);
    }

    /// <summary>Chooses the first burst of a bank that can be opened early when no row hit keeps the bus busy: before a row hit only if
    /// its activate hides behind the data under way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ChooseEarliest(BurstQueue queue, long minimumColumn, int hit)
    {
        bool earliestKnown = false, hidden = false;
        for (int i = 0; i < queue.Count; i++)
        {
            ref Burst burst = ref queue[i];
            if (_banks[burst.BankIndex].OpenRow == burst.Row || !IsAvailable(burst.Rank)) continue;
            if (!earliestKnown)
            {
                hidden = FindEarliestBanks(queue, minimumColumn);
                if (hit >= 0 && !hidden) return hit;
                earliestKnown = true;
            }

            if (_earliest[burst.BankIndex]) return i;
        }

        return hit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsAvailable(int rank) => _ranksInRefresh == 0 || _ranks[rank].IsAvailable;

    /// <summary>
    /// Marks the banks that can take a column command without a gap on the bus or, when there is none, those that can be
    /// opened first. Returns whether the last bank's activate hides behind the data already under way.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FindEarliestBanks(BurstQueue queue, long minimumColumn)
    {
        Array.Clear(_waiting);
        for (int i = 0; i < queue.Count; i++)
        {
            if (IsAvailable(queue[i].Rank)) _waiting[queue[i].BankIndex] = true;
        }

        long hiddenLimit = Math.Max(minimumColumn - _activateToColumn, _now);
        long minimumActivate = long.MaxValue;
        bool seamlessFound = false, hidden = false;
        Array.Clear(_earliest);
        for (int b = 0; b < _banks.Length; b++)
        {
            if (!_waiting[b]) continue;
            ref BankTimes bank = ref _banks[b];
            long activate = bank.OpenRow == BankTimes.NoRow
                ? Math.Max(bank.ActivateAllowed, _now)
                : Math.Max(bank.PrechargeAllowed, _now) + _precharge;
            long column = Math.Max(Column(in bank), activate + _activateToColumn);
            bool seamless = column <= minimumColumn;
            if (!seamless && (seamlessFound || activate > minimumActivate)) continue;
            if (!seamlessFound && (seamless || activate < minimumActivate)) Array.Clear(_earliest);
            seamlessFound |= seamless;
            hidden = activate <= hiddenLimit;
            _earliest[b] = true;
            minimumActivate = activate;
        }

        return hidden;
    }

    /// <summary>
    /// Opens the row where needed and places the column command of a queued burst; the entry stays in its queue. Returns the end
    /// of its data.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Access(BurstQueue queue, int index)
    {
        ref Burst burst = ref queue[index];
        ref BankTimes bank = ref _banks[burst.BankIndex];
        TransactionRank rank = _ranks[burst.Rank];
        bool hit = bank.OpenRow == burst.Row;
        if (!hit)
        {
            if (bank.OpenRow != BankTimes.NoRow) Precharge(rank, burst.BankIndex, Math.Max(bank.PrechargeAllowed, _now));
            Activate(rank, burst.BankIndex, Math.Max(bank.ActivateAllowed, _now), burst.Row);
        }

        long command = Math.Max(Column(in bank), Math.Max(_nextBurst, _now));
        long ready = command + _columnToData + _burst;
        _activeRank = burst.Rank;
        if (_writing) UpdateColumnsAfterWrite(burst.Rank, bank.Columns, command);
        else UpdateColumnsAfterRead(burst.Rank, bank.Columns, command);
        bank.PrechargeAllowed = Math.Max(bank.PrechargeAllowed, _writing ? ready + _writeRecovery : command + _readToPrecharge);
        bank.RowAccesses++;
        _observer?.OnCommand(_writing ? DramCommandKind.Write : DramCommandKind.Read, new SimTime(command), burst.Rank,
            burst.BankIndex - rank.FirstBank);
        if (ClosesRow(queue, index)) Precharge(rank, burst.BankIndex, Math.Max(_now, bank.PrechargeAllowed));
        _nextBurst = command + _burst;
        _nextRequestTime = _nextBurst - (_precharge + _activateToColumn);
        CountAccess(in burst, rank, command, ready, hit);
        return ready;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CountAccess(in Burst burst, TransactionRank rank, long command, long ready, bool hit)
    {
        if (_writing)
        {
            rank.Counters.BurstsWritten++;
            Statistics.WriteQueueTimePicoseconds += _now - burst.Entry;
            if (hit) Statistics.WriteRowHits++;
        }
        else
        {
            rank.Reads++;
            rank.Counters.BurstsRead++;
            if (hit) Statistics.ReadRowHits++;
            Statistics.ReadAccessTimePicoseconds += ready - burst.Entry;
            Statistics.ReadQueueTimePicoseconds += command - burst.Entry;
        }

        if (_observer is not null) ObserveBurst(in burst, rank, ready);
    }

    /// <summary>Stands alone, so that what nobody watches makes no record.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ObserveBurst(in Burst burst, TransactionRank rank, long ready) =>
        _observer!.OnBurst(new BurstRecord(new SimTime(_now), burst.Address, _writing, burst.Rank, burst.BankIndex - rank.FirstBank,
            burst.Row, new SimTime(ready), new SimTime(_nextBurst)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ClosesRow(BurstQueue queue, int index)
    {
        TransactionPagePolicy policy = Configuration.PagePolicy;
        ref Burst burst = ref queue[index];
        if (policy == TransactionPagePolicy.Close) return true;
        if (_banks[burst.BankIndex].RowAccesses == Configuration.MaxAccessesPerRow) return true;
        if (policy == TransactionPagePolicy.Open) return false;
        bool conflict = false;
        for (int i = 0; i < queue.Count; i++)
        {
            if (i == index || queue[i].BankIndex != burst.BankIndex) continue;
            if (queue[i].Row == burst.Row) return false;
            conflict = true;
        }

        return conflict || policy == TransactionPagePolicy.CloseAdaptive;
    }

    /// <summary>Earliest column command of a bank in the direction of the bus.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Column(in BankTimes bank) => Math.Max(bank.ColumnAllowed, (_writing ? _writeAllowed : _readAllowed)[bank.Columns]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void UpdateColumnsAfterRead(int rank, int columns, long command)
    {
        UpdateColumns(rank, command, _burst, _readToWrite);
        if (!_hasGroups) return;
        Delay(ref _readAllowed[columns], command + _columnLong);
        Delay(ref _writeAllowed[columns], command + _columnLong);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void UpdateColumnsAfterWrite(int rank, int columns, long command)
    {
        UpdateColumns(rank, command, _writeToRead, _burst);
        if (!_hasGroups) return;
        Delay(ref _readAllowed[columns], command + _columnLong);
        Delay(ref _writeAllowed[columns], command + _writeLong);
    }

    /// <summary>Delays the column commands of a rank by times for reads and writes, and those of the other ranks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void UpdateColumns(int rank, long command, long read, long write)
    {
        int first = rank * _groupsPerRank;
        for (int i = 0; i < _readAllowed.Length; i++)
        {
            bool sameRank = i >= first && i < first + _groupsPerRank;
            Delay(ref _readAllowed[i], command + (sameRank ? read : _rankToRank));
            Delay(ref _writeAllowed[i], command + (sameRank ? write : _rankToRank));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Delay(ref long time, long until)
    {
        if (time < until) time = until;
    }
}
