using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Command;

/// <summary>
/// Earliest legal cycle of every command at every node of one channel (channel, rank, bank group, bank), kept in one flat
/// array. Issuing a command raises the entries that its constraints name; whether a command is legal is a maximum over the
/// few nodes on the path to its bank.
/// </summary>
internal sealed class DeviceTiming
{
    public const int Kinds = (int)DramCommandKind.Other;
    private const long Unrestricted = -1;

    private readonly Entry[][] _fromCommand = new Entry[Kinds][];
    private readonly Node[][] _nodesTo = new Node[Kinds][];
    private readonly int[] _shift;
    private readonly int[] _base;
    private readonly int[] _children;
    private readonly long[] _next;
    private readonly long[] _history;

    /// <param name="preset">Constraints.</param>
    /// <param name="counts">Children per node of each level.</param>
    /// <param name="commands">The commands that are issued, see <see cref="CommandsOf"/>; constraints of others are left out.</param>
    public DeviceTiming(DramPreset preset, int[] counts, uint commands = uint.MaxValue)
    {
        int levels = preset.BankLevel + 1;
        _shift = new int[levels];
        _base = new int[levels];
        _children = counts[..levels];
        int banks = 1;
        for (int level = levels - 1; level >= 0; level--)
        {
            _shift[level] = int.Log2(banks);
            banks *= level == 0 ? 1 : counts[level];
        }

        int nodes = 0;
        for (int level = 0; level < levels; level++)
        {
            _base[level] = nodes;
            nodes += banks >> _shift[level];
        }

        _next = new long[nodes * Kinds];
        Array.Fill(_next, Unrestricted);
        _history = new long[Compile(preset, commands)];
        Array.Fill(_history, Unrestricted);
    }

    /// <summary>The commands that a controller issues, one bit each.</summary>
    /// <param name="autoPrecharge">Whether column commands can close their row.</param>
    /// <param name="perBankRefresh">Whether banks are refreshed one by one instead of all banks of a rank.</param>
    public static uint CommandsOf(bool autoPrecharge, bool perBankRefresh)
    {
        uint unused = perBankRefresh ? Bit(DramCommandKind.PrechargeAll) | Bit(DramCommandKind.Refresh) : Bit(DramCommandKind.RefreshBank);
        if (!autoPrecharge) unused |= Bit(DramCommandKind.ReadPrecharge) | Bit(DramCommandKind.WritePrecharge);
        return ~unused;

        static uint Bit(DramCommandKind command) => 1u << (int)command;
    }

    /// <summary>Number of banks below one node of a level.</summary>
    public int BanksPerNode(int level) => 1 << _shift[level];

    /// <summary>First cycle at which a command to a bank (or to the node that holds it) is legal; negative: always.</summary>
    public long ReadyAt(DramCommandKind command, int bank)
    {
        long ready = Unrestricted;
        foreach (ref readonly Node node in _nodesTo[(int)command].AsSpan())
        {
            long next = _next[node.Offset + (bank >> node.Shift) * Kinds];
            if (next > ready) ready = next;
        }

        return ready;
    }

    /// <summary>Records a command to a bank at a cycle.</summary>
    public void Issue(DramCommandKind command, int bank, long cycle)
    {
        foreach (ref readonly Entry entry in _fromCommand[(int)command].AsSpan())
        {
            int node = bank >> entry.Shift;
            if (entry.Sibling)
            {
                RaiseSiblings(in entry, node, cycle + entry.Cycles);
                continue;
            }

            long from = cycle;
            if (entry.Window > 1)
            {
                // The ring holds the last `Window` times of this node; the slot to overwrite next is the oldest.
                int ring = entry.History + node * (entry.Window + 1);
                int oldest = (int)_history[ring + entry.Window] + 1;
                if (oldest == entry.Window) oldest = 0;
                _history[ring + entry.Window] = oldest;
                _history[ring + oldest] = cycle;
                int reference = oldest + 1 == entry.Window ? 0 : oldest + 1;
                from = _history[ring + reference];
                if (from < 0) continue;
            }

            ref long next = ref _next[entry.Offset + node * Kinds];
            if (from + entry.Cycles > next) next = from + entry.Cycles;
        }
    }

    private void RaiseSiblings(in Entry entry, int node, long ready)
    {
        int first = node - node % _children[entry.Level];
        for (int other = first; other < first + _children[entry.Level]; other++)
        {
            if (other == node) continue;
            ref long next = ref _next[entry.Offset + other * Kinds];
            if (ready > next) next = ready;
        }
    }

    private int Compile(DramPreset preset, uint commands)
    {
        int history = 0;
        List<Entry>[] entries = new List<Entry>[Kinds];
        SortedSet<int>[] levelsTo = new SortedSet<int>[Kinds];
        for (int kind = 0; kind < Kinds; kind++)
        {
            entries[kind] = [];
            levelsTo[kind] = [];
        }

        foreach (TimingConstraint c in preset.Constraints)
        {
            if (c.Level > preset.BankLevel || c.Cycles <= 0 && c.Window == 1 && preset.Rules == DramRules.Ramulator1 && c.Sibling) continue;
            if (((commands >> (int)c.From) & (commands >> (int)c.To) & 1) == 0) continue;
            bool wide = c.To is DramCommandKind.PrechargeAll or DramCommandKind.Refresh;
            if (wide && c.Level > 1)
            {
                throw new InvalidOperationException($"{preset.Name}: constraint to an all-bank command below the rank is not supported");
            }

            levelsTo[(int)c.To].Add(c.Level);
            var entry = new Entry(c.Level, (int)c.To, c.Cycles, c.Window, c.Sibling, history, _shift[c.Level], _base[c.Level] * Kinds + (int)c.To);
            List<Entry> list = entries[(int)c.From];
            int same = list.FindIndex(e => e.Level == c.Level && e.To == (int)c.To && e.Window == c.Window && e.Sibling == c.Sibling);
            if (same >= 0)
            {
                // Several constraints of one kind: only the longest can matter.
                if (list[same].Cycles < c.Cycles) list[same] = list[same] with { Cycles = c.Cycles };
                continue;
            }

            list.Add(entry);
            if (c.Window > 1) history += (_next.Length / Kinds) * (c.Window + 1);
        }

        for (int kind = 0; kind < Kinds; kind++)
        {
            _fromCommand[kind] = [.. entries[kind]];
            _nodesTo[kind] = [.. levelsTo[kind].Select(level => new Node(_shift[level], _base[level] * Kinds + kind))];
        }

        return history;
    }

    private readonly record struct Entry(int Level, int To, int Cycles, int Window, bool Sibling, int History, int Shift, int Offset);

    /// <summary>Where the earliest cycle of a command lies for the node of a level that holds a bank.</summary>
    private readonly record struct Node(int Shift, int Offset);
}
