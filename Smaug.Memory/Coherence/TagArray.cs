using System.Numerics;

namespace Smaug.Memory.Coherence;

/// <summary>The lines of a set-associative cache with (tree pseudo-) LRU replacement, in flat arrays indexed by set × ways + way.</summary>
internal sealed class TagArray
{
    public const long NoLine = -1;

    private readonly long[]? _lastUse;
    private readonly ulong[] _trees;
    private readonly int _levels;
    private readonly long _setMask;
    private readonly int _setShift;
    private long _uses;

    public TagArray(long sizeBytes, int ways, int lineBytes, bool exactLru = false, int setShift = 0)
    {
        _setShift = setShift;
        long lines = sizeBytes / lineBytes;
        Ways = ways;
        _setMask = (lines / ways) - 1;
        Temporary = (int)lines;
        Lines = new long[lines + 1];
        Array.Fill(Lines, NoLine);
        States = new byte[lines + 1];
        Dirty = new bool[lines + 1];
        Busy = new bool[lines + 1];
        Values = new long[lines + 1];
        _lastUse = exactLru ? new long[lines + 1] : null;
        _trees = new ulong[(lines / ways) + 1];
        _levels = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)ways));
    }

    public int Ways { get; }

    /// <summary>The index behind the last set: the place of a line that is not kept. It belongs to no set, so that it is never found nor replaced.</summary>
    public int Temporary { get; }

    public long[] Lines { get; }

    public byte[] States { get; }

    public bool[] Dirty { get; }

    /// <summary>Lines that a transaction works on; they are no victims.</summary>
    public bool[] Busy { get; }

    public long[] Values { get; }

    /// <summary>Where a line lies, or -1.</summary>
    public int Find(long line)
    {
        int first = (int)((line >> _setShift) & _setMask) * Ways;
        ReadOnlySpan<long> set = Lines.AsSpan(first, Ways);
        int way = set.IndexOf(line);
        return way < 0 ? -1 : first + way;
    }

    /// <summary>The place for a new line of its set: a free one, else the victim; -1 when all are busy.</summary>
    public int Place(long line)
    {
        int set = (int)((line >> _setShift) & _setMask);
        int first = set * Ways;
        int free = Lines.AsSpan(first, Ways).IndexOf(NoLine);
        if (free >= 0) return first + free;
        int victim = _lastUse is null ? first + TreeVictim(_trees[set]) : OldestFrom(first);
        if (victim >= 0 && !Busy[victim]) return victim;
        for (int way = 0; way < Ways; way++)
        {
            if (!Busy[first + way]) return first + way;
        }

        return -1;
    }

    /// <summary>Marks a line as the most recently used of its set.</summary>
    public void Touch(int index)
    {
        if (_lastUse is not null)
        {
            _lastUse[index] = ++_uses;
            return;
        }

        int set = index / Ways;
        int way = index - (set * Ways);
        ulong tree = _trees[set];
        int node = 1;
        for (int level = _levels - 1; level >= 0; level--)
        {
            int bit = (way >> level) & 1;
            // The node points away from what was used.
            tree = bit == 0 ? tree | (1UL << node) : tree & ~(1UL << node);
            node = (node * 2) + bit;
        }

        _trees[set] = tree;
    }

    public void Clear(int index)
    {
        Lines[index] = NoLine;
        States[index] = 0;
        Dirty[index] = false;
        Busy[index] = false;
    }

    private int OldestFrom(int first)
    {
        int victim = -1;
        for (int index = first; index < first + Ways; index++)
        {
            if (!Busy[index] && (victim < 0 || _lastUse![index] < _lastUse[victim])) victim = index;
        }

        return victim;
    }

    private int TreeVictim(ulong tree)
    {
        int node = 1;
        int way = 0;
        for (int level = 0; level < _levels; level++)
        {
            int bit = (int)(tree >> node) & 1;
            way = (way * 2) + bit;
            node = (node * 2) + bit;
        }

        return Math.Min(way, Ways - 1);
    }
}
