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
/// that has slots left. So messages take what those decided before have left, and reservations need not be made in the order of time.
/// Forwards, the highest virtual network, go before the others, as on the links: they start at once, and the slots that they use are the
/// next free ones.
/// </summary>
internal sealed class LinkReservations
{
    // Kept per link, more than any answer lies ahead: cycles, and messages where these take long.
    private const int AheadCycles = 1024;
    private const int AheadMessages = 64;

    // A finer share of a wide link delays nobody.
    private const int MaximumSlotsPerCycle = 8;

    // Of each link the slots, 64 to a word that stands behind its number.
    private const int WordShift = 6;
    private const int SlotsPerWord = 1 << WordShift;

    private readonly int _wordMask;
    private readonly int _linkShift;
    private readonly int _shift;
    private readonly int _slotsPerCycle;
    private readonly Divisor _cycles;

    private long[] _links = [];
    private int _nodes;

    /// <summary>Makes a network without endpoints.</summary>
    /// <param name="options">Bytes per cycle of a link and of messages, and the network's latencies.</param>
    public LinkReservations(MesiOptions options)
    {
        EntryCycles = options.RouterCycles;
        HopCycles = options.LinkCycles + options.RouterCycles;
        ExitCycles = HopCycles + options.LinkCycles;
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
        _linkShift = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)(2 * words)));

        int Slots(int bytes) => ((bytes * _slotsPerCycle) + link - 1) / link;
    }

    /// <summary>Slots of a message without data.</summary>
    public int ControlSlots { get; }

    /// <summary>Slots of a message with a line.</summary>
    public int DataSlots { get; }

    /// <summary>Cycles from the end of the sender's latency to its link.</summary>
    public int EntryCycles { get; }

    /// <summary>Cycles from the start on the sender's link to the receiver's: link and router.</summary>
    public int HopCycles { get; }

    /// <summary>Cycles from the start on the receiver's link to the receiver.</summary>
    public int ExitCycles { get; }

    /// <summary>The link of an endpoint to the centre.</summary>
    public static int LinkFrom(int node) => 2 * node;

    /// <summary>The link of an endpoint from the centre.</summary>
    public static int LinkTo(int node) => (2 * node) + 1;

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
    /// <param name="isForward">Whether it is a forward.</param>
    /// <returns>The cycle in which the receiver has it.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public long Send(int source, int destination, long cycle, int latency, int slots, bool isForward = false)
    {
        // A line sends up to nine messages, so this is not inlined into its callers, indexes without checks, and leaves what is rare to
        // calls at its ends, so that it has few registers to save.
        Debug.Assert((uint)source < (uint)_nodes && (uint)destination < (uint)_nodes);
        ref long links = ref MemoryMarshal.GetArrayDataReference(_links);
        int linkShift = _linkShift;
        ref long first = ref Unsafe.Add(ref links, (nint)(uint)(LinkFrom(source) << linkShift));
        ref long second = ref Unsafe.Add(ref links, (nint)(uint)(LinkTo(destination) << linkShift));
        long ready = cycle + latency + EntryCycles;
        int shift = _shift;
        if (shift < 0) return SendAnyWidth(ref first, ref second, ready, slots, isForward);
        long slot = ready << shift;
        if (!TryReserve(ref first, slot, slots)) return SendBehind(ref first, ref second, slot, slots, isForward);
        slot = ((slot >> shift) + HopCycles) << shift;
        if (!TryReserve(ref second, slot, slots)) return ArriveBehind(ref second, slot, slots, isForward);
        return (slot >> shift) + ExitCycles;
    }

    /// <summary>Starts a message on a link if a cycle has slots left there.</summary>
    /// <param name="link">Number of the link.</param>
    /// <param name="cycle">The cycle.</param>
    /// <param name="slots">The message's slots.</param>
    /// <param name="free">The first cycle, from this one on, with slots left.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryStart(int link, long cycle, int slots, out long free)
    {
        ref long first = ref Link(link);
        long slot = FirstFree(ref first, cycle * _slotsPerCycle);
        free = _cycles.Quotient(slot);
        if (free > cycle) return false;
        ReserveBehind(ref first, slot, slots, isForward: false);
        return true;
    }

    /// <summary>Sends a message on to an endpoint that has started on its sender's link in a cycle.</summary>
    /// <returns>The cycle in which the endpoint has it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long Arrive(int destination, long cycle, int slots) =>
        _cycles.Quotient(ReserveBehind(ref Link(LinkTo(destination)), (cycle + HopCycles) * _slotsPerCycle, slots, isForward: false)) + ExitCycles;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long Link(int link) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_links), (nint)(uint)(link << _linkShift));

    private long FirstFree(ref long link, long slot)
    {
        long number = slot >> WordShift;
        ulong from = ulong.MaxValue << ((int)slot & (SlotsPerWord - 1));
        while (true)
        {
            ref long word = ref Word(ref link, number);
            ulong free = (word == number ? ~(ulong)Unsafe.Add(ref word, 1) : ulong.MaxValue) & from;
            if (free != 0) return (number << WordShift) + BitOperations.TrailingZeroCount(free);
            number++;
            from = ulong.MaxValue;
        }
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
    private long SendBehind(ref long first, ref long second, long slot, int slots, bool isForward)
    {
        slot = ReserveBehind(ref first, slot, slots, isForward);
        return ArriveBehind(ref second, ((slot >> _shift) + HopCycles) << _shift, slots, isForward);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private long ArriveBehind(ref long second, long slot, int slots, bool isForward) =>
        (ReserveBehind(ref second, slot, slots, isForward) >> _shift) + ExitCycles;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long SendAnyWidth(ref long first, ref long second, long ready, int slots, bool isForward)
    {
        long cycle = _cycles.Quotient(ReserveBehind(ref first, ready * _slotsPerCycle, slots, isForward)) + HopCycles;
        return _cycles.Quotient(ReserveBehind(ref second, cycle * _slotsPerCycle, slots, isForward)) + ExitCycles;
    }

    /// <summary>Takes the first free slots from one on. Returns where the message starts.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private long ReserveBehind(ref long link, long slot, int slots, bool isForward)
    {
        long start = isForward ? slot : -1;
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
                if (slots == 0) return start;
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
    private ref long Word(ref long link, long number) => ref Unsafe.Add(ref link, 2 * ((int)number & _wordMask));
}
