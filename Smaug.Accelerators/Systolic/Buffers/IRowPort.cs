namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>The port of one scratchpad to a memory that does not take every row in its own cycle.</summary>
internal interface IRowPort
{
    /// <summary>Whether <see cref="Send"/> needs the addresses.</summary>
    bool NeedsAddresses { get; }

    /// <summary>Starts a prefetch or drain.</summary>
    void Begin();

    /// <summary>Sends a row and tells when it is done: without waits the cycle after a read's, the cycle of a write.</summary>
    long Send(long cycle, ReadOnlySpan<long> addresses);
}
