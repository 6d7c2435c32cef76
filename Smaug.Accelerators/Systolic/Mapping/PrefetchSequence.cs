namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>The order in which DRAM delivers the words of a read operand, including slots without a word.</summary>
internal abstract class PrefetchSequence(AddressSpace space)
{
    public AddressSpace Space { get; } = space;

    /// <summary>Slots, with and without a word.</summary>
    public abstract long Length { get; }

    /// <summary>Indices of consecutive slots; <see cref="AddressSpace.None"/> for a slot without a word.</summary>
    public abstract void Fill(long position, Span<int> destination);
}

/// <summary>Blocks of time × width entries, stacked and walked along the anti-diagonals; diagonals cross block borders.</summary>
internal sealed class DiagonalSequence(OperandView view, int width) : PrefetchSequence(view.Space)
{
    private readonly long _rows = (long)((view.Lanes + width - 1) / width) * view.Time;

    public override long Length => _rows * width;

    public override void Fill(long position, Span<int> destination)
    {
        long diagonal = Diagonals.DiagonalAt(position, _rows, width);
        long within = position - Diagonals.CountBefore(diagonal, _rows, width);
        int filled = 0;
        while (filled < destination.Length)
        {
            long row = Math.Min(diagonal, _rows - 1) - within;
            int column = (int)(diagonal - row);
            int count = (int)Math.Min(destination.Length - filled, Math.Min(row, width - 1 - column) + 1);
            FillSegment(row, column, destination.Slice(filled, count));
            filled += count;
            diagonal++;
            within = 0;
        }

        view.Normalise(destination);
    }

    private void FillSegment(long row, int column, Span<int> destination)
    {
        while (destination.Length > 0)
        {
            int block = (int)(row / view.Time);
            int time = (int)(row % view.Time);
            int count = Math.Min(destination.Length, time + 1);
            int lane = block * width + column;
            int valid = Math.Clamp(view.Lanes - lane, 0, count);
            if (valid > 0) view.FillDiagonal(time, lane, destination[..valid]);
            destination[valid..count].Fill(Space.None);
            destination = destination[count..];
            row -= count;
            column += count;
        }
    }
}

/// <summary>Blocks of time × width entries, stacked and walked row by row.</summary>
internal sealed class RowSequence(OperandView view, int width) : PrefetchSequence(view.Space)
{
    public override long Length { get; } = (long)((view.Lanes + width - 1) / width) * view.Time * width;

    public override void Fill(long position, Span<int> destination)
    {
        int filled = 0;
        while (filled < destination.Length)
        {
            long row = (position + filled) / width;
            int column = (int)((position + filled) % width);
            int lane = (int)(row / view.Time) * width + column;
            int count = Math.Min(destination.Length - filled, width - column);
            int valid = Math.Clamp(view.Lanes - lane, 0, count);
            if (valid > 0) view.FillRow((int)(row % view.Time), lane, destination.Slice(filled, valid));
            destination[(filled + valid)..(filled + count)].Fill(Space.None);
            filled += count;
        }

        view.Normalise(destination);
    }
}
