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

    /// <summary>Column commands to a row of which the last one closes it (with automatic precharge). Default: no limit.</summary>
    int MaxAccesses => int.MaxValue;

    /// <summary>Earliest cycle at which a cycle without other commands may close a row.</summary>
    /// <param name="lastUse">Cycle of the row's activate or latest column command.</param>
    long CloseAt(long lastUse);
}
