using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Dma;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>A DMA engine behind a port that takes blocks.</summary>
internal sealed class DmaBlockPort : MemoryPort
{
    private readonly DmaEngine _engine;
    private readonly Dictionary<long, MemoryRequest> _underWay = [];
    private readonly Events _events;
    private long _next;

    public DmaBlockPort(Simulator simulator, DmaEngine engine)
        : base(simulator, engine.Name)
    {
        _engine = engine;
        _events = new Events(this);
    }

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        long number = _next++;
        _underWay.Add(number, request);
        _engine.Start(request.Command == MemoryCommand.Write ? DmaDirection.Store : DmaDirection.Load, request.Address, request.Bytes, _events, number);
        return true;
    }

    private sealed class Events(DmaBlockPort port) : EventTarget
    {
        public override void Handle(SimTime now, long tag)
        {
            port._underWay.Remove(tag, out MemoryRequest? request);
            request!.Respond();
        }
    }
}
