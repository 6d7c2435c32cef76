namespace Smaug.Memory.Dram.Command;

/// <summary>
/// The choice among requests. First-ready schedulers have an indexed form: per bank only the oldest row hit and the oldest other
/// request matter, and banks in which nothing can become legal yet are passed by. All others see every entry.
/// </summary>
internal abstract partial class ChannelController
{
    private readonly SchedulerView _view;

    /// <summary>
    /// The oldest request that can go, -1 if there is none. Looks at two requests per bank at most, at no bank known to be quiet,
    /// and at no request younger than a ready one.
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cap">Column commands after which a row's hits no longer count as ready.</param>
    protected int SelectReady(RequestQueue queue, int cap)
    {
        long clock = Clock;
        if (queue.QuietUntil > clock)
        {
            Wake = Math.Min(Wake, queue.QuietUntil);
            return -1;
        }

        DramCommandKind column = queue == WriteQueue ? DramCommandKind.Write : DramCommandKind.Read;
        int[] openRow = Banks.OpenRow, hits = Banks.Hits;
        int best = -1;
        long bestOrder = long.MaxValue, quiet = long.MaxValue, next = long.MaxValue;
        foreach (int bank in queue.ActiveBanks)
        {
            ref long bankQuiet = ref queue.BankQuietUntil(bank);
            if (bankQuiet <= clock)
            {
                int hit = queue.OldestHit(bank), other = queue.OldestOther(bank);
                long hitReady = long.MaxValue, otherReady = long.MaxValue;
                if (hit >= 0)
                {
                    long order = queue.Order(hit);
                    hitReady = order > bestOrder ? clock : Timing.ReadyAt(column, bank);
                    if (hitReady > clock) next = Math.Min(next, hitReady);
                    else if (order < bestOrder && hits[bank] <= cap && MayGo(column, bank)) (best, bestOrder) = (hit, order);
                }

                if (other >= 0)
                {
                    long order = queue.Order(other);
                    DramCommandKind row = openRow[bank] >= 0 ? DramCommandKind.Precharge : DramCommandKind.Activate;
                    otherReady = order > bestOrder ? clock : Timing.ReadyAt(row, bank);
                    if (otherReady > clock) next = Math.Min(next, otherReady);
                    else if (order < bestOrder && MayGo(row, bank)) (best, bestOrder) = (other, order);
                }

                bankQuiet = Math.Min(hitReady, otherReady);
            }
            else
            {
                next = Math.Min(next, bankQuiet);
            }

            quiet = Math.Min(quiet, bankQuiet);
        }

        queue.QuietUntil = quiet;
        if (best < 0) Wake = Math.Min(Wake, next);
        return best;
    }

    /// <summary>What the scheduler chooses in a queue, -1 if that cannot go now.</summary>
    protected int SelectByPolicy(RequestQueue queue)
    {
        _view.Clear();
        for (int slot = queue.Head; slot >= 0; slot = queue.Next(slot))
        {
            ref Request request = ref queue[slot];
            DramCommandKind command = FirstCommand(in request);
            if (!MayGo(command, request.Bank)) continue;
            int hit = queue.OldestHit(request.Bank);
            _view.Add(View(in request, command, hit < 0 ? long.MaxValue : queue[hit].Arrive), slot);
        }

        return _view.Choose();
    }

    /// <summary>What the scheduler chooses among the active requests, -1 if that cannot go now.</summary>
    protected int SelectActive()
    {
        if (Active.Count == 0) return -1;
        if (Active.QuietUntil > Clock)
        {
            Wake = Math.Min(Wake, Active.QuietUntil);
            return -1;
        }

        return Scheduler is { ConsidersReady: true } ? SelectActiveReady(Scheduler.Cap) : SelectActiveByPolicy();
    }

    private int SelectActiveReady(int cap)
    {
        int best = -1;
        bool bestFirst = false, bestReady = false;
        long quiet = long.MaxValue;
        for (int i = 0; i < Active.Count; i++)
        {
            ref Request request = ref Active[i];
            DramCommandKind command = FirstCommand(in request);
            long readyAt = Timing.ReadyAt(command, request.Bank);
            quiet = Math.Min(quiet, readyAt);
            bool ready = readyAt <= Clock;
            if (!ready) Wake = Math.Min(Wake, readyAt);
            if (!MayGo(command, request.Bank)) continue;
            int hits = Banks.OpenRow[request.Bank] == request.Row ? Banks.Hits[request.Bank] : 0;
            bool first = ready && hits <= cap;
            if (best < 0 || (first == bestFirst ? request.Arrive < Active[best].Arrive : first)) (best, bestFirst, bestReady) = (i, first, ready);
        }

        Active.QuietUntil = quiet;
        return bestReady ? best : -1;
    }

    private int SelectActiveByPolicy()
    {
        _view.Clear();
        for (int i = 0; i < Active.Count; i++)
        {
            ref Request request = ref Active[i];
            DramCommandKind command = FirstCommand(in request);
            if (MayGo(command, request.Bank)) _view.Add(View(in request, command, OldestActiveHit(request.Bank)), i);
        }

        return _view.Choose();
    }

    private long OldestActiveHit(int bank)
    {
        long oldest = long.MaxValue;
        for (int i = 0; i < Active.Count; i++)
        {
            if (Active[i].Bank == bank && Active[i].Row == Banks.OpenRow[bank]) oldest = Math.Min(oldest, Active[i].Arrive);
        }

        return oldest;
    }

    private SchedulerEntry View(in Request request, DramCommandKind command, long oldestHit)
    {
        bool hit = Banks.OpenRow[request.Bank] == request.Row;
        return new SchedulerEntry(request.Arrive, IsLegal(command, request.Bank), hit, hit ? Banks.Hits[request.Bank] : 0, request.Bank,
            command == DramCommandKind.Precharge, oldestHit);
    }
}
