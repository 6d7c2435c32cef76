using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>
/// Stands between the DMA engine and its port and tells which bytes of running loads have come, packet by packet, so that
/// full/empty bits are set before the transfer as a whole has ended.
/// </summary>
internal sealed class ReadyBitPort : MemoryPort, IMemoryRequester
{
    private readonly MemoryPort _below;
    private readonly Action<long, int> _arrived;
    private readonly List<Piece> _pieces = [];

    /// <param name="simulator">The simulation.</param>
    /// <param name="below">The real port.</param>
    /// <param name="arrived">Called with the accelerator's address and the number of bytes that came.</param>
    public ReadyBitPort(Simulator simulator, MemoryPort below, Action<long, int> arrived) : base(simulator, below.Name)
    {
        _below = below;
        _arrived = arrived;
    }

    /// <summary>Watches a piece of a load that lies in one page.</summary>
    public void Watch(int node, long physicalAddress, long localAddress, long bytes) => _pieces.Add(new Piece(node, physicalAddress, localAddress, bytes));

    /// <summary>Forgets a load that has ended.</summary>
    public void Forget(int node) => _pieces.RemoveAll(p => p.Node == node);

    public override bool HasMemoryAt(long address, int bytes) => _below.HasMemoryAt(address, bytes);

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        bool watched = request.Command == MemoryCommand.Read;
        if (watched) request.PushRoute(this);
        if (_below.TrySend(request, sender)) return true;
        if (watched) request.PopRoute();
        return false;
    }

    public void Complete(MemoryRequest request)
    {
        foreach (Piece piece in _pieces)
        {
            long from = Math.Max(piece.Physical, request.Address);
            long to = Math.Min(piece.Physical + piece.Bytes, request.Address + request.Bytes);
            if (from < to) _arrived(piece.Local + (from - piece.Physical), (int)(to - from));
        }

        request.Respond();
    }

    public void Retry(MemoryPort port)
    {
        // Refusals are answered to the engine itself.
    }

    private readonly record struct Piece(int Node, long Physical, long Local, long Bytes);
}
