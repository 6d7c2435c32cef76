using System.Globalization;
using Smaug.Core;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Command;

/// <summary>The refreshes of a channel: when the next one of each rank is due, and those that wait, in order.</summary>
internal sealed class RefreshQueue
{
    private readonly IRefreshManager _manager;
    private readonly BankStates _banks;
    private readonly long _interval;
    private readonly long[] _due;
    private readonly int[] _nextBank;
    private int[] _waiting;

    public RefreshQueue(IRefreshManager manager, DramPreset preset, BankStates banks)
    {
        _manager = manager;
        _banks = banks;
        IsPerBank = manager.IsPerBank;
        // Per-bank refreshes come as often as each bank needs one every nREFI.
        _interval = IsPerBank ? Math.Max(1, preset.RefreshIntervalCycles / banks.PerRank) : preset.RefreshIntervalCycles;
        _due = new long[banks.Ranks];
        _nextBank = new int[banks.Ranks];
        _waiting = new int[4 * banks.Ranks];
        for (int rank = 0; rank < _due.Length; rank++) _due[rank] = DueAfter(rank, 0);
        NextDue = _due.Min();
    }

    /// <summary>Whether each refresh takes one bank instead of all banks of a rank.</summary>
    public bool IsPerBank { get; }

    /// <summary>Cycle of the next refresh that falls due.</summary>
    public long NextDue { get; private set; }

    public int Count { get; private set; }

    /// <summary>The bank that a waiting refresh takes; of an all-bank refresh the first bank of its rank.</summary>
    public int this[int index] => _waiting[index];

    /// <summary>Lets what has fallen due wait.</summary>
    public void Advance(long clock)
    {
        if (clock < NextDue) return;
        NextDue = long.MaxValue;
        for (int rank = 0; rank < _due.Length; rank++)
        {
            if (_due[rank] <= clock)
            {
                if (Count == _waiting.Length) Array.Resize(ref _waiting, 2 * Count);
                _waiting[Count++] = rank * _banks.PerRank + _nextBank[rank];
                if (IsPerBank && ++_nextBank[rank] == _banks.PerRank) _nextBank[rank] = 0;
                _due[rank] = DueAfter(rank, _due[rank]);
            }

            NextDue = Math.Min(NextDue, _due[rank]);
        }
    }

    public void RemoveAt(int index)
    {
        Count--;
        Array.Copy(_waiting, index + 1, _waiting, index, Count - index);
    }

    /// <summary>The next command of a waiting refresh: what it refreshes must be closed first.</summary>
    public DramCommandKind FirstCommand(int index)
    {
        int bank = _waiting[index];
        if (IsPerBank) return _banks.OpenRow[bank] >= 0 ? DramCommandKind.Precharge : DramCommandKind.RefreshBank;
        return _banks.OpenInRank[_banks.RankOf(bank)] > 0 ? DramCommandKind.PrechargeAll : DramCommandKind.Refresh;
    }

    private long DueAfter(int rank, long previous)
    {
        long due = _manager.NextDue(rank, _due.Length, _interval, previous);
        if (due > previous) return due;
        throw new SimulationException(string.Create(CultureInfo.InvariantCulture,
            $"DRAM refresh manager {_manager.Name}: gives cycle {due} for the refresh of rank {rank} that follows the one of cycle {previous}; must be later"));
    }
}
