namespace Smaug.Accelerators.Systolic;

/// <summary>
/// The memory behind the scratchpads of one layer. It answers row by row: a row is what a scratchpad moves in one cycle.
/// Behind a fixed interface its latencies stall the array, under the queue rule of SCALE-Sim's Ramulator loop.
/// </summary>
public interface IScratchpadMemory
{
    /// <summary>Whether <see cref="Access"/> needs the addresses; without them a simulation is faster. Default true.</summary>
    bool NeedsAddresses => true;

    /// <summary>Sends one row.</summary>
    /// <param name="operand">The scratchpad; <see cref="Operand.Ofmap"/> writes, the others read.</param>
    /// <param name="cycle">Cycle of the request; negative before the array starts.</param>
    /// <param name="addresses">Word addresses; -1 for unused slots. Empty unless <see cref="NeedsAddresses"/>.</param>
    /// <returns>
    /// Latency in cycles until the row is complete; null or above 10 000 counts as no answer, which takes 1 cycle for reads and
    /// none for writes.
    /// </returns>
    long? Access(Operand operand, long cycle, ReadOnlySpan<long> addresses);
}

/// <summary>Latencies given as lists, one entry per row of each operand, as a separate DRAM simulation made them.</summary>
public sealed class LatencyListMemory : IScratchpadMemory
{
    private readonly long[][] _lists;
    private readonly int[] _next = new int[3];

    /// <summary>Creates the memory of one layer.</summary>
    /// <param name="ifmap">Latencies in cycles of the ifmap's rows.</param>
    /// <param name="filter">Latencies in cycles of the filter's rows.</param>
    /// <param name="ofmap">Latencies in cycles of the ofmap's rows.</param>
    public LatencyListMemory(IEnumerable<long> ifmap, IEnumerable<long> filter, IEnumerable<long> ofmap) =>
        _lists = [[.. ifmap], [.. filter], [.. ofmap]];

    /// <inheritdoc/>
    public bool NeedsAddresses => false;

    /// <inheritdoc/>
    public long? Access(Operand operand, long cycle, ReadOnlySpan<long> addresses)
    {
        long[] list = _lists[(int)operand];
        ref int next = ref _next[(int)operand];
        return next < list.Length ? list[next++] : null;
    }
}
