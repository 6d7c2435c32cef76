namespace Smaug.Accelerators.Systems.Analytical;

/// <summary>Where the newest copy of a page is.</summary>
internal enum PageState
{
    /// <summary>In DRAM only.</summary>
    Uncached,

    /// <summary>In the last-level cache, and in no other.</summary>
    Shared,

    /// <summary>In the cache of the CPU, which touched it not long ago.</summary>
    Core,
}

/// <summary>
/// Which pages the last-level cache holds, by least recent use. Coarse on purpose: the analytical memory asks once for
/// some hundred bytes, not for each line.
/// </summary>
/// <param name="capacityBytes">Capacity of the last-level cache.</param>
/// <param name="coreBytes">Capacity of the CPU's first-level data cache.</param>
internal sealed class PageDirectory(long capacityBytes, long coreBytes)
{
    public const int PageBytes = 4096;

    private readonly int _capacity = (int)Math.Min(int.MaxValue, capacityBytes / PageBytes);
    private readonly long _corePages = coreBytes / PageBytes;
    private readonly Dictionary<long, Entry> _entries = [];
    private readonly LinkedList<long> _order = new();
    private long _coreClock;

    public PageState StateOf(long address)
    {
        if (!_entries.TryGetValue(address / PageBytes, out Entry? entry)) return PageState.Uncached;
        return entry.CoreTime > _coreClock - _corePages ? PageState.Core : PageState.Shared;
    }

    /// <summary>Notes an access that leaves the page in the cache.</summary>
    /// <returns>Whether a modified page had to make room.</returns>
    public bool Touch(long address, bool byCore, bool modifies)
    {
        if (_capacity == 0) return false;
        long page = address / PageBytes;
        bool evictsModified = false;
        if (_entries.TryGetValue(page, out Entry? entry))
        {
            _order.Remove(entry.Node);
            _order.AddLast(entry.Node);
        }
        else
        {
            if (_entries.Count == _capacity) evictsModified = EvictOldest();
            entry = new Entry(_order.AddLast(page));
            _entries.Add(page, entry);
        }

        entry.IsModified |= modifies;
        if (byCore) entry.CoreTime = ++_coreClock;
        else entry.CoreTime = long.MinValue;
        return evictsModified;
    }

    /// <summary>Notes an access after which no cache holds the page.</summary>
    public void Drop(long address)
    {
        if (_entries.Remove(address / PageBytes, out Entry? entry)) _order.Remove(entry.Node);
    }

    private bool EvictOldest()
    {
        long oldest = _order.First!.Value;
        _order.RemoveFirst();
        _entries.Remove(oldest, out Entry? entry);
        return entry!.IsModified;
    }

    private sealed class Entry(LinkedListNode<long> node)
    {
        public LinkedListNode<long> Node { get; } = node;

        public bool IsModified { get; set; }

        public long CoreTime { get; set; } = long.MinValue;
    }
}
