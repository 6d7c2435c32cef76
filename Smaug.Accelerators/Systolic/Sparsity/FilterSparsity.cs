using System.Numerics;

namespace Smaug.Accelerators.Systolic.Sparsity;

/// <summary>Which words of the filters of a layer are kept, and what it takes to store them.</summary>
internal sealed class FilterSparsity
{
    private readonly SystolicLayer _layer;
    private readonly SparsityOptions _options;
    private readonly int _window;
    private readonly int[] _kept;

    public FilterSparsity(SystolicLayer layer, SparsityOptions options)
    {
        _layer = layer;
        _options = options;
        _window = (int)layer.WindowSize;
        _kept = options.RowWise ? RandomCounts() : [];
    }

    public bool RowWise => _options.RowWise;

    /// <summary>Words that layer-wise sparsity keeps of every block.</summary>
    public int KeptPerBlock => _layer.SparsityKept;

    /// <summary>Slots per block of row-wise sparsity.</summary>
    private int Slots => _options.BlockSize / 2;

    /// <summary>Rows of the compressed filter operand of row-wise sparsity.</summary>
    public int CompressedRows
    {
        get
        {
            int pair = 2 * _options.BlockSize;
            return (_window + pair - 1) / pair * 2 * Slots;
        }
    }

    /// <summary>Window positions that layer-wise sparsity keeps, in order.</summary>
    public int[] KeptPositions()
    {
        var kept = new List<int>();
        for (int k = 0; k < _window; k++)
        {
            if (k % _layer.SparsityBlock < _layer.SparsityKept) kept.Add(k);
        }

        return [.. kept];
    }

    /// <summary>Index in the dense filter operand of a slot of the compressed one, or <paramref name="none"/> for an unused slot.</summary>
    public int CompressedIndex(int row, int filter, int none)
    {
        int slot = row % Slots;
        int position = row / Slots * _options.BlockSize + slot;
        return slot < _kept[filter] && position < _window ? filter * _window + position : none;
    }

    /// <summary>Used slots in a block of rows and filters of the compressed operand.</summary>
    public long UsedSlots(int firstRow, int rows, int firstFilter, int filters)
    {
        long used = 0;
        for (int j = firstFilter; j < firstFilter + filters; j++)
        {
            for (int row = firstRow; row < firstRow + rows; row++)
            {
                if (CompressedIndex(row, j, -1) >= 0) used++;
            }
        }

        return used;
    }

    /// <summary>Words kept in all filters.</summary>
    public long NonZeros()
    {
        if (!RowWise) return (long)KeptPositions().Length * _layer.Filters;
        long count = 0;
        int whole = _window / _options.BlockSize;
        int rest = _window % _options.BlockSize;
        foreach (int kept in _kept) count += (long)whole * kept + Math.Min(rest, kept);
        return count;
    }

    /// <summary>Storage of the filters, for the report.</summary>
    public SparseStorage Storage(SparseFormat format)
    {
        long original = (long)_window * _layer.Filters;
        long nonZeros = NonZeros();
        switch (format)
        {
            case SparseFormat.Csr:
                return new SparseStorage(format, original, 2 * nonZeros + _window + 1, nonZeros + _window + 1);
            case SparseFormat.Csc:
                return new SparseStorage(format, original, 2 * nonZeros + _layer.Filters + 1, nonZeros + _layer.Filters + 1);
            default:
                long size = (long)(RowWise ? CompressedRows : KeptPositions().Length) * _layer.Filters;
                int bits = _layer.SparsityBlock == 1 ? 0 : 32 - BitOperations.LeadingZeroCount((uint)_layer.SparsityBlock - 1);
                double metadata = (double)(size * bits) / 32;
                return new SparseStorage(format, original, size + metadata, metadata);
        }
    }

    private int[] RandomCounts()
    {
        var random = new MersenneTwister(_options.Seed);
        int[] counts = new int[_layer.Filters];
        for (int j = 0; j < counts.Length; j++) counts[j] = 1 + (int)random.Next((uint)Slots - 1);
        return counts;
    }
}
