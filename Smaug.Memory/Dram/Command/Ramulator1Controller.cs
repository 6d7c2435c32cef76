using Smaug.Memory.Dram.Mapping;

namespace Smaug.Memory.Dram.Command;

/// <summary>Controller of one channel under the rules of Ramulator 1.0.</summary>
internal sealed class Ramulator1Controller : ChannelController
{
    private readonly int _high;
    private readonly int _low;

    public Ramulator1Controller(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer)
        : base(configuration, channel, listener, observer)
    {
        _high = (int)(configuration.WriteHighWatermark * configuration.QueueEntries);
        _low = (int)(configuration.WriteLowWatermark * configuration.QueueEntries);
    }

    private bool WantsWrites => WriteQueue.Count > (Draining ? 0 : _high) || ReadQueue.Count == 0;

    private bool WantsReads => WriteQueue.Count < _low && ReadQueue.Count != 0;

    public override bool TryEnqueue(in DramAddress place, ulong address, bool isWrite, long tag)
    {
        RequestQueue queue = isWrite ? WriteQueue : ReadQueue;
        if (queue.Count == queue.Capacity) return Refuse();
        Request request = CreateRequest(in place, address, isWrite, tag);
        if (isWrite) Statistics.Writes++;
        else Statistics.Reads++;
        if (!isWrite && WriteQueue.ContainsAddress(place.Bank, address)) Forward(ref request);
        else queue.Append(in request);
        return true;
    }

    public override void Skip(long cycles)
    {
        base.Skip(cycles);
        // Where both conditions hold the mode changes in every cycle.
        if (WantsWrites && WantsReads && (cycles & 1) == 1) IsWriting = !IsWriting;
    }

    /// <summary>At most one read per cycle is delivered, always the oldest; forwarded ones (1 cycle) add no latency.</summary>
    protected override void Deliver() => DeliverFront(minimumCounted: 2);

    protected override bool IssueCommands()
    {
        if (!IsWriting) IsWriting = WantsWrites;
        else if (WantsReads) IsWriting = false;
        int active = SelectActive();
        if (active >= 0)
        {
            ServeActive(active);
            return true;
        }

        if (Refreshes.Count > 0) return TryRefresh() || ClosesIdleRow();
        RequestQueue queue = SelectedQueue;
        int slot = queue.Count > 0 ? Select(queue) : -1;
        if (slot >= 0)
        {
            Serve(queue, slot);
            return true;
        }

        // The other queue matters for the next event only if the mode can change by itself.
        RequestQueue other = IsWriting ? ReadQueue : WriteQueue;
        if (other.Count > 0 && WantsWrites && WantsReads && Select(other) >= 0) Wake = Clock + 1;
        return ClosesIdleRow();
    }

    private int Select(RequestQueue queue)
    {
        if (Scheduler is null) return SelectByPolicy(queue);
        if (Scheduler.ConsidersReady)
        {
            int best = SelectReady(queue, Scheduler.Cap);
            if (best >= 0 || queue.QuietUntil > Clock) return best;
            // Only rows that lost their priority are ready: the oldest request decides, and other ready ones may become it.
            Wake = Clock + 1;
        }

        int head = queue.Head;
        ref Request oldest = ref queue[head];
        return IsLegal(FirstCommand(in oldest), oldest.Bank) ? head : -1;
    }

    /// <summary>All refreshes of a cycle are equally old: plain FCFS looks at the first only.</summary>
    private bool TryRefresh()
    {
        for (int i = 0; i < Refreshes.Count; i++)
        {
            if (IsLegal(Refreshes.FirstCommand(i), Refreshes[i]))
            {
                ServeRefresh(i);
                return true;
            }

            if (Scheduler is { ConsidersReady: false }) break;
        }

        return false;
    }
}
