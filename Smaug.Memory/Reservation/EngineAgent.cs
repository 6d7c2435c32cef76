using System.Numerics;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;

namespace Smaug.Memory.Reservation;

/// <summary>
/// An engine of an accelerator: it cuts blocks into lines and sends these at the edges of its clock while it has fewer than its
/// limit under way. The pieces of its work end in the order of time, each with the last answer to one of its lines.
/// </summary>
internal abstract class EngineAgent : MemoryAgent
{
    private readonly int _queueCycles;
    private readonly long _period;

    protected EngineAgent(ReservationScheduler scheduler, SharedCache shared, MesiOptions mesi, Frequency frequency)
        : base(scheduler)
    {
        Shared = shared;
        Node = shared.AddNode(null);
        LineShift = BitOperations.Log2((uint)mesi.LineBytes);
        _queueCycles = mesi.MandatoryQueueCycles;
        _period = frequency.PeriodPicoseconds;
    }

    protected SharedCache Shared { get; }

    /// <summary>Its endpoint of the network.</summary>
    protected int Node { get; }

    protected int LineShift { get; }

    /// <summary>Its lines under way.</summary>
    protected AnswerTimes Answers { get; } = new();

    /// <summary>The ends of its pieces, by their numbers.</summary>
    protected TimeQueue<int> Ends { get; } = new();

    /// <summary>The first edge of its clock that is not before a time.</summary>
    protected long Edge(long time)
    {
        long remainder = time % _period;
        return remainder == 0 ? time : time - remainder + _period;
    }

    /// <summary>The edge after the one that is not before a time, or some more cycles behind it.</summary>
    protected long EdgeAfter(long time, long cycles = 1) => Edge(time) + (cycles * _period);

    /// <summary>The cycle of the caches in which a line that is sent now has passed the queue of its endpoint.</summary>
    protected long CycleBehindQueue(long now) => Shared.CycleOf(now) + _queueCycles;
}
