using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Command;

/// <summary>
/// What the controllers of both rule sets share: queues, bank state, the list of reads waiting for data, statistics. A tick
/// is one controller cycle. After a tick in which nothing happened, <see cref="Wake"/> is the first cycle at which something
/// can, and <see cref="Skip"/> accounts for the cycles before it without evaluating them.
/// </summary>
internal abstract class ChannelController
{
    private readonly PendingReads _pending = new();

    protected ChannelController(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer)
    {
        Configuration = configuration;
        Preset = configuration.Preset;
        Channel = channel;
        Listener = listener;
        Observer = observer;
        int[] counts = configuration.Counts;
        Timing = new DeviceTiming(Preset, counts, configuration.RowPolicy.ClosesWithLastAccess);
        int banks = 1;
        for (int level = 1; level <= Preset.BankLevel; level++) banks *= counts[level];
        OpenRow = new int[banks];
        Array.Fill(OpenRow, -1);
        Hits = new int[banks];
        LastUse = new long[banks];
        // Refresh goes to ranks or pseudo channels; standards without either refresh the whole channel.
        BanksPerRank = Preset.Levels[1] is "Rank" or "PseudoChannel" ? Timing.BanksPerNode(1) : banks;
        OpenBanks = new int[banks / BanksPerRank];
        RefreshDue = new long[OpenBanks.Length];
        RefreshQueue = new int[4 * OpenBanks.Length];
        NextRefresh = long.MaxValue;
        for (int rank = 0; rank < OpenBanks.Length; rank++)
        {
            RefreshDue[rank] = configuration.Refresh.NextDue(rank, OpenBanks.Length, Preset.RefreshIntervalCycles, 0);
            NextRefresh = Math.Min(NextRefresh, RefreshDue[rank]);
        }

        ReadQueue = new RequestQueue(configuration.QueueEntries, OpenRow);
        WriteQueue = new RequestQueue(configuration.QueueEntries, OpenRow);
    }

    public DramStatistics Statistics { get; } = new();

    public long Clock { get; protected set; }

    /// <summary>Valid after a tick that returned false.</summary>
    public long Wake { get; protected set; }

    /// <summary>Requests between their first command and their delivery (reads) or write command.</summary>
    public int Serving { get; protected set; }

    /// <summary>Whether the trace is over: writes go as soon as one is queued (rules of Ramulator 1).</summary>
    public bool Draining { get; set; }

    public abstract bool HasWork { get; }

    /// <summary>Whether reads or writes are unfinished; refreshes do not count.</summary>
    public abstract bool HasRequests { get; }

    protected DramConfiguration Configuration { get; }

    protected DramPreset Preset { get; }

    protected int Channel { get; }

    protected IDramListener Listener { get; }

    protected IDramCommandObserver? Observer { get; }

    protected DeviceTiming Timing { get; }

    protected RequestQueue ReadQueue { get; }

    protected RequestQueue WriteQueue { get; }

    protected PendingReads Pending => _pending;

    protected int[] OpenRow { get; }

    protected int[] Hits { get; }

    protected long[] LastUse { get; }

    protected int BanksPerRank { get; }

    /// <summary>Open banks of each rank.</summary>
    protected int[] OpenBanks { get; }

    protected long[] RefreshDue { get; }

    protected long NextRefresh { get; set; }

    /// <summary>Ranks whose refresh is due, in order.</summary>
    protected int[] RefreshQueue { get; private set; }

    protected int RefreshCount { get; set; }

    protected bool Refused { get; set; }

    protected bool Released { get; set; }

    public abstract bool TryEnqueue(in DramAddress place, ulong address, bool isWrite, long tag);

    /// <summary>One cycle; false when nothing was issued, delivered or injected.</summary>
    public abstract bool Tick();

    /// <summary>Passes cycles in which nothing can happen.</summary>
    public virtual void Skip(long cycles)
    {
        Clock += cycles;
        Statistics.ReadQueueLengthSum += cycles * (ReadQueue.Count + _pending.Count);
        Statistics.WriteQueueLengthSum += cycles * WriteQueue.Count;
    }

    protected void CountQueues()
    {
        Statistics.ReadQueueLengthSum += ReadQueue.Count + _pending.Count;
        Statistics.WriteQueueLengthSum += WriteQueue.Count;
    }

    protected bool InjectRefresh()
    {
        if (Clock < NextRefresh) return false;
        NextRefresh = long.MaxValue;
        for (int rank = 0; rank < RefreshDue.Length; rank++)
        {
            if (RefreshDue[rank] <= Clock)
            {
                if (RefreshCount == RefreshQueue.Length)
                {
                    int[] longer = new int[2 * RefreshCount];
                    RefreshQueue.CopyTo(longer, 0);
                    RefreshQueue = longer;
                }

                RefreshQueue[RefreshCount++] = rank;
                RefreshDue[rank] = Configuration.Refresh.NextDue(rank, RefreshDue.Length, Preset.RefreshIntervalCycles, RefreshDue[rank]);
            }

            NextRefresh = Math.Min(NextRefresh, RefreshDue[rank]);
        }

        return true;
    }

    protected void RemoveRefresh(int index)
    {
        RefreshCount--;
        Array.Copy(RefreshQueue, index + 1, RefreshQueue, index, RefreshCount - index);
    }

    /// <summary>The next command of a refresh: all banks of the rank must be closed first.</summary>
    protected DramCommandKind FirstCommandOfRefresh(int rank) =>
        OpenBanks[rank] > 0 ? DramCommandKind.PrechargeAll : DramCommandKind.Refresh;

    /// <summary>Issues a command of a refresh; true when it was the refresh itself.</summary>
    protected bool IssueRefresh(int rank, DramCommandKind command)
    {
        int bank = rank * BanksPerRank;
        Timing.Issue(command, bank, Clock);
        Observer?.OnCommand(new DramCommandRecord(Clock, command, Channel, bank, -1, -1, IsWrite: false));
        if (command == DramCommandKind.Refresh)
        {
            Statistics.Refreshes++;
            return true;
        }

        for (int b = bank; b < bank + BanksPerRank; b++)
        {
            if (OpenRow[b] >= 0) SetRow(b, -1);
        }

        return false;
    }

    protected void SetRow(int bank, int row)
    {
        OpenBanks[bank / BanksPerRank] += (row >= 0 ? 1 : 0) - (OpenRow[bank] >= 0 ? 1 : 0);
        OpenRow[bank] = row;
        ReadQueue.Reclassify(bank);
        WriteQueue.Reclassify(bank);
    }

    /// <summary>Counts what the request meets in its bank; to be called before its first command.</summary>
    protected void Classify(ref Request request)
    {
        int row = OpenRow[request.Bank];
        request.Outcome = row == request.Row ? DramOutcome.Hit : row < 0 ? DramOutcome.Miss : DramOutcome.Conflict;
        Statistics.TransactionBytes += Preset.TransactionBytes;
        Serving++;
        switch (request.Outcome, request.IsWrite)
        {
            case (DramOutcome.Hit, false): Statistics.ReadRowHits++; break;
            case (DramOutcome.Miss, false): Statistics.ReadRowMisses++; break;
            case (DramOutcome.Conflict, false): Statistics.ReadRowConflicts++; break;
            case (DramOutcome.Hit, true): Statistics.WriteRowHits++; break;
            case (DramOutcome.Miss, true): Statistics.WriteRowMisses++; break;
            default: Statistics.WriteRowConflicts++; break;
        }
    }

    protected void Complete(in Request request, long depart) =>
        Listener.OnCompleted(new DramCompletion(request.Tag, request.Address, request.IsWrite, Channel, request.Arrive, depart, Clock,
            request.Outcome));

    protected void CallRetry()
    {
        if (!Refused || !Released) return;
        Refused = false;
        Listener.OnRetry();
    }
}

/// <summary>Reads whose data is on the way, in the order of their column commands.</summary>
internal sealed class PendingReads
{
    private Request[] _ring = new Request[64];
    private int _first;

    public int Count { get; private set; }

    public ref Request Front => ref _ring[_first];

    public void Append(in Request request)
    {
        if (Count == _ring.Length)
        {
            Request[] longer = new Request[2 * Count];
            for (int i = 0; i < Count; i++) longer[i] = _ring[(_first + i) & (_ring.Length - 1)];
            _ring = longer;
            _first = 0;
        }

        _ring[(_first + Count++) & (_ring.Length - 1)] = request;
    }

    public void RemoveFront()
    {
        _first = (_first + 1) & (_ring.Length - 1);
        Count--;
    }
}
