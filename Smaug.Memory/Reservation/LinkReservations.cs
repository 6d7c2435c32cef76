using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Smaug.Memory.Arithmetic;
using Smaug.Memory.Coherence;

namespace Smaug.Memory.Reservation;

/// <summary>
/// The links of the message network as rows of slots, each a part of a cycle's bytes, that messages take. A message passes source
/// router, link, centre, link, destination router, exit: six hops of a cycle each, by default, when nothing is in its way. On a link it
/// starts in the first free slot and takes the next free ones until it is through, so that the next message may start in the cycle
/// that has slots left. Messages of a virtual network keep their order; requests and answers take what the others have left, so that
/// reservations need not be made in the order of time. Forwards go before both, as on the links: they start at once, and the slots
/// that they use are the next free ones.
/// </summary>
internal sealed class LinkReservations
{
    public const int Requests = 0;
    public const int Answers = 1;
    public const int Forwards = 2;

    private const int VirtualNetworks = 3;

    // Kept per link, more than any answer lies ahead: cycles, and messages where these take long.
    private const int AheadCycles = 1024;
    private const int AheadMessages = 64;

    // A finer share of a wide link delays nobody.
    private const int MaximumSlotsPerCycle = 8;

    // Of each link: for each virtual network the slot from which it is free, and the slots, 64 to a word that stands behind its number.
    private const int FirstWord = 4;
    private const int WordShift = 6;
    private const int SlotsPerWord = 1 << WordShift;

    private readonly int _wordMask;
    private readonly int _linkShift;
    private readonly int _shift;
    private readonly int _slotsPerCycle;
    private readonly Divisor _cycles;

    // From the end of the sender's latency to its link, between two links (link and router), and from the last link to the receiver.
    private readonly int _entryCycles;
    private readonly int _hopCycles;
    private readonly int _exitCycles;
    private long[] _links = [];
    private int _nodes;

    /// <summary>Makes a network without endpoints.</summary>
    /// <param name="options">Bytes per cycle of a link and of messages, and the network's latencies.</param>
    public LinkReservations(MesiOptions options)
    {
        _entryCycles = options.RouterCycles;
        _hopCycles = options.LinkCycles + options.RouterCycles;
        _exitCycles = _hopCycles + options.LinkCycles;
        int dataBytes = options.LineBytes + options.ControlBytes;
        int link = options.LinkBytesPerCycle;
        BigInteger slotBytes = BigInteger.GreatestCommonDivisor(BigInteger.GreatestCommonDivisor(options.ControlBytes, dataBytes), link);
        _slotsPerCycle = Math.Min(MaximumSlotsPerCycle, link / (int)slotBytes);
        _cycles = new Divisor(_slotsPerCycle);
        _shift = BitOperations.IsPow2(_slotsPerCycle) ? BitOperations.Log2((uint)_slotsPerCycle) : -1;
        ControlSlots = Slots(options.ControlBytes);
        DataSlots = Slots(dataBytes);
        int words = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(AheadCycles * _slotsPerCycle, AheadMessages * DataSlots) / SlotsPerWord);
        _wordMask = words - 1;
        _linkShift = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)(FirstWord + (2 * words))));

        int Slots(int bytes) => ((bytes * _slotsPerCycle) + link - 1) / link;
    }

    /// <summary>Slots of a message without data.</summary>
    public int ControlSlots { get; }

    /// <summary>Slots of a message with a line.</summary>
    public int DataSlots { get; }

    /// <summary>Adds an endpoint and gives its number.</summary>
    public int AddNode()
    {
        Array.Resize(ref _links, ((_nodes + 1) * 2) << _linkShift);
        return _nodes++;
    }

    /// <summary>Sends a message.</summary>
    /// <param name="source">Node that sends.</param>
    /// <param name="destination">Node that receives.</param>
    /// <param name="cycle">Cycle in which the sender decides.</param>
    /// <param name="latency">The sender's own latency in cycles.</param>
    /// <param name="slots">Its slots on the links.</param>
    /// <param name="network">Virtual network.</param>
    /// <returns>The cycle in which the receiver has it.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public long Send(int source, int destination, long cycle, int latency, int slots, int network)
    {
        // A line sends up to nine messages, so this is not inlined into its callers, indexes without checks, and leaves what is rare to
        // calls at its ends, so that it has few registers to save.
        Debug.Assert((uint)source < (uint)_nodes && (uint)destination < (uint)_nodes && (uint)network < VirtualNetworks);
        ref long links = ref MemoryMarshal.GetArrayDataReference(_links);
        int linkShift = _linkShift;
        ref long first = ref Unsafe.Add(ref links, (nint)(uint)((2 * source) << linkShift));
        ref long second = ref Unsafe.Add(ref links, (nint)(uint)(((2 * destination) + 1) << linkShift));
        long ready = cycle + latency + _entryCycles;
        int shift = _shift;
        if (shift < 0) return SendAnyWidth(ref first, ref second, network, ready, slots);
        long slot = Math.Max(Unsafe.Add(ref first, network), ready << shift);
        if (!TryReserve(ref first, slot, slots)) return SendBehind(ref first, ref second, network, slot, slots);
        Unsafe.Add(ref first, network) = slot + slots;
        slot = Math.Max(Unsafe.Add(ref second, network), ((slot >> shift) + _hopCycles) << shift);
        if (!TryReserve(ref second, slot, slots)) return ArriveBehind(ref second, network, slot, slots);
        Unsafe.Add(ref second, network) = slot + slots;
        return (slot >> shift) + _exitCycles;
    }

    /// <summary>Takes slots from one on, unless some of them are taken, or lie in the next word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReserve(ref long link, long slot, int slots)
    {
        long number = slot >> WordShift;
        ref long word = ref Word(ref link, number);
        ref long bits = ref Unsafe.Add(ref word, 1);
        int bit = (int)slot & (SlotsPerWord - 1);
        if (bit + slots >= SlotsPerWord) return false;
        long taken = word == number ? bits : 0;
        long wanted = ((1L << slots) - 1) << bit;
        if ((taken & wanted) != 0) return false;
        word = number;
        bits = taken | wanted;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private long SendBehind(ref long first, ref long second, int network, long slot, int slots)
    {
        slot = ReserveBehind(ref first, network, slot, slots);
        slot = Math.Max(Unsafe.Add(ref second, network), ((slot >> _shift) + _hopCycles) << _shift);
        return ArriveBehind(ref second, network, slot, slots);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private long ArriveBehind(ref long second, int network, long slot, int slots) =>
        (ReserveBehind(ref second, network, slot, slots) >> _shift) + _exitCycles;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long SendAnyWidth(ref long first, ref long second, int network, long ready, int slots) =>
        ReserveAnyWidth(ref second, network, ReserveAnyWidth(ref first, network, ready, slots) + _hopCycles, slots) + _exitCycles;

    private long ReserveAnyWidth(ref long link, int network, long ready, int slots)
    {
        long slot = Math.Max(Unsafe.Add(ref link, network), ready * _slotsPerCycle);
        return _cycles.Quotient(ReserveBehind(ref link, network, slot, slots));
    }

    /// <summary>Takes the first free slots from one on. Returns where the message starts.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private long ReserveBehind(ref long link, int network, long slot, int slots)
    {
        long start = network == Forwards ? slot : -1;
        long end = slot + slots;
        long number = slot >> WordShift;
        ulong from = ulong.MaxValue << ((int)slot & (SlotsPerWord - 1));
        while (true)
        {
            ref long word = ref Word(ref link, number);
            ref long bits = ref Unsafe.Add(ref word, 1);
            if (word != number) (word, bits) = (number, 0);
            ulong free = ~(ulong)bits & from;
            ulong taken = First(slots, free);
            if (taken != 0)
            {
                bits |= (long)taken;
                slots -= BitOperations.PopCount(taken);
                if (start < 0) start = (number << WordShift) + BitOperations.TrailingZeroCount(taken);
                if (slots == 0)
                {
                    Unsafe.Add(ref link, network) = network == Forwards ? end : (number << WordShift) + BitOperations.Log2(taken) + 1;
                    return start;
                }
            }

            number++;
            from = ulong.MaxValue;
        }
    }

    /// <summary>The lowest bits of those set, up to a number of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong First(int count, ulong bits)
    {
        if (BitOperations.PopCount(bits) <= count) return bits;
        if (Bmi2.X64.IsSupported) return Bmi2.X64.ParallelBitDeposit((1UL << count) - 1, bits);
        ulong rest = bits;
        for (; count > 0; count--) rest &= rest - 1;
        return bits ^ rest;
    }

    /// <summary>The number of the 64 slots that lie at the place of these; their bits stand behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long Word(ref long link, long number) => ref Unsafe.Add(ref link, FirstWord + (2 * ((int)number & _wordMask)));
}
