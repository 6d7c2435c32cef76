using Smaug.Accelerators.Systolic.Mapping;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// The rows that a prefetching scratchpad shows in its DRAM trace: the prefetch sequence, cut into rows of the interface's
/// width. In compatible mode with the original's defects: after every prefetch it starts from the same row again, and it
/// blanks words at the edges of what it took, for good unless the prefetch wraps round the end.
/// </summary>
internal sealed class FetchRows
{
    private readonly PrefetchSequence _sequence;
    private readonly int _rowWords;
    private readonly long _rows;
    private readonly long _activeWords;
    private readonly bool _continues;
    private readonly int[] _indices;
    private readonly long[] _words;
    private readonly Dictionary<long, (int BlankBefore, int BlankFrom)> _blanks = [];
    private long _pointer;
    private int _blankNext;
    private long _from;
    private long _tail;
    private long _count;
    private long _next;
    private int _firstBlank;
    private int _lastFrom;

    /// <param name="sequence">Order of the words.</param>
    /// <param name="rowWords">Words per row.</param>
    /// <param name="activeWords">Words of the half that is read.</param>
    /// <param name="continues">Whether every fetch goes on where the previous one ended, without blanks.</param>
    public FetchRows(PrefetchSequence sequence, int rowWords, long activeWords, bool continues)
    {
        _sequence = sequence;
        _rowWords = rowWords;
        _rows = Math.Max(1, EstimateSizes.Ceiling(sequence.Length, rowWords));
        _activeWords = activeWords;
        _continues = continues;
        _indices = new int[rowWords];
        _words = new long[rowWords];
    }

    /// <summary>Starts the fill of the active half.</summary>
    public void BeginFill(long rows)
    {
        Begin(0, rows);
        if (_continues)
        {
            _pointer = rows % _rows;
            return;
        }

        bool partial = rows * _rowWords > _activeWords;
        if (partial)
        {
            _blankNext = (int)(_activeWords % _rowWords);
            Blank(rows - 1, 0, _blankNext);
        }

        _pointer = (partial ? rows : rows + 1) % _rows;
    }

    /// <summary>Starts a prefetch.</summary>
    public void BeginPrefetch(long rows)
    {
        Begin(_pointer, rows);
        if (_continues)
        {
            _pointer = (_pointer + rows) % _rows;
            return;
        }

        bool partial = rows * _rowWords > _activeWords;
        int lastFrom = partial ? (int)(_activeWords % _rowWords) : _rowWords;
        if (_pointer + rows > _rows)
        {
            _firstBlank = _blankNext;
            _lastFrom = lastFrom;
        }
        else
        {
            Blank(_pointer, _blankNext, _rowWords);
            Blank(_pointer + rows - 1, 0, lastFrom);
        }

        _pointer = (partial ? rows : rows + 1) % _rows;
    }

    /// <summary>The words of the next row of the fetch; valid until the next call.</summary>
    public ReadOnlySpan<long> Next()
    {
        Span<long> words = _words;
        words.Fill(-1);
        if (_next < _count)
        {
            long row = _next < _tail ? _from + _next : _next - _tail;
            FillRow(row, words);
            if (_next == 0) words[.._firstBlank].Fill(-1);
            if (_next == _count - 1) words[_lastFrom..].Fill(-1);
        }

        _next++;
        return words;
    }

    private void Begin(long from, long rows)
    {
        _from = from;
        _tail = Math.Min(rows, _rows - from);
        long wrapped = Math.Max(0, from + rows - _rows);
        _count = _tail + (_continues ? wrapped : Math.Min(wrapped, from));
        _next = 0;
        _firstBlank = 0;
        _lastFrom = _rowWords;
    }

    private void Blank(long row, int before, int from)
    {
        (int oldBefore, int oldFrom) = _blanks.GetValueOrDefault(row, (0, _rowWords));
        _blanks[row] = (Math.Max(before, oldBefore), Math.Min(from, oldFrom));
    }

    private void FillRow(long row, Span<long> words)
    {
        row %= _rows;
        long position = row * _rowWords;
        Span<int> indices = _indices.AsSpan(0, (int)Math.Min(_rowWords, _sequence.Length - position));
        _sequence.Fill(position, indices);
        AddressSpace space = _sequence.Space;
        for (int i = 0; i < indices.Length; i++) words[i] = space.ToAddress(indices[i]);
        if (!_blanks.TryGetValue(row, out (int BlankBefore, int BlankFrom) blank)) return;
        words[..blank.BlankBefore].Fill(-1);
        words[blank.BlankFrom..].Fill(-1);
    }
}
