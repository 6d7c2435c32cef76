namespace Smaug.Memory.Dram.Command;

/// <summary>
/// HBM1 and HBM2 under the rules of Ramulator 2.1: a column and a row bus, so that a cycle takes one command of each.
/// </summary>
internal class SplitBusController(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer)
    : Ramulator2Controller(configuration, channel, listener, observer)
{
    protected bool InColumnSlot { get; set; }

    protected override bool IssueCommands()
    {
        InColumnSlot = true;
        bool column = IssueSlot();
        InColumnSlot = false;
        return IssueSlot() || column;
    }

    protected override bool Fits(DramCommandKind command, int bank) =>
        (command is DramCommandKind.Read or DramCommandKind.Write) == InColumnSlot;
}

/// <summary>
/// HBM3 and HBM4 under the rules of Ramulator 2.1: a cycle is half a clock. Rising edges have a column and a row slot; falling
/// edges take precharges only, within the limits of a row command that is still on the bus.
/// </summary>
internal sealed class HalfClockController(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer)
    : SplitBusController(configuration, channel, listener, observer)
{
    private DramCommandKind _lastRowCommand = DramCommandKind.Other;
    private int _lastBank;
    private long _pairingEdge = -1;

    private bool IsRising => (Clock & 1) == 1;

    protected override bool IssueCommands()
    {
        bool rising = IsRising;
        InColumnSlot = false;
        bool issued = rising ? base.IssueCommands() : IssueSlot();
        // What a falling edge cannot take may go at the next edge, however long its timing has been met; and where it is out of
        // the way, a scheduler may choose what it passed over for it.
        if (!rising || (!TakesOldestReady && ReadQueue.Count + WriteQueue.Count > 0)) Wake = Clock + 1;
        return issued;
    }

    protected override bool Fits(DramCommandKind command, int bank) =>
        base.Fits(command, bank) && (IsRising || Allows(command, bank));

    protected override void OnIssued(DramCommandKind command, int bank)
    {
        if (!IsRising || !IsRowCommand(command)) return;
        _lastRowCommand = command;
        _lastBank = bank;
        _pairingEdge = Clock + (command == DramCommandKind.Activate ? 3 : 1);
    }

    private static bool IsRowCommand(DramCommandKind command) => command is DramCommandKind.Activate or DramCommandKind.Precharge
        or DramCommandKind.PrechargeAll or DramCommandKind.Refresh or DramCommandKind.RefreshBank;

    private bool Allows(DramCommandKind command, int bank)
    {
        if (command is not (DramCommandKind.Precharge or DramCommandKind.PrechargeAll)) return false;
        if (_pairingEdge != Clock || Banks.RankOf(bank) != Banks.RankOf(_lastBank)) return true;
        if (_lastRowCommand is DramCommandKind.PrechargeAll or DramCommandKind.Refresh) return false;
        return command == DramCommandKind.Precharge && bank != _lastBank;
    }
}
