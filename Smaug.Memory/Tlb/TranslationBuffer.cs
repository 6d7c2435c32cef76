using System.Numerics;
using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Tlb;

/// <summary>What became of a translation request.</summary>
public enum TranslationOutcome
{
    /// <summary>Not taken: the cycle's requests or the walks are used up. Ask again in a later cycle.</summary>
    Refused,

    /// <summary>The page is there: the event after the hit latency means that the address is translated.</summary>
    Hit,

    /// <summary>The page is being walked: the event after the walk means that the request is to be made again.</summary>
    Miss,
}

/// <summary>
/// The translation buffer of an accelerator's cache port: sets of pages in order of last use, a number of requests per cycle,
/// a number of page walks of fixed length at a time; misses of a page that is being walked join that walk. Its content stays
/// from one invocation to the next. The page table behind it holds what was mapped; what was not is its own physical address.
/// </summary>
public sealed class TranslationBuffer : EventTarget
{
    private const long NoPage = -1;
    private const long MaximumPages = 1L << 22;

    private readonly Simulator _simulator;
    private readonly TlbOptions _options;
    private readonly Clock _clock;
    private readonly Dictionary<long, long> _pageTable = [];
    private readonly HashSet<long> _everyPage = [];
    private readonly long[] _pages;
    private readonly long[] _lastUse;
    private readonly int _ways;
    private readonly int _sets;
    private readonly int _pageShift;
    private readonly List<Waiter> _waiters = [];
    private readonly List<long> _walks = [];
    private readonly Counter _hits;
    private readonly Counter _misses;
    private long _uses;
    private long _cycle = -1;
    private int _takenThisCycle;

    /// <summary>Creates an empty buffer.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in statistics.</param>
    /// <param name="frequency">Its clock.</param>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the name is taken.</exception>
    public TranslationBuffer(Simulator simulator, string name, Frequency frequency, TlbOptions? options = null)
    {
        _options = options ?? new TlbOptions();
        Require.Valid(name, _options.Validate);
        _simulator = simulator;
        _clock = new Clock(simulator, frequency);
        _pageShift = BitOperations.Log2((uint)_options.PageBytes);
        _ways = _options.Ways == 0 ? Math.Max(_options.Entries, 1) : _options.Ways;
        _sets = Math.Max(_options.Entries / _ways, 1);
        _pages = new long[_ways * _sets];
        _lastUse = new long[_pages.Length];
        Array.Fill(_pages, NoPage);
        _hits = simulator.Statistics.Counter($"{name}.hits", "requests", "Requests whose page was there.");
        _misses = simulator.Statistics.Counter($"{name}.misses", "requests", "Requests that waited for a page walk.");
        simulator.Statistics.Formula($"{name}.hitRate", "1", "Hits over all requests.", () =>
            _hits.Total + _misses.Total == 0 ? 0 : (double)_hits.Total / (_hits.Total + _misses.Total));
    }

    /// <summary>Maps a virtual range to physical addresses, page by page. Takes no time; the buffer itself learns a page at its first miss.</summary>
    /// <param name="virtualAddress">First virtual address; its page offset must equal that of the physical address.</param>
    /// <param name="physicalAddress">First physical address.</param>
    /// <param name="bytes">Bytes of the range: 0 maps the page of the address alone, at most 4 Mi pages.</param>
    /// <exception cref="SimulationException">The page offsets differ, or there are no such addresses.</exception>
    public void Map(long virtualAddress, long physicalAddress, long bytes)
    {
        if (((virtualAddress ^ physicalAddress) & (_options.PageBytes - 1)) != 0)
        {
            throw new SimulationException($"cannot map 0x{virtualAddress:x} to 0x{physicalAddress:x}: their offsets in a page of {_options.PageBytes} bytes differ");
        }

        if (bytes < 0 || bytes >> _pageShift > MaximumPages || virtualAddress < 0 || physicalAddress < 0 || Math.Max(virtualAddress, physicalAddress) > long.MaxValue - bytes)
        {
            throw new SimulationException($"cannot map {bytes} bytes at 0x{virtualAddress:x} to 0x{physicalAddress:x}: must be addresses of 0 and above and at most {MaximumPages} pages");
        }

        long last = (virtualAddress + Math.Max(bytes, 1) - 1) >> _pageShift;
        for (long page = virtualAddress >> _pageShift; page <= last; page++)
        {
            _pageTable[page] = (physicalAddress >> _pageShift) + page - (virtualAddress >> _pageShift);
        }
    }

    /// <summary>The physical address of a virtual one by the page table, in no time.</summary>
    public long Translate(long virtualAddress)
    {
        long page = virtualAddress >> _pageShift;
        return _pageTable.TryGetValue(page, out long physical)
            ? (physical << _pageShift) | (virtualAddress & (_options.PageBytes - 1))
            : virtualAddress;
    }

    /// <summary>Asks for a translation in the current cycle.</summary>
    /// <param name="virtualAddress">The address.</param>
    /// <param name="target">Gets the event of a hit or a miss.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    public TranslationOutcome Request(long virtualAddress, EventTarget target, long tag)
    {
        if (!TakesRequest()) return TranslationOutcome.Refused;
        long page = virtualAddress >> _pageShift;
        if (Holds(page))
        {
            _hits.Increment();
            _simulator.Schedule(_clock.Edge(_options.HitCycles), target, tag);
            return TranslationOutcome.Hit;
        }

        _misses.Increment();
        _waiters.Add(new Waiter(page, target, tag));
        if (!_walks.Contains(page))
        {
            _walks.Add(page);
            _simulator.Schedule(_clock.Edge(_options.MissCycles), this, page);
        }

        return TranslationOutcome.Miss;
    }

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        _walks.Remove(tag);
        Insert(tag);
        int kept = 0;
        for (int i = 0; i < _waiters.Count; i++)
        {
            Waiter waiter = _waiters[i];
            if (waiter.Page == tag) _simulator.Schedule(now, waiter.Target, waiter.Tag);
            else _waiters[kept++] = waiter;
        }

        _waiters.RemoveRange(kept, _waiters.Count - kept);
    }

    private bool TakesRequest()
    {
        if (_options.RequestsPerCycle == 0) return true;
        long cycle = _clock.CurrentCycle;
        if (cycle != _cycle)
        {
            _cycle = cycle;
            _takenThisCycle = 0;
        }

        if (_takenThisCycle >= _options.RequestsPerCycle || _walks.Count >= _options.MaximumOutstandingWalks) return false;
        _takenThisCycle++;
        return true;
    }

    private bool Holds(long page)
    {
        if (_options.Entries == 0) return _everyPage.Contains(page);
        int first = (int)(page % _sets) * _ways;
        for (int i = first; i < first + _ways; i++)
        {
            if (_pages[i] != page) continue;
            _lastUse[i] = ++_uses;
            return true;
        }

        return false;
    }

    private void Insert(long page)
    {
        if (_options.Entries == 0)
        {
            _everyPage.Add(page);
            return;
        }

        int first = (int)(page % _sets) * _ways;
        int victim = first;
        for (int i = first; i < first + _ways; i++)
        {
            if (_pages[i] == NoPage)
            {
                victim = i;
                break;
            }

            if (_lastUse[i] < _lastUse[victim]) victim = i;
        }

        _pages[victim] = page;
        _lastUse[victim] = ++_uses;
    }

    private readonly record struct Waiter(long Page, EventTarget Target, long Tag);
}
