using System.Runtime.CompilerServices;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Levels;

/// <summary>
/// A main memory of any level, embedded as a <see cref="TransactionController"/> is: packets are offered in the order of time, and
/// answers and retries come to a listener.
/// </summary>
public abstract class DramController
{
    private protected DramController() { }

    /// <summary>What it did since its start.</summary>
    public abstract DramTraffic Traffic { get; }

    /// <summary>The transaction-level controller, for its own statistics; null at other levels.</summary>
    public virtual TransactionController? Transactions => null;

    /// <summary>The command-level memory, for its own statistics; null at other levels.</summary>
    public virtual Command.DramMemory? Commands => null;

    /// <summary>Energy of all devices up to a time, from the commands that they got; null where commands are not known or no currents given.</summary>
    /// <param name="end">Not before the last packet.</param>
    public virtual DramEnergyReport? Energy(SimTime end) => null;

    /// <summary>
    /// Energy of each rank up to a time, all of its devices together, without making the memory go on: empty where commands are not
    /// known or no currents given. At the transaction level from counters of the controller, for which a bank is open until its precharge has
    /// ended; refreshes that it has not caught up with are missing.
    /// </summary>
    /// <param name="end">Not before the last packet.</param>
    public virtual IReadOnlyList<DramEnergyReport> RankEnergies(SimTime end) => [];

    internal abstract SimTime Now { get; }

    internal abstract SimTime NextEventTime { get; }

    internal abstract void ProcessNextEvent();

    internal abstract void AdvanceTo(SimTime time);

    internal abstract bool TryAccept(SimTime time, ulong address, int bytes, bool isWrite, long tag);
}

/// <summary>
/// What a memory system holds of its main memory. The transaction level is called directly, so that the hot path of the usual
/// system has no virtual calls.
/// </summary>
internal readonly struct DramHandle(DramController controller)
{
    private readonly TransactionController? _transactions = controller.Transactions;

    public DramController Controller => controller;

    public SimTime Now => _transactions is { } t ? t.Now : controller.Now;

    public SimTime NextEventTime => _transactions is { } t ? t.NextEventTime : controller.NextEventTime;

    public void ProcessNextEvent()
    {
        if (_transactions is { } t) t.ProcessNextEvent();
        else controller.ProcessNextEvent();
    }

    public void AdvanceTo(SimTime time)
    {
        if (_transactions is { } t) t.AdvanceTo(time);
        else controller.AdvanceTo(time);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAccept(SimTime time, ulong address, int bytes, bool isWrite, long tag) => _transactions is { } t
        ? t.TryAccept(time, address, bytes, isWrite, tag)
        : controller.TryAccept(time, address, bytes, isWrite, tag);
}
