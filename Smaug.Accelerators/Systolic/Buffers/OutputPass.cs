using Smaug.Accelerators.Systolic.Mapping;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// Runs the ofmap scratchpad alone, for layers whose reads never stall. Lines without outputs are skipped and lines with
/// equally many are taken together, so it costs time per drain and fold, not per line. Keeps where it stalled, so that
/// the cycle of any line can be told afterwards.
/// </summary>
internal sealed class OutputPass(LayerMapping mapping, WriteBuffer buffer)
{
    private readonly List<long> _stallLines = [];
    private readonly List<long> _stallsAfter = [];
    private readonly long[] _words = buffer.KeepsWords ? new long[mapping.Ofmap.Width] : [];

    /// <summary>Stall cycles of all lines.</summary>
    public long Stall { get; private set; }

    public void Run(CancellationToken cancellation)
    {
        FoldPlan plan = mapping.Plan;
        long foldStart = 0;
        for (int columnFold = 0; columnFold < plan.ColumnFolds; columnFold++)
        {
            for (int rowFold = 0; rowFold < plan.RowFolds; rowFold++, foldStart += plan.CyclesPerFold)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!mapping.KeepsSums(rowFold)) RunFold(rowFold, columnFold, foldStart);
            }
        }

        buffer.Finish(DoneCycle(plan.Lines - 1));
    }

    /// <summary>Stall cycles of the lines before a line.</summary>
    public long StallBefore(long line)
    {
        int index = _stallLines.BinarySearch(line);
        index = index < 0 ? ~index : index;
        return index == 0 ? 0 : _stallsAfter[index - 1];
    }

    /// <summary>The cycle on which a line is served.</summary>
    public long Cycle(long line) => line + StallBefore(line);

    /// <summary>The cycle at which the outputs of a line are in the scratchpad.</summary>
    public long DoneCycle(long line) => line + StallBefore(line + 1);

    private void RunFold(int rowFold, int columnFold, long foldStart)
    {
        (FoldPlan plan, OutputStream stream) = (mapping.Plan, mapping.Ofmap);
        long firstOutput = plan.Dataflow == Dataflow.OutputStationary ? plan.Time - 1 : 2L * plan.Rows - 1;
        int plateauWords = plan.UsedColumns(columnFold);
        long plateauEnd = plan.Dataflow == Dataflow.OutputStationary || buffer.KeepsWords ? 0 : firstOutput + plan.Time;
        for (long cycle = firstOutput; cycle < plan.CyclesPerFold;)
        {
            int count = stream.Count(rowFold, columnFold, cycle, out int firstLane);
            if (count == plateauWords && cycle < plateauEnd)
            {
                long taken = buffer.WriteSteady(count, plateauEnd - cycle, foldStart + cycle + Stall);
                if (taken > 0)
                {
                    cycle += taken;
                    continue;
                }
            }

            if (count > 0) WriteLine(rowFold, columnFold, cycle, firstLane, count, foldStart + cycle);
            cycle++;
        }
    }

    private void WriteLine(int rowFold, int columnFold, long cycle, int firstLane, int count, long line)
    {
        Span<long> words = default;
        if (buffer.KeepsWords)
        {
            words = _words.AsSpan(0, count);
            mapping.Ofmap.FillAddresses(rowFold, columnFold, cycle, firstLane, words);
        }

        long now = line + Stall;
        long done = buffer.Write(count, words, now);
        if (done == now) return;
        Stall += done - now;
        _stallLines.Add(line);
        _stallsAfter.Add(Stall);
    }
}
