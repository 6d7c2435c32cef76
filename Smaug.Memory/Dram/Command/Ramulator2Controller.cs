using Smaug.Memory.Dram.Mapping;

namespace Smaug.Memory.Dram.Command;

/// <summary>
/// Controller of one channel under the rules of Ramulator 2.1 with one command bus (DDR3 to DDR5, GDDR6). The HBM and LPDDR5
/// controllers derive from it.
/// </summary>
internal class Ramulator2Controller : ChannelController
{
    private readonly float _enterWrites;
    private readonly float _leaveWrites;
    private readonly FirstReady _scheduler;
    private readonly int[] _activeOfBank;
    private readonly int[] _activeOfRank;
    private bool _modeCanFlip;

    protected Ramulator2Controller(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer)
        : base(configuration, channel, listener, observer)
    {
        _scheduler = (FirstReady)configuration.EffectiveScheduler;
        _enterWrites = configuration.WriteHighWatermark * configuration.QueueEntries;
        _leaveWrites = configuration.WriteLowWatermark * configuration.QueueEntries;
        _activeOfBank = new int[OpenRow.Length];
        _activeOfRank = new int[OpenBanks.Length];
        Active = new Request[OpenRow.Length];
    }

    public override bool HasRequests => ReadQueue.Count + WriteQueue.Count + ActiveCount + Pending.Count > 0;

    public override bool HasWork => HasRequests || RefreshCount > 0;

    /// <summary>Requests whose row was opened for them.</summary>
    protected Request[] Active { get; }

    protected int ActiveCount { get; private set; }

    protected bool IsWriting { get; private set; }

    protected RequestQueue SelectedQueue => IsWriting ? WriteQueue : ReadQueue;

    public static Ramulator2Controller Create(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer) =>
        configuration.Preset switch
        {
            { Standard: "LPDDR5" } => new Lpddr5Controller(configuration, channel, listener, observer),
            { HasSplitCommandBus: true, CyclesPerClock: 1 } => new SplitBusController(configuration, channel, listener, observer),
            { HasSplitCommandBus: true } => new HalfClockController(configuration, channel, listener, observer),
            _ => new Ramulator2Controller(configuration, channel, listener, observer),
        };

    public override bool TryEnqueue(in DramAddress place, ulong address, bool isWrite, long tag)
    {
        var request = new Request
        {
            Address = address,
            Tag = tag,
            Arrive = Clock,
            Bank = place.Bank,
            Row = place.Row,
            Column = place.Column,
            IsWrite = isWrite,
        };
        if (WriteQueue.ContainsAddress(place.Bank, address))
        {
            if (isWrite)
            {
                Statistics.Writes++;
                Statistics.WritesCoalesced++;
                request.Outcome = DramOutcome.Coalesced;
                Complete(in request, Clock);
                return true;
            }

            Statistics.Reads++;
            Statistics.ReadsForwarded++;
            request.Outcome = DramOutcome.Forwarded;
            request.Depart = Clock + 1;
            Pending.Append(in request);
            return true;
        }

        RequestQueue queue = isWrite ? WriteQueue : ReadQueue;
        if (queue.Count == queue.Capacity)
        {
            Refused = true;
            return false;
        }

        if (isWrite) Statistics.Writes++;
        else Statistics.Reads++;
        queue.Append(in request);
        return true;
    }

    public override bool Tick()
    {
        Clock++;
        Released = false;
        _modeCanFlip = false;
        CountQueues();
        bool happened = Deliver();
        happened |= InjectRefresh();
        Wake = NextRefresh;
        happened |= IssueCommands();
        if (Released) CallRetry();
        if (Pending.Count > 0) Wake = Math.Min(Wake, Math.Max(Clock + 1, Pending.Front.Depart));
        // Where both mode conditions hold the mode changes in every cycle.
        if (_modeCanFlip) Wake = Clock + 1;
        return happened;
    }

    /// <summary>Issues what the command bus takes in this cycle.</summary>
    protected virtual bool IssueCommands() => IssueSlot();

    /// <summary>Whether the slot at hand takes a command at all; column and row slots of split buses differ.</summary>
    protected virtual bool Fits(DramCommandKind command, int bank) => true;

    /// <summary>Whether a command of the active requests may go in the slot at hand.</summary>
    protected virtual bool ServesActive => true;

    /// <summary>One slot of the command bus: active requests first, then a refresh, then the read or write queue.</summary>
    protected bool IssueSlot()
    {
        if (ServesActive && ActiveCount > 0)
        {
            int index = SelectActive();
            if (index >= 0)
            {
                ServeActive(index);
                return true;
            }
        }

        if (RefreshCount > 0) return TryRefresh();
        ChooseMode();
        RequestQueue queue = SelectedQueue;
        int slot = queue.Count > 0 ? SelectQueued(queue) : -1;
        if (slot < 0) return false;
        Serve(queue, slot);
        return true;
    }

    protected virtual DramCommandKind FirstCommand(in Request request)
    {
        int open = OpenRow[request.Bank];
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

    /// <summary>
    /// The best active request that the slot takes: ready before not ready, then the older. -1 if its command is not legal.
    /// </summary>
    protected int SelectActive()
    {
        int best = -1;
        bool bestReady = false;
        for (int i = 0; i < ActiveCount; i++)
        {
            DramCommandKind command = FirstCommand(in Active[i]);
            if (!Fits(command, Active[i].Bank)) continue;
            bool ready = IsLegal(command, Active[i].Bank);
            bool preferred = _scheduler.ConsidersReady && ready;
            if (best < 0 || (preferred == (bestReady && _scheduler.ConsidersReady) ? Active[i].Arrive < Active[best].Arrive : preferred))
            {
                (best, bestReady) = (i, ready);
            }
        }

        return bestReady ? best : -1;
    }

    /// <summary>The best queued request among those that the slot takes and that close no bank of an active request.</summary>
    protected int SelectQueued(RequestQueue queue)
    {
        DramCommandKind column = queue == WriteQueue ? DramCommandKind.Write : DramCommandKind.Read;
        int best = -1;
        long bestOrder = long.MaxValue, oldestOrder = long.MaxValue;
        bool oldestReady = false;
        int oldest = -1;
        foreach (int bank in queue.ActiveBanks)
        {
            int hit = queue.OldestHit(bank);
            if (hit >= 0) Consider(queue, hit, column, bank);
            int other = queue.OldestOther(bank);
            if (other < 0) continue;
            DramCommandKind command = FirstCommand(in queue[other]);
            if (command == DramCommandKind.Precharge && _activeOfBank[bank] > 0) continue;
            Consider(queue, other, command, bank);
        }

        return _scheduler.ConsidersReady ? best : oldestReady ? oldest : -1;

        void Consider(RequestQueue from, int slot, DramCommandKind command, int bank)
        {
            if (!Fits(command, bank)) return;
            bool legal = IsLegal(command, bank);
            if (from.Order(slot) < oldestOrder) (oldest, oldestOrder, oldestReady) = (slot, from.Order(slot), legal);
            if (legal && from.Order(slot) < bestOrder) (best, bestOrder) = (slot, from.Order(slot));
        }
    }

    /// <summary>Only the oldest refresh is tried, and it closes no bank of an active request.</summary>
    protected bool TryRefresh()
    {
        int rank = RefreshQueue[0];
        DramCommandKind command = FirstCommandOfRefresh(rank);
        int bank = rank * BanksPerRank;
        if (!Fits(command, bank) || !IsLegal(command, bank)) return false;
        if (command == DramCommandKind.PrechargeAll && _activeOfRank[rank] > 0) return false;
        OnRowCommand(command, bank);
        if (IssueRefresh(rank, command)) RemoveRefresh(0);
        return true;
    }

    protected void ChooseMode()
    {
        bool wantsWrites = WriteQueue.Count > _enterWrites || ReadQueue.Count == 0;
        bool wantsReads = WriteQueue.Count < _leaveWrites && ReadQueue.Count > 0;
        if (!IsWriting) IsWriting = wantsWrites;
        else if (wantsReads) IsWriting = false;
        _modeCanFlip |= wantsWrites && wantsReads;
    }

    protected void Serve(RequestQueue queue, int slot)
    {
        ref Request request = ref queue[slot];
        DramCommandKind command = FirstCommand(in request);
        if (request.Outcome == DramOutcome.None) Classify(ref request);
        Request copy = request;
        Issue(in copy, command);
        if (command == DramCommandKind.Precharge) return;
        queue.Remove(slot);
        Released = true;
        if (command == DramCommandKind.Activate) OnActivated(in copy);
        else Finish(ref copy);
    }

    protected void ServeActive(int index)
    {
        Request request = Active[index];
        DramCommandKind command = FirstCommand(in request);
        Issue(in request, command);
        if (command is not (DramCommandKind.Read or DramCommandKind.Write)) return;
        RemoveActive(index);
        Finish(ref request);
    }

    /// <summary>The request got its activate and left its queue.</summary>
    protected virtual void OnActivated(in Request request) => AppendActive(in request);

    /// <summary>A row command was issued; the half-clock controller pairs them.</summary>
    protected virtual void OnRowCommand(DramCommandKind command, int bank) { }

    protected void AppendActive(in Request request)
    {
        Active[ActiveCount++] = request;
        _activeOfBank[request.Bank]++;
        _activeOfRank[request.Bank / BanksPerRank]++;
    }

    protected virtual void Issue(in Request request, DramCommandKind command)
    {
        int bank = request.Bank;
        Timing.Issue(command, bank, Clock);
        Observer?.OnCommand(new DramCommandRecord(Clock, command, Channel, bank, request.Row, request.Column, request.IsWrite));
        switch (command)
        {
            case DramCommandKind.Activate:
                Hits[bank] = 0;
                SetRow(bank, request.Row);
                OnRowCommand(command, bank);
                break;
            case DramCommandKind.Precharge:
                if (Hits[bank] == 0) Statistics.UselessActivates++;
                SetRow(bank, -1);
                OnRowCommand(command, bank);
                break;
            case DramCommandKind.Read or DramCommandKind.Write:
                Hits[bank]++;
                break;
            default:
                break;
        }
    }

    protected void Finish(ref Request request)
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

    protected void RemoveActive(int index)
    {
        int bank = Active[index].Bank;
        _activeOfBank[bank]--;
        _activeOfRank[bank / BanksPerRank]--;
        ActiveCount--;
        Array.Copy(Active, index + 1, Active, index, ActiveCount - index);
    }

    /// <summary>All reads at the front whose data is complete are delivered.</summary>
    private bool Deliver()
    {
        bool delivered = false;
        while (Pending.Count > 0 && Pending.Front.Depart <= Clock)
        {
            Request request = Pending.Front;
            Pending.RemoveFront();
            long latency = request.Depart - request.Arrive;
            Statistics.Histogram.Record(latency);
            Statistics.ReadLatencySum += latency;
            if (request.Outcome != DramOutcome.Forwarded) Serving--;
            Complete(in request, request.Depart);
            delivered = true;
        }

        return delivered;
    }
}
