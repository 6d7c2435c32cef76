using System.Runtime.CompilerServices;
namespace Smaug.Memory.Reservation;

/// <summary>
/// A requester of the reservation model: a core, a DMA engine, a coherency port. The scheduler calls its next step when the
/// time has come; the memory tells when its accesses are answered as soon as that is known, which may be before it happens.
/// </summary>
internal abstract class MemoryAgent
{
    public const long Never = long.MaxValue;

    protected MemoryAgent(ReservationScheduler scheduler)
    {
        Scheduler = scheduler;
        Number = scheduler.Add(this);
    }

    protected ReservationScheduler Scheduler { get; }

    /// <summary>Its number at the scheduler.</summary>
    protected int Number { get; }

    /// <summary>Does what is due at a time, in picoseconds.</summary>
    public abstract void Step(long now);

    /// <summary>The access of a slot will be answered at a time.</summary>
    public abstract void Answered(int slot, long time);

    /// <summary>Sets when the next step is due; <see cref="Never"/> while it waits for an answer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void SetStep(long time) => Scheduler.SetStep(Number, time);
}
