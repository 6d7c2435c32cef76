using Smaug.Accelerators.Systolic.Mapping;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// The contents of a prefetching scratchpad: the prefetch sequence is cut into sets of equally many words, and a circular
/// window of sets is present.
/// </summary>
internal sealed class PrefetchWindow
{
    private const int ChunkSlots = 4096;
    private readonly PrefetchSequence _sequence;
    private readonly List<long> _setStarts = [];
    private readonly int _setWords;
    private readonly int _step;
    private readonly int[] _chunk = new int[ChunkSlots];

    /// <param name="sequence">Order of the words.</param>
    /// <param name="setWords">Words per set.</param>
    /// <param name="activeWords">Words of the half that is read.</param>
    /// <param name="prefetchWords">Words of the half that is filled.</param>
    public PrefetchWindow(PrefetchSequence sequence, int setWords, long activeWords, long prefetchWords)
    {
        _sequence = sequence;
        _setWords = setWords;
        ValidWords = FindSets(setWords);
        ActiveSets = (int)Math.Min(Sets, EstimateSizes.Ceiling(activeWords, setWords));
        _step = (int)Math.Min(Sets - ActiveSets, EstimateSizes.Ceiling(prefetchWords, setWords));
        for (int set = 0; set < ActiveSets; set++) FetchedWords += WordsOf(set);
    }

    public PrefetchSequence Sequence => _sequence;

    /// <summary>Words of the sequence, without empty slots.</summary>
    public long ValidWords { get; }

    /// <summary>Number of sets; the last one may be empty.</summary>
    public int Sets => _setStarts.Count;

    /// <summary>Sets that are present at a time.</summary>
    public int ActiveSets { get; }

    /// <summary>First set of the window.</summary>
    public int First { get; private set; }

    /// <summary>Words of all sets that have entered the window so far.</summary>
    public long FetchedWords { get; private set; }

    /// <summary>Whether all words are present from the start.</summary>
    public bool HoldsAll => ActiveSets == Sets;

    /// <summary>Moves the window on by one prefetch.</summary>
    /// <param name="left">Called with every set that leaves.</param>
    /// <param name="entered">Called with every set that enters.</param>
    public void Slide(Action<int> left, Action<int> entered)
    {
        for (int i = 0; i < _step; i++)
        {
            left((First + i) % Sets);
            int next = (First + ActiveSets + i) % Sets;
            FetchedWords += WordsOf(next);
            entered(next);
        }

        First = (First + _step) % Sets;
    }

    /// <summary>Whether a set is present.</summary>
    public bool Contains(int set) => (set - First + Sets) % Sets < ActiveSets;

    /// <summary>Calls back with the indices of a set, in pieces; empty slots among them are <see cref="AddressSpace.None"/>.</summary>
    public void ForEachPiece(int set, SpanAction action)
    {
        long position = _setStarts[set];
        long end = set + 1 < Sets ? _setStarts[set + 1] : _sequence.Length;
        while (position < end)
        {
            int count = (int)Math.Min(ChunkSlots, end - position);
            Span<int> piece = _chunk.AsSpan(0, count);
            _sequence.Fill(position, piece);
            action(piece);
            position += count;
        }
    }

    private long WordsOf(int set) => set + 1 < Sets ? _setWords : ValidWords - (long)(Sets - 1) * _setWords;

    private long FindSets(int setWords)
    {
        _setStarts.Add(0);
        long valid = 0;
        int none = _sequence.Space.None;
        for (long position = 0; position < _sequence.Length;)
        {
            int count = (int)Math.Min(ChunkSlots, _sequence.Length - position);
            Span<int> piece = _chunk.AsSpan(0, count);
            _sequence.Fill(position, piece);
            for (int i = 0; i < count; i++)
            {
                if (piece[i] != none && ++valid % setWords == 0) _setStarts.Add(position + i + 1);
            }

            position += count;
        }

        return valid;
    }
}

/// <summary>Takes a piece of a sequence of indices.</summary>
internal delegate void SpanAction(ReadOnlySpan<int> indices);
