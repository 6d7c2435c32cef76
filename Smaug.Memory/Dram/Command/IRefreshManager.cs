namespace Smaug.Memory.Dram.Command;

/// <summary>
/// Decides when ranks are refreshed. Implement it for a scheme of your own and give it to
/// <see cref="DramConfiguration.Refresh"/>.
/// </summary>
public interface IRefreshManager
{
    /// <summary>Name for reports.</summary>
    string Name { get; }

    /// <summary>
    /// Whether each refresh takes one bank of the rank, in turn, instead of all of them. Only for standards with such a command.
    /// </summary>
    bool IsPerBank => false;

    /// <summary>Cycle of a rank's next refresh, later than the previous one; <see cref="long.MaxValue"/>: never.</summary>
    /// <param name="rank">Rank or pseudo channel.</param>
    /// <param name="ranks">How many there are.</param>
    /// <param name="interval">nREFI in cycles; of per-bank refresh: nREFI over the banks of a rank.</param>
    /// <param name="previous">Cycle of its previous refresh; 0 at the start.</param>
    long NextDue(int rank, int ranks, long interval, long previous);
}
