using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;

namespace Smaug.Tests.Dram;

/// <summary>The oracle under the rules of Ramulator 2.1: one bus, split buses, half clocks, and two-step activates.</summary>
internal sealed class SteppedRamulator2 : SteppedMemory
{
    private readonly List<Entry> _activating = [];
    private readonly bool _isSplit, _isHalfClock, _isTwoStep, _needsSynchronization;
    private long _writeClockExpiry;
    private (Entry Entry, List<Entry> Queue)? _synchronized;
    private (DramCommandKind Command, int Bank, long PairingEdge) _lastRowCommand = (DramCommandKind.Other, 0, -1);

    public SteppedRamulator2(DramConfiguration configuration) : base(configuration)
    {
        _isSplit = Preset.HasSplitCommandBus;
        _isHalfClock = Preset.CyclesPerClock == 2;
        _isTwoStep = Preset.Standard == "LPDDR5";
        _needsSynchronization = !configuration.WriteClockAlwaysOn;
    }

    private bool IsRising => Clock % 2 == 1;

    private List<Entry> Queue => Writing ? Writes : Reads;

    public override bool TryEnqueue(int bank, int row, ulong address, bool isWrite, long tag)
    {
        var entry = new Entry { Bank = bank, Row = row, Address = address, IsWrite = isWrite, Tag = tag, Arrive = Clock };
        if (Writes.Exists(w => w.Address == address))
        {
            if (isWrite) Done[tag] = (Clock, Clock);
            else Pending.Add(Departing(entry, Clock + 1));
            return true;
        }

        List<Entry> queue = isWrite ? Writes : Reads;
        if (queue.Count == 32) return false;
        queue.Add(entry);
        return true;
    }

    public override void Tick()
    {
        Clock++;
        while (Pending.Count > 0 && Pending[0].Depart <= Clock)
        {
            Done[Pending[0].Tag] = (Pending[0].Arrive, Pending[0].Depart);
            Pending.RemoveAt(0);
        }

        LetRefreshesFallDue();
        if (_isTwoStep)
        {
            TwoStepSlot();
        }
        else if (!_isSplit)
        {
            Slot((_, _) => true);
        }
        else if (_isHalfClock && !IsRising)
        {
            Slot(FitsFallingEdge);
        }
        else
        {
            Slot((command, _) => IsColumn(command));
            Slot((command, _) => !IsColumn(command));
        }
    }

    private static bool IsColumn(DramCommandKind command) => command is DramCommandKind.Read or DramCommandKind.Write;

    private bool FitsFallingEdge(DramCommandKind command, int bank)
    {
        if (command is not (DramCommandKind.Precharge or DramCommandKind.PrechargeAll)) return false;
        (DramCommandKind last, int lastBank, long edge) = _lastRowCommand;
        if (edge != Clock || bank / Device.BanksPerRank != lastBank / Device.BanksPerRank) return true;
        if (SteppedDevice.IsWide(last)) return false;
        return command == DramCommandKind.Precharge && bank != lastBank;
    }

    private void Slot(Func<DramCommandKind, int, bool> fits)
    {
        if (Choose(Active, fits) is { } active) Serve(active, Active);
        else if (Refreshes.Count > 0 ? Refresh(fits) : ServeQueue(fits)) return;
        else CloseIdle(b => fits(DramCommandKind.Precharge, b) && !Active.Exists(a => a.Bank == b));
    }

    private bool ServeQueue(Func<DramCommandKind, int, bool> fits)
    {
        ChooseMode();
        if (Choose(Queue, fits) is not { } entry) return false;
        Serve(entry, Queue);
        return true;
    }

    private void ChooseMode()
    {
        if (!Writing) Writing = Writes.Count >= 26 || Reads.Count == 0;
        else if (Writes.Count <= 6 && Reads.Count != 0) Writing = false;
    }

    /// <summary>The scheduler's choice if its command is legal.</summary>
    private Entry? Choose(List<Entry> queue, Func<DramCommandKind, int, bool> fits)
    {
        Entry[] candidates = [.. queue.Where(e => fits(First(e), e.Bank)
            && (First(e) != DramCommandKind.Precharge || !Active.Exists(a => a.Bank == e.Bank)))];
        if (candidates.Length == 0) return null;
        SchedulerEntry[] view = [.. candidates.Select(e => View(e, queue))];
        int chosen = Scheduler.Select(view);
        return chosen >= 0 && view[chosen].IsReady ? candidates[chosen] : null;
    }

    private bool Refresh(Func<DramCommandKind, int, bool> fits)
    {
        int bank = Refreshes[0];
        DramCommandKind command = FirstOfRefresh(bank);
        if (!fits(command, bank) || !IsLegal(command, bank)) return false;
        int last = SteppedDevice.IsWide(command) ? bank + Device.BanksPerRank - 1 : bank;
        bool closes = command is DramCommandKind.Precharge or DramCommandKind.PrechargeAll;
        if (closes && Active.Exists(a => a.Bank >= bank && a.Bank <= last)) return false;
        IssueRow(command, bank, -1);
        if (!closes) Refreshes.RemoveAt(0);
        return true;
    }

    private void Serve(Entry entry, List<Entry> queue)
    {
        DramCommandKind command = First(entry);
        DramCommandKind closing = Closing(entry, command);
        if (_isTwoStep && command == DramCommandKind.Activate)
        {
            // The first half: the row opens with the second.
            IssueRow(command, entry.Bank, entry.Row);
            Device.Banks[entry.Bank].Row = -1;
            queue.Remove(entry);
            entry.Deadline = Clock + Preset.Timing["nAAD"];
            _activating.Add(entry);
            return;
        }

        IssueRow(closing, entry.Bank, entry.Row);
        if (command == DramCommandKind.Precharge) return;
        queue.Remove(entry);
        if (command == DramCommandKind.Activate)
        {
            Active.Add(entry);
            return;
        }

        if (_isTwoStep)
        {
            int latency = Preset.Timing[entry.IsWrite ? "nCWL" : "nCL"] + Preset.Timing["nBL_min"] + Preset.Timing["nWCKPST"];
            _writeClockExpiry = Math.Max(_writeClockExpiry, Clock + latency);
        }

        if (entry.IsWrite) Done[entry.Tag] = (entry.Arrive, Clock);
        else Pending.Add(Departing(entry, Clock + Preset.ReadLatencyCycles));
    }

    private void IssueRow(DramCommandKind command, int bank, int row)
    {
        Issue(command, bank, row);
        bool column = IsColumn(command) || command is DramCommandKind.ReadPrecharge or DramCommandKind.WritePrecharge;
        if (_isHalfClock && IsRising && !column) _lastRowCommand = (command, bank, Clock + (command == DramCommandKind.Activate ? 3 : 1));
    }

    private bool IsOwned(int bank) => _activating.Exists(a => a.Bank == bank);

    private bool IsAllowed(DramCommandKind command, int bank)
    {
        if (_activating.Count == 0 || IsColumn(command)) return true;
        if (command is DramCommandKind.Precharge or DramCommandKind.RefreshBank) return !IsOwned(bank);
        return SteppedDevice.IsWide(command) && !Enumerable.Range(bank, Device.BanksPerRank).Any(IsOwned);
    }

    private void TwoStepSlot()
    {
        Entry? urgent = SecondHalf(Clock);
        if (_synchronized is (Entry waiting, List<Entry> from))
        {
            if (!IsLegal(First(waiting), waiting.Bank)) return;
            Serve(waiting, from);
            _synchronized = null;
            return;
        }

        if (urgent is not null)
        {
            IssueSecondHalf(urgent);
            return;
        }

        List<Entry> queue = Active;
        Entry? candidate = Choose(Active, IsAllowed);
        if (candidate is null && Refreshes.Count > 0)
        {
            if (Refresh(IsAllowed)) return;
        }
        else if (candidate is null)
        {
            ChooseMode();
            queue = Queue;
            candidate = Choose(queue, IsAllowed);
        }

        Entry? deferred = SecondHalf(long.MaxValue);
        if (candidate is null)
        {
            if (deferred is not null) IssueSecondHalf(deferred);
            else CloseIdle(b => IsAllowed(DramCommandKind.Precharge, b) && !Active.Exists(a => a.Bank == b));
            return;
        }

        if (!_needsSynchronization || !IsColumn(First(candidate)) || Clock < _writeClockExpiry)
        {
            Serve(candidate, queue);
            return;
        }

        if (_activating.Exists(a => a.Deadline <= Clock + 1))
        {
            if (deferred is not null) IssueSecondHalf(deferred);
            return;
        }

        DramCommandKind synchronization = candidate.IsWrite ? DramCommandKind.SynchronizeWrite : DramCommandKind.SynchronizeRead;
        if (!IsLegal(synchronization, candidate.Bank)) return;
        Issue(synchronization, candidate.Bank, candidate.Row);
        _synchronized = (candidate, queue);
    }

    /// <summary>The legal second half with the smallest deadline, then the oldest.</summary>
    private Entry? SecondHalf(long limit) => _activating
        .Where(a => a.Deadline <= limit && IsLegal(DramCommandKind.ActivateSecond, a.Bank))
        .OrderBy(a => a.Deadline).ThenBy(a => a.Arrive).FirstOrDefault();

    private void IssueSecondHalf(Entry entry)
    {
        Issue(DramCommandKind.ActivateSecond, entry.Bank, entry.Row);
        SteppedDevice.Node bank = Device.Banks[entry.Bank];
        (bank.Row, bank.Hits, bank.LastUse) = (entry.Row, 0, Clock);
        _activating.Remove(entry);
        Active.Add(entry);
    }
}
