namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// One interface of fixed bandwidth for the three scratchpads of a layer. A row takes the first cycles that are free from its own
/// cycle on; rows are sent in the order in which the simulation comes to them, which is not that of their cycles.
/// </summary>
internal sealed class SharedInterface
{
    // Busy cycles as intervals, ascending, with a free cycle at least between two of them.
    private readonly List<(long First, long Last)> _busy = [];

    /// <summary>The port of a scratchpad.</summary>
    /// <param name="operand">The scratchpad.</param>
    /// <param name="cyclesPerRow">Cycles that a row of it takes.</param>
    public IRowPort Port(Operand operand, int cyclesPerRow) => new RowPort(this, operand == Operand.Ofmap ? 0 : 1, cyclesPerRow);

    /// <summary>Takes the first free cycle from a cycle on.</summary>
    private long Take(long cycle)
    {
        int next = FirstEndingFrom(cycle);
        if (next < _busy.Count && _busy[next].First <= cycle) cycle = _busy[next++].Last + 1;
        bool joinsBefore = next > 0 && _busy[next - 1].Last == cycle - 1;
        bool joinsAfter = next < _busy.Count && _busy[next].First == cycle + 1;
        if (joinsBefore && joinsAfter)
        {
            _busy[next - 1] = (_busy[next - 1].First, _busy[next].Last);
            _busy.RemoveAt(next);
        }
        else if (joinsBefore)
        {
            _busy[next - 1] = (_busy[next - 1].First, cycle);
        }
        else if (joinsAfter)
        {
            _busy[next] = (cycle, _busy[next].Last);
        }
        else
        {
            _busy.Insert(next, (cycle, cycle));
        }

        return cycle;
    }

    /// <summary>Index of the first interval that ends at a cycle or later.</summary>
    private int FirstEndingFrom(long cycle)
    {
        (int low, int high) = (0, _busy.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_busy[middle].Last < cycle) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private sealed class RowPort(SharedInterface shared, int delay, int cyclesPerRow) : IRowPort
    {
        public bool NeedsAddresses => false;

        public void Begin()
        {
        }

        public long Send(long cycle, ReadOnlySpan<long> addresses)
        {
            long done = cycle + delay - 1;
            for (int i = 0; i < cyclesPerRow; i++) done = shared.Take(done + 1);
            return done;
        }
    }
}
