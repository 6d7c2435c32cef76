using Smaug.Core;

namespace Smaug.Memory.Dram.Command;

/// <summary>The refresh managers of the command-level model. All work under the rules of both references.</summary>
public static class RefreshManagers
{
    /// <summary>All ranks at once, every nREFI (default).</summary>
    public static IRefreshManager AllBank { get; } = new Manager("AllBank");

    /// <summary>Every nREFI, the ranks spread evenly over the interval.</summary>
    public static IRefreshManager Staggered { get; } = new Manager("Staggered") { SpreadsRanks = true };

    /// <summary>
    /// One bank of each rank after the other, each bank once per nREFI; the ranks are spread evenly over the interval. The
    /// references leave open when such refreshes come; this is the standards' plain scheme.
    /// </summary>
    public static IRefreshManager PerBank { get; } = new Manager("PerBank") { IsPerBank = true, SpreadsRanks = true };

    /// <summary>No refresh.</summary>
    public static IRefreshManager None { get; } = new Never();

    /// <summary>All refresh managers by name.</summary>
    public static IReadOnlyList<IRefreshManager> All => [AllBank, Staggered, PerBank, None];

    /// <summary>The refresh manager of a name, whatever its case.</summary>
    /// <exception cref="ConfigurationException">There is none; the message lists those that exist.</exception>
    public static IRefreshManager Get(string name) => PolicyNames.Get(All, p => p.Name, name, "refresh manager");

    private sealed class Manager(string name) : IRefreshManager
    {
        public string Name => name;

        public bool IsPerBank { get; init; }

        public bool SpreadsRanks { get; init; }

        public long NextDue(int rank, int ranks, long interval, long previous) =>
            previous + interval + (SpreadsRanks && previous == 0 ? interval * rank / ranks : 0);
    }

    private sealed class Never : IRefreshManager
    {
        public string Name => "None";

        public long NextDue(int rank, int ranks, long interval, long previous) => long.MaxValue;
    }
}
