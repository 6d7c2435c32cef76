using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>The answer to one packet.</summary>
/// <param name="Tag">The tag given with the packet.</param>
/// <param name="Address">The packet's byte address.</param>
/// <param name="IsWrite">Whether it was a write.</param>
/// <param name="Accepted">When the packet was accepted.</param>
/// <param name="Time">When the response leaves the controller, static latencies included; not before the current time.</param>
public readonly record struct TransactionResponse(long Tag, ulong Address, bool IsWrite, SimTime Accepted, SimTime Time);

/// <summary>The host of a <see cref="TransactionController"/>.</summary>
public interface ITransactionListener
{
    /// <summary>A packet is answered.</summary>
    void OnResponse(in TransactionResponse response);

    /// <summary>
    /// A packet of this direction that was refused may be offered again, now or later. Offering it inside this call is allowed.
    /// </summary>
    void OnRetry(bool isWrite);

    /// <summary>The time asked for with <see cref="TransactionController.ScheduleWakeUp"/> has come.</summary>
    void OnWakeUp() { }
}

/// <summary>One burst at the moment it is scheduled.</summary>
/// <param name="Time">When the controller decided.</param>
/// <param name="Address">Byte address of the burst's first byte that was asked for.</param>
/// <param name="IsWrite">Direction.</param>
/// <param name="Rank">Rank.</param>
/// <param name="Bank">Bank inside the rank.</param>
/// <param name="Row">Row.</param>
/// <param name="Ready">End of its data on the bus.</param>
/// <param name="NextBurst">Earliest time of the next column command for the bus.</param>
public readonly record struct BurstRecord(SimTime Time, ulong Address, bool IsWrite, int Rank, int Bank, long Row, SimTime Ready,
    SimTime NextBurst);

/// <summary>Watches a <see cref="TransactionController"/>; nothing it does may change the controller.</summary>
public interface ITransactionObserver
{
    /// <summary>A burst was scheduled.</summary>
    void OnBurst(in BurstRecord burst) { }

    /// <summary>
    /// A DRAM command was placed. Commands are reported when they are decided, so their times are not in order over banks.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="time">When it is on the command bus.</param>
    /// <param name="rank">Rank.</param>
    /// <param name="bank">Bank, -1 for a refresh.</param>
    void OnCommand(DramCommandKind command, SimTime time, int rank, int bank) { }

    /// <summary>A rank's refresh fell due.</summary>
    void OnRefreshDue(int rank, SimTime time) { }

    /// <summary>A rank's refresh is complete.</summary>
    void OnRefreshDone(int rank, SimTime time) { }
}
