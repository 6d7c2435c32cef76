using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Smaug.Memory.Arithmetic;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Reservation;

/// <summary>
/// The links of the message network as the times from which they are free again. A message passes source router, link, centre,
/// link, destination router, exit: six hops of a cycle each, by default, when nothing is in its way. A link moves a number of bytes per
/// cycle, so that the next message may start in the cycle that has bytes left. Messages of a virtual network keep their order,
/// each network with a counter of its own; the bandwidth that the networks of a link share is kept for every eight cycles, so
/// that reservations need not be made in the order of time.
/// </summary>
internal sealed class LinkReservations
{
    public const int Requests = 0;
    public const int Answers = 1;
    public const int Forwards = 2;

    /// <summary>Most bytes per cycle: those of a window and of a message more have room in the low bits of the window's word.</summary>
    public const int MaximumBytesPerCycle = 1 << (UsedBits - WindowShift - 1);

    private const int VirtualNetworks = 3;

    private const int WindowShift = 3;

    // Windows kept per link: 1,024 cycles, more than any answer lies ahead.
    private const int Windows = 128;

    // A window's number and, in its low bits, the bytes that are reserved in it.
    private const int UsedBits = 16;
    private const long UsedMask = (1L << UsedBits) - 1;

    // Per link: for each virtual network the position in bytes (cycle times bytes per cycle) from which it is free, and the windows.
    private const int FirstWindow = 4;
    private const int Stride = FirstWindow + Windows;
    private readonly int _bytesPerCycle;
    private readonly int _capacity;
    private readonly int _shift;
    private readonly Divisor _cycles;
    private readonly Divisor _numbers;

    // From the end of the sender's latency to its link, between two links (link and router), and from the last link to the receiver.
    private readonly int _entryCycles;
    private readonly int _hopCycles;
    private readonly int _exitCycles;
    private long[] _links = [];
    private int _nodes;

    public LinkReservations(int bytesPerCycle, int routerCycles = 1, int linkCycles = 1)
    {
        _entryCycles = routerCycles;
        _hopCycles = linkCycles + routerCycles;
        _exitCycles = _hopCycles + linkCycles;
        _bytesPerCycle = bytesPerCycle;
        _capacity = bytesPerCycle << WindowShift;
        _shift = BitOperations.IsPow2(bytesPerCycle) ? BitOperations.Log2((uint)bytesPerCycle) : -1;
        _cycles = new Divisor(bytesPerCycle);
        _numbers = new Divisor(_capacity);
    }

    /// <summary>Adds an endpoint and gives its number.</summary>
    public int AddNode()
    {
        Array.Resize(ref _links, (_nodes + 1) * 2 * Stride);
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
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public long Send(int source, int destination, long cycle, int latency, int bytes, int network)
    {
        // A line sends up to nine messages, so this is not inlined into its callers, indexes without checks, and leaves what is rare to
        // calls at its ends, so that it has no registers to save.
        Debug.Assert((uint)source < (uint)_nodes && (uint)destination < (uint)_nodes && (uint)network < VirtualNetworks);
        ref long links = ref MemoryMarshal.GetArrayDataReference(_links);
        ref long first = ref Unsafe.Add(ref links, (nint)(source * (2 * Stride)));
        ref long second = ref Unsafe.Add(ref links, (nint)((destination * (2 * Stride)) + Stride));
        long ready = cycle + latency + _entryCycles;
        int shift = _shift;
        if (shift < 0) return SendAnyWidth(ref first, ref second, network, ready, bytes);
        long position = Math.Max(Unsafe.Add(ref first, network), ready << shift);
        if (!TryReserve(ref first, position, bytes, shift)) return SendBehind(ref first, ref second, network, position, bytes);
        Unsafe.Add(ref first, network) = position + bytes;
        position = Math.Max(Unsafe.Add(ref second, network), ((position >> shift) + _hopCycles) << shift);
        if (!TryReserve(ref second, position, bytes, shift)) return ArriveBehind(ref second, network, position, bytes);
        Unsafe.Add(ref second, network) = position + bytes;
        return (position >> shift) + _exitCycles;
    }

    /// <summary>Reserves bytes in the window of a position, unless they do not fit there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReserve(ref long link, long position, int bytes, int shift)
    {
        long number = position >> (shift + WindowShift);
        ref long window = ref Window(ref link, number);
        long reserved = Current(window, number) + bytes;
        if ((reserved & UsedMask) > _capacity) return false;
        window = reserved;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private long SendBehind(ref long first, ref long second, int network, long position, int bytes)
    {
        position = ReserveBehind(ref first, position, bytes);
        Unsafe.Add(ref first, network) = position + bytes;
        position = Math.Max(Unsafe.Add(ref second, network), ((position >> _shift) + _hopCycles) << _shift);
        return ArriveBehind(ref second, network, position, bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private long ArriveBehind(ref long second, int network, long position, int bytes)
    {
        position = ReserveBehind(ref second, position, bytes);
        Unsafe.Add(ref second, network) = position + bytes;
        return (position >> _shift) + _exitCycles;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long SendAnyWidth(ref long first, ref long second, int network, long ready, int bytes) =>
        ReserveAnyWidth(ref second, network, ReserveAnyWidth(ref first, network, ready, bytes) + _hopCycles, bytes) + _exitCycles;

    private long ReserveAnyWidth(ref long link, int network, long ready, int bytes)
    {
        ref long free = ref Unsafe.Add(ref link, network);
        long position = ReserveBehind(ref link, Math.Max(free, ready * _bytesPerCycle), bytes);
        free = position + bytes;
        return _cycles.Quotient(position);
    }

    /// <summary>Reserves bytes from a position on, or behind it where its window is full. Returns where they begin.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private long ReserveBehind(ref long link, long position, int bytes)
    {
        long number = _numbers.Quotient(position);
        ref long window = ref Open(ref link, number);
        while ((window & UsedMask) >= _capacity)
        {
            number++;
            position = number * _capacity;
            window = ref Open(ref link, number);
        }

        window += bytes;
        long beyond = (window & UsedMask) - _capacity;
        if (beyond > 0)
        {
            // What does not fit flows in the next eight cycles.
            Open(ref link, number + 1) += beyond;
            window -= beyond;
        }

        return position;
    }

    private static ref long Open(ref long link, long number)
    {
        ref long window = ref Window(ref link, number);
        window = Current(window, number);
        return ref window;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref long Window(ref long link, long number) => ref Unsafe.Add(ref link, FirstWindow + (int)(number & (Windows - 1)));

    /// <summary>The word of a window: an empty one unless its place holds this very window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Current(long window, long number)
    {
        long empty = number << UsedBits;
        return (window ^ empty) >> UsedBits == 0 ? window : empty;
    }
}
