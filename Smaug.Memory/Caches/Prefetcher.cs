using System.Numerics;

namespace Smaug.Memory.Caches;

/// <summary>Says which lines to bring in after an access: the ones that follow (tagged), or those at the stride that a static
/// instruction has shown several times (stride). They wait in a queue until the cache has nothing else to send.</summary>
internal sealed class Prefetcher(CacheOptions options)
{
    // Stride table and confidence of the reference: 16 × 4 entries, counters 0 to 7 that start at 4 and prefetch from 4 on.
    private const int TableEntries = 64;
    private const int StartConfidence = 4;
    private const int Threshold = 4;
    private const int MaximumConfidence = 7;

    private const int QueueEntries = 32;

    // Prefetches do not cross pages, whose neighbours are not known to be theirs.
    private const int PageShift = 12;

    private readonly List<(long Line, long ReadyAt)> _queue = new(QueueEntries);
    private readonly Entry[] _table = new Entry[TableEntries];
    private readonly int _lineShift = BitOperations.Log2((uint)options.LineBytes);

    /// <summary>When the first waiting prefetch may be taken; never when there is none.</summary>
    public long ReadyAt => _queue.Count > 0 ? _queue[0].ReadyAt : long.MaxValue;

    /// <summary>Takes the first waiting prefetch.</summary>
    public bool TryTake(long now, out long line)
    {
        line = 0;
        if (_queue.Count == 0 || _queue[0].ReadyAt > now) return false;
        line = _queue[0].Line;
        _queue.RemoveAt(0);
        return true;
    }

    /// <summary>Learns of an access, and queues what it suggests.</summary>
    public void Observe(long address, int instruction, long readyAt)
    {
        // What is asked for need not be brought any more.
        Forget(address >> _lineShift);
        if (options.Prefetcher == PrefetcherKind.Tagged) Suggest(address >> _lineShift << _lineShift, options.LineBytes, readyAt);
        else if (instruction != 0) ObserveStride(address, instruction, readyAt);
    }

    private void ObserveStride(long address, int instruction, long readyAt)
    {
        ref Entry entry = ref _table[(instruction & int.MaxValue) % TableEntries];
        if (!entry.IsUsed || entry.Instruction != instruction)
        {
            entry = new Entry { IsUsed = true, Instruction = instruction, Address = address, Confidence = StartConfidence };
            return;
        }

        long stride = address - entry.Address;
        entry.Address = address;
        if (stride == entry.Stride && stride != 0)
        {
            entry.Confidence = Math.Min(entry.Confidence + 1, MaximumConfidence);
        }
        else
        {
            entry.Confidence = Math.Max(entry.Confidence - 1, 0);
            if (entry.Confidence < Threshold) entry.Stride = stride;
        }

        if (entry.Confidence < Threshold) return;
        Suggest(address, Math.Abs(stride) >= options.LineBytes ? stride : stride < 0 ? -options.LineBytes : options.LineBytes, readyAt);
    }

    private void Suggest(long address, long stride, long readyAt)
    {
        for (int i = 1; i <= options.PrefetchDegree; i++)
        {
            long wanted = address + (i * stride);
            if (wanted >> PageShift != address >> PageShift) return;
            Add(wanted >> _lineShift, readyAt);
        }
    }

    private void Add(long line, long readyAt)
    {
        foreach ((long queued, _) in _queue)
        {
            if (queued == line) return;
        }

        if (_queue.Count == QueueEntries) _queue.RemoveAt(0);
        _queue.Add((line, readyAt));
    }

    private void Forget(long line)
    {
        for (int i = 0; i < _queue.Count; i++)
        {
            if (_queue[i].Line != line) continue;
            _queue.RemoveAt(i);
            return;
        }
    }

    private struct Entry
    {
        public long Address;
        public long Stride;
        public int Instruction;
        public int Confidence;
        public bool IsUsed;
    }
}
