namespace Smaug.Memory.Dram.Command;

/// <summary>What a request met in its bank when its first command was issued.</summary>
public enum DramOutcome
{
    /// <summary>Not decided.</summary>
    None,

    /// <summary>The row was open.</summary>
    Hit,

    /// <summary>The bank was closed.</summary>
    Miss,

    /// <summary>Another row was open.</summary>
    Conflict,

    /// <summary>A read served by a queued write of the same address.</summary>
    Forwarded,

    /// <summary>A write absorbed by a queued write of the same address (rules of Ramulator 2.1).</summary>
    Coalesced,
}

/// <summary>A finished request. Times are controller cycles.</summary>
/// <param name="Tag">The tag given with the request.</param>
/// <param name="Address">Byte address.</param>
/// <param name="IsWrite">Direction.</param>
/// <param name="Channel">Channel.</param>
/// <param name="Arrive">Cycle of acceptance.</param>
/// <param name="Depart">Reads: cycle of the end of data; writes: cycle of the write command.</param>
/// <param name="Delivered">Cycle in which the controller reports it; reads leave in order, so it may be after <paramref name="Depart"/>.</param>
/// <param name="Outcome">Row hit, miss, conflict or forwarded.</param>
public readonly record struct DramCompletion(long Tag, ulong Address, bool IsWrite, int Channel, long Arrive, long Depart, long Delivered,
    DramOutcome Outcome);

/// <summary>A command on a channel's command bus.</summary>
/// <param name="Cycle">Controller cycle.</param>
/// <param name="Command">What it does.</param>
/// <param name="Channel">Channel.</param>
/// <param name="Bank">Bank of the channel; for all-bank commands the first bank of the rank or pseudo channel.</param>
/// <param name="Row">Row of the request it serves; -1 for all-bank commands and commands of a row policy.</param>
/// <param name="Column">Column of the request it serves; -1 as above.</param>
/// <param name="IsWrite">Whether it serves a write.</param>
public readonly record struct DramCommandRecord(long Cycle, DramCommandKind Command, int Channel, int Bank, int Row, int Column, bool IsWrite);

/// <summary>The host of a <see cref="DramMemory"/>. Calls come while the memory advances; nothing is allocated for them.</summary>
public interface IDramListener
{
    /// <summary>A request is finished.</summary>
    void OnCompleted(in DramCompletion completion);

    /// <summary>A queue that refused a request has room again.</summary>
    void OnRetry() { }
}

/// <summary>Watches the commands of a <see cref="DramMemory"/>.</summary>
public interface IDramCommandObserver
{
    /// <summary>A command was issued.</summary>
    void OnCommand(in DramCommandRecord command);
}

/// <summary>A request inside a controller.</summary>
internal struct Request
{
    public ulong Address;
    public long Tag;
    public long Arrive;
    public long Depart;
    public long Deadline;
    public int Bank;
    public int Row;
    public int Column;
    public bool IsWrite;
    public DramOutcome Outcome;
}
