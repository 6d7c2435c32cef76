using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>Gets the answers of an <see cref="OutwardPort"/>.</summary>
internal interface IOutwardClient
{
    /// <summary>The request with this number has been answered.</summary>
    void Answered(int number);

    /// <summary>The port takes requests again.</summary>
    void Unblocked();
}

/// <summary>
/// The accelerator's end of a cache or coherency port: a refused request is kept, and while it is, nothing else can be sent.
/// </summary>
internal sealed class OutwardPort(MemoryPort port, IOutwardClient client, int requesterId) : IMemoryRequester
{
    private readonly RequestPool _requests = new();
    private MemoryRequest? _refused;

    public string Name => port.Name;

    public bool IsBlocked => _refused is not null;

    public void Send(MemoryCommand command, long address, int bytes, int number, bool wholeLine, int instruction = 0)
    {
        MemoryRequest request = _requests.Take();
        request.Set(this, command, address, bytes, requesterId, wholeLine && command == MemoryCommand.Write ? MemoryAttributes.WholeLine : MemoryAttributes.None);
        request.Tag = number;
        request.InstructionId = instruction;
        request.IssueTime = port.Simulator.Now;
        if (!port.TrySend(request, this)) _refused = request;
    }

    public void Complete(MemoryRequest request)
    {
        int number = (int)request.Tag;
        _requests.Return(request);
        client.Answered(number);
    }

    public void Retry(MemoryPort retried)
    {
        if (_refused is null || !port.TrySend(_refused, this)) return;
        _refused = null;
        client.Unblocked();
    }
}
