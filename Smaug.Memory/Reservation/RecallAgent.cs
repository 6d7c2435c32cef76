using System.Diagnostics;
using System.Runtime.CompilerServices;
using Smaug.Memory.Coherence;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Reservation;

/// <summary>
/// Carries the directory's recalls to the L2, and what the L2 gives back to the directory, in the order of time: each takes its place on a link
/// when it starts there, not ahead of time as messages do that seldom wait. For a recall is a request, before which every answer goes on both of
/// its links, and before what is given back go the invalidations of the recalls behind it; of these, many are decided on while it waits.
/// </summary>
internal sealed class RecallAgent : MemoryAgent
{
    private readonly SharedCache _shared;
    private readonly LinkReservations _links;
    private readonly MesiOptions _options;
    private readonly long _period;
    private readonly Lane _leaving;
    private readonly Lane[] _arriving;
    private readonly Lane[] _giving;
    private long _step = Never;

    /// <summary>Makes the agent.</summary>
    /// <param name="scheduler">Calls its steps.</param>
    /// <param name="shared">The L2 and the directory, whose endpoints exist.</param>
    /// <param name="links">The network.</param>
    /// <param name="options">The protocol's latencies.</param>
    public RecallAgent(ReservationScheduler scheduler, SharedCache shared, LinkReservations links, MesiOptions options)
        : base(scheduler)
    {
        (_shared, _links, _options) = (shared, links, options);
        _period = options.Frequency.PeriodPicoseconds;
        _leaving = new Lane(LinkReservations.LinkFrom(shared.DirectoryNode), links.ControlSlots);
        _arriving = new Lane[options.L2Banks];
        _giving = new Lane[options.L2Banks];
        for (int bank = 0; bank < options.L2Banks; bank++)
        {
            _arriving[bank] = new Lane(LinkReservations.LinkTo(shared.NodeOfBank(bank)), links.ControlSlots);
            _giving[bank] = new Lane(LinkReservations.LinkFrom(shared.NodeOfBank(bank)), links.DataSlots);
        }
    }

    /// <summary>Sends the recall for an access, on which the directory decides in a cycle.</summary>
    public void Recall(int number, long cycle) => Enqueue(_leaving, number, cycle + _options.DirectoryCycles + _links.EntryCycles);

    /// <summary>Sends back the line of an access, all of whose copies the L2 has in a cycle.</summary>
    public void Give(int number, long cycle) => Enqueue(_giving[_shared.BankNumberOf(number)], number, cycle + _options.L2ResponseCycles + _links.EntryCycles);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(long now)
    {
        // What a recall brings about lies ahead, so that one look at each link is enough.
        long cycle = now / _period;
        while (TryStart(_leaving, now, cycle, out int number)) _arriving[_shared.BankNumberOf(number)].Waiting.Add((cycle + _links.HopCycles) * _period, number);
        foreach (Lane lane in _arriving)
        {
            while (TryStart(lane, now, cycle, out int number)) _shared.Recalled(number, cycle + _links.ExitCycles);
        }

        foreach (Lane lane in _giving)
        {
            while (TryStart(lane, now, cycle, out int number)) _shared.GivenBack(number, _links.Arrive(_shared.DirectoryNode, cycle, lane.Slots));
        }

        Plan();
    }

    public override void Answered(int slot, long time) => throw new UnreachableException("a recall is part of an access, whose agent gets the answer");

    /// <summary>Starts the first message of a lane if it may start now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryStart(Lane lane, long now, long cycle, out int number)
    {
        number = -1;
        lane.Blocked = 0;
        if (lane.Waiting.FirstTime > now) return false;
        if (!_links.TryStart(lane.Link, cycle, lane.Slots, out long free))
        {
            lane.Blocked = free * _period;
            return false;
        }

        number = lane.Waiting.First;
        lane.Waiting.RemoveFirst();
        return true;
    }

    private void Plan()
    {
        _step = _leaving.Next;
        for (int bank = 0; bank < _arriving.Length; bank++) _step = Math.Min(_step, Math.Min(_arriving[bank].Next, _giving[bank].Next));
        SetStep(_step);
    }

    private void Enqueue(Lane lane, int number, long cycle)
    {
        long time = cycle * _period;
        lane.Waiting.Add(time, number);
        if (time >= _step) return;
        _step = time;
        SetStep(time);
    }

    /// <summary>Accesses whose message waits for a link, by the time from which it may start there.</summary>
    private sealed class Lane(int link, int slots)
    {
        public readonly int Link = link;
        public readonly int Slots = slots;
        public readonly TimeQueue<int> Waiting = new();

        /// <summary>Until when the link has no room.</summary>
        public long Blocked;

        /// <summary>When its first message may start; never when there is none.</summary>
        public long Next => Math.Max(Waiting.FirstTime, Blocked);
    }
}
