using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Tests.Dram;

/// <summary>
/// The devices of one channel as plainly as the rules state them: a tree of nodes, each with its earliest legal cycles and its
/// history of commands; every command visits the whole tree.
/// </summary>
internal sealed class SteppedDevice
{
    private readonly DramPreset _preset;
    private readonly Node _channel;
    private readonly Node[] _banks;
    private readonly int _refreshLevel;

    public SteppedDevice(DramPreset preset, int[] counts)
    {
        _preset = preset;
        List<Node> banks = [];
        _channel = new Node(0, null);
        Build(_channel, counts, banks);
        _banks = [.. banks];
        _refreshLevel = preset.Levels[1] is "Rank" or "PseudoChannel" ? 1 : 0;
        Ranks = _refreshLevel == 1 ? counts[1] : 1;
    }

    public int Ranks { get; }

    public int BanksPerRank => _banks.Length / Ranks;

    public Node[] Banks => _banks;

    public static bool IsWide(DramCommandKind command) => command is DramCommandKind.PrechargeAll or DramCommandKind.Refresh;

    /// <summary>Whether a command is legal; an all-bank command must be legal for every bank below.</summary>
    public bool IsLegal(DramCommandKind command, int bank, long clock)
    {
        int last = IsWide(command) ? bank + BanksPerRank - 1 : bank;
        for (int b = bank; b <= last; b++)
        {
            for (Node? node = _banks[b]; node is not null; node = node.Parent)
            {
                if (node.Next.TryGetValue(command, out long next) && clock < next) return false;
            }
        }

        return true;
    }

    /// <summary>Records a command; all banks below the node of an all-bank command are its targets.</summary>
    public void Issue(DramCommandKind command, int bank, int row, long clock)
    {
        HashSet<Node> path = [];
        for (Node? node = _banks[bank]; node is not null; node = node.Parent)
        {
            if (!IsWide(command) || node.Level <= _refreshLevel) path.Add(node);
        }

        if (IsWide(command))
        {
            for (int b = bank; b < bank + BanksPerRank; b++)
            {
                for (Node? node = _banks[b]; node is not null && node.Level > _refreshLevel; node = node.Parent) path.Add(node);
            }
        }

        Update(_channel, command, path, clock);
        Node target = _banks[bank];
        switch (command)
        {
            case DramCommandKind.Activate:
                (target.Row, target.Hits, target.LastUse) = (row, 0, clock);
                break;
            case DramCommandKind.Precharge:
                target.Row = -1;
                break;
            case DramCommandKind.PrechargeAll:
                for (int b = bank; b < bank + BanksPerRank; b++) _banks[b].Row = -1;
                break;
            case DramCommandKind.Read or DramCommandKind.Write or DramCommandKind.ReadPrecharge or DramCommandKind.WritePrecharge:
                target.Hits++;
                target.LastUse = clock;
                if (command is not (DramCommandKind.Read or DramCommandKind.Write)) target.Row = -1;
                break;
            default:
                break;
        }
    }

    private void Update(Node node, DramCommandKind command, HashSet<Node> path, long clock)
    {
        bool addressed = path.Contains(node);
        List<long> history = node.History(command);
        if (addressed) history.Insert(0, clock);
        foreach (TimingConstraint c in _preset.Constraints)
        {
            if (c.From != command || c.Level != node.Level || c.Sibling == addressed) continue;
            if (addressed && history.Count < c.Window) continue;
            long from = addressed ? history[c.Window - 1] : clock;
            node.Next[c.To] = Math.Max(node.Next.GetValueOrDefault(c.To, -1), from + c.Cycles);
        }

        if (history.Count > 32) history.RemoveRange(32, history.Count - 32);
        if (!addressed) return;
        foreach (Node child in node.Children) Update(child, command, path, clock);
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
            var child = new Node(node.Level + 1, node);
            node.Children.Add(child);
            Build(child, counts, banks);
        }
    }

    internal sealed class Node(int level, Node? parent)
    {
        private readonly Dictionary<DramCommandKind, List<long>> _history = [];

        public int Level => level;

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
