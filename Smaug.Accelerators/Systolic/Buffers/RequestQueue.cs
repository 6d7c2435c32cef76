namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// The port of one scratchpad to a memory with latency: a row that finds the queue full waits for the earliest outstanding
/// one. The queue lasts for a layer; the wait only for one call (prefetch or drain).
/// </summary>
internal sealed class RequestQueue(IScratchpadMemory memory, Operand operand, int length) : IRowPort
{
    private const long LongestLatency = 10_000;
    private readonly List<long> _outstanding = [];
    private long _stall;

    /// <inheritdoc/>
    public bool NeedsAddresses => memory.NeedsAddresses;

    /// <inheritdoc/>
    public void Begin() => _stall = 0;

    /// <inheritdoc/>
    public long Send(long cycle, ReadOnlySpan<long> addresses)
    {
        long latency = memory.Access(operand, cycle + _stall, addresses) ?? long.MaxValue;
        if (latency > LongestLatency) latency = operand == Operand.Ofmap ? 0 : 1;
        long done = cycle + _stall + latency;
        _outstanding.Add(done);
        if (_outstanding.Count == length) MakeRoom(cycle + _stall);
        else if (_outstanding.Count > length) _outstanding.RemoveRange(0, _outstanding.Count - length);
        return done;
    }

    private void MakeRoom(long now)
    {
        _outstanding.Sort();
        if (_outstanding[0] >= now)
        {
            _stall += _outstanding[0] - now;
            _outstanding.RemoveAt(0);
            return;
        }

        int kept = _outstanding.FindIndex(done => done >= now);
        _outstanding.RemoveRange(0, kept < 0 ? _outstanding.Count : kept);
    }
}
