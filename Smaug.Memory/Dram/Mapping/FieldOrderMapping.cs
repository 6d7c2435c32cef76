namespace Smaug.Memory.Dram.Mapping;

/// <summary>Mappings that cut the address into one run of bits per field.</summary>
public sealed class FieldOrderMapping : IAddressMapping
{
    private readonly Func<DramGeometry, int[]> _order;

    private FieldOrderMapping(string name, Func<DramGeometry, int[]> order)
    {
        Name = name;
        _order = order;
    }

    /// <summary>
    /// From the least significant bits: channel, column, rank, bank group, bank, row (default). Consecutive requests go to
    /// consecutive channels, then along a row.
    /// </summary>
    public static FieldOrderMapping RoBaRaCoCh { get; } = new("RoBaRaCoCh", g =>
        [0, g.Counts.Length - 1, .. Enumerable.Range(1, g.Counts.Length - 2)]);

    /// <summary>From the least significant bits: column, row, bank, bank group, rank, channel.</summary>
    public static FieldOrderMapping ChRaBaRoCo { get; } = new("ChRaBaRoCo", g =>
        [.. Enumerable.Range(0, g.Counts.Length).Reverse()]);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IAddressMapper Create(DramGeometry geometry) => new Mapper(geometry, _order(geometry));

    private sealed class Mapper : IAddressMapper
    {
        private readonly int _channelShift, _channelMask, _columnShift, _columnMask, _rowShift, _rowMask;
        private readonly (int Shift, int Mask, int Up)[] _bankFields;

        public Mapper(DramGeometry geometry, int[] order)
        {
            List<(int, int, int)> banks = [];
            int shift = geometry.TransactionBits;
            foreach (int level in order)
            {
                int bits = level == 0 ? geometry.ChannelBits : geometry.FieldBits[level];
                int mask = (1 << bits) - 1;
                if (level == 0) (_channelShift, _channelMask) = (shift, mask);
                else if (level == geometry.Counts.Length - 1) (_columnShift, _columnMask) = (shift, mask);
                else if (level == geometry.Counts.Length - 2) (_rowShift, _rowMask) = (shift, mask);
                else if (bits > 0) banks.Add((shift, mask, BankShift(geometry, level)));
                shift += bits;
            }

            _bankFields = [.. banks];
        }

        public DramAddress Map(ulong address)
        {
            int bank = 0;
            foreach ((int shift, int mask, int up) in _bankFields) bank |= ((int)(address >> shift) & mask) << up;
            return new DramAddress((int)(address >> _channelShift) & _channelMask, bank, (int)(address >> _rowShift) & _rowMask,
                (int)(address >> _columnShift) & _columnMask);
        }

        private static int BankShift(DramGeometry geometry, int level)
        {
            int bits = 0;
            for (int below = level + 1; below <= geometry.BankLevel; below++) bits += geometry.FieldBits[below];
            return bits;
        }
    }
}
