namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>Counting on the anti-diagonals of a matrix of m rows and w columns: diagonal d holds the cells with row + column = d.</summary>
internal static class Diagonals
{
    /// <summary>Cells on all diagonals before <paramref name="diagonal"/>.</summary>
    public static long CountBefore(long diagonal, long m, long w)
    {
        if (diagonal <= 0) return 0;
        long shortSide = Math.Min(m, w);
        long longSide = Math.Max(m, w);
        if (diagonal <= shortSide) return diagonal * (diagonal + 1) / 2;
        if (diagonal <= longSide) return shortSide * (shortSide + 1) / 2 + (diagonal - shortSide) * shortSide;
        long left = Math.Max(0, m + w - 1 - diagonal);
        return m * w - left * (left + 1) / 2;
    }

    /// <summary>The diagonal that holds the cell at a position, counted from 0 along the diagonals.</summary>
    public static long DiagonalAt(long position, long m, long w)
    {
        long low = 0;
        long high = m + w - 2;
        while (low < high)
        {
            long middle = low + (high - low + 1) / 2;
            if (CountBefore(middle, m, w) <= position) low = middle;
            else high = middle - 1;
        }

        return low;
    }
}
