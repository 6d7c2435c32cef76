using Smaug.Core;

namespace Smaug.Memory.Dram.Command;

/// <summary>The row policies of the command-level model. All work under the rules of both references.</summary>
public static class RowPolicies
{
    /// <summary>Rows stay open (default).</summary>
    public static IRowPolicy Opened { get; } = new Policy("Opened") { KeepsOpen = true };

    /// <summary>Any cycle without another command closes the first bank that can be closed.</summary>
    public static IRowPolicy Closed { get; } = new Policy("Closed");

    /// <summary>As <see cref="Closed"/>, and the last queued access to a row precharges automatically.</summary>
    public static IRowPolicy ClosedAutoPrecharge { get; } = new Policy("ClosedAP") { ClosesWithLastAccess = true };

    /// <summary>The fourth column command to a row closes it.</summary>
    public static IRowPolicy ClosedCap { get; } = ClosedAfter(4);

    /// <summary>Rows are closed 50 cycles after their last use.</summary>
    public static IRowPolicy Timeout { get; } = TimeoutAfter(50);

    /// <summary>All row policies by name.</summary>
    public static IReadOnlyList<IRowPolicy> All => [Opened, Closed, ClosedAutoPrecharge, ClosedCap, Timeout];

    /// <summary>The row policy of a name, whatever its case.</summary>
    /// <exception cref="ConfigurationException">There is none; the message lists those that exist.</exception>
    public static IRowPolicy Get(string name) => PolicyNames.Get(All, p => p.Name, name, "row policy");

    /// <summary>Rows are closed a number of cycles after their last use.</summary>
    public static IRowPolicy TimeoutAfter(int cycles) => new Policy("Timeout") { Cycles = cycles };

    /// <summary>The last of a number of column commands to a row closes it; until then it stays open.</summary>
    /// <param name="accesses">Column commands, at least 1.</param>
    public static IRowPolicy ClosedAfter(int accesses) => new Policy("ClosedCAP") { KeepsOpen = true, MaxAccesses = accesses };

    private sealed class Policy(string name) : IRowPolicy
    {
        public string Name => name;

        public bool KeepsOpen { get; init; }

        public bool ClosesWithLastAccess { get; init; }

        public int MaxAccesses { get; init; } = int.MaxValue;

        public int Cycles { get; init; }

        public long CloseAt(long lastUse) => lastUse + Cycles;
    }
}
