namespace Smaug.Core.Execution;

/// <summary>Requests that a component has made and that have been answered, for use again.</summary>
internal sealed class RequestPool
{
    private readonly Stack<MemoryRequest> _free = new();

    /// <summary>A request of which the caller sets everything.</summary>
    public MemoryRequest Take() => _free.TryPop(out MemoryRequest? request) ? request : new MemoryRequest();

    public void Return(MemoryRequest request) => _free.Push(request);
}
