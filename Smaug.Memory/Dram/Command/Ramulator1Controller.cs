using Smaug.Memory.Dram.Mapping;

namespace Smaug.Memory.Dram.Command;

/// <summary>Controller of one channel under the rules of Ramulator 1.0.</summary>
internal sealed class Ramulator1Controller : ChannelController
{
    private readonly FirstReady? _indexed;
    private readonly IRequestScheduler _scheduler;
    private readonly IRowPolicy _rows;
    private readonly int _high;
    private readonly int _low;
    private readonly SchedulerEntry[] _view = new SchedulerEntry[RequestQueue.MaxCapacity];
    private readonly int[] _viewSlots = new int[RequestQueue.MaxCapacity];
    private Request[] _active = new Request[RequestQueue.MaxCapacity];
    private SchedulerEntry[] _activeView = new SchedulerEntry[RequestQueue.MaxCapacity];
    private int _activeCount;
    private bool _writing;
    private bool _candidateReady;

    public Ramulator1Controller(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer)
        : base(configuration, channel, listener, observer)
    {
        _scheduler = configuration.EffectiveScheduler;
        _indexed = _scheduler as FirstReady;
        _rows = configuration.RowPolicy;
        _high = (int)(configuration.WriteHighWatermark * configuration.QueueEntries);
        _low = (int)(configuration.WriteLowWatermark * configuration.QueueEntries);
    }

    public override bool HasRequests => ReadQueue.Count + WriteQueue.Count + _activeCount + Pending.Count > 0;

    public override bool HasWork => HasRequests || RefreshCount > 0;

    private bool WantsWrites => WriteQueue.Count > (Draining ? 0 : _high) || ReadQueue.Count == 0;

    private bool WantsReads => WriteQueue.Count < _low && ReadQueue.Count != 0;

    public override bool TryEnqueue(in DramAddress place, ulong address, bool isWrite, long tag)
    {
        RequestQueue queue = isWrite ? WriteQueue : ReadQueue;
        if (queue.Count == queue.Capacity)
        {
            Refused = true;
            return false;
        }

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
        if (isWrite)
        {
            Statistics.Writes++;
            queue.Append(in request);
            return true;
        }

        Statistics.Reads++;
        if (WriteQueue.ContainsAddress(place.Bank, address))
        {
            Statistics.ReadsForwarded++;
            request.Outcome = DramOutcome.Forwarded;
            request.Depart = Clock + 1;
            Pending.Append(in request);
            return true;
        }

        queue.Append(in request);
        return true;
    }

    public override bool Tick()
    {
        Clock++;
        Released = false;
        CountQueues();
        bool delivered = Deliver();
        bool refreshed = InjectRefresh();
        if (!_writing) _writing = WantsWrites;
        else if (WantsReads) _writing = false;
        Wake = NextRefresh;
        bool issued = IssueOne();
        if (Released) CallRetry();
        if (issued || delivered || refreshed) return true;
        if (Pending.Count > 0) Wake = Math.Min(Wake, Math.Max(Clock + 1, Pending.Front.Depart));
        return false;
    }

    public override void Skip(long cycles)
    {
        base.Skip(cycles);
        // Where both conditions hold the mode changes in every cycle.
        if (WantsWrites && WantsReads && (cycles & 1) == 1) _writing = !_writing;
    }

    /// <summary>At most one read per cycle is delivered, always the oldest.</summary>
    private bool Deliver()
    {
        if (Pending.Count == 0 || Pending.Front.Depart > Clock) return false;
        Request request = Pending.Front;
        Pending.RemoveFront();
        long latency = request.Depart - request.Arrive;
        Statistics.Histogram.Record(latency);
        if (latency > 1) Statistics.ReadLatencySum += latency;
        if (request.Outcome != DramOutcome.Forwarded) Serving--;
        Complete(in request, request.Depart);
        return true;
    }

    private bool IssueOne()
    {
        if (_activeCount > 0)
        {
            int index = SelectActive();
            if (_candidateReady)
            {
                ServeActive(index);
                return true;
            }
        }

        if (RefreshCount > 0) return TryRefresh() || ClosesIdleRow();
        RequestQueue queue = _writing ? WriteQueue : ReadQueue;
        if (queue.Count > 0)
        {
            int slot = _indexed is null ? SelectByPolicy(queue) : SelectIndexed(queue);
            if (_candidateReady)
            {
                Serve(queue, slot);
                return true;
            }
        }

        // The other queue matters for the next event only if the mode can change by itself.
        RequestQueue other = _writing ? ReadQueue : WriteQueue;
        if (other.Count > 0 && WantsWrites && WantsReads)
        {
            if (_indexed is null) SelectByPolicy(other);
            else SelectIndexed(other);
            if (_candidateReady) Wake = Clock + 1;
        }

        return ClosesIdleRow();
    }

    /// <summary>The oldest ready request, else the oldest; looks at two requests per bank at most.</summary>
    private int SelectIndexed(RequestQueue queue)
    {
        FirstReady scheduler = _indexed!;
        DramCommandKind column = queue == WriteQueue ? DramCommandKind.Write : DramCommandKind.Read;
        int best = -1;
        long bestOrder = long.MaxValue, clock = Clock, wake = Wake;
        if (scheduler.ConsidersReady)
        {
            foreach (int bank in queue.ActiveBanks)
            {
                int hit = queue.OldestHit(bank);
                if (hit >= 0)
                {
                    long ready = Timing.ReadyAt(column, bank);
                    if (ready > clock) wake = Math.Min(wake, ready);
                    else if (Hits[bank] <= scheduler.Cap && queue.Order(hit) < bestOrder) (best, bestOrder) = (hit, queue.Order(hit));
                }

                int other = queue.OldestOther(bank);
                if (other >= 0)
                {
                    long ready = Timing.ReadyAt(OpenRow[bank] >= 0 ? DramCommandKind.Precharge : DramCommandKind.Activate, bank);
                    if (ready > clock) wake = Math.Min(wake, ready);
                    else if (queue.Order(other) < bestOrder) (best, bestOrder) = (other, queue.Order(other));
                }
            }
        }

        Wake = wake;
        _candidateReady = best >= 0;
        if (best >= 0) return best;
        int head = queue.Head;
        _candidateReady = IsReady(in queue[head]);
        return head;
    }

    private int SelectByPolicy(RequestQueue queue)
    {
        int count = 0;
        for (int slot = queue.Head; slot >= 0; slot = queue.Next(slot))
        {
            _viewSlots[count] = slot;
            _view[count++] = View(in queue[slot]);
        }

        int chosen = _scheduler.Select(_view.AsSpan(0, count));
        _candidateReady = chosen >= 0 && _view[chosen].IsReady;
        return chosen < 0 ? -1 : _viewSlots[chosen];
    }

    private int SelectActive()
    {
        if (_activeView.Length < _activeCount) Array.Resize(ref _activeView, _active.Length);
        for (int i = 0; i < _activeCount; i++) _activeView[i] = View(in _active[i]);
        int chosen = _scheduler.Select(_activeView.AsSpan(0, _activeCount));
        _candidateReady = chosen >= 0 && _activeView[chosen].IsReady;
        return chosen;
    }

    private SchedulerEntry View(in Request request)
    {
        int open = OpenRow[request.Bank];
        bool hit = open == request.Row;
        return new SchedulerEntry(request.Arrive, IsReady(in request), hit, hit ? Hits[request.Bank] : 0, request.Bank, open >= 0 && !hit);
    }

    private DramCommandKind FirstCommand(in Request request)
    {
        int open = OpenRow[request.Bank];
        if (open == request.Row) return request.IsWrite ? DramCommandKind.Write : DramCommandKind.Read;
        return open < 0 ? DramCommandKind.Activate : DramCommandKind.Precharge;
    }

    /// <summary>Whether the next command is legal now; if not, the cycle at which it will be is a candidate for the next event.</summary>
    private bool IsReady(in Request request)
    {
        long ready = Timing.ReadyAt(FirstCommand(in request), request.Bank);
        if (ready <= Clock) return true;
        Wake = Math.Min(Wake, ready);
        return false;
    }

    private bool TryRefresh()
    {
        int chosen = -1;
        for (int i = 0; i < RefreshCount; i++)
        {
            int rank = RefreshQueue[i];
            long ready = Timing.ReadyAt(FirstCommandOfRefresh(rank), rank * BanksPerRank);
            if (ready > Clock) Wake = Math.Min(Wake, ready);
            else if (chosen < 0) chosen = i;
            // All refreshes of a cycle are equally old: plain FCFS looks at the first only.
            if (_indexed is { ConsidersReady: false }) break;
        }

        if (chosen < 0) return false;
        int target = RefreshQueue[chosen];
        if (IssueRefresh(target, FirstCommandOfRefresh(target))) RemoveRefresh(chosen);
        return true;
    }

    /// <summary>A cycle without a request lets the row policy close a bank.</summary>
    private bool ClosesIdleRow()
    {
        if (_rows.KeepsOpen) return false;
        for (int bank = 0; bank < OpenRow.Length; bank++)
        {
            if (OpenRow[bank] < 0) continue;
            long ready = Math.Max(_rows.CloseAt(LastUse[bank]), Timing.ReadyAt(DramCommandKind.Precharge, bank));
            if (ready <= Clock)
            {
                Issue(DramCommandKind.Precharge, bank, -1, -1, isWrite: false);
                return true;
            }

            Wake = Math.Min(Wake, ready);
        }

        return false;
    }

    private void Serve(RequestQueue queue, int slot)
    {
        ref Request request = ref queue[slot];
        if (request.Outcome == DramOutcome.None) Classify(ref request);
        DramCommandKind command = FirstCommand(in request);
        Request copy = request;
        IssueFor(in copy, command);
        if (command == DramCommandKind.Precharge) return;
        queue.Remove(slot);
        Released = true;
        if (command == DramCommandKind.Activate) AppendActive(in copy);
        else Finish(ref copy);
    }

    private void ServeActive(int index)
    {
        Request request = _active[index];
        DramCommandKind command = FirstCommand(in request);
        IssueFor(in request, command);
        if (command == DramCommandKind.Precharge) return;
        _activeCount--;
        Array.Copy(_active, index + 1, _active, index, _activeCount - index);
        if (command == DramCommandKind.Activate) AppendActive(in request);
        else Finish(ref request);
    }

    private void AppendActive(in Request request)
    {
        if (_activeCount == _active.Length) Array.Resize(ref _active, 2 * _activeCount);
        _active[_activeCount++] = request;
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

    private void IssueFor(in Request request, DramCommandKind command)
    {
        if (_rows.ClosesWithLastAccess && command is (DramCommandKind.Read or DramCommandKind.Write) && IsLastAccess(request.Bank))
        {
            command = request.IsWrite ? DramCommandKind.WritePrecharge : DramCommandKind.ReadPrecharge;
        }

        Issue(command, request.Bank, request.Row, request.Column, request.IsWrite);
    }

    /// <summary>
    /// Whether one access to the open row is left, counted in the queue of the present mode and only if that holds none among
    /// the requests with an activate. The request at hand counts where it is; the reference does the same.
    /// </summary>
    private bool IsLastAccess(int bank)
    {
        int left = (_writing ? WriteQueue : ReadQueue).CountHits(bank);
        if (left > 0) return left == 1;
        for (int i = 0; i < _activeCount; i++)
        {
            if (_active[i].Bank == bank && _active[i].Row == OpenRow[bank]) left++;
        }

        return left == 1;
    }

    private void Issue(DramCommandKind command, int bank, int row, int column, bool isWrite)
    {
        Timing.Issue(command, bank, Clock);
        Observer?.OnCommand(new DramCommandRecord(Clock, command, Channel, bank, row, column, isWrite));
        switch (command)
        {
            case DramCommandKind.Activate:
                Hits[bank] = 0;
                LastUse[bank] = Clock;
                SetRow(bank, row);
                break;
            case DramCommandKind.Precharge:
                if (Hits[bank] == 0) Statistics.UselessActivates++;
                SetRow(bank, -1);
                break;
            default:
                Hits[bank]++;
                LastUse[bank] = Clock;
                if (command is DramCommandKind.ReadPrecharge or DramCommandKind.WritePrecharge) SetRow(bank, -1);
                break;
        }
    }
}
