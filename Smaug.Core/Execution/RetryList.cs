namespace Smaug.Core.Execution;

/// <summary>
/// The requesters that a port has refused, each once, in the order of their first refusal. A component keeps one per port
/// and calls <see cref="Notify"/> or <see cref="NotifyOne"/> when it has room again.
/// </summary>
public sealed class RetryList
{
    private readonly MemoryPort _port;
    private readonly Queue<IMemoryRequester> _waiting = new();

    /// <summary>Creates an empty list for a port.</summary>
    public RetryList(MemoryPort port) => _port = port;

    /// <summary>Number of requesters that wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Adds a requester that was refused; one that waits already keeps its place.</summary>
    public void Add(IMemoryRequester requester)
    {
        if (!_waiting.Contains(requester)) _waiting.Enqueue(requester);
    }

    /// <summary>Calls the first requester that waits.</summary>
    /// <returns>Whether there was one.</returns>
    public bool NotifyOne()
    {
        if (!_waiting.TryDequeue(out IMemoryRequester? requester)) return false;
        requester.Retry(_port);
        return true;
    }

    /// <summary>Calls all requesters that wait now, in order; those refused again wait for the next call.</summary>
    public void Notify()
    {
        for (int i = _waiting.Count; i > 0; i--) _waiting.Dequeue().Retry(_port);
    }
}
