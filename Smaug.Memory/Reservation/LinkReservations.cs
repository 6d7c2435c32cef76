using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Reservation;

/// <summary>
/// The links of the message network as the times from which they are free again. A message passes source router, link, centre,
/// link, destination router, exit: six hops of a cycle each when nothing is in its way. A link moves a number of bytes per
/// cycle, so that the next message may start in the cycle that has bytes left. Messages of a virtual network keep their order,
/// each network with a counter of its own; the bandwidth that the networks of a link share is kept for every eight cycles, so
/// that reservations need not be made in the order of time.
/// </summary>
internal sealed class LinkReservations
{
    public const int Requests = 0;
    public const int Answers = 1;
    public const int Forwards = 2;

    // From the end of the sender's latency to its link, between two links (link and router), and from the last link to the receiver.
    private const int EntryCycles = 1;
    private const int HopCycles = 2;
    private const int ExitCycles = 3;
    private const int VirtualNetworks = 3;

    private const int WindowShift = 3;

    // Windows kept per link: 1,024 cycles, more than any answer lies ahead.
    private const int Windows = 128;

    // Position in bytes from which a link is free: cycle times bytes per cycle. Two links per node, one counter per virtual network.
    private long[] _free = [];
    private Window[] _windows = [];
    private readonly int _bytesPerCycle;
    private readonly int _capacity;
    private readonly Divisor _cycles;
    private readonly Divisor _numbers;
    private int _nodes;

    public LinkReservations(int bytesPerCycle)
    {
        _bytesPerCycle = bytesPerCycle;
        _capacity = bytesPerCycle << WindowShift;
        _cycles = new Divisor(bytesPerCycle);
        _numbers = new Divisor(_capacity);
    }

    /// <summary>Adds an endpoint and gives its number.</summary>
    public int AddNode()
    {
        Array.Resize(ref _free, (_nodes + 1) * 2 * VirtualNetworks);
        Array.Resize(ref _windows, (_nodes + 1) * 2 * Windows);
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
        long left = Reserve(source * 2, network, cycle + latency + EntryCycles, bytes);
        long entered = Reserve((destination * 2) + 1, network, left + HopCycles, bytes);
        return entered + ExitCycles;
    }

    private long Reserve(int link, int network, long ready, int bytes)
    {
        ref long free = ref _free[(link * VirtualNetworks) + network];
        long position = Math.Max(free, ready * _bytesPerCycle);
        ref Window window = ref Open(link, _numbers.Quotient(position));
        if (window.Used + bytes > _capacity) position = ReserveBehind(link, position, bytes);
        else window.Used += bytes;
        free = position + bytes;
        return _cycles.Quotient(position);
    }

    /// <summary>Reserves bytes that end beyond the window of a position. Returns where they begin.</summary>
    private long ReserveBehind(int link, long position, int bytes)
    {
        long number = _numbers.Quotient(position);
        ref Window window = ref Open(link, number);
        while (window.Used >= _capacity)
        {
            number++;
            position = number * _capacity;
            window = ref Open(link, number);
        }

        window.Used += bytes;
        if (window.Used > _capacity)
        {
            // What does not fit flows in the next eight cycles.
            Open(link, number + 1).Used += window.Used - _capacity;
            window.Used = _capacity;
        }

        return position;
    }

    private ref Window Open(int link, long number)
    {
        ref Window window = ref _windows[(link * Windows) + (int)(number & (Windows - 1))];
        if (window.Number != number) window = new Window { Number = number };
        return ref window;
    }

    /// <summary>Eight cycles of a link.</summary>
    private struct Window
    {
        public long Number;
        public int Used;
    }
}
