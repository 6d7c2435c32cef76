using System.Globalization;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>Row latencies of one layer, in cycles.</summary>
/// <param name="Ifmap">Latencies of ifmap rows.</param>
/// <param name="Filter">Latencies of filter rows.</param>
/// <param name="Ofmap">Latencies of ofmap rows.</param>
public sealed record RowLatencies(IReadOnlyList<long> Ifmap, IReadOnlyList<long> Filter, IReadOnlyList<long> Ofmap)
{
    /// <summary>A memory that answers with these latencies.</summary>
    public LatencyListMemory ToMemory() => new(Ifmap, Filter, Ofmap);
}

/// <summary>Collects the DRAM traces of a layer and merges them into one request trace, as SCALE-Sim does for Ramulator.</summary>
public sealed class DramRequestTrace : ITraceSink
{
    private readonly List<long>[] _cycles = [[], [], []];
    private readonly List<long>[] _words = [[], [], []];
    private int _rowWords;

    /// <inheritdoc/>
    public void Row(Operand operand, bool isDram, long cycle, ReadOnlySpan<long> words)
    {
        if (!isDram) return;
        if (operand == Operand.Ifmap) _rowWords = words.Length;
        _cycles[(int)operand].Add(cycle);
        foreach (long word in words) _words[(int)operand].Add(word);
    }

    /// <summary>
    /// The requests in order of cycle: ifmap and filter reads, then ofmap writes, one word each. As in the original, rows have the
    /// ifmap's width, and a row whose cycle does not come after the previous one blocks the rest of its trace.
    /// </summary>
    /// <param name="writer">Receives lines <c>0xADDRESS R</c> or <c>0xADDRESS W</c>.</param>
    public void Write(TextWriter writer)
    {
        int[] next = new int[3];
        long cycle = long.MinValue;
        while (true)
        {
            long earliest = long.MaxValue;
            for (int operand = 0; operand < 3; operand++)
            {
                if (Pending(operand, next[operand], cycle) is { } pending) earliest = Math.Min(earliest, pending);
            }

            if (earliest == long.MaxValue) return;
            for (int operand = 0; operand < 3; operand++)
            {
                if (Pending(operand, next[operand], cycle) == earliest) WriteRow(writer, operand, next[operand]++);
            }

            cycle = earliest + 1;
        }
    }

    private long? Pending(int operand, int row, long from)
    {
        List<long> cycles = _cycles[operand];
        if (row >= cycles.Count) return null;
        long cycle = cycles[row];
        return cycle < from || cycle < cycles[0] || cycle > cycles[^1] ? null : cycle;
    }

    private void WriteRow(TextWriter writer, int operand, int row)
    {
        List<long> words = _words[operand];
        int first = row * _rowWords;
        int end = Math.Min(words.Count, first + _rowWords);
        if (first >= end) return;
        bool isRead = operand != (int)Operand.Ofmap || words[first] <= 0;
        bool negated = operand == (int)Operand.Ofmap && isRead;
        for (int i = first; i < end; i++)
        {
            if (words[i] == -1) continue;
            long address = negated ? -words[i] : words[i];
            writer.Write(address < 0 ? "-0x" : "0x");
            writer.Write(Math.Abs(address).ToString("x", CultureInfo.InvariantCulture));
            writer.Write(isRead ? " R\n" : " W\n");
        }
    }
}

/// <summary>Reads the answers of a DRAM simulation (lines <c>RD: 0xADDRESS ARRIVE DEPART</c> or <c>WR: …</c>) as row latencies.</summary>
public static class DramAnswers
{
    private const int GroupRequests = 10;
    private const long RangeWords = 10_000_000;

    private readonly record struct Answer(long Address, long Arrival, long Latency)
    {
        public int Operand => (int)Math.Min(Address / RangeWords, 2);
    }

    /// <summary>
    /// Groups the answers, in order of arrival, into rows of at most ten requests of one operand; a row takes as long as its
    /// slowest request. Operands are told by address: ifmap below 10 000 000, filter below 20 000 000, ofmap above.
    /// </summary>
    /// <param name="text">The answers; the last line is dropped, as in the original.</param>
    /// <param name="source">Name of the input, for errors.</param>
    /// <exception cref="InputFormatException">A line is not an answer.</exception>
    public static RowLatencies Parse(string text, string source)
    {
        List<Answer> answers = [.. Read(text, source).OrderBy(answer => answer.Arrival)];
        List<long>[] latencies = [[], [], []];
        for (int n = 0; n < answers.Count;)
        {
            (int operand, int end) = Group(answers, n);
            long latency = 0;
            for (int i = n; i < end; i++) latency = Math.Max(latency, answers[i].Latency);
            latencies[operand].Add(latency);
            n = end;
        }

        return new RowLatencies(latencies[0], latencies[1], latencies[2]);
    }

    /// <summary>The group that starts at a request. The tenth request is not looked at when the kind of group is decided.</summary>
    private static (int Operand, int End) Group(List<Answer> answers, int start)
    {
        int end = Math.Min(start + GroupRequests, answers.Count);
        int looked = Math.Max(start + 1, Math.Min(start + GroupRequests - 1, answers.Count - 1));
        int smallest = int.MaxValue;
        int largest = int.MinValue;
        for (int i = start; i < looked; i++)
        {
            smallest = Math.Min(smallest, answers[i].Operand);
            largest = Math.Max(largest, answers[i].Operand);
        }

        if (smallest == largest || smallest == (int)Operand.Ofmap) return (smallest, end);
        int operand = answers[start].Operand;
        int boundary = start + 1;
        while (boundary < end && answers[boundary].Operand == operand) boundary++;
        return (operand, boundary);
    }

    private static List<Answer> Read(string text, string source)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        var answers = new List<Answer>(lines.Length);
        for (int i = 0; i < lines.Length - 1; i++)
        {
            string[] fields = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length != 4 || fields[0] is not ("RD:" or "WR:") || !fields[1].StartsWith("0x", StringComparison.Ordinal)
                || !long.TryParse(fields[1].AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long address)
                || !long.TryParse(fields[2], NumberStyles.Integer, CultureInfo.InvariantCulture, out long arrival)
                || !long.TryParse(fields[3], NumberStyles.Integer, CultureInfo.InvariantCulture, out long departure))
            {
                throw new InputFormatException(source, i + 1, 1, $"'{lines[i].Trim()}' is not an answer; write 'RD: 0xADDRESS ARRIVE DEPART' or 'WR: …'");
            }

            answers.Add(new Answer(address, arrival, departure - arrival));
        }

        return answers;
    }
}
