using Smaug.Accelerators.Systolic.Mapping;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>Turns demand lines into rows of the SRAM traces.</summary>
internal sealed class SramTrace(LayerMapping mapping, ITraceSink sink)
{
    private readonly long[] _ifmap = new long[mapping.Ifmap.Width];
    private readonly long[] _filter = new long[mapping.Filter.Width];
    private readonly long[] _ofmap = new long[mapping.Ofmap.Width];

    /// <summary>Traces a line of reads.</summary>
    public void Reads(Operand operand, long done, int firstLane, ReadOnlySpan<int> requests)
    {
        AddressSpace space = mapping.Stream(operand).View.Space;
        long[] row = operand == Operand.Ifmap ? _ifmap : _filter;
        row.AsSpan(0, firstLane).Fill(-1);
        for (int i = 0; i < requests.Length; i++) row[firstLane + i] = space.ToAddress(requests[i]);
        row.AsSpan(firstLane + requests.Length).Fill(-1);
        sink.Row(operand, isDram: false, done, row);
    }

    /// <summary>Traces a line of writes.</summary>
    public void Outputs(long done, int firstLane, ReadOnlySpan<long> addresses)
    {
        _ofmap.AsSpan().Fill(-1);
        if (addresses.Length > 0) addresses.CopyTo(_ofmap.AsSpan(firstLane));
        sink.Row(Operand.Ofmap, isDram: false, done, _ofmap);
    }

    /// <summary>Traces all lines of a run whose reads never stalled.</summary>
    public void WriteAll(OutputPass pass, CancellationToken cancellation)
    {
        FoldPlan plan = mapping.Plan;
        int[] ifmap = new int[mapping.Ifmap.Width];
        int[] filter = new int[mapping.Filter.Width];
        long[] outputs = new long[mapping.Ofmap.Width];
        long line = 0;
        for (int columnFold = 0; columnFold < plan.ColumnFolds; columnFold++)
        {
            for (int rowFold = 0; rowFold < plan.RowFolds; rowFold++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (long cycle = 0; cycle < plan.CyclesPerFold; cycle++, line++)
                {
                    long done = pass.Cycle(line) + 1;
                    int count = mapping.Ifmap.FillLine(rowFold, columnFold, cycle, ifmap, out int firstLane);
                    Reads(Operand.Ifmap, done, firstLane, ifmap.AsSpan(0, count));
                    count = mapping.Filter.FillLine(rowFold, columnFold, cycle, filter, out firstLane);
                    Reads(Operand.Filter, done, firstLane, filter.AsSpan(0, count));
                    count = mapping.Ofmap.Count(rowFold, columnFold, cycle, out firstLane);
                    Span<long> words = outputs.AsSpan(0, count);
                    mapping.Ofmap.FillAddresses(rowFold, columnFold, cycle, firstLane, words);
                    Outputs(pass.DoneCycle(line), firstLane, words);
                }
            }
        }
    }
}
