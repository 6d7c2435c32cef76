namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>
/// The contents of a TLB: sets of ways, least recently used out first, and the pages that are being walked for. It knows no
/// time: its owner begins and ends walks. Contents persist across invocations.
/// </summary>
internal sealed class TranslationBuffer
{
    private readonly TlbOptions _options;
    private readonly Dictionary<long, long> _unlimited = [];
    private readonly long[] _pages;
    private readonly long[] _lastUse;
    private readonly int _sets;
    private readonly int _ways;
    private readonly HashSet<long> _walks = [];
    private long _use;
    private long _cycle = -1;
    private int _begun;

    public TranslationBuffer(TlbOptions options)
    {
        _options = options;
        _ways = options.Ways == 0 ? options.Entries : options.Ways;
        _sets = options.Entries == 0 ? 1 : options.Entries / _ways;
        _pages = new long[options.Entries];
        _lastUse = new long[options.Entries];
        Array.Fill(_pages, -1);
    }

    public long PageOf(long address) => address / _options.PageBytes;

    /// <summary>Whether a page is being walked for.</summary>
    public bool IsWalking(long page) => _walks.Contains(page);

    /// <summary>Whether a translation may begin in this cycle; if so it counts.</summary>
    public bool TryBegin(long cycle)
    {
        if (_options.TranslationsPerCycle == 0) return true;
        if (cycle != _cycle)
        {
            _cycle = cycle;
            _begun = 0;
        }

        if (_begun == _options.TranslationsPerCycle || _walks.Count >= _options.MaximumWalks) return false;
        _begun++;
        return true;
    }

    /// <summary>Whether the page is there; a hit counts as its latest use.</summary>
    public bool Lookup(long page)
    {
        _use++;
        if (_options.Entries == 0) return _unlimited.ContainsKey(page);
        int at = Find(page);
        if (at < 0) return false;
        _lastUse[at] = _use;
        return true;
    }

    /// <summary>Begins a walk.</summary>
    /// <returns>False when one for this page is under way.</returns>
    public bool BeginWalk(long page) => _walks.Add(page);

    /// <summary>Ends a walk: the page is there.</summary>
    public void EndWalk(long page)
    {
        _walks.Remove(page);
        _use++;
        if (_options.Entries == 0)
        {
            _unlimited[page] = _use;
            return;
        }

        int first = SetOf(page) * _ways, victim = first;
        for (int i = first + 1; i < first + _ways; i++)
        {
            if (_lastUse[i] < _lastUse[victim]) victim = i;
        }

        _pages[victim] = page;
        _lastUse[victim] = _use;
    }

    private int SetOf(long page) => (int)(page % _sets);

    private int Find(long page)
    {
        int first = SetOf(page) * _ways;
        for (int i = first; i < first + _ways; i++)
        {
            if (_pages[i] == page) return i;
        }

        return -1;
    }
}
