using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Tests.Dram;

/// <summary>
/// The oracle of the command-level engine: one channel under the rules of Ramulator 1 written down as plainly as possible. It
/// evaluates every cycle, scans lists, and keeps a tree of nodes with their own histories.
/// </summary>
internal sealed class SteppedMemory
{
    private readonly DramPreset _preset;
    private readonly Node _channel;
    private readonly Node[] _banks;
    private readonly List<Entry> _reads = [], _writes = [], _active = [], _pending = [];
    private readonly List<int> _refreshes = [];
    private readonly IRequestScheduler _scheduler;
    private readonly IRowPolicy _rows;
    private readonly int _ranks, _banksPerRank;
    private bool _writing;
    private long _clock, _refreshed;

    public SteppedMemory(DramConfiguration configuration)
    {
        _preset = configuration.Preset;
        _scheduler = configuration.Scheduler ?? RequestSchedulers.FrFcfsCap;
        _rows = configuration.RowPolicy;
        int[] counts = [.. _preset.Counts];
        counts[1] = _ranks = configuration.EffectiveRanks;
        List<Node> banks = [];
        _channel = new Node(0, 0, null);
        Build(_channel, counts, banks);
        _banks = [.. banks];
        _banksPerRank = _banks.Length / _ranks;
    }

    public bool Draining { get; set; }

    public List<string> Commands { get; } = [];

    public Dictionary<long, (long Arrive, long Depart)> Done { get; } = [];

    public bool HasWork => _reads.Count + _writes.Count + _active.Count + _pending.Count + _refreshes.Count > 0;

    public bool TryEnqueue(int bank, int row, ulong address, bool isWrite, long tag)
    {
        List<Entry> queue = isWrite ? _writes : _reads;
        if (queue.Count == 32) return false;
        var entry = new Entry { Bank = bank, Row = row, Address = address, IsWrite = isWrite, Tag = tag, Arrive = _clock };
        if (!isWrite && _writes.Exists(w => w.Address == address)) _pending.Add(Departing(entry, _clock + 1));
        else queue.Add(entry);
        return true;
    }

    public void Tick()
    {
        _clock++;
        if (_pending.Count > 0 && _pending[0].Depart <= _clock)
        {
            Done[_pending[0].Tag] = (_pending[0].Arrive, _pending[0].Depart);
            _pending.RemoveAt(0);
        }

        if (_clock - _refreshed >= _preset.RefreshIntervalCycles)
        {
            for (int r = 0; r < _ranks; r++) _refreshes.Add(r);
            _refreshed = _clock;
        }

        int high = Draining ? 0 : 25;
        if (!_writing) _writing = _writes.Count > high || _reads.Count == 0;
        else if (_writes.Count < 6 && _reads.Count != 0) _writing = false;
        if (Serve(_active)) return;
        if (_refreshes.Count > 0 ? Refresh() : Serve(_writing ? _writes : _reads)) return;
        CloseIdle();
    }

    private bool Serve(List<Entry> queue)
    {
        if (queue.Count == 0) return false;
        SchedulerEntry[] view = [.. queue.Select(View)];
        int chosen = _scheduler.Select(view);
        if (chosen < 0 || !view[chosen].IsReady) return false;
        Entry entry = queue[chosen];
        DramCommandKind command = First(entry);
        DramCommandKind issued = command;
        if (_rows.ClosesWithLastAccess && command is (DramCommandKind.Read or DramCommandKind.Write))
        {
            int left = (_writing ? _writes : _reads).Count(e => e.Bank == entry.Bank && e.Row == entry.Row);
            if (left == 0) left = _active.Count(e => e.Bank == entry.Bank && e.Row == entry.Row);
            if (left == 1) issued = entry.IsWrite ? DramCommandKind.WritePrecharge : DramCommandKind.ReadPrecharge;
        }

        Issue(issued, entry.Bank, entry.Row);
        if (command == DramCommandKind.Precharge) return true;
        queue.Remove(entry);
        if (command == DramCommandKind.Activate) _active.Add(entry);
        else if (entry.IsWrite) Done[entry.Tag] = (entry.Arrive, _clock);
        else _pending.Add(Departing(entry, _clock + _preset.ReadLatencyCycles));
        return true;
    }

    private bool Refresh()
    {
        // All are equally old; only a scheduler that looks at readiness passes the first one over.
        int chosen = _refreshes.FindIndex(r => IsLegal(FirstOfRefresh(r), r * _banksPerRank));
        if (chosen < 0 || (_scheduler == RequestSchedulers.Fcfs && chosen > 0)) return false;
        int rank = _refreshes[chosen];
        DramCommandKind command = FirstOfRefresh(rank);
        Issue(command, rank * _banksPerRank, -1);
        if (command == DramCommandKind.Refresh) _refreshes.RemoveAt(chosen);
        return true;
    }

    private void CloseIdle()
    {
        if (_rows.KeepsOpen) return;
        for (int b = 0; b < _banks.Length; b++)
        {
            if (_banks[b].Row < 0 || _rows.CloseAt(_banks[b].LastUse) > _clock || !IsLegal(DramCommandKind.Precharge, b)) continue;
            Issue(DramCommandKind.Precharge, b, -1);
            return;
        }
    }

    private SchedulerEntry View(Entry e)
    {
        Node bank = _banks[e.Bank];
        bool hit = bank.Row == e.Row;
        return new SchedulerEntry(e.Arrive, IsLegal(First(e), e.Bank), hit, hit ? bank.Hits : 0, e.Bank, bank.Row >= 0 && !hit);
    }

    private DramCommandKind First(Entry e) => _banks[e.Bank].Row == e.Row ? e.IsWrite ? DramCommandKind.Write : DramCommandKind.Read
        : _banks[e.Bank].Row < 0 ? DramCommandKind.Activate : DramCommandKind.Precharge;

    private DramCommandKind FirstOfRefresh(int rank) => Array.Exists(_banks[(rank * _banksPerRank)..((rank + 1) * _banksPerRank)], b => b.Row >= 0)
        ? DramCommandKind.PrechargeAll : DramCommandKind.Refresh;

    private bool IsLegal(DramCommandKind command, int bank)
    {
        bool wide = command is DramCommandKind.PrechargeAll or DramCommandKind.Refresh;
        for (Node? node = _banks[bank]; node is not null; node = node.Parent)
        {
            if (wide && node.Level > 1) continue;
            if (node.Next.TryGetValue(command, out long next) && _clock < next) return false;
        }

        return true;
    }

    private void Issue(DramCommandKind command, int bank, int row)
    {
        bool wide = command is DramCommandKind.PrechargeAll or DramCommandKind.Refresh;
        Commands.Add($"{_clock},{command},{bank},{row}");
        HashSet<Node> path = [];
        for (Node? node = _banks[bank]; node is not null; node = node.Parent)
        {
            if (!wide || node.Level <= 1) path.Add(node);
        }

        Update(_channel, command, path);
        Node target = _banks[bank];
        switch (command)
        {
            case DramCommandKind.Activate:
                (target.Row, target.Hits, target.LastUse) = (row, 0, _clock);
                break;
            case DramCommandKind.PrechargeAll:
                for (int b = bank; b < bank + _banksPerRank; b++) _banks[b].Row = -1;
                break;
            case DramCommandKind.Refresh:
                break;
            default:
                target.Hits++;
                target.LastUse = _clock;
                if (command is not (DramCommandKind.Read or DramCommandKind.Write)) target.Row = -1;
                break;
        }
    }

    private void Update(Node node, DramCommandKind command, HashSet<Node> path)
    {
        bool addressed = path.Contains(node);
        List<long> history = node.History(command);
        if (addressed) history.Insert(0, _clock);
        foreach (TimingConstraint c in _preset.Constraints)
        {
            if (c.From != command || c.Level != node.Level || c.Sibling == addressed) continue;
            if (addressed && history.Count < c.Window) continue;
            long from = addressed ? history[c.Window - 1] : _clock;
            node.Next[c.To] = Math.Max(node.Next.GetValueOrDefault(c.To, -1), from + c.Cycles);
        }

        if (!addressed) return;
        foreach (Node child in node.Children) Update(child, command, path);
    }

    private void Build(Node node, int[] counts, List<Node> banks)
    {
        if (node.Level == _preset.BankLevel)
        {
            banks.Add(node);
            return;
        }

        for (int i = 0; i < counts[node.Level + 1]; i++)
        {
            var child = new Node(node.Level + 1, i, node);
            node.Children.Add(child);
            Build(child, counts, banks);
        }
    }

    private static Entry Departing(Entry entry, long depart)
    {
        entry.Depart = depart;
        return entry;
    }

    private sealed class Entry
    {
        public int Bank, Row;
        public ulong Address;
        public bool IsWrite;
        public long Tag, Arrive, Depart;
    }

    private sealed class Node(int level, int index, Node? parent)
    {
        private readonly Dictionary<DramCommandKind, List<long>> _history = [];

        public int Level => level;

        public int Index => index;

        public Node? Parent => parent;

        public List<Node> Children { get; } = [];

        public Dictionary<DramCommandKind, long> Next { get; } = [];

        public int Row { get; set; } = -1;

        public int Hits { get; set; }

        public long LastUse { get; set; }

        public List<long> History(DramCommandKind command)
        {
            if (!_history.TryGetValue(command, out List<long>? list)) _history[command] = list = [];
            return list;
        }
    }
}
