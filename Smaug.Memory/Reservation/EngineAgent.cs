using System.Numerics;
using System.Runtime.CompilerServices;
using Smaug.Core.Units;
using Smaug.Memory.Arithmetic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Reservation;

/// <summary>
/// An engine of an accelerator: it cuts blocks into lines and sends these at the edges of its clock while it has fewer than its
/// limit under way. The pieces of its work end in the order of time, each with the last answer to one of its lines.
/// </summary>
internal abstract class EngineAgent : MemoryAgent
{
    private readonly int _queueCycles;
    private readonly long _period;
    private readonly Divisor _clock;

    protected EngineAgent(ReservationScheduler scheduler, SharedCache shared, MesiOptions mesi, Frequency frequency)
        : base(scheduler)
    {
        Shared = shared;
        Node = shared.AddNode(null);
        LineShift = BitOperations.Log2((uint)mesi.LineBytes);
        _queueCycles = mesi.MandatoryQueueCycles;
        _period = frequency.PeriodPicoseconds;
        _clock = new Divisor(_period);
    }

    protected SharedCache Shared { get; }

    /// <summary>Its endpoint of the network.</summary>
    protected int Node { get; }

    protected int LineShift { get; }

    /// <summary>Its lines under way.</summary>
    protected AnswerTimes Answers { get; } = new();

    /// <summary>The ends of its pieces, by their numbers.</summary>
    protected TimeQueue<int> Ends { get; } = new();

    /// <summary>Begins the access to a line.</summary>
    /// <param name="address">Address of a byte in it.</param>
    /// <param name="slot">Comes back with the answer.</param>
    /// <param name="access">What to do.</param>
    /// <param name="number">Number of the access.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected ref LineRequest Begin(long address, int slot, LineAccess access, out int number)
    {
        ref LineRequest request = ref Shared.Begin(out number);
        request.Line = address >> LineShift;
        request.Agent = Number;
        request.Slot = slot;
        request.Node = Node;
        request.Access = access;
        return ref request;
    }

    /// <summary>The first edge of its clock that is not before a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected long Edge(long time) => _clock.RoundUp(time);

    /// <summary>The edge after the one that is not before a time, or some more cycles behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected long EdgeAfter(long time, long cycles = 1) => Edge(time) + (cycles * _period);

    /// <summary>The cycle of the caches in which a line that is sent now has passed the queue of its endpoint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected long CycleBehindQueue(long now) => Shared.CycleOf(now) + _queueCycles;
}
