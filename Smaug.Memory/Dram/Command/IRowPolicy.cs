namespace Smaug.Memory.Dram.Command;

/// <summary>
/// Decides when an idle controller closes open rows. Implement it for a policy of your own and give it to
/// <see cref="DramConfiguration.RowPolicy"/>.
/// </summary>
public interface IRowPolicy
{
    /// <summary>Name for reports.</summary>
    string Name { get; }

    /// <summary>Whether the last queued access to a row closes it (a column command with automatic precharge).</summary>
    bool ClosesWithLastAccess => false;

    /// <summary>Whether rows stay open until they are in the way; then <see cref="CloseAt"/> is not asked.</summary>
    bool KeepsOpen => false;

    /// <summary>Earliest cycle at which a cycle without other commands may close a row.</summary>
    /// <param name="lastUse">Cycle of the row's activate or latest column command.</param>
    long CloseAt(long lastUse);
}

/// <summary>The row policies of the command-level model.</summary>
public static class RowPolicies
{
    /// <summary>Rows stay open (default).</summary>
    public static IRowPolicy Opened { get; } = new Policy("Opened", keepsOpen: true, closesWithLastAccess: false, 0);

    /// <summary>Any cycle without another command closes the first bank that can be closed.</summary>
    public static IRowPolicy Closed { get; } = new Policy("Closed", keepsOpen: false, closesWithLastAccess: false, 0);

    /// <summary>As <see cref="Closed"/>, and the last queued access to a row precharges automatically.</summary>
    public static IRowPolicy ClosedAutoPrecharge { get; } = new Policy("ClosedAP", keepsOpen: false, closesWithLastAccess: true, 0);

    /// <summary>Rows are closed 50 cycles after their last use.</summary>
    public static IRowPolicy Timeout { get; } = TimeoutAfter(50);

    /// <summary>All row policies by name.</summary>
    public static IReadOnlyList<IRowPolicy> All => [Opened, Closed, ClosedAutoPrecharge, Timeout];

    /// <summary>Rows are closed a number of cycles after their last use.</summary>
    public static IRowPolicy TimeoutAfter(int cycles) => new Policy("Timeout", keepsOpen: false, closesWithLastAccess: false, cycles);

    private sealed class Policy(string name, bool keepsOpen, bool closesWithLastAccess, int timeout) : IRowPolicy
    {
        public string Name => name;

        public bool KeepsOpen => keepsOpen;

        public bool ClosesWithLastAccess => closesWithLastAccess;

        public long CloseAt(long lastUse) => lastUse + timeout;
    }
}

/// <summary>
/// Decides when ranks are refreshed. Implement it for a scheme of your own and give it to
/// <see cref="DramConfiguration.Refresh"/>.
/// </summary>
public interface IRefreshManager
{
    /// <summary>Name for reports.</summary>
    string Name { get; }

    /// <summary>Cycle of a rank's next refresh; <see cref="long.MaxValue"/>: never.</summary>
    /// <param name="rank">Rank or pseudo channel.</param>
    /// <param name="ranks">How many there are.</param>
    /// <param name="interval">nREFI in cycles.</param>
    /// <param name="previous">Cycle of its previous refresh; 0 at the start.</param>
    long NextDue(int rank, int ranks, long interval, long previous);
}

/// <summary>The refresh managers of the command-level model.</summary>
public static class RefreshManagers
{
    /// <summary>All ranks at once, every nREFI (default).</summary>
    public static IRefreshManager AllBank { get; } = new Manager("AllBank");

    /// <summary>Every nREFI, the ranks spread evenly over the interval.</summary>
    public static IRefreshManager Staggered { get; } = new Manager("Staggered");

    /// <summary>No refresh.</summary>
    public static IRefreshManager None { get; } = new Manager("None");

    /// <summary>All refresh managers by name.</summary>
    public static IReadOnlyList<IRefreshManager> All => [AllBank, Staggered, None];

    private sealed class Manager(string name) : IRefreshManager
    {
        public string Name => name;

        public long NextDue(int rank, int ranks, long interval, long previous) => name switch
        {
            "None" => long.MaxValue,
            "Staggered" when previous == 0 => interval + interval * rank / ranks,
            _ => previous + interval,
        };
    }
}
