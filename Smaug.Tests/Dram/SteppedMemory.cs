using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Tests.Dram;

/// <summary>
/// The oracle of the command-level engine: one channel written down as plainly as possible. It evaluates every cycle and scans
/// lists. This base holds what both rule sets share.
/// </summary>
internal abstract class SteppedMemory
{
    private readonly IRefreshManager _refresh;
    private readonly long[] _due;
    private readonly int[] _nextBank;

    protected SteppedMemory(DramConfiguration configuration)
    {
        Preset = configuration.Preset;
        Scheduler = configuration.EffectiveScheduler;
        Rows = configuration.RowPolicy;
        _refresh = configuration.Refresh;
        Device = new SteppedDevice(Preset, configuration.Counts);
        _due = [.. Enumerable.Range(0, Device.Ranks).Select(r => NextDue(r, 0))];
        _nextBank = new int[Device.Ranks];
    }

    public static SteppedMemory Create(DramConfiguration configuration) => configuration.Preset.Rules == DramRules.Ramulator1
        ? new SteppedRamulator1(configuration)
        : new SteppedRamulator2(configuration);

    public bool Draining { get; set; }

    public List<string> Commands { get; } = [];

    public Dictionary<long, (long Arrive, long Depart)> Done { get; } = [];

    protected DramPreset Preset { get; }

    protected SteppedDevice Device { get; }

    protected IRequestScheduler Scheduler { get; }

    protected IRowPolicy Rows { get; }

    protected List<Entry> Reads { get; } = [];

    protected List<Entry> Writes { get; } = [];

    protected List<Entry> Active { get; } = [];

    protected List<Entry> Pending { get; } = [];

    protected List<int> Refreshes { get; } = [];

    protected bool Writing { get; set; }

    protected long Clock { get; set; }

    public abstract bool TryEnqueue(int bank, int row, ulong address, bool isWrite, long tag);

    public abstract void Tick();

    protected void LetRefreshesFallDue()
    {
        for (int r = 0; r < Device.Ranks; r++)
        {
            if (Clock < _due[r]) continue;
            Refreshes.Add(r * Device.BanksPerRank + _nextBank[r]);
            if (_refresh.IsPerBank) _nextBank[r] = (_nextBank[r] + 1) % Device.BanksPerRank;
            _due[r] = NextDue(r, _due[r]);
        }
    }

    protected DramCommandKind FirstOfRefresh(int bank)
    {
        if (_refresh.IsPerBank) return Device.Banks[bank].Row >= 0 ? DramCommandKind.Precharge : DramCommandKind.RefreshBank;
        return Device.Banks[bank..(bank + Device.BanksPerRank)].Any(b => b.Row >= 0) ? DramCommandKind.PrechargeAll : DramCommandKind.Refresh;
    }

    protected DramCommandKind First(Entry e) => Device.Banks[e.Bank].Row == e.Row ? e.IsWrite ? DramCommandKind.Write : DramCommandKind.Read
        : Device.Banks[e.Bank].Row < 0 ? DramCommandKind.Activate : DramCommandKind.Precharge;

    protected SchedulerEntry View(Entry e, List<Entry> queue)
    {
        SteppedDevice.Node bank = Device.Banks[e.Bank];
        bool hit = bank.Row == e.Row;
        long oldest = queue.Where(o => o.Bank == e.Bank && o.Row == bank.Row).Select(o => o.Arrive).DefaultIfEmpty(long.MaxValue).Min();
        return new SchedulerEntry(e.Arrive, IsLegal(First(e), e.Bank), hit, hit ? bank.Hits : 0, e.Bank, bank.Row >= 0 && !hit, oldest);
    }

    protected bool IsLegal(DramCommandKind command, int bank) => Device.IsLegal(command, bank, Clock);

    protected void Issue(DramCommandKind command, int bank, int row)
    {
        Commands.Add($"{Clock},{command},{bank},{row}");
        Device.Issue(command, bank, row, Clock);
    }

    /// <summary>The column command with automatic precharge where the row policy wants it.</summary>
    protected DramCommandKind Closing(Entry entry, DramCommandKind command)
    {
        if (command is not (DramCommandKind.Read or DramCommandKind.Write)) return command;
        bool closes = Device.Banks[entry.Bank].Hits + 1 >= Rows.MaxAccesses;
        if (Rows.ClosesWithLastAccess)
        {
            int left = (Writing ? Writes : Reads).Count(e => e.Bank == entry.Bank && e.Row == entry.Row);
            if (left == 0) left = Active.Count(e => e.Bank == entry.Bank && e.Row == entry.Row);
            closes |= left == 1;
        }

        if (!closes) return command;
        return entry.IsWrite ? DramCommandKind.WritePrecharge : DramCommandKind.ReadPrecharge;
    }

    protected bool CloseIdle(Func<int, bool> mayClose)
    {
        if (Rows.KeepsOpen) return false;
        for (int b = 0; b < Device.Banks.Length; b++)
        {
            SteppedDevice.Node bank = Device.Banks[b];
            if (bank.Row < 0 || !mayClose(b) || Rows.CloseAt(bank.LastUse) > Clock || !IsLegal(DramCommandKind.Precharge, b)) continue;
            Issue(DramCommandKind.Precharge, b, -1);
            return true;
        }

        return false;
    }

    protected static Entry Departing(Entry entry, long depart)
    {
        entry.Depart = depart;
        return entry;
    }

    private long NextDue(int rank, long previous) => _refresh.NextDue(rank, Device.Ranks,
        _refresh.IsPerBank ? Preset.RefreshIntervalCycles / Device.BanksPerRank : Preset.RefreshIntervalCycles, previous);

    protected sealed class Entry
    {
        public int Bank, Row;
        public ulong Address;
        public bool IsWrite;
        public long Tag, Arrive, Depart, Deadline;
    }
}
