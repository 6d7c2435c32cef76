namespace Smaug.Memory.Reservation;

/// <summary>
/// The links of the message network as the times from which they are free again. A message passes source router, link, centre,
/// link, destination router, exit: six hops of a cycle each when nothing is in its way. A link moves a number of bytes per
/// cycle, so that the next message may start in the cycle that has bytes left. Requests, answers and forwards do not delay
/// each other: each virtual network has its own counter.
/// </summary>
internal sealed class LinkReservations(int bytesPerCycle)
{
    public const int Requests = 0;
    public const int Answers = 1;
    public const int Forwards = 2;

    // From the end of the sender's latency to its link, between two links (link and router), and from the last link to the receiver.
    private const int EntryCycles = 1;
    private const int HopCycles = 2;
    private const int ExitCycles = 3;
    private const int VirtualNetworks = 3;

    // Position in bytes from which a link is free: cycle times bytes per cycle. Two links per node, one counter per virtual network.
    private long[] _free = [];
    private int _nodes;

    /// <summary>Adds an endpoint and gives its number.</summary>
    public int AddNode()
    {
        Array.Resize(ref _free, (_nodes + 1) * 2 * VirtualNetworks);
        return _nodes++;
    }

    /// <summary>Sends a message.</summary>
    /// <param name="source">Node that sends.</param>
    /// <param name="destination">Node that receives.</param>
    /// <param name="cycle">Cycle in which the sender decides.</param>
    /// <param name="latency">The sender's own latency in cycles.</param>
    /// <param name="bytes">Bytes on the links.</param>
    /// <param name="network">Virtual network.</param>
    /// <returns>The cycle in which the receiver has it.</returns>
    public long Send(int source, int destination, long cycle, int latency, int bytes, int network)
    {
        long left = Reserve((source * 2 * VirtualNetworks) + network, cycle + latency + EntryCycles, bytes);
        long entered = Reserve((((destination * 2) + 1) * VirtualNetworks) + network, left + HopCycles, bytes);
        return entered + ExitCycles;
    }

    private long Reserve(int link, long ready, int bytes)
    {
        ref long free = ref _free[link];
        long position = Math.Max(free, ready * bytesPerCycle);
        free = position + bytes;
        return position / bytesPerCycle;
    }
}
