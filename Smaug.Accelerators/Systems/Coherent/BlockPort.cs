using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Dma;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>An engine that moves blocks, behind a port that takes them.</summary>
internal sealed class BlockPort : MemoryPort
{
    private readonly Action<MemoryRequest, EventTarget, long> _start;
    private readonly Dictionary<long, MemoryRequest> _underWay = [];
    private readonly Events _events;
    private long _next;

    public BlockPort(Simulator simulator, DmaEngine engine)
        : this(simulator, engine.Name, (block, target, number) => engine.Start(IsStore(block) ? DmaDirection.Store : DmaDirection.Load, block.Address, block.Bytes, target, number))
    {
    }

    public BlockPort(Simulator simulator, AcpEngine engine)
        : this(simulator, engine.Name, (block, target, number) => engine.Start(IsStore(block), block.Address, block.Bytes, target, number))
    {
    }

    private BlockPort(Simulator simulator, string name, Action<MemoryRequest, EventTarget, long> start)
        : base(simulator, name)
    {
        _start = start;
        _events = new Events(this);
    }

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        long number = _next++;
        _underWay.Add(number, request);
        _start(request, _events, number);
        return true;
    }

    private static bool IsStore(MemoryRequest block) => block.Command == MemoryCommand.Write;

    private sealed class Events(BlockPort port) : EventTarget
    {
        public override void Handle(SimTime now, long tag)
        {
            port._underWay.Remove(tag, out MemoryRequest? request);
            request!.Respond();
        }
    }
}
