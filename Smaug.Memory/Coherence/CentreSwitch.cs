namespace Smaug.Memory.Coherence;

/// <summary>The kinds of endpoints, in the order of their inputs at the central switch.</summary>
internal enum EndpointKind : byte
{
    PrivateCache,
    L2,
    Directory,
    Direct,
}

/// <summary>
/// The order in which the central switch passes on messages that reach it in one cycle. It serves one virtual network after
/// the other, and within one the inputs in turn, beginning one further with every virtual network served, in every cycle in
/// which a message is there. The order matters for messages of one virtual network to one destination.
/// </summary>
internal sealed class CentreSwitch
{
    private readonly List<EndpointKind> _kinds = [];
    private int[] _inputs = [];
    private long _cycle = -1;
    private int _decisions;
    private int _pointer;
    private int _start;
    private bool _inverted;

    /// <summary>Adds the endpoint of the next number.</summary>
    public void Add(EndpointKind kind)
    {
        _kinds.Add(kind);
        _inputs = new int[_kinds.Count];
        int input = 0;
        for (EndpointKind group = EndpointKind.PrivateCache; group <= EndpointKind.Direct; group++)
        {
            for (int node = 0; node < _kinds.Count; node++)
            {
                if (_kinds[node] == group) _inputs[node] = input++;
            }
        }
    }

    /// <summary>A message is at the switch in this cycle. Cycles must not decrease.</summary>
    public void BeginCycle(long cycle)
    {
        if (cycle == _cycle) return;
        _cycle = cycle;
        _inverted = NetworkLink.CountDecision(ref _decisions);
        _start = _pointer;
        _pointer = (_pointer + NetworkLink.VirtualNetworks) % _inputs.Length;
    }

    /// <summary>The turn of an endpoint's messages of a virtual network in the current cycle: lower goes first.</summary>
    public int TurnOf(int node, int network)
    {
        int served = _inverted ? network : NetworkLink.VirtualNetworks - 1 - network;
        int first = (_start + served + 1) % _inputs.Length;
        int turn = _inputs[node] - first;
        return turn < 0 ? turn + _inputs.Length : turn;
    }
}
