using System.Globalization;
using Smaug.Core;

namespace Smaug.Memory.Dram.Command;

/// <summary>The entries that a scheduler is asked about, and where they lie in their queue.</summary>
internal sealed class SchedulerView(IRequestScheduler scheduler)
{
    private SchedulerEntry[] _entries = new SchedulerEntry[RequestQueue.MaxCapacity];
    private int[] _places = new int[RequestQueue.MaxCapacity];
    private int _count;

    public void Clear() => _count = 0;

    public void Add(in SchedulerEntry entry, int place)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _count);
            Array.Resize(ref _places, 2 * _count);
        }

        _entries[_count] = entry;
        _places[_count++] = place;
    }

    /// <summary>Place of the entry that the scheduler chose and that can go now; -1: none.</summary>
    public int Choose()
    {
        if (_count == 0) return -1;
        int chosen = scheduler.Select(_entries.AsSpan(0, _count));
        if (chosen >= _count)
        {
            throw new SimulationException(string.Create(CultureInfo.InvariantCulture,
                $"DRAM scheduler {scheduler.Name}: chose entry {chosen} of {_count}; must be below {_count}, or -1 for none"));
        }

        return chosen >= 0 && _entries[chosen].IsReady ? _places[chosen] : -1;
    }
}
