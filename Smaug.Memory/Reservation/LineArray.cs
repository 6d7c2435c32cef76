using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Smaug.Memory.Arithmetic;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Reservation;

/// <summary>One line of a cache, without its tag.</summary>
internal struct CachedLine
{
    /// <summary>When it is there, or is handed over no more; the cache says in which unit.</summary>
    public long Ready;
    public byte State;

    /// <summary>Endpoint of the network that owns it, if the state says so.</summary>
    public byte Owner;
    public bool IsDirty;

    /// <summary>On its way: it is no victim.</summary>
    public bool IsBusy;
}

/// <summary>The lines of a set-associative cache with tree pseudo-LRU replacement, indexed by set × ways + way.</summary>
internal sealed class LineArray
{
    private const uint NoTag = uint.MaxValue;

    // Tags stand alone: a line is looked for in a few bytes of the host's caches, and most are not found.
    private readonly uint[] _tags;
    private readonly CachedLine[] _lines;
    private readonly ulong[] _trees;
    private readonly byte[] _filled;
    private readonly int _ways;
    private readonly int _levels;
    private readonly long _setMask;
    private readonly int _setBits;
    private readonly Divisor _byWays;

    // Per way: the nodes of the tree on the way to it, and those of them that point away from it when they are set.
    private readonly ulong[] _paths;
    private readonly ulong[] _away;

    public LineArray(long sizeBytes, int ways, int lineBytes)
    {
        long sets = sizeBytes / lineBytes / ways;
        _ways = ways;
        _byWays = new Divisor(ways);
        _setMask = sets - 1;
        _setBits = BitOperations.Log2((ulong)sets);
        _lines = new CachedLine[sets * ways];
        _tags = new uint[_lines.Length];
        Array.Fill(_tags, NoTag);
        _trees = new ulong[sets];
        _filled = new byte[sets];
        _levels = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)ways));
        _paths = new ulong[ways];
        _away = new ulong[ways];
        for (int way = 0; way < ways; way++)
        {
            int node = 1;
            for (int level = _levels - 1; level >= 0; level--)
            {
                int bit = (way >> level) & 1;
                _paths[way] |= 1UL << node;
                if (bit == 0) _away[way] |= 1UL << node;
                node = (node * 2) + bit;
            }
        }
    }

    /// <summary>Number of lines.</summary>
    public int Count => _lines.Length;

    /// <summary>One more than the largest number of a line that its tags can tell apart.</summary>
    public long LineNumbers => (long)NoTag << _setBits;

    public ref CachedLine this[int index] => ref _lines[index];

    /// <summary>The number of the line at a place; the place is not empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long NumberOf(int index) => ((long)_tags[index] << _setBits) | _byWays.Quotient(index);

    public bool IsEmpty(int index) => _tags[index] == NoTag;

    /// <summary>Whether a line lies at a place of its set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int index, long line) => _tags[index] == TagOf(line);

    /// <summary>Where a line lies, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(long line) => Find(SetOf(line), TagOf(line));

    /// <summary>The place for a new line of its set: a free one, else the victim; -1 when all are on their way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Place(long line)
    {
        int set = SetOf(line);
        if (_filled[set] < _ways) return Find(set, NoTag);
        int first = set * _ways;
        int victim = first + TreeVictim(_trees[set]);
        if (!_lines[victim].IsBusy) return victim;
        for (int index = first; index < first + _ways; index++)
        {
            if (!_lines[index].IsBusy) return index;
        }

        return -1;
    }

    /// <summary>Lays a line at an empty place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(int index, long line)
    {
        _tags[index] = TagOf(line);
        _filled[SetOf(line)]++;
    }

    /// <summary>Marks a line as the most recently used of its set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Touch(int index)
    {
        int set = (int)_byWays.Quotient(index);
        int way = index - (set * _ways);

        // The nodes point away from what was used.
        _trees[set] = (_trees[set] & ~_paths[way]) | _away[way];
    }

    /// <summary>Takes the line from a place that is not empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Clear(int index)
    {
        _filled[_byWays.Quotient(index)]--;
        _tags[index] = NoTag;
        ref CachedLine line = ref _lines[index];
        line.State = 0;
        line.IsDirty = false;
        line.IsBusy = false;
    }

    private int SetOf(long line) => (int)(line & _setMask);

    private uint TagOf(long line) => (uint)(line >> _setBits);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(int set, uint tag)
    {
        int first = set * _ways;
        ReadOnlySpan<uint> tags = _tags.AsSpan(first, _ways);
        int way = 0;
        for (; way <= tags.Length - Vector256<uint>.Count; way += Vector256<uint>.Count)
        {
            uint found = Vector256.Equals(Vector256.Create(tags[way..]), Vector256.Create(tag)).ExtractMostSignificantBits();
            if (found != 0) return first + way + BitOperations.TrailingZeroCount(found);
        }

        for (; way < tags.Length; way++)
        {
            if (tags[way] == tag) return first + way;
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TreeVictim(ulong tree)
    {
        int node = 1;
        for (int level = 0; level < _levels; level++) node = (node * 2) + ((int)(tree >> node) & 1);
        return Math.Min(node - (1 << _levels), _ways - 1);
    }
}
