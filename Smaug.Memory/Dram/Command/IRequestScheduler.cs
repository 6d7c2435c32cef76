namespace Smaug.Memory.Dram.Command;

/// <summary>One queued request as a scheduler sees it.</summary>
/// <param name="Arrive">Cycle of acceptance.</param>
/// <param name="IsReady">Whether its next command is legal now.</param>
/// <param name="IsRowHit">Whether its row is open.</param>
/// <param name="RowHits">Column accesses to that row since it was opened; 0 if the request is no row hit.</param>
/// <param name="Bank">Its bank; -1 for a refresh.</param>
/// <param name="ClosesRow">Whether another row is open in its bank.</param>
/// <param name="OldestRowHit">
/// Cycle of acceptance of the oldest request of the queue that wants the open row of its bank, whether or not that request is
/// among the entries; <see cref="long.MaxValue"/>: none does.
/// </param>
public readonly record struct SchedulerEntry(long Arrive, bool IsReady, bool IsRowHit, int RowHits, int Bank, bool ClosesRow,
    long OldestRowHit);

/// <summary>
/// Chooses the request whose next command is tried in a cycle. Implement it for a policy of your own and give it to
/// <see cref="DramConfiguration.Scheduler"/>; it must depend on the entries only, so that idle cycles can be skipped.
/// </summary>
public interface IRequestScheduler
{
    /// <summary>Name for reports.</summary>
    string Name { get; }

    /// <summary>Index of the chosen entry, -1 for none. If the entry is not ready, nothing goes.</summary>
    /// <param name="queue">
    /// The entries from oldest to newest; never empty. Under the rules of Ramulator 2.1 without those that may not go in the
    /// present slot of the command bus (row or column) and those that would close a row that another request has just opened.
    /// </param>
    int Select(ReadOnlySpan<SchedulerEntry> queue);
}
