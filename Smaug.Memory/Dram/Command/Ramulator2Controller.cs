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

    protected Ramulator2Controller(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer)
        : base(configuration, channel, listener, observer)
    {
        _enterWrites = configuration.WriteHighWatermark * configuration.QueueEntries;
        _leaveWrites = configuration.WriteLowWatermark * configuration.QueueEntries;
        TakesOldestReady = Scheduler is { ConsidersReady: true, Cap: int.MaxValue };
    }

    /// <summary>
    /// Whether whatever can go will go, the oldest first. Other schedulers see every entry and may hold back what could go.
    /// </summary>
    protected bool TakesOldestReady { get; }

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
        Request request = CreateRequest(in place, address, isWrite, tag);
        if (WriteQueue.ContainsAddress(place.Bank, address))
        {
            if (isWrite)
            {
                Statistics.Writes++;
                Statistics.WritesCoalesced++;
                request.Outcome = DramOutcome.Coalesced;
                Complete(in request, Clock);
            }
            else
            {
                Statistics.Reads++;
                Forward(ref request);
            }

            return true;
        }

        RequestQueue queue = isWrite ? WriteQueue : ReadQueue;
        if (queue.Count == queue.Capacity) return Refuse();
        if (isWrite) Statistics.Writes++;
        else Statistics.Reads++;
        queue.Append(in request);
        return true;
    }

    /// <summary>All reads at the front whose data is complete are delivered.</summary>
    protected override void Deliver()
    {
        while (Pending.Count > 0 && Pending.Front.Depart <= Clock) DeliverFront(minimumCounted: 0);
    }

    protected override bool IssueCommands() => IssueSlot();

    /// <summary>Whether the slot at hand takes a command at all; column and row slots of split buses differ.</summary>
    protected virtual bool Fits(DramCommandKind command, int bank) => true;

    /// <summary>Nothing closes a bank under a request that it was opened for.</summary>
    protected sealed override bool MayGo(DramCommandKind command, int bank)
    {
        if (!Fits(command, bank)) return false;
        return command switch
        {
            DramCommandKind.Precharge => !Active.HasBank(bank),
            DramCommandKind.PrechargeAll => !Active.HasRank(Banks.RankOf(bank)),
            _ => true,
        };
    }

    /// <summary>One slot of the command bus: active requests first, then a refresh, then the read or write queue.</summary>
    protected bool IssueSlot()
    {
        int active = SelectActive();
        if (active >= 0)
        {
            ServeActive(active);
            return true;
        }

        if (Refreshes.Count > 0) return TryRefresh() || ClosesIdleRow();
        ChooseMode();
        RequestQueue queue = SelectedQueue;
        int slot = SelectQueued(queue);
        if (slot < 0) return ClosesIdleRow();
        Serve(queue, slot);
        return true;
    }

    protected int SelectQueued(RequestQueue queue)
    {
        if (queue.Count == 0) return -1;
        return TakesOldestReady ? SelectReady(queue, int.MaxValue) : SelectByPolicy(queue);
    }

    /// <summary>Only the oldest refresh is tried.</summary>
    protected bool TryRefresh()
    {
        DramCommandKind command = Refreshes.FirstCommand(0);
        int bank = Refreshes[0];
        if (!IsLegal(command, bank) || !MayGo(command, bank)) return false;
        ServeRefresh(0);
        return true;
    }

    /// <summary>Where both conditions hold the mode changes in every cycle.</summary>
    protected void ChooseMode()
    {
        bool wantsWrites = WriteQueue.Count > _enterWrites || ReadQueue.Count == 0;
        bool wantsReads = WriteQueue.Count < _leaveWrites && ReadQueue.Count > 0;
        if (!IsWriting) IsWriting = wantsWrites;
        else if (wantsReads) IsWriting = false;
        if (wantsWrites && wantsReads) Wake = Clock + 1;
    }
}
