namespace Smaug.Memory.Caches;

/// <summary>Says which lines to bring in after an access: the ones that follow (tagged), or those at the stride that a static
/// instruction has shown several times (stride).</summary>
internal sealed class Prefetcher(CacheOptions options)
{
    // Stride table and confidence of the reference: 16 × 4 entries, counters 0 to 7 that start at 4 and prefetch from 4 on.
    private const int TableEntries = 64;
    private const int StartConfidence = 4;
    private const int Threshold = 4;
    private const int MaximumConfidence = 7;

    private readonly long[] _wanted = new long[options.PrefetchDegree];
    private readonly Entry[] _table = new Entry[TableEntries];

    public ReadOnlySpan<long> Observe(long line, int instruction)
    {
        if (options.Prefetcher == PrefetcherKind.Tagged) return Following(line, 1);
        ref Entry entry = ref _table[(instruction & int.MaxValue) % TableEntries];
        if (!entry.IsUsed || entry.Instruction != instruction)
        {
            entry = new Entry { IsUsed = true, Instruction = instruction, Line = line, Confidence = StartConfidence };
            return default;
        }

        long stride = line - entry.Line;
        entry.Line = line;
        if (stride == 0) return default;
        if (stride == entry.Stride)
        {
            entry.Confidence = Math.Min(entry.Confidence + 1, MaximumConfidence);
        }
        else
        {
            entry.Confidence = Math.Max(entry.Confidence - 1, 0);
            if (entry.Confidence < Threshold) entry.Stride = stride;
            return default;
        }

        return entry.Confidence >= Threshold ? Following(line, stride) : default;
    }

    private ReadOnlySpan<long> Following(long line, long stride)
    {
        for (int i = 0; i < _wanted.Length; i++) _wanted[i] = line + ((i + 1) * stride);
        return _wanted;
    }

    private struct Entry
    {
        public long Line;
        public long Stride;
        public int Instruction;
        public int Confidence;
        public bool IsUsed;
    }
}
