using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Power;

/// <summary>Energy, leakage and area of one scratchpad partition.</summary>
/// <param name="ReadPicojoules">Energy of one read, pJ.</param>
/// <param name="WritePicojoules">Energy of one write, pJ.</param>
/// <param name="LeakageMilliwatts">Leakage, mW.</param>
/// <param name="AreaSquareMicrometres">Area, um².</param>
/// <param name="AccessNanoseconds">Time of one access, ns.</param>
/// <param name="IsExact">True when CACTI was run for exactly this geometry; false for an interpolated one.</param>
public readonly record struct SramCost(
    double ReadPicojoules, double WritePicojoules, double LeakageMilliwatts, double AreaSquareMicrometres, double AccessNanoseconds, bool IsExact);

/// <summary>
/// Scratchpad partitions in 40 nm: a table of CACTI-P outputs, interpolated between sizes (logarithm of the value
/// linear in the logarithm of the size). Between the organisational jumps of the curves the interpolation is good to
/// 0.1 %; in an interval with a jump read energy can be off by 25 %, the others by 6 %. The widest word of the table has 32 bytes: wider ones lie in
/// several arrays side by side, which are read together. Usable on its own; the memories of an SoC are modelled with it through <see cref="CacheModel"/>.
/// </summary>
public static class SramModel
{
    private const int WidestWord = 32;

    /// <summary>The cost of one partition of an array.</summary>
    /// <param name="arrayBytes">Size of the whole array, bytes.</param>
    /// <param name="wordBytes">Word size, bytes.</param>
    /// <param name="partitions">Number of partitions.</param>
    /// <param name="ports">Read/write ports; 0 counts as 1.</param>
    public static SramCost Partition(long arrayBytes, int wordBytes, int partitions, int ports)
    {
        float words = (float)arrayBytes / wordBytes;
        long bytes = (long)MathF.Ceiling(words / partitions) * wordBytes;
        int line = Math.Max(4, wordBytes);
        if (bytes / line < 64) bytes = 64L * line;
        return Evaluate(bytes, wordBytes, Math.Max(1, ports));
    }

    /// <summary>The cost of a memory of a given geometry.</summary>
    /// <param name="bytes">Capacity, bytes.</param>
    /// <param name="wordBytes">
    /// Word size, bytes; at most the capacity. Above 32 bytes it is cut into equal parts of at most 32 bytes, each in an array with its share of the capacity:
    /// energy, leakage and area are those of all arrays, the time that of one. Wires between them are not modelled.
    /// </param>
    /// <param name="ports">Read/write ports, at least 1.</param>
    /// <exception cref="ConfigurationException">A size or count is not positive.</exception>
    /// <exception cref="ArgumentException">A word is larger than the memory.</exception>
    public static SramCost Evaluate(long bytes, int wordBytes, int ports)
    {
        if (bytes < 1 || wordBytes < 1 || ports < 1)
        {
            throw new ConfigurationException($"SRAM of {bytes} bytes with words of {wordBytes} bytes and {ports} ports: each must be at least 1");
        }

        if (wordBytes > bytes) throw new ArgumentException($"SRAM of {bytes} bytes: a word of {wordBytes} bytes must fit into it", nameof(wordBytes));
        return wordBytes <= WidestWord ? Array(bytes, wordBytes, ports) : SideBySide(bytes, wordBytes, ports);
    }

    private static SramCost SideBySide(long bytes, int wordBytes, int ports)
    {
        int arrays = (wordBytes - 1) / WidestWord + 1;
        SramCost one = Array((bytes - 1) / arrays + 1, (wordBytes - 1) / arrays + 1, ports);
        return new SramCost(arrays * one.ReadPicojoules, arrays * one.WritePicojoules, arrays * one.LeakageMilliwatts, arrays * one.AreaSquareMicrometres, one.AccessNanoseconds, IsExact: false);
    }

    /// <summary>An array whose words are characterised, or lie between those that are.</summary>
    private static SramCost Array(long bytes, int wordBytes, int ports)
    {
        int word = NearestWord(wordBytes);
        if (TryEvaluate(bytes, word, ports, requireRange: ports > 1, out SramCost cost)) return cost with { IsExact = cost.IsExact && word == wordBytes };
        TryEvaluate(bytes, word, 1, requireRange: false, out SramCost single);
        SramCost ratio = PortRatio(bytes, word, ports);
        return new SramCost(single.ReadPicojoules * ratio.ReadPicojoules, single.WritePicojoules * ratio.WritePicojoules,
            single.LeakageMilliwatts * ratio.LeakageMilliwatts, single.AreaSquareMicrometres * ratio.AreaSquareMicrometres,
            single.AccessNanoseconds * ratio.AccessNanoseconds, IsExact: false);
    }

    private static bool TryEvaluate(long bytes, int word, int ports, bool requireRange, out SramCost cost)
    {
        ReadOnlySpan<double> rows = SramTable.Rows;
        int below = -1, above = -1;
        for (int r = 0; r < rows.Length; r += SramTable.Columns)
        {
            if (rows[r] != word || rows[r + 1] != ports) continue;
            if (rows[r + 2] <= bytes) below = r;
            else if (above < 0) above = r;
        }
        if (below >= 0 && rows[below + 2] == bytes)
        {
            cost = new SramCost(rows[below + 3], rows[below + 4], rows[below + 5], rows[below + 6], rows[below + 7], IsExact: true);
            return true;
        }
        if ((below < 0 || above < 0) && requireRange)
        {
            cost = default;
            return false;
        }
        // Beyond the table the slope of its last two rows goes on.
        if (below < 0) (below, above) = (above, above + SramTable.Columns);
        else if (above < 0) (below, above) = (below - SramTable.Columns, below);
        double position = Math.Log(bytes / rows[below + 2]) / Math.Log(rows[above + 2] / rows[below + 2]);
        cost = new SramCost(Between(rows, below + 3, above + 3, position), Between(rows, below + 4, above + 4, position),
            Between(rows, below + 5, above + 5, position), Between(rows, below + 6, above + 6, position), Between(rows, below + 7, above + 7, position),
            IsExact: false);
        return true;
    }

    private static double Between(ReadOnlySpan<double> rows, int below, int above, double position) =>
        rows[below] * Math.Pow(rows[above] / rows[below], position);

    /// <summary>How much more ports cost at the nearest size, word and port count that was characterised.</summary>
    private static SramCost PortRatio(long bytes, int word, int ports)
    {
        ReadOnlySpan<double> rows = SramTable.Rows;
        int best = -1;
        (double Ports, double Word, double Size) bestDistance = (double.MaxValue, 0, 0);
        for (int r = 0; r < rows.Length; r += SramTable.Columns)
        {
            if (rows[r + 1] == 1) continue;
            var distance = (Math.Abs(rows[r + 1] - ports), Math.Abs(Math.Log(rows[r] / word)), Math.Abs(Math.Log(rows[r + 2] / bytes)));
            if (distance.CompareTo(bestDistance) >= 0) continue;
            bestDistance = distance;
            best = r;
        }
        TryEvaluate((long)rows[best + 2], (int)rows[best], 1, requireRange: false, out SramCost single);
        // Ports beyond the table: wires grow with the square of their number.
        double scale = rows[best + 1] == ports ? 1 : Math.Pow(ports / rows[best + 1], 2);
        return new SramCost(rows[best + 3] / single.ReadPicojoules, rows[best + 4] / single.WritePicojoules,
            rows[best + 5] / single.LeakageMilliwatts * scale, rows[best + 6] / single.AreaSquareMicrometres * scale,
            rows[best + 7] / single.AccessNanoseconds, IsExact: false);
    }

    private static int NearestWord(int wordBytes)
    {
        int best = 1;
        foreach (int word in (ReadOnlySpan<int>)[1, 2, 4, 8, 16, 32])
        {
            if (Math.Abs(Math.Log((double)word / wordBytes)) < Math.Abs(Math.Log((double)best / wordBytes))) best = word;
        }
        return best;
    }
}
