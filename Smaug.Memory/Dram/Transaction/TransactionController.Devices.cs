using System.Numerics;
using System.Runtime.CompilerServices;
using Smaug.Core.Units;
using Smaug.Memory.Arithmetic;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>The devices behind the queues: address mapping, banks, and the refresh of each rank.</summary>
public sealed partial class TransactionController
{
    // Periods of refresh that are taken event by event at the end of a long pause.
    private const int PeriodsTaken = 2;

    private TransactionRank[] _ranks = [];
    private BankTimes[] _banks = [];
    private bool[] _waiting = [];
    private bool[] _earliest = [];
    private bool _hasGroups;
    private long[] _readAllowed = [];
    private long[] _writeAllowed = [];
    private int _groupsPerRank;
    private int _burstShift;
    private int _activeRank;
    private int _ranksInRefresh;
    private int _burstBytes, _banksPerRank, _writeHigh, _writeLow;
    private Divisor _columnsBelowBank, _banksDivisor, _ranksDivisor, _columnsAboveRank, _rowsPerBank;
    private long _longPause;
    private long _now, _nextBurst, _nextRequestTime;
    private long _frontend, _backend, _burst, _columnLong, _writeLong, _activateToColumn, _columnToData, _precharge,
        _activateToPrecharge, _writeRecovery, _readToPrecharge, _activateToActivate, _activateLong, _activationWindow, _refresh,
        _refreshInterval, _writeToRead, _readToWrite, _readToWriteBus, _rankSwitch, _rankToRank;

    private void InitializeDevices()
    {
        TransactionConfiguration c = Configuration;
        InitializeTimes(c);
        _burstBytes = c.BurstBytes;
        _banksPerRank = c.BanksPerRank;
        _burstShift = BitOperations.Log2((uint)c.BurstBytes);
        _banksDivisor = new Divisor(c.BanksPerRank);
        _ranksDivisor = new Divisor(c.Ranks);
        _rowsPerBank = new Divisor(c.RowsPerBank);
        int columns = c.RowBytes / c.BurstBytes;
        int stripe = c.Mapping == TransactionMapping.RoCoRaBaCh ? (c.ChannelInterleaveBytes ?? c.BurstBytes) / c.BurstBytes : columns;
        _columnsBelowBank = new Divisor(stripe);
        _columnsAboveRank = new Divisor(columns / stripe);
        _writeHigh = c.WriteQueueBursts * c.WriteHighPercent / 100;
        _writeLow = c.WriteQueueBursts * c.WriteLowPercent / 100;
        _hasGroups = c.BankGroups > 0;
        _groupsPerRank = Math.Max(1, c.BankGroups);
        _readAllowed = new long[c.Ranks * _groupsPerRank];
        _writeAllowed = new long[c.Ranks * _groupsPerRank];
        _banks = new BankTimes[c.Ranks * c.BanksPerRank];
        _waiting = new bool[_banks.Length];
        _earliest = new bool[_banks.Length];
        _ranks = new TransactionRank[c.Ranks];
        for (int r = 0; r < c.Ranks; r++)
        {
            var counters = new RankCounters(_burstBytes, _burst);
            Statistics.Ranks.Add(counters);
            _ranks[r] = new TransactionRank(r, c.Timing.ActivationLimit, counters) { FirstBank = r * c.BanksPerRank };
            _events.Schedule(EventTable.RankSlot(r, RankEvent.Refresh), _now + _refreshInterval - _precharge);
            for (int b = 0; b < c.BanksPerRank; b++)
            {
                _banks[r * c.BanksPerRank + b] = new BankTimes
                {
                    OpenRow = BankTimes.NoRow,
                    Group = _hasGroups ? b % c.BankGroups : b,
                    Columns = (r * _groupsPerRank) + (b % _groupsPerRank),
                };
            }
        }

        _nextBurst = _now + _precharge + _activateToColumn;
    }

    private void InitializeTimes(TransactionConfiguration c)
    {
        TransactionTiming t = c.Timing;
        _frontend = c.FrontendLatency.Picoseconds;
        _backend = c.BackendLatency.Picoseconds;
        _burst = t.Burst.Picoseconds;
        _columnLong = t.ColumnToColumnLong.Picoseconds;
        _writeLong = t.WriteToWriteLong.Picoseconds;
        _activateToColumn = t.ActivateToColumn.Picoseconds;
        _columnToData = t.ColumnToData.Picoseconds;
        _precharge = t.Precharge.Picoseconds;
        _activateToPrecharge = t.ActivateToPrecharge.Picoseconds;
        _writeRecovery = t.WriteRecovery.Picoseconds;
        _readToPrecharge = t.ReadToPrecharge.Picoseconds;
        _activateToActivate = t.ActivateToActivate.Picoseconds;
        _activateLong = t.ActivateToActivateLong.Picoseconds;
        _activationWindow = t.ActivationWindow.Picoseconds;
        _refresh = t.Refresh.Picoseconds;
        _refreshInterval = t.RefreshInterval.Picoseconds;
        _rankSwitch = t.RankSwitch.Picoseconds;
        _readToWriteBus = t.ReadToWrite.Picoseconds;
        _writeToRead = _columnToData + _burst + t.WriteToRead.Picoseconds;
        _readToWrite = t.ReadToWrite.Picoseconds + _burst;
        _rankToRank = _rankSwitch + _burst;

        // Skipping needs a pause in each period, from the end of a refresh to the next one.
        long period = _refreshInterval - _precharge;
        _longPause = period > _refresh ? (PeriodsTaken + 2) * period : long.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Burst Queue(BurstQueue queue, ulong address, int bytes, int packet)
    {
        ulong x = _columnsBelowBank.Quotient(address >> _burstShift);
        x = _banksDivisor.Quotient(x, out int bank);
        x = _columnsAboveRank.Quotient(_ranksDivisor.Quotient(x, out int rank));
        ref Burst burst = ref queue.Append(address);
        burst.Row = (long)_rowsPerBank.Remainder(x);
        burst.Entry = _now;
        burst.Bytes = bytes;
        burst.Packet = packet;
        burst.Rank = rank;
        burst.BankIndex = (rank * _banksPerRank) + bank;
        return ref burst;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Activate(TransactionRank rank, int bankIndex, long time, long row)
    {
        rank.Counters.Activates++;
        ref BankTimes bank = ref _banks[bankIndex];
        bank.OpenRow = row;
        bank.RowAccesses = 0;
        rank.ActiveBanks++;
        bank.PrechargeAllowed = time + _activateToPrecharge;
        bank.ColumnAllowed = Math.Max(bank.ColumnAllowed, time + _activateToColumn);
        long oldest = rank.PushActivation(time);
        long window = oldest != 0 && time - oldest < _activationWindow ? oldest + _activationWindow : 0;
        for (int b = rank.FirstBank; b < rank.FirstBank + _banksPerRank; b++)
        {
            ref BankTimes other = ref _banks[b];
            long delay = _hasGroups && other.Group == bank.Group ? _activateLong : _activateToActivate;
            other.ActivateAllowed = Math.Max(other.ActivateAllowed, Math.Max(time + delay, window));
        }

        _observer?.OnCommand(DramCommandKind.Activate, new SimTime(time), rank.Index, bankIndex - rank.FirstBank);

        // An active rank stays so until this bank is closed again: the event would find nothing to do.
        if (rank.Power == RankPower.Active && !_events.IsPending(EventTable.RankSlot(rank.Index, RankEvent.Power))) return;
        int slot = EventTable.RankSlot(rank.Index, RankEvent.Activate);
        if (!_events.IsPending(slot) || _events.TimeOf(slot) > time) _events.Schedule(slot, time);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Precharge(TransactionRank rank, int bankIndex, long time)
    {
        rank.Counters.Precharges++;
        ref BankTimes bank = ref _banks[bankIndex];
        bank.OpenRow = BankTimes.NoRow;
        bank.PrechargeAllowed = time;
        bank.ActivateAllowed = Math.Max(bank.ActivateAllowed, time + _precharge);
        rank.ActiveBanks--;
        _observer?.OnCommand(DramCommandKind.Precharge, new SimTime(time), rank.Index, bankIndex - rank.FirstBank);

        if (rank.PrechargeEnd < time + _precharge)
        {
            rank.PrechargeEnd = time + _precharge;
            rank.PrechargeOrder = _events.NextOrder();
        }

        // The end of the precharges matters only when they leave all banks closed.
        if (rank.ActiveBanks == 0) _events.Schedule(EventTable.RankSlot(rank.Index, RankEvent.Precharge), rank.PrechargeEnd, rank.PrechargeOrder);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OnRankEvent(int slot)
    {
        (int index, int kind) = Math.DivRem(slot - EventTable.FirstRankSlot, EventTable.SlotsPerRank);
        TransactionRank rank = _ranks[index];
        switch ((RankEvent)kind)
        {
            case RankEvent.Activate:
                if (rank.Power != RankPower.Active) SchedulePower(rank, RankPower.Active);
                break;
            case RankEvent.Precharge:
                if (rank.ActiveBanks == 0) SchedulePower(rank, RankPower.Idle);
                break;
            case RankEvent.Refresh:
                OnRefresh(rank);
                break;
            default:
                OnPower(rank);
                break;
        }
    }

    private void SchedulePower(TransactionRank rank, RankPower state)
    {
        rank.NextPower = state;
        _events.Schedule(EventTable.RankSlot(rank.Index, RankEvent.Power), _now);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OnRefresh(TransactionRank rank)
    {
        if (rank.Refresh == RefreshState.Idle)
        {
            rank.RefreshDue = _now;
            rank.Refresh = RefreshState.Drain;
            _ranksInRefresh++;
            _observer?.OnRefreshDue(rank.Index, new SimTime(_now));
        }

        if (rank.Refresh == RefreshState.Drain)
        {
            if (rank.Index == _activeRank && _events.HasBurst()) return;
            rank.Refresh = RefreshState.Ready;
        }

        switch (rank.Refresh)
        {
            case RefreshState.Ready:
                rank.Refresh = RefreshState.Precharge;
                PrechargeForRefresh(rank);
                break;
            case RefreshState.Start:
                StartRefresh(rank);
                break;
            case RefreshState.Run:
                _observer?.OnRefreshDone(rank.Index, new SimTime(_now));
                SchedulePower(rank, RankPower.Idle);
                _events.Schedule(EventTable.RankSlot(rank.Index, RankEvent.Refresh), rank.RefreshDue - _precharge);
                break;
            default:
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PrechargeForRefresh(TransactionRank rank)
    {
        if (rank.ActiveBanks == 0)
        {
            // Otherwise a precharge is under way, and its event goes on with the refresh.
            bool isDrained = rank.Reads == 0 && !_events.IsPending(EventTable.RankSlot(rank.Index, RankEvent.Precharge));
            if (rank.Power == RankPower.Idle && isDrained) SchedulePower(rank, RankPower.Refresh);
            return;
        }

        int end = rank.FirstBank + _banksPerRank;
        long time = _now;
        for (int b = rank.FirstBank; b < end; b++) time = Math.Max(time, _banks[b].PrechargeAllowed);
        for (int b = rank.FirstBank; b < end; b++)
        {
            ref BankTimes bank = ref _banks[b];
            if (bank.OpenRow != BankTimes.NoRow)
            {
                Precharge(rank, b, time);
                continue;
            }

            bank.ActivateAllowed = Math.Max(bank.ActivateAllowed, time + _precharge);
            bank.PrechargeAllowed = Math.Max(bank.PrechargeAllowed, time);
        }
    }

    private void StartRefresh(TransactionRank rank)
    {
        rank.Counters.Refreshes++;
        long end = _now + _refresh;
        for (int b = rank.FirstBank; b < rank.FirstBank + _banksPerRank; b++) _banks[b].ActivateAllowed = end;
        _observer?.OnCommand(DramCommandKind.Refresh, new SimTime(_now), rank.Index, -1);
        rank.RefreshDue += _refreshInterval;
        rank.Refresh = RefreshState.Run;
        _events.Schedule(EventTable.RankSlot(rank.Index, RankEvent.Refresh), end);
    }

    /// <summary>
    /// Counts refreshes without taking their events while nothing else can happen. A period changes nothing but counters and times that the next
    /// one sets anew, so that the last ones are taken as events; ranks that refresh in the same instant begin in the order opposite to that of
    /// the ends before, and end in the opposite one again. Nothing is skipped that an observer would be told.
    /// </summary>
    private void SkipIdleRefreshes(long until)
    {
        if (_observer is not null || _reads.Count > 0 || _responses.Count > 0 || _writes.Count > _writeLow || _writing || _writingNext || _ranksInRefresh > 0) return;
        if (!_events.HasRefreshesOnly(_ranks.Length)) return;
        long last = 0;
        foreach (TransactionRank rank in _ranks)
        {
            if (rank.Power != RankPower.Idle) return;
            last = Math.Max(last, _events.TimeOf(EventTable.RankSlot(rank.Index, RankEvent.Refresh)));
        }

        long period = _refreshInterval - _precharge;
        long periods = ((until - last) / period) - PeriodsTaken;
        if (periods <= 0) return;
        _events.DelayRefreshes(_ranks.Length, periods * period);
        foreach (TransactionRank rank in _ranks)
        {
            rank.Counters.Refreshes += periods;
            rank.Counters.ActivePicoseconds += periods * _refresh;
        }
    }

    private void OnPower(TransactionRank rank)
    {
        RankPower previous = rank.Power;
        rank.Power = rank.NextPower;
        if (previous != RankPower.Idle) rank.Counters.ActivePicoseconds += _now - rank.PowerSince;
        rank.PowerSince = _now;
        if (rank.Power == RankPower.Idle && previous == RankPower.Refresh)
        {
            rank.Refresh = RefreshState.Idle;
            _ranksInRefresh--;
            ScheduleNextBurst();
        }
        else if (rank.Power == RankPower.Idle && rank.Refresh == RefreshState.Precharge
            && !_events.IsPending(EventTable.RankSlot(rank.Index, RankEvent.Activate)))
        {
            rank.Power = RankPower.Refresh;
        }

        if (rank.Power != RankPower.Refresh || rank.Refresh == RefreshState.Run) return;
        rank.Refresh = RefreshState.Start;
        _events.Schedule(EventTable.RankSlot(rank.Index, RankEvent.Refresh), _now);
    }
}
