namespace Smaug.Core.Execution;

/// <summary>Sends memory requests through ports and takes the answers.</summary>
public interface IMemoryRequester
{
    /// <summary>Called once for every accepted request, at the simulated time of the answer. The request belongs to the
    /// requester again, which may reuse it at once.</summary>
    void Complete(MemoryRequest request);

    /// <summary>Called when a port that refused a request may accept one again. The requester offers the request anew, at
    /// once or later; until it is called there is no use in trying.</summary>
    void Retry(MemoryPort port);
}
