using Smaug.Core;

namespace Smaug.Memory.Dram.Command;

/// <summary>The schedulers of the command-level model.</summary>
public static class RequestSchedulers
{
    /// <summary>First come, first served.</summary>
    public static IRequestScheduler Fcfs { get; } = new FirstReady("FCFS", considersReady: false, int.MaxValue);

    /// <summary>First ready, first come, first served.</summary>
    public static IRequestScheduler FrFcfs { get; } = new FirstReady("FRFCFS", considersReady: true, int.MaxValue);

    /// <summary>As <see cref="FrFcfs"/>, but a row loses its priority after 16 further accesses (default).</summary>
    public static IRequestScheduler FrFcfsCap { get; } = FrFcfsWithCap(16);

    /// <summary>Row hits first; requests that would close a row that another request still wants wait.</summary>
    public static IRequestScheduler FrFcfsPriorHit { get; } = new PriorHitScheduler();

    /// <summary>As <see cref="FrFcfs"/>, but a request does not close a row that a request of its age or older wants.</summary>
    public static IRequestScheduler FrFcfsRowHit { get; } = new RowHitScheduler();

    /// <summary>As <see cref="FrFcfs"/>, but a row loses its priority after a number of accesses.</summary>
    public static IRequestScheduler FrFcfsWithCap(int cap) => new FirstReady("FRFCFS_Cap", considersReady: true, cap);

    /// <summary>All schedulers by name.</summary>
    public static IReadOnlyList<IRequestScheduler> All => [Fcfs, FrFcfs, FrFcfsCap, FrFcfsPriorHit, FrFcfsRowHit];

    /// <summary>The scheduler of a name, whatever its case.</summary>
    /// <exception cref="ConfigurationException">There is none; the message lists those that exist.</exception>
    public static IRequestScheduler Get(string name) => PolicyNames.Get(All, p => p.Name, name, "scheduler");
}

/// <summary>Ready before not ready (with a cap on row hits), then the older one. The engine has an indexed form of this fold.</summary>
internal sealed class FirstReady(string name, bool considersReady, int cap) : IRequestScheduler
{
    public string Name => name;

    public bool ConsidersReady => considersReady;

    public int Cap => cap;

    public int Select(ReadOnlySpan<SchedulerEntry> queue)
    {
        int best = 0;
        for (int i = 1; i < queue.Length; i++)
        {
            bool bestFirst = IsFirst(in queue[best]), thisFirst = IsFirst(in queue[i]);
            if (bestFirst == thisFirst ? queue[i].Arrive < queue[best].Arrive : thisFirst) best = i;
        }

        return best;
    }

    private bool IsFirst(in SchedulerEntry entry) => considersReady && entry.IsReady && entry.RowHits <= cap;
}

/// <summary>Ready row hits first; then ready ones among those that close no row with a waiting hit.</summary>
internal sealed class PriorHitScheduler : IRequestScheduler
{
    public string Name => "FRFCFS_PriorHit";

    public int Select(ReadOnlySpan<SchedulerEntry> queue)
    {
        int best = 0;
        for (int i = 1; i < queue.Length; i++)
        {
            bool bestFirst = queue[best].IsReady && queue[best].IsRowHit, thisFirst = queue[i].IsReady && queue[i].IsRowHit;
            if (bestFirst == thisFirst ? queue[i].Arrive < queue[best].Arrive : thisFirst) best = i;
        }

        if (queue[best].IsReady && queue[best].IsRowHit) return best;
        best = -1;
        for (int i = 0; i < queue.Length; i++)
        {
            if (queue[i].ClosesRow && queue[i].OldestRowHit != long.MaxValue) continue;
            if (best < 0 || (queue[best].IsReady == queue[i].IsReady ? queue[i].Arrive < queue[best].Arrive : queue[i].IsReady)) best = i;
        }

        return best;
    }
}

/// <summary>First ready, first come, first served, among those that close no row that a request of their age or older wants.</summary>
internal sealed class RowHitScheduler : IRequestScheduler
{
    public string Name => "FRFCFS_RowHit";

    public int Select(ReadOnlySpan<SchedulerEntry> queue)
    {
        int best = -1;
        for (int i = 0; i < queue.Length; i++)
        {
            if (queue[i].ClosesRow && queue[i].OldestRowHit <= queue[i].Arrive) continue;
            if (best < 0 || (queue[best].IsReady == queue[i].IsReady ? queue[i].Arrive < queue[best].Arrive : queue[i].IsReady)) best = i;
        }

        return best;
    }
}
