using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>A clock of a fixed frequency in a simulation; its edges lie at whole multiples of the period.</summary>
public sealed class Clock
{
    private readonly Simulator _simulator;
    private readonly long _period;

    /// <summary>Creates a clock.</summary>
    /// <exception cref="ConfigurationException">The frequency is the default value, which has no period.</exception>
    public Clock(Simulator simulator, Frequency frequency)
    {
        if (frequency.PeriodPicoseconds <= 0) throw new ConfigurationException("clock frequency is not set: must be above 0");
        _simulator = simulator;
        _period = frequency.PeriodPicoseconds;
        Frequency = frequency;
    }

    /// <summary>The frequency.</summary>
    public Frequency Frequency { get; }

    /// <summary>The period.</summary>
    public SimTime Period => new(_period);

    /// <summary>Number of whole periods since time zero.</summary>
    public long CurrentCycle => _simulator.Now.Picoseconds / _period;

    /// <summary>Duration of a number of cycles.</summary>
    public SimTime Cycles(long cycles) => new(checked(cycles * _period));

    /// <summary>The n-th edge from now: edge 0 is now when now lies on an edge, else the next edge.</summary>
    public SimTime Edge(long n = 0) => EdgeAfter(_simulator.Now, n);

    /// <summary>The n-th edge from a time.</summary>
    public SimTime EdgeAfter(SimTime time, long n = 0)
    {
        long remainder = time.Picoseconds % _period;
        long edge = remainder == 0 ? time.Picoseconds : time.Picoseconds - remainder + _period;
        return new SimTime(checked(edge + (n * _period)));
    }

    /// <summary>Number of cycles that cover a duration, rounded up.</summary>
    public long CyclesCovering(SimTime duration) => (duration.Picoseconds + _period - 1) / _period;

    /// <summary>Schedules an event at the n-th edge from now.</summary>
    public void Schedule(long n, EventTarget target, long tag = 0, EventPriority priority = EventPriority.Normal) =>
        _simulator.Schedule(Edge(n), target, tag, priority);

    /// <summary>Waits for the n-th edge from now: <c>await clock.WaitEdge(1)</c>.</summary>
    public Wait WaitEdge(long n) => _simulator.DelayUntil(Edge(n));
}
