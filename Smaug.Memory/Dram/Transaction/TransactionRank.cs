using System.Runtime.CompilerServices;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>State of one bank: the open row and the earliest times (ps) of the next commands.</summary>
internal struct BankTimes
{
    public const long NoRow = -1;

    public long OpenRow;
    public long ActivateAllowed;
    public long PrechargeAllowed;

    /// <summary>From its activate: the earliest column command. That of other banks' column commands is kept per bank group.</summary>
    public long ColumnAllowed;
    public int RowAccesses;
    public int Group;

    /// <summary>Its place in the tables of column commands: one per rank, or per bank group of a rank.</summary>
    public int Columns;
}

/// <summary>Where a rank stands in its refresh.</summary>
internal enum RefreshState
{
    Idle,
    Drain,
    Ready,
    Precharge,
    Start,
    Run,
}

/// <summary>Power state of a rank, as far as the refresh needs it.</summary>
internal enum RankPower
{
    Idle,
    Active,
    Refresh,
}

/// <summary>State of one rank that is not a bank's.</summary>
internal sealed class TransactionRank(int index, int activationLimit, RankCounters counters)
{
    private readonly long[] _activations = new long[activationLimit];
    private int _oldest;

    public int Index => index;
    public int FirstBank;
    public int ActiveBanks;

    /// <summary>Scheduled reads whose data have not come. Writes are not counted: an idle rank has recovered from all of them.</summary>
    public int Reads;

    /// <summary>End of the last precharge, and its place among the events of that time.</summary>
    public long PrechargeEnd;
    public long PrechargeOrder;
    public long RefreshDue;
    public RefreshState Refresh;
    public RankPower Power;
    public RankPower NextPower;
    public long PowerSince;

    public RankCounters Counters => counters;

    /// <summary>A rank takes no bursts from the moment its refresh is due until the refresh is complete.</summary>
    public bool IsAvailable => Refresh == RefreshState.Idle;

    /// <summary>Records an activate and returns the time of the oldest one still in the window, 0 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long PushActivation(long time)
    {
        if (_activations.Length == 0) return 0;
        _activations[_oldest] = time;
        _oldest = _oldest + 1 == _activations.Length ? 0 : _oldest + 1;
        return _activations[_oldest];
    }
}
