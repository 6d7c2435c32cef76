using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;

namespace Smaug.Tests.Dram;

/// <summary>The oracle under the rules of Ramulator 1.</summary>
internal sealed class SteppedRamulator1(DramConfiguration configuration) : SteppedMemory(configuration)
{
    public override bool TryEnqueue(int bank, int row, ulong address, bool isWrite, long tag)
    {
        List<Entry> queue = isWrite ? Writes : Reads;
        if (queue.Count == 32) return false;
        var entry = new Entry { Bank = bank, Row = row, Address = address, IsWrite = isWrite, Tag = tag, Arrive = Clock };
        if (!isWrite && Writes.Exists(w => w.Address == address)) Pending.Add(Departing(entry, Clock + 1));
        else queue.Add(entry);
        return true;
    }

    public override void Tick()
    {
        Clock++;
        if (Pending.Count > 0 && Pending[0].Depart <= Clock)
        {
            Done[Pending[0].Tag] = (Pending[0].Arrive, Pending[0].Depart);
            Pending.RemoveAt(0);
        }

        LetRefreshesFallDue();
        int high = Draining ? 0 : 25;
        if (!Writing) Writing = Writes.Count > high || Reads.Count == 0;
        else if (Writes.Count < 6 && Reads.Count != 0) Writing = false;
        if (Serve(Active)) return;
        if (Refreshes.Count > 0 ? Refresh() : Serve(Writing ? Writes : Reads)) return;
        CloseIdle(_ => true);
    }

    private bool Serve(List<Entry> queue)
    {
        if (queue.Count == 0) return false;
        SchedulerEntry[] view = [.. queue.Select(e => View(e, queue))];
        int chosen = Scheduler.Select(view);
        if (chosen < 0 || !view[chosen].IsReady) return false;
        Entry entry = queue[chosen];
        DramCommandKind command = First(entry);
        Issue(Closing(entry, command), entry.Bank, entry.Row);
        if (command == DramCommandKind.Precharge) return true;
        queue.Remove(entry);
        if (command == DramCommandKind.Activate) Active.Add(entry);
        else if (entry.IsWrite) Done[entry.Tag] = (entry.Arrive, Clock);
        else Pending.Add(Departing(entry, Clock + Preset.ReadLatencyCycles));
        return true;
    }

    private bool Refresh()
    {
        // All are equally old; only a scheduler that looks at readiness passes the first one over.
        int chosen = Refreshes.FindIndex(b => IsLegal(FirstOfRefresh(b), b));
        if (chosen < 0 || (Scheduler == RequestSchedulers.Fcfs && chosen > 0)) return false;
        int bank = Refreshes[chosen];
        DramCommandKind command = FirstOfRefresh(bank);
        Issue(command, bank, -1);
        if (command is DramCommandKind.Refresh or DramCommandKind.RefreshBank) Refreshes.RemoveAt(chosen);
        return true;
    }
}
