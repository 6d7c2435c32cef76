using Smaug.Core.Simulation;

namespace Smaug.Core.Execution;

/// <summary>Sends the accesses of processes through a port: keeps the requests, offers refused ones again in order, and ends the waits.</summary>
internal sealed class PortClient(MemoryPort port) : IMemoryRequester, IWaitReason
{
    private readonly RequestPool _requests = new();
    private readonly Queue<MemoryRequest> _refused = new();

    public Wait Access(MemoryCommand command, long address, int bytes, int requesterId, MemoryAttributes attributes)
    {
        ProcessTable processes = port.Simulator.Processes;
        int id = processes.Open(this);
        MemoryRequest request = _requests.Take();
        request.Set(this, command, address, bytes, requesterId, attributes);
        request.Tag = id;
        request.IssueTime = port.Simulator.Now;
        if (_refused.Count > 0 || !port.TrySend(request, this)) _refused.Enqueue(request);
        return new Wait(processes, id);
    }

    public void Complete(MemoryRequest request)
    {
        int id = (int)request.Tag;
        _requests.Return(request);
        port.Simulator.Processes.Complete(id);
    }

    public void Retry(MemoryPort retriedPort)
    {
        while (_refused.TryPeek(out MemoryRequest? request) && port.TrySend(request, this)) _refused.Dequeue();
    }

    public string Describe() => $"an answer from '{port.Name}'";
}
