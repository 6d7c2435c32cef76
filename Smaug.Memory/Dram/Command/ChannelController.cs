using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Command;

/// <summary>
/// What the controllers of both rule sets share: queues, banks, refreshes, reads waiting for data, statistics, and how a request
/// gets its commands. A tick is one controller cycle. After a tick that issued nothing, <see cref="Wake"/> is the first cycle at
/// which something can happen, and <see cref="Skip"/> accounts for the cycles before it without evaluating them. What is tried
/// in a cycle is the matter of the derived controllers; the choice among requests is in ChannelController.Selection.cs.
/// </summary>
internal abstract partial class ChannelController
{
    private readonly IDramListener _listener;
    private readonly IDramCommandObserver? _observer;
    private readonly int _channel;
    private readonly IRowPolicy _rows;
    private readonly bool _keepsOpen;
    private readonly bool _closesRows;
    private bool _refused;
    private bool _released;

    protected ChannelController(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer)
    {
        Preset = configuration.Preset;
        _channel = channel;
        _listener = listener;
        _observer = observer;
        _rows = configuration.RowPolicy;
        _keepsOpen = _rows.KeepsOpen;
        _closesRows = _rows.ClosesWithLastAccess || _rows.MaxAccesses < int.MaxValue;
        Timing = new DeviceTiming(Preset, configuration.Counts, DeviceTiming.CommandsOf(_closesRows, configuration.Refresh.IsPerBank));
        int banks = Timing.BanksPerNode(0);
        // Refresh goes to ranks or pseudo channels; standards without either refresh the whole channel.
        Banks = new BankStates(banks, Preset.Levels[1] is "Rank" or "PseudoChannel" ? Timing.BanksPerNode(1) : banks);
        Refreshes = new RefreshQueue(configuration.Refresh, Preset, Banks);
        ReadQueue = new RequestQueue(configuration.QueueEntries, Banks.OpenRow);
        WriteQueue = new RequestQueue(configuration.QueueEntries, Banks.OpenRow);
        Active = new ActiveRequests(Banks);
        Scheduler = configuration.EffectiveScheduler as FirstReady;
        _view = new SchedulerView(configuration.EffectiveScheduler);
    }

    public DramStatistics Statistics { get; } = new();

    public long Clock { get; protected set; }

    /// <summary>Valid after a tick that returned false.</summary>
    public long Wake { get; protected set; }

    /// <summary>Requests between their first command and their delivery (reads) or write command.</summary>
    public int Serving { get; private set; }

    /// <summary>Whether the trace is over: writes go as soon as one is queued (rules of Ramulator 1).</summary>
    public bool Draining { get; set; }

    public bool HasWork => HasRequests || Refreshes.Count > 0;

    /// <summary>Whether reads or writes are unfinished; refreshes do not count.</summary>
    public virtual bool HasRequests => ReadQueue.Count + WriteQueue.Count + Active.Count + Pending.Count > 0;

    protected DramPreset Preset { get; }

    protected DeviceTiming Timing { get; }

    protected BankStates Banks { get; }

    protected RequestQueue ReadQueue { get; }

    protected RequestQueue WriteQueue { get; }

    protected ActiveRequests Active { get; }

    protected PendingReads Pending { get; } = new();

    protected RefreshQueue Refreshes { get; }

    /// <summary>The scheduler where it is one that has an indexed form.</summary>
    protected FirstReady? Scheduler { get; }

    protected bool IsWriting { get; set; }

    protected RequestQueue SelectedQueue => IsWriting ? WriteQueue : ReadQueue;

    public abstract bool TryEnqueue(in DramAddress place, ulong address, bool isWrite, long tag);

    /// <summary>One cycle; false when no command was issued.</summary>
    public bool Tick()
    {
        Clock++;
        _released = false;
        Statistics.ReadQueueLengthSum += ReadQueue.Count + Pending.Count;
        Statistics.WriteQueueLengthSum += WriteQueue.Count;
        if (Pending.Count > 0 && Pending.Front.Depart <= Clock) Deliver();
        Refreshes.Advance(Clock);
        Wake = Refreshes.NextDue;
        bool issued = IssueCommands();
        if (_released && _refused)
        {
            _refused = false;
            _listener.OnRetry();
        }

        if (Pending.Count > 0) Wake = Math.Min(Wake, Math.Max(Clock + 1, Pending.Front.Depart));
        return issued;
    }

    /// <summary>Passes cycles in which nothing can happen.</summary>
    public virtual void Skip(long cycles)
    {
        Clock += cycles;
        Statistics.ReadQueueLengthSum += cycles * (ReadQueue.Count + Pending.Count);
        Statistics.WriteQueueLengthSum += cycles * WriteQueue.Count;
    }

    /// <summary>Delivers reads whose data is complete; the front one is.</summary>
    protected abstract void Deliver();

    /// <summary>Issues what the command bus takes in this cycle; lowers <see cref="Wake"/> to when what cannot go can.</summary>
    protected abstract bool IssueCommands();

    /// <summary>Whether a command that is legal by its timing may go now.</summary>
    protected virtual bool MayGo(DramCommandKind command, int bank) => true;

    /// <summary>A command was issued.</summary>
    protected virtual void OnIssued(DramCommandKind command, int bank) { }

    /// <summary>The request got its activate and left its queue.</summary>
    protected virtual void OnActivated(in Request request) => Active.Append(in request);

    /// <summary>An activate was issued.</summary>
    protected virtual void Open(int bank, int row)
    {
        Banks.Hits[bank] = 0;
        Banks.LastUse[bank] = Clock;
        SetRow(bank, row);
    }

    protected Request CreateRequest(in DramAddress place, ulong address, bool isWrite, long tag) => new()
    {
        Address = address,
        Tag = tag,
        Arrive = Clock,
        Bank = place.Bank,
        Row = place.Row,
        Column = place.Column,
        IsWrite = isWrite,
    };

    protected bool Refuse()
    {
        _refused = true;
        return false;
    }

    /// <summary>A queued write serves the read in the next cycle.</summary>
    protected void Forward(ref Request request)
    {
        Statistics.ReadsForwarded++;
        request.Outcome = DramOutcome.Forwarded;
        request.Depart = Clock + 1;
        Pending.Append(in request);
    }

    protected void DeliverFront(long minimumCounted)
    {
        Request request = Pending.Front;
        Pending.RemoveFront();
        long latency = request.Depart - request.Arrive;
        Statistics.Histogram.Record(latency);
        if (latency >= minimumCounted) Statistics.ReadLatencySum += latency;
        if (request.Outcome != DramOutcome.Forwarded) Serving--;
        Complete(in request, request.Depart);
    }

    protected void Complete(in Request request, long depart) =>
        _listener.OnCompleted(new DramCompletion(request.Tag, request.Address, request.IsWrite, _channel, request.Arrive, depart, Clock,
            request.Outcome));

    protected DramCommandKind FirstCommand(in Request request)
    {
        int open = Banks.OpenRow[request.Bank];
        if (open == request.Row) return request.IsWrite ? DramCommandKind.Write : DramCommandKind.Read;
        return open < 0 ? DramCommandKind.Activate : DramCommandKind.Precharge;
    }

    /// <summary>Whether a command is legal now; if not, the cycle when it will be is a candidate for the next event.</summary>
    protected bool IsLegal(DramCommandKind command, int bank)
    {
        long ready = Timing.ReadyAt(command, bank);
        if (ready <= Clock) return true;
        Wake = Math.Min(Wake, ready);
        return false;
    }

    /// <summary>Issues the next command of a queued request.</summary>
    protected void Serve(RequestQueue queue, int slot)
    {
        ref Request request = ref queue[slot];
        if (request.Outcome == DramOutcome.None) Classify(ref request);
        DramCommandKind command = FirstCommand(in request);
        Request copy = request;
        IssueFor(in copy, command);
        if (command == DramCommandKind.Precharge) return;
        queue.Remove(slot);
        _released = true;
        if (command == DramCommandKind.Activate) OnActivated(in copy);
        else Finish(ref copy);
    }

    /// <summary>Issues the next command of an active request. It needs another activate if its row was closed meanwhile.</summary>
    protected void ServeActive(int index)
    {
        Request request = Active[index];
        DramCommandKind command = FirstCommand(in request);
        IssueFor(in request, command);
        if (command == DramCommandKind.Precharge) return;
        Active.RemoveAt(index);
        if (command == DramCommandKind.Activate) OnActivated(in request);
        else Finish(ref request);
    }

    /// <summary>Issues the next command of a waiting refresh.</summary>
    protected void ServeRefresh(int index)
    {
        int bank = Refreshes[index];
        DramCommandKind command = Refreshes.FirstCommand(index);
        Issue(command, bank, -1, -1, isWrite: false);
        if (command is not (DramCommandKind.Refresh or DramCommandKind.RefreshBank)) return;
        Statistics.Refreshes++;
        Refreshes.RemoveAt(index);
    }

    /// <summary>A cycle without a request lets the row policy close a bank.</summary>
    protected bool ClosesIdleRow()
    {
        if (_keepsOpen) return false;
        for (int bank = 0; bank < Banks.Count; bank++)
        {
            if (Banks.OpenRow[bank] < 0 || !MayGo(DramCommandKind.Precharge, bank)) continue;
            long ready = Math.Max(_rows.CloseAt(Banks.LastUse[bank]), Timing.ReadyAt(DramCommandKind.Precharge, bank));
            if (ready <= Clock)
            {
                Issue(DramCommandKind.Precharge, bank, -1, -1, isWrite: false);
                return true;
            }

            Wake = Math.Min(Wake, ready);
        }

        return false;
    }

    /// <summary>Puts a command of a request on the bus.</summary>
    protected void Send(DramCommandKind command, in Request request) =>
        Send(command, request.Bank, request.Row, request.Column, request.IsWrite);

    private void Send(DramCommandKind command, int bank, int row, int column, bool isWrite)
    {
        Timing.Issue(command, bank, Clock);
        _observer?.OnCommand(new DramCommandRecord(Clock, command, _channel, bank, row, column, isWrite));
        OnIssued(command, bank);
    }

    private void IssueFor(in Request request, DramCommandKind command)
    {
        if (_closesRows && command is (DramCommandKind.Read or DramCommandKind.Write) && ClosesWith(request.Bank))
        {
            command = request.IsWrite ? DramCommandKind.WritePrecharge : DramCommandKind.ReadPrecharge;
        }

        Issue(command, request.Bank, request.Row, request.Column, request.IsWrite);
    }

    /// <summary>
    /// Whether the column command at hand closes its row: the row had its share of accesses, or one access is left, counted in
    /// the queue of the present mode and only if that holds none among the active requests. The request at hand counts where it
    /// is; the reference does the same.
    /// </summary>
    private bool ClosesWith(int bank)
    {
        if (Banks.Hits[bank] + 1 >= _rows.MaxAccesses) return true;
        if (!_rows.ClosesWithLastAccess) return false;
        int left = SelectedQueue.CountHits(bank);
        return (left > 0 ? left : Active.CountHits(bank)) == 1;
    }

    private void Issue(DramCommandKind command, int bank, int row, int column, bool isWrite)
    {
        Send(command, bank, row, column, isWrite);
        switch (command)
        {
            case DramCommandKind.Activate:
                Open(bank, row);
                break;
            case DramCommandKind.Precharge:
                if (Banks.Hits[bank] == 0) Statistics.UselessActivates++;
                SetRow(bank, -1);
                break;
            case DramCommandKind.PrechargeAll:
                for (int b = bank; b < bank + Banks.PerRank; b++)
                {
                    if (Banks.OpenRow[b] >= 0) SetRow(b, -1);
                }

                break;
            case DramCommandKind.Refresh or DramCommandKind.RefreshBank:
                break;
            default:
                Banks.Hits[bank]++;
                Banks.LastUse[bank] = Clock;
                if (command is DramCommandKind.ReadPrecharge or DramCommandKind.WritePrecharge) SetRow(bank, -1);
                break;
        }
    }

    /// <summary>A row that opens or closes changes what the requests of its bank need.</summary>
    private void SetRow(int bank, int row)
    {
        Banks.SetRow(bank, row);
        ReadQueue.Reclassify(bank);
        WriteQueue.Reclassify(bank);
        Active.QuietUntil = 0;
    }

    private void Finish(ref Request request)
    {
        if (request.IsWrite)
        {
            Serving--;
            Complete(in request, Clock);
            return;
        }

        Statistics.ReadsIssued++;
        request.Depart = Clock + Preset.ReadLatencyCycles;
        Pending.Append(in request);
    }

    /// <summary>Counts what the request meets in its bank before its first command.</summary>
    private void Classify(ref Request request)
    {
        int row = Banks.OpenRow[request.Bank];
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
}
